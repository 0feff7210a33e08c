// Alerts on what the provider reports, or no longer reports.

import { grew } from "./grew.ts";
import { type AlertRule, SENDER_DASHBOARD } from "./rule.ts";
import type { Times } from "./times.ts";

/** Fewer messages than this may have nothing to report for a while: phones are off. */
const SENT_LEAST = 5;
/** One sender alone: more messages and more time, for it may have few readers. */
const SENDER_SENT_LEAST = 20;
/** A scanner that has found the address makes a few of these; a wrong secret makes nothing else. */
const UNAUTHORIZED_MOST = 5;
/** An answer that is late by a moment parks a status for a moment. */
const ORPHANS_MOST = 20;

export function webhookAlerts({ span, seconds }: Times): AlertRule[] {
  return [
    {
      alert: "TernWebhookSilent",
      severity: "page",
      expr: [
        `sum(increase(tern_messages_sent_total[${span("10m")}])) >= ${SENT_LEAST}`,
        "unless on ()",
        `time() - max(tern_webhook_last_request_timestamp_seconds) < ${seconds(600)}`,
      ].join("\n"),
      for: span("5m"),
      summary: "Messages go out, and the provider reports nothing",
      description:
        "{{ $value | humanize }} messages were sent in the last ten minutes, and no webhook came in. Statuses stay at submitted, doubts are not settled, and what people write does not arrive.",
      dashboard: "tern-webhooks",
    },
    {
      alert: "TernSenderSilent",
      severity: "ticket",
      expr: [
        `sum by (sender) (increase(tern_messages_sent_total[${span("30m")}])) >= ${SENDER_SENT_LEAST}`,
        "unless on (sender)",
        `sum by (sender) (${grew("tern_statuses_total", span("30m"))}) > 0`,
      ].join("\n"),
      for: span("15m"),
      summary: "No statuses come for {{ $labels.sender }}",
      description:
        "{{ $value | humanize }} messages of {{ $labels.sender }} were sent in half an hour and not one status came for it: its webhook is configured elsewhere, or its number in the deployment file is wrong.",
      dashboard: SENDER_DASHBOARD,
    },
    {
      alert: "TernWebhookUnauthorized",
      severity: "ticket",
      expr: `sum(${grew('tern_webhook_requests_total{result="unauthorized"}', span("10m"))}) > ${UNAUTHORIZED_MOST}`,
      for: span("5m"),
      summary: "Webhooks come without our secret",
      description:
        "{{ $value | humanize }} requests to the webhook's secret address had neither our header secret nor our signature: the provider has an old secret, or somebody else knows the address. They were answered 401.",
      dashboard: "tern-webhooks",
    },
    {
      alert: "TernWebhookItemsLost",
      severity: "ticket",
      expr: `sum by (result) (${grew('tern_webhook_items_total{result=~"unroutable|unreadable|damaged"}', span("30m"))}) > 0`,
      for: null,
      summary: "Reports of the provider could not be used ({{ $labels.result }})",
      description:
        "{{ $value | humanize }} items of webhooks were set aside as {{ $labels.result }}: unroutable is a number that the deployment file does not have, unreadable a body that is no webhook, damaged a record that somebody changed by hand. They are kept.",
      dashboard: "tern-webhooks",
    },
    {
      alert: "TernOrphansGrowing",
      severity: "ticket",
      expr: [
        `max by (sender) (tern_orphan_statuses) > ${ORPHANS_MOST}`,
        "and on (sender)",
        `max by (sender) (delta(tern_orphan_statuses[${span("10m")}])) > 0`,
      ].join("\n"),
      for: span("10m"),
      summary: "Statuses come for messages that {{ $labels.sender }} does not know",
      description:
        "{{ $value }} statuses of {{ $labels.sender }} name messages that Tern has not sent, and they become more: something else sends from this number, or answers of the provider are lost.",
      dashboard: "tern-webhooks?var-sender={{ $labels.sender }}",
    },
  ];
}
