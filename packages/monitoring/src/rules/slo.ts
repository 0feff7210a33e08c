// Promises with a budget. Each is a share of events that may be bad; an alert says how fast the budget goes, over two windows
// at once: the long one shows that it matters, the short one that it still goes on, so that the alert ends soon after the
// trouble does. Windows and factors are those of Google's SRE Workbook, chapter 5 ("Alerting on SLOs", table 5-8): a
// budget for 30 days of which 2 % goes in an hour or 5 % in six is worth a page, 10 % in one day or in three a ticket.

import type { AlertRule, RecordingRule, Severity } from "./rule.ts";
import type { Span, Times } from "./times.ts";

interface Slo {
  readonly alert: AlertRule["alert"];
  /** Level and metric of its recording rules. */
  readonly figure: `tern${"" | "_sender"}:${string}`;
  /** The label that is left, if any. */
  readonly by: "sender" | null;
  /** The part of the events that may be bad. */
  readonly budget: number;
  /** Events per second that were bad, and all. */
  readonly bad: (window: string) => string;
  readonly all: (window: string) => string;
  readonly summary: string;
  readonly description: string;
  readonly dashboard: string;
}

/** Fewer events than this in the short window's longer neighbour say nothing: one late message in a quiet night is no trend. */
const EVENTS_LEAST = 20;

interface Burn {
  readonly long: Span;
  readonly short: Span;
  /** How many times faster than the budget allows. */
  readonly factor: number;
}

const BURNS: Readonly<Record<Severity, readonly Burn[]>> = {
  page: [
    { long: "1h", short: "5m", factor: 14.4 },
    { long: "6h", short: "30m", factor: 6 },
  ],
  ticket: [
    { long: "1d", short: "2h", factor: 3 },
    { long: "3d", short: "6h", factor: 1 },
  ],
};

const WINDOWS: readonly Span[] = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

