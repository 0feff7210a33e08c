// What a rule is. Rules are data: the files that Prometheus reads are written from them (render.ts).

/** page: somebody gets up. ticket: somebody looks within a working day. */
export type Severity = "page" | "ticket";

/** A figure that Prometheus computes ahead, named level:metric:operation (level: which labels are left). */
export interface RecordingRule {
  readonly record: `tern${"" | "_sender" | "_lane"}:${string}:${string}`;
  readonly expr: string;
}

export interface AlertRule {
  /** Starts with Tern; the heading of its section in docs/runbook.md. Two rules may share it when their severities differ. */
  readonly alert: `Tern${string}`;
  readonly severity: Severity;
  readonly expr: string;
  /** How long the expression must hold; null: not at all. */
  readonly for: string | null;
  /** One line for a telephone; both texts may use `{{ $labels.x }}` of labels that the expression keeps, and `$value`. */
  readonly summary: string;
  /** What it means for callers, and what is likely. */
  readonly description: string;
  /** A dashboard's uid, with variables. */
  readonly dashboard: string;
}

export interface RuleGroup<Rule> {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** The dashboard of the sender that an alert is about. */
export const SENDER_DASHBOARD = "tern-sender?var-sender={{ $labels.sender }}";
