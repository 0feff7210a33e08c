// The dashboards as they are committed, and deployed: what tests look at.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../../../../..");
export const DASHBOARDS_FOLDER = join(ROOT, "deploy/grafana/dashboards");

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly datasource: unknown;
}

export interface CommittedPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: unknown;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly links?: readonly { readonly url: string }[];
  readonly options?: { readonly content?: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
}

export interface CommittedDashboard {
  readonly file: string;
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly CommittedPanel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: unknown;
      readonly datasource?: unknown;
    }[];
  };
  readonly links: readonly { readonly url?: string }[];
}

/** A query of a panel, with where it stands: "tern-overview, Stuck for, A". */
export interface PanelQuery {
  readonly where: string;
  readonly expr: string;
  readonly legend: string;
}

export function committedDashboards(): CommittedDashboard[] {
  return readdirSync(DASHBOARDS_FOLDER).map((file) => {
    return {
      file,
      ...(JSON.parse(readFileSync(join(DASHBOARDS_FOLDER, file), "utf8")) as Omit<CommittedDashboard, "file">),
    };
  });
}

export function queriesOf({ uid, panels }: CommittedDashboard): PanelQuery[] {
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr, legendFormat }) => ({
      where: `${uid}, ${title}, ${refId}`,
      expr,
      legend: legendFormat,
    })),
  );
}

/** The expression as Grafana would send it, with these values for its variables. */
export function filledIn(expr: string, values: Readonly<Record<string, string>>): string {
  return expr.replaceAll(/\$(\w+)/g, (variable, name: string) => values[name] ?? variable);
}
