// What a dashboard is here: data. The JSON that Grafana reads is written from it (render.ts).

/** A query and what its series are called: `{{sender}}` is replaced by the label. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** From which value on a figure is amber, and from which red. Below both it is green. */
export interface Limits {
  readonly amber?: number;
  readonly red?: number;
}

interface About {
  readonly title: string;
  /** What it shows, and what to do when it is bad. */
  readonly description: string;
  /** The alerts on the same figure: the panel links to their sections of the runbook. */
  readonly alerts?: readonly string[];
  /** Columns of the 24 of a line; default: an equal share of the row. */
  readonly span?: number;
}

interface Measured extends About {
  /** As Grafana names it: "s", "short", "percentunit", "bytes", "mps" (messages a second), "reqps". */
  readonly unit: string;
  readonly limits?: Limits;
}

/** One figure as it is now, large. A missing answer of Prometheus must look missing, so the queries are instant. */
export interface Stat extends Measured {
  readonly kind: "stat";
  readonly queries: readonly Query[];
  /** Red below this, instead of `limits`. */
  readonly redBelow?: number;
  /** Words for values. */
  readonly words?: Readonly<Record<number, Word>>;
  /** What stands there when there is no data because nothing happened. */
  readonly none?: string;
}

export interface Word {
  readonly text: string;
  readonly color: "green" | "orange" | "red" | "blue";
}

/** Figures over time. `limits` become lines across it. */
export interface Graph extends Measured {
  readonly kind: "graph";
  readonly queries: readonly Query[];
  readonly stacked?: boolean;
  readonly max?: number;
}

/** A bar for each series as it is now. */
export interface Bars extends Measured {
  readonly kind: "bars";
  readonly queries: readonly Query[];
  readonly max?: number;
}

/** In which state each series was, and since when. */
export interface States extends About {
  readonly kind: "states";
  readonly queries: readonly Query[];
  readonly unit: string;
  readonly words: Readonly<Record<number, Word>>;
}

/** How many events fell into each bucket of a histogram over time; the query keeps `le`. */
export interface Heatmap extends About {
  readonly kind: "heatmap";
  readonly queries: readonly [Query];
  readonly unit: string;
}

/** A line for each value of some labels, a column for each query. */
export interface Table extends About {
  readonly kind: "table";
  readonly unit: string;
  /** The labels that the lines have in common, and their headings. */
  readonly labels: Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
  /** Sorted by this column, greatest first. */
  readonly sortBy: string;
}

export interface Column {
  readonly title: string;
  readonly expr: string;
  readonly unit: string;
  readonly limits?: Limits;
}

/** Words alone, as Markdown. */
export interface Text extends About {
  readonly kind: "text";
  readonly markdown: string;
}

export type PanelSpec = Stat | Graph | Bars | States | Heatmap | Table | Text;

export interface Row {
  readonly title: string;
  /** In Grafana's units of 30 pixels. */
  readonly height: number;
  readonly panels: readonly PanelSpec[];
}

/** A choice above the dashboard, taken from the values of a label. */
export interface Choice {
  readonly name: "sender" | "portfolio";
  /** A metric that has the label for every value there is. */
  readonly metric: string;
  /** Whether several, or all, may be chosen: then queries say `{sender=~"$sender"}`. */
  readonly isMulti: boolean;
}

export interface DashboardSpec {
  /** Stable: links, alerts and bookmarks use it. */
  readonly uid: `tern-${string}`;
  readonly title: string;
  readonly description: string;
  readonly choices: readonly Choice[];
  readonly rows: readonly Row[];
}

export const ALL_SENDERS: Choice = { name: "sender", metric: "tern_sender_state", isMulti: true };
