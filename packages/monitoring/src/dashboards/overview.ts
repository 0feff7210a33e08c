// The first page at three in the morning: is it well, what is stuck, since when.

import { grew } from "../rules/grew.ts";
import type { DashboardSpec } from "./dashboard.ts";
import {
  lastWebhook,
  quantile,
  redisMemory,
  SENDER_STATES,
  STUCK_LIMITS,
  sendersTable,
  share,
  stateOf,
  TIER_LIMITS,
  URGENT_LIMITS,
  webhooksNotTaken,
} from "./promises.ts";

const endedBadly = (more = "") => grew(`tern_messages_ended_total{status=~"failed|expired"${more}}`, "5m");
/** What the webhook service counts as failed was sent before. */
const ALL_ENDS = `sum((${grew("tern_messages_sent_total", "5m")}) or (${endedBadly(', job!="tern-webhook"')}))`;

export const overview: DashboardSpec = {
  uid: "tern-overview",
  title: "Tern: overview",
  description: "Is it well? What is stuck? Since when? Green above means: nothing to do.",
  choices: [],
  rows: [
    {
      title: "Is it well?",
      height: 4,
      panels: [
        {
          kind: "stat",
          title: "Senders that do not send",
          description:
            "Senders that are stopped by the provider, paused by an operator or resting for a time. Their messages wait. Look below which ones and since when; open the sender for the reason; resume it when the cause is mended.",
          unit: "short",
          limits: { red: 1 },
          queries: [
            { expr: 'sum(max by (sender, state) (tern_sender_state{state!="sending"}))', legend: "not sending" },
          ],
          alerts: ["TernSenderStopped", "TernSenderHeld", "TernSenderPaused"],
        },
        {
          kind: "stat",
          title: "Stuck for",
          description:
            "How long the oldest message has been free to go, or to be moved on, and nobody did it. Healthy: below a second. If it grows there is no worker, or none that works: look at the workers' /livez and restart what is wedged.",
          unit: "s",
          limits: STUCK_LIMITS,
          queries: [{ expr: "max(tern_due_oldest_seconds)", legend: "stuck" }],
          alerts: ["TernDueStuck", "TernConsumerWedged"],
        },
        {
          kind: "stat",
          title: "Urgent on the wire (99 %)",
          description:
            "99 of 100 urgent messages were put on the wire within this time after they could go; the promise is 250 ms. If it is late: see whether the sender's pace is used up by urgent messages alone, whether the event loop lags, whether Redis is slow.",
          unit: "s",
          limits: URGENT_LIMITS,
          queries: [{ expr: quantile(0.99, 'tern_queued_seconds_bucket{lane="urgent"}', [], "5m"), legend: "99 %" }],
          none: "none sent",
          alerts: ["TernUrgentLate"],
        },
        {
          kind: "stat",
          title: "Messages that fail",
          description:
            "Failed and expired messages against all that ended or were sent, over five minutes. One recipient without WhatsApp is ordinary; a share that jumps is a cause they have in common: open 'failures' and look at the class and the code.",
          unit: "percentunit",
          limits: { amber: 0.02, red: 0.05 },
          queries: [
            {
              expr: `(sum(${endedBadly()}) or vector(0)) / (${ALL_ENDS} > 0)`,
              legend: "failed or expired",
            },
          ],
          none: "none sent",
          alerts: ["TernMessagesFailing"],
        },
        {
          kind: "stat",
          title: "In doubt for too long",
          description:
            "Messages whose answer was lost and that no webhook and no policy has settled in time. Check that webhooks come in and that workers run; a person may settle one by hand (retry or cancel).",
          unit: "short",
          limits: { red: 1 },
          queries: [{ expr: "sum(max by (sender) (tern_unconfirmed_overdue_messages))", legend: "overdue" }],
          alerts: ["TernUnconfirmedOverdue"],
        },
        {
          kind: "stat",
          title: "Provider",
          description:
            "Whether the workers take the provider for away (their circuit breaker is open). All messages wait and sending goes on by itself when it is back. See 360dialog's status page, and your own way out to the internet.",
          unit: "short",
          words: { 0: { text: "there", color: "green" }, 1: { text: "away", color: "red" } },
          queries: [{ expr: "max(tern_provider_away)", legend: "provider" }],
          alerts: ["TernProviderAway"],
        },
        lastWebhook,
        webhooksNotTaken,
        {
          kind: "stat",
          title: "API errors",
          description:
            "Share of the API's answers that were 5xx, over five minutes. Callers try again; what was not answered 202 is not accepted. Nearly always Redis: away, or full.",
          unit: "percentunit",
          limits: { amber: 0.001, red: 0.01 },
          queries: [
            {
              expr: share('rate(tern_http_requests_total{status=~"5.."}[5m])', "rate(tern_http_requests_total[5m])"),
              legend: "5xx",
            },
          ],
          none: "no requests",
          alerts: ["TernApiFailing", "TernRefusing"],
        },
        redisMemory,
        {
          kind: "stat",
          title: "Tier used",
          description:
            "The fullest portfolio: people written to in 24 hours outside their windows, against what WhatsApp allows. When it is full, bulk waits for up to a day and what is urgent still goes from the reserve. Spread campaigns, or ask for a higher tier.",
          unit: "percentunit",
          limits: TIER_LIMITS,
          queries: [
            {
              expr: "max(max by (portfolio) (tern_tier_used) / (max by (portfolio) (tern_tier_limit) > 0))",
              legend: "used",
            },
          ],
          none: "no tier set",
          alerts: ["TernTierNearlyUsed"],
        },
        {
          kind: "stat",
          title: "Processes",
          description:
            "Processes of each service that Prometheus reaches. 0 API: callers cannot send. 0 workers: everything accepted waits. 0 webhook: the provider keeps its reports and sends them again later. Start what is missing.",
          unit: "short",
          redBelow: 1,
          queries: ["api", "worker", "webhook"].map((service) => ({
            expr: `sum(up{job="tern-${service}"}) or vector(0)`,
            legend: service,
          })),
          alerts: ["TernServiceDown", "TernTargetDown"],
        },
      ].map((panel) => ({ ...panel, span: 4 })) as DashboardSpec["rows"][number]["panels"],
    },
    {
      title: "What is stuck, and since when?",
      height: 8,
      panels: [
        sendersTable,
        {
          kind: "states",
          title: "Senders' states",
          description:
            "Since when a sender is stopped, paused or resting. Stopped: the provider refuses it for good (key, payment, registration): mend it there, then resume. Paused: an operator did it (the audit trail says who). Resting: it goes on by itself.",
          unit: "short",
          words: SENDER_STATES,
          queries: [{ expr: stateOf('sender!=""'), legend: "{{sender}}" }],
          span: 12,
          alerts: ["TernSenderStopped", "TernSenderHeld", "TernSenderPaused"],
        },
        {
          kind: "graph",
          title: "Could go, and nobody takes it",
          description:
            "How long a message of each sender has been free to go. A line that climbs is a sender nobody works for: check the workers' /livez and the log of the one that should.",
          unit: "s",
          limits: STUCK_LIMITS,
          queries: [{ expr: "max by (sender) (tern_due_oldest_seconds)", legend: "{{sender}}" }],
          span: 12,
          alerts: ["TernDueStuck"],
        },
      ],
    },
    {
      title: "What flows",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Messages",
          description:
            "Accepted, taken by the provider, delivered, and ended without that. Accepted above sent for long: the backlog grows (see the lanes). Sent without delivered: the webhooks are silent.",
          unit: "mps",
          queries: [
            { expr: "sum(rate(tern_messages_accepted_total[$__rate_interval]))", legend: "accepted" },
            { expr: "sum(rate(tern_messages_sent_total[$__rate_interval]))", legend: "sent" },
            { expr: 'sum(rate(tern_statuses_total{status="delivered"}[$__rate_interval]))', legend: "delivered" },
            { expr: "sum by (status) (rate(tern_messages_ended_total[$__rate_interval]))", legend: "{{status}}" },
          ],
          alerts: ["TernMessagesFailing"],
        },
        {
          kind: "graph",
          title: "Waiting, by lane",
          description:
            "Messages that are ready and wait for a slot of their sender's pace. Bulk may pile up for hours; urgent must not. If urgent piles up: raise the sender's pace or spread its load over more senders.",
          unit: "short",
          stacked: true,
          queries: [{ expr: "sum by (lane) (max by (sender, lane) (tern_waiting_messages))", legend: "{{lane}}" }],
          alerts: ["TernBacklogWontDrain"],
        },
        {
          kind: "graph",
          title: "Oldest waiting, by lane",
          description:
            "Age of the message that has waited longest. For urgent more than a second is wrong; for bulk compare it with the time the campaign may take.",
          unit: "s",
          queries: [{ expr: "max by (lane) (tern_oldest_waiting_seconds)", legend: "{{lane}}" }],
          alerts: ["TernUrgentLate"],
        },
      ],
    },
  ],
};