const SLOS: readonly Slo[] = [
  {
    alert: "TernUrgentLate",
    figure: "tern:urgent_late",
    by: null,
    // Promise P5 (ARCHITECTURE.md): 99 of 100 within 250 ms.
    budget: 0.01,
    bad: (window) =>
      `sum(rate(tern_queued_seconds_count{lane="urgent"}[${window}])) - sum(rate(tern_queued_seconds_bucket{lane="urgent",le="0.25"}[${window}]))`,
    all: (window) => `sum(rate(tern_queued_seconds_count{lane="urgent"}[${window}]))`,
    summary: "One-time passwords go out late",
    description:
      "Of the urgent messages, {{ $value | humanizePercentage }} took longer than 250 ms from being accepted to being put on the wire; 1 % may. People wait in front of a login.",
    dashboard: "tern-lanes",
  },
  {
    alert: "TernWebhookSlow",
    figure: "tern:webhook_slow",
    by: null,
    // The provider asks for a median below 250 ms (docs/sources.md, Webhook delivery); at 5 % the median is far below it,
    // and a page comes before it is lost.
    budget: 0.05,
    bad: (window) =>
      `sum(rate(tern_webhook_request_seconds_count[${window}])) - sum(rate(tern_webhook_request_seconds_bucket{le="0.25"}[${window}]))`,
    all: (window) => `sum(rate(tern_webhook_request_seconds_count[${window}]))`,
    summary: "Webhooks are answered slowly",
    description:
      "Of the provider's webhooks, {{ $value | humanizePercentage }} were answered after more than 250 ms; 5 % may be. The provider asks for a median below that and gives up after 5 s; statuses then come late and twice.",
    dashboard: "tern-webhooks",
  },
  {
    alert: "TernWebhookFailing",
    figure: "tern:webhook_failed",
    by: null,
    budget: 0.001,
    // Prometheus 3 writes the bucket as 5.0 (https://prometheus.io/docs/prometheus/latest/migration), 2 as it was told.
    bad: (window) =>
      [
        `sum(rate(tern_webhook_requests_total{result="unavailable"}[${window}]) or rate(tern_webhook_request_seconds_count[${window}]) * 0)`,
        `+ sum(rate(tern_webhook_request_seconds_count[${window}])) - sum(rate(tern_webhook_request_seconds_bucket{le=~"5|5.0"}[${window}]))`,
      ].join("\n"),
    all: (window) => `sum(rate(tern_webhook_requests_total{result=~"ok|unavailable"}[${window}]))`,
    summary: "Webhooks are not taken",
    description:
      "Of the provider's webhooks, {{ $value | humanizePercentage }} were answered 503 or after more than 5 s; 0.1 % may be. The provider sends them again, so statuses and inbound messages come late; nothing is lost for seven days.",
    dashboard: "tern-webhooks",
  },
  {
    alert: "TernMessagesFailing",
    figure: "tern_sender:messages_failed",
    by: "sender",
    budget: 0.05,
    bad: (window) =>
      `sum by (sender) (rate(tern_messages_ended_total{status=~"failed|expired"}[${window}]) or rate(tern_messages_sent_total[${window}]) * 0)`,
    // What the webhook service counts as failed was sent before: it is in the second figure already.
    all: (window) =>
      `sum by (sender) (rate(tern_messages_sent_total[${window}]) or rate(tern_messages_ended_total{status=~"failed|expired",job!="tern-webhook"}[${window}]))`,
    summary: "Many messages of {{ $labels.sender }} fail",
    description:
      "Of the messages of {{ $labels.sender }}, {{ $value | humanizePercentage }} ended as failed or expired; 5 % may. People do not get what callers wanted to tell them.",
    dashboard: "tern-failures?var-sender={{ $labels.sender }}",
  },
  {
    alert: "TernApiFailing",
    figure: "tern:api_failed",
    by: null,
    budget: 0.001,
    bad: (window) =>
      `sum(rate(tern_http_requests_total{status=~"5.."}[${window}]) or rate(tern_http_requests_total[${window}]) * 0)`,
    all: (window) => `sum(rate(tern_http_requests_total[${window}]))`,
    summary: "The API answers with errors",
    description:
      "Of the requests to the API, {{ $value | humanizePercentage }} were answered with a 5xx; 0.1 % may be. Callers must try again; what was not answered 202 is not accepted.",
    dashboard: "tern-overview",
  },
];

/** The share of bad events over each window. */
export function sloFigures({ span }: Times): RecordingRule[] {
  return SLOS.flatMap(({ figure, bad, all }) =>
    WINDOWS.map(
      (window): RecordingRule => ({
        record: `${figure}:ratio_rate${window}`,
        expr: `(\n${indent(bad(span(window)))}\n)\n/\n${all(span(window))}`,
      }),
    ),
  );
}

/** Two rules for each promise: one that pages and one that makes a ticket. */
export function sloAlerts(times: Times): AlertRule[] {
  return SLOS.flatMap((slo) => (["page", "ticket"] as const).map((severity) => burnAlert(slo, severity, times)));
}

function burnAlert(slo: Slo, severity: Severity, { span }: Times): AlertRule {
  const { alert, figure, by, budget, all, summary, description, dashboard } = slo;
  const pairs = BURNS[severity].map(({ long, short, factor }) => {
    const limit = Number((factor * budget).toPrecision(3));
    return `(${figure}:ratio_rate${long} > ${limit} and ${figure}:ratio_rate${short} > ${limit})`;
  });
  const window = span(severity === "page" ? "1h" : "1d");
  const events = all(window).replaceAll(/\brate\(/g, "increase(");
  return {
    alert,
    severity,
    expr: `(\n${indent(pairs.join("\nor\n"))}\n)\nand on (${by ?? ""})\n${events} >= ${EVENTS_LEAST}`,
    for: span("2m"),
    summary,
    description,
    dashboard,
  };
}

const indent = (text: string): string => text.replaceAll(/^/gm, "  ");
