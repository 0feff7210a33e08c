// Figures that several dashboards show, and what their limits come from.

import type { Limits, Stat, Table, Word } from "./dashboard.ts";

/** Promise P5 (ARCHITECTURE.md): 99 of 100 urgent messages are on the wire within 250 ms. */
export const URGENT_LIMITS: Limits = { amber: 0.25, red: 1 };

/** The API refuses from 0.9 on (`admission.redisMemoryMax`); the alerts begin before. */
export const MEMORY_LIMITS: Limits = { amber: 0.75, red: 0.85 };

export const TIER_LIMITS: Limits = { amber: 0.8, red: 1 };

/** A healthy system moves a message within a second of its moment; the alert begins at a minute. */
export const STUCK_LIMITS: Limits = { amber: 5, red: 60 };

/** The provider wants a median below 250 ms and gives up after 5 s (docs/sources.md, webhook delivery). */
export const WEBHOOK_LIMITS: Limits = { amber: 0.25, red: 5 };

/** What `stateOf` gives. */
export const SENDER_STATES: Readonly<Record<number, Word>> = {
  0: { text: "sending", color: "green" },
  1: { text: "resting", color: "blue" },
  2: { text: "paused", color: "orange" },
  3: { text: "stopped", color: "red" },
};

/** Exactly one state of a sender is 1; each gets its number. */
export function stateOf(senders: string): string {
  const as = (state: string, number: number) =>
    `max by (sender, state) (tern_sender_state{${senders}, state="${state}"}) * ${number}`;
  return `sum by (sender) (${as("held", 1)} or ${as("paused", 2)} or ${as("stopped", 3)})`;
}

/**
 * A quantile of a histogram, by labels, over `window`; no series where nothing was observed (a quotient by nothing is no
 * number, and no number is not zero).
 */
export function quantile(
  share: number,
  buckets: string,
  by: readonly string[] = [],
  window = "$__rate_interval",
): string {
  return `histogram_quantile(${share}, sum by (${[...by, "le"].join(", ")}) (rate(${buckets}[${window}]))) >= 0`;
}

/** A share of something that may not have happened at all: then it is 0, and nothing if even the whole did not happen. */
export function share(part: string, whole: string): string {
  return `(sum(${part}) or vector(0)) / (sum(${whole}) > 0)`;
}

export const redisMemory: Stat = {
  kind: "stat",
  title: "Redis memory",
  description:
    "How much of maxmemory the fullest Redis uses. From 90 % on the API refuses new messages (503) and what was accepted goes on. When it climbs: see which sender's backlog grows, give Redis more memory, or shorten what is kept. 0 % means that Redis has no limit: set one.",
  unit: "percentunit",
  limits: MEMORY_LIMITS,
  queries: [{ expr: "max(tern_redis_memory_used_ratio)", legend: "used" }],
  alerts: ["TernRedisNearlyFull", "TernRedisUnlimited"],
};

export const lastWebhook: Stat = {
  kind: "stat",
  title: "Last webhook",
  description:
    "Time since the last request of the provider. Silence is bad only while messages go out: then check that the webhook service runs, that its address is reachable from outside, and that the provider has the right address and secret (pnpm configure-webhook).",
  unit: "s",
  limits: { amber: 300, red: 600 },
  queries: [{ expr: "time() - max(tern_webhook_last_request_timestamp_seconds)", legend: "ago" }],
  alerts: ["TernWebhookSilent"],
};

export const webhooksNotTaken: Stat = {
  kind: "stat",
  title: "Webhooks not taken",
  description:
    "Share of webhook requests answered 503, because Redis did not take them. The provider sends them again for seven days, so statuses come late and nothing is lost. Look at Redis.",
  unit: "percentunit",
  limits: { amber: 0.001, red: 0.01 },
  queries: [
    {
      expr: share(
        'rate(tern_webhook_requests_total{result="unavailable"}[5m])',
        'rate(tern_webhook_requests_total{result=~"ok|unavailable"}[5m])',
      ),
      legend: "not taken",
    },
  ],
  none: "no requests",
  alerts: ["TernWebhookFailing"],
};

/** One line for each sender: what waits for what, and since when. */
export const sendersTable: Table = {
  kind: "table",
  title: "Senders",
  description:
    "What waits, and since when. 'Could go for' is the one to look at first: how long a message has been free to go and no worker took it; above a few seconds the workers are gone, wedged or too few. 'Oldest' alone may be right: a bulk campaign waits for its pace. Click a sender to see why.",
  unit: "short",
  labels: { sender: "Sender" },
  columns: [
    {
      title: "Could go for",
      expr: "max by (sender) (tern_due_oldest_seconds)",
      unit: "s",
      limits: STUCK_LIMITS,
    },
    { title: "Waiting", expr: "sum by (sender) (max by (sender, lane) (tern_waiting_messages))", unit: "short" },
    { title: "Oldest", expr: "max by (sender) (tern_oldest_waiting_seconds)", unit: "s" },
    { title: "Later", expr: "max by (sender) (tern_later_messages)", unit: "short" },
    { title: "In doubt", expr: "max by (sender) (tern_unconfirmed_messages)", unit: "short" },
    { title: "Doubt since", expr: "max by (sender) (tern_unconfirmed_oldest_seconds)", unit: "s" },
    {
      title: "Doubt overdue",
      expr: "max by (sender) (tern_unconfirmed_overdue_messages)",
      unit: "short",
      limits: { red: 1 },
    },
    {
      title: "Templates at rest",
      expr: "max by (sender) (tern_templates_held)",
      unit: "short",
      limits: { amber: 1 },
    },
  ],
  sortBy: "Could go for",
  span: 24,
  alerts: ["TernDueStuck", "TernUnconfirmedOverdue", "TernTemplatePaused"],
};
