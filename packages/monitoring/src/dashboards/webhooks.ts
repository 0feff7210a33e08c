// What the provider reports: whether it comes, whether we take it in time, and whether we can use it.

import { grew } from "../rules/grew.ts";
import { ALL_SENDERS, type DashboardSpec } from "./dashboard.ts";
import { lastWebhook, quantile, WEBHOOK_LIMITS, webhooksNotTaken } from "./promises.ts";

const CHOSEN = 'sender=~"$sender"';
const LOST = "unroutable|unreadable|damaged";

export const webhooks: DashboardSpec = {
  uid: "tern-webhooks",
  title: "Tern: webhooks",
  description: "Whether the provider's reports come, are taken in time, and can be used.",
  choices: [ALL_SENDERS],
  rows: [
    {
      title: "Is it well?",
      height: 4,
      panels: [
        lastWebhook,
        webhooksNotTaken,
        {
          kind: "stat",
          title: "Answer time (half)",
          description:
            "Half of the requests were answered within this time, over five minutes; the provider wants 250 ms. Slower: Redis, or too few webhook processes.",
          unit: "s",
          limits: { amber: 0.1, red: 0.25 },
          queries: [{ expr: quantile(0.5, "tern_webhook_request_seconds_bucket", [], "5m"), legend: "50 %" }],
          none: "no requests",
          alerts: ["TernWebhookSlow"],
        },
        {
          kind: "stat",
          title: "Answer time (99 %)",
          description:
            "99 of 100 requests. After 5 s the provider gives up and sends again: then everything comes twice.",
          unit: "s",
          limits: WEBHOOK_LIMITS,
          queries: [{ expr: quantile(0.99, "tern_webhook_request_seconds_bucket", [], "5m"), legend: "99 %" }],
          none: "no requests",
          alerts: ["TernWebhookSlow"],
        },
        {
          kind: "stat",
          title: "Behind the provider (99 %)",
          description:
            "From the provider's own timestamp (whole seconds) to our record, over five minutes. Minutes: the provider's queue is long, or it sends again what we refused.",
          unit: "s",
          limits: { amber: 10, red: 60 },
          queries: [{ expr: quantile(0.99, "tern_webhook_lag_seconds_bucket", [], "5m"), legend: "99 %" }],
          none: "no reports",
          alerts: ["TernWebhookSilent"],
        },
        {
          kind: "stat",
          title: "Could not be used",
          description:
            "Items set aside in the time shown: of a number that the deployment file does not have (unroutable), no webhook at all (unreadable), or for a damaged record. They are kept; read the log and correct the deployment file.",
          unit: "short",
          limits: { amber: 1, red: 100 },
          queries: [
            {
              expr: `sum(${grew(`tern_webhook_items_total{result=~"${LOST}"}`, "$__range")}) or vector(0)`,
              legend: "set aside",
            },
          ],
          alerts: ["TernWebhookItemsLost"],
        },
      ],
    },
    {
      title: "Requests",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Requests, by answer",
          description:
            "unauthorized: the provider has an old secret, or somebody else knows the address. unavailable: Redis did not take it. not-found, too-large, unreadable: scanners, mostly.",
          unit: "reqps",
          stacked: true,
          queries: [
            {
              expr: "sum by (result) (rate(tern_webhook_requests_total[$__rate_interval]))",
              legend: "{{result}}",
            },
          ],
          alerts: ["TernWebhookUnauthorized", "TernWebhookFailing"],
        },
        {
          kind: "graph",
          title: "Answer time",
          description:
            "Half of the requests, and 99 of 100. Both climb with Redis; only the second with large batches or a busy processor.",
          unit: "s",
          limits: { red: 0.25 },
          queries: [0.5, 0.99].map((part) => ({
            expr: quantile(part, "tern_webhook_request_seconds_bucket"),
            legend: `${part * 100} %`,
          })),
          alerts: ["TernWebhookSlow"],
        },
        {
          kind: "graph",
          title: "Behind the provider",
          description:
            "From the provider's timestamp to our record. If it grows while we answer fast, the provider is late, not we.",
          unit: "s",
          queries: [0.5, 0.99].map((part) => ({
            expr: quantile(part, "tern_webhook_lag_seconds_bucket"),
            legend: `${part * 100} %`,
          })),
          alerts: ["TernWebhookSlow"],
        },
      ],
    },
    {
      title: "What they hold",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Items, by what became of them",
          description:
            "applied: moved a message on. same: said nothing new. parked: its message is not known yet. gone: its message was erased or is too old. Many 'same': the provider sends twice, so we answered late.",
          unit: "cps",
          queries: [
            { expr: "sum by (result) (rate(tern_webhook_items_total[$__rate_interval]))", legend: "{{result}}" },
          ],
          alerts: ["TernWebhookItemsLost"],
        },
        {
          kind: "graph",
          title: "Statuses, by sender",
          description: "A sender whose line ends while it sends: its webhook is configured elsewhere.",
          unit: "mps",
          queries: [
            {
              expr: `sum by (sender, status) (rate(tern_statuses_total{${CHOSEN}}[$__rate_interval]))`,
              legend: "{{sender}} {{status}}",
            },
          ],
          alerts: ["TernSenderSilent"],
        },
        {
          kind: "graph",
          title: "Sent, and reported as sent",
          description:
            "What the provider took against what it reports. They run side by side; a gap that stays open is lost reports: check the webhook's address at the provider.",
          unit: "mps",
          queries: [
            { expr: `sum(rate(tern_messages_sent_total{${CHOSEN}}[$__rate_interval]))`, legend: "sent" },
            {
              expr: `sum(rate(tern_statuses_total{${CHOSEN}, status=~"sent|delivered|read|failed"}[$__rate_interval]))`,
              legend: "reports",
            },
          ],
          alerts: ["TernWebhookSilent"],
        },
        {
          kind: "graph",
          title: "Statuses without a message",
          description:
            "Statuses whose message is not known (yet). A few for a moment are ordinary, for a report may overtake its answer; if they pile up, something else sends from this number.",
          unit: "short",
          queries: [{ expr: `max by (sender) (tern_orphan_statuses{${CHOSEN}})`, legend: "{{sender}}" }],
          span: 12,
          alerts: ["TernOrphansGrowing"],
        },
        {
          kind: "graph",
          title: "In doubt",
          description:
            "Messages that wait for a report to settle what became of them. It climbs while the webhooks are silent.",
          unit: "short",
          queries: [{ expr: `max by (sender) (tern_unconfirmed_messages{${CHOSEN}})`, legend: "{{sender}}" }],
          span: 12,
          alerts: ["TernUnconfirmedOverdue"],
        },
      ],
    },
  ],
};
