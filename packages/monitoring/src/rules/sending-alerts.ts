// Alerts on what keeps messages from going out.
//
// What Redis knows is told by every API and worker process, and each says the same: hence `max by`, never a sum.

import { grew } from "./grew.ts";
import { type AlertRule, SENDER_DASHBOARD } from "./rule.ts";
import type { Times } from "./times.ts";

/** From 0.8 of the pace on a throttle is the usual search for what the provider allows. */
const PACE_LEFT_LEAST = 0.8;
/** A tier is full at 1, and a higher one takes days to get. */
const TIER_USED_MOST = 0.8;

export function sendingAlerts({ span, seconds }: Times): AlertRule[] {
  return [
    {
      alert: "TernSenderStopped",
      severity: "page",
      expr: 'max by (sender) (tern_sender_state{state="stopped"}) == 1',
      for: span("1m"),
      summary: "{{ $labels.sender }} is stopped",
      description:
        "The provider refused {{ $labels.sender }} for a reason that does not pass: its key, its payment, its registration, or the number is blocked. Nothing is sent until somebody mends it and resumes the sender; its messages wait.",
      dashboard: SENDER_DASHBOARD,
    },
    {
      alert: "TernSenderHeld",
      severity: "ticket",
      expr: 'max by (sender) (tern_sender_state{state="held"}) == 1',
      for: span("15m"),
      summary: "{{ $labels.sender }} rests by the provider's word",
      description:
        "The provider told {{ $labels.sender }} to rest for a time. It goes on by itself; until then its messages wait, and some may expire.",
      dashboard: SENDER_DASHBOARD,
    },
    {
      alert: "TernSenderPaused",
      severity: "ticket",
      expr: [
        'max by (sender) (tern_sender_state{state="paused"}) == 1',
        "and on (sender)",
        "sum by (sender) (max by (sender, lane) (tern_waiting_messages)) > 0",
      ].join("\n"),
      for: span("1h"),
      summary: "{{ $labels.sender }} has been paused for an hour, and messages wait",
      description:
        "An operator paused {{ $labels.sender }} and may have forgotten it. Nothing is sent until it is resumed.",
      dashboard: SENDER_DASHBOARD,
    },
    {
      alert: "TernDueStuck",
      severity: "page",
      expr: `max by (sender) (tern_due_oldest_seconds) > ${seconds(60)}`,
      for: span("1m"),
      summary: "Messages of {{ $labels.sender }} could go and do not",
      description:
        "For {{ $value | humanizeDuration }} a message of {{ $labels.sender }} could have been sent, or moved on, and no worker did it: there is no worker, or none that works.",
      dashboard: SENDER_DASHBOARD,
    },
    {
      alert: "TernConsumerWedged",
      severity: "page",
      expr: `max by (job, instance, sender) (tern_last_progress_age_seconds) > ${seconds(60)}`,
      for: span("30s"),
      summary: "A worker does nothing for {{ $labels.sender }}",
      description:
        "The worker {{ $labels.instance }} has made no progress for {{ $labels.sender }} for {{ $value | humanizeDuration }} while there was work. Its /livez says so, and nobody has restarted it.",
      dashboard: SENDER_DASHBOARD,
    },
    {
      alert: "TernUnconfirmedOverdue",
      severity: "ticket",
      expr: "max by (sender) (tern_unconfirmed_overdue_messages) > 0",
      for: span("5m"),
      summary: "Messages of {{ $labels.sender }} stay in doubt",
      description:
        "{{ $value }} messages of {{ $labels.sender }} were put on the wire, their answer was lost, and the time in which a webhook or their policy settles that is over.",
      dashboard: SENDER_DASHBOARD,
    },
    {
      alert: "TernBacklogWontDrain",
      severity: "ticket",
      expr: "max by (sender, lane) (tern_backlog_expiring_messages) > 0",
      for: span("5m"),
      summary: "Messages of {{ $labels.sender }} will expire before they can go",
      description:
        "In the lane {{ $labels.lane }} of {{ $labels.sender }} more waits than its pace can send in time: of those looked at, {{ $value }} expire before their turn comes.",
      dashboard: "tern-lanes?var-sender={{ $labels.sender }}",
    },
    {
      alert: "TernTemplatePaused",
      severity: "ticket",
      expr: "max by (sender) (tern_templates_held) > 0",
      for: span("5m"),
      summary: "A template of {{ $labels.sender }} is paused",
      description:
        "{{ $value }} templates of {{ $labels.sender }} rest, by the provider's word (people complain or block) or by an operator's. Their messages wait; others go on.",
      dashboard: SENDER_DASHBOARD,
    },
    {
      alert: "TernTierNearlyUsed",
      severity: "ticket",
      expr: `max by (portfolio) (tern_tier_used)\n/\n(max by (portfolio) (tern_tier_limit) > 0)\n> ${TIER_USED_MOST}`,
      for: span("5m"),
      summary: "{{ $labels.portfolio }} has nearly used up its tier",
      description:
        "In the last 24 hours the senders of {{ $labels.portfolio }} wrote to {{ $value | humanizePercentage }} of the people that WhatsApp allows outside their windows. When it is full, bulk messages wait for up to a day.",
      dashboard: "tern-lanes?var-portfolio={{ $labels.portfolio }}",
    },
    {
      alert: "TernThrottledLong",
      severity: "ticket",
      expr: `max by (sender) (tern_pace_in_force)\n/\n(max by (sender) (tern_pace_set) > 0)\n< ${PACE_LEFT_LEAST}`,
      for: span("30m"),
      summary: "The provider slows {{ $labels.sender }} down",
      description:
        "For half an hour {{ $labels.sender }} has had only {{ $value | humanizePercentage }} of its pace, for the provider keeps telling it to slow down. Nothing fails, but everything takes longer.",
      dashboard: SENDER_DASHBOARD,
    },
    {
      alert: "TernProviderAway",
      severity: "page",
      expr: "max by (provider) (tern_provider_away) == 1",
      for: span("2m"),
      summary: "The provider does not answer",
      description:
        "{{ $labels.provider }} does not answer. All messages to it wait, one a second asks for it, and sending goes on by itself when it is back. Messages may expire meanwhile.",
      dashboard: "tern-overview",
    },
    {
      alert: "TernLeasesReaped",
      severity: "ticket",
      expr: `sum by (sender) (${grew("tern_leases_reaped_total", span("15m"))}) > 0`,
      for: null,
      summary: "A worker died or froze while it sent for {{ $labels.sender }}",
      description:
        "{{ $value }} messages of {{ $labels.sender }} were on the wire when their worker died or stood still for 10 s. They are in doubt until a webhook or their policy settles it.",
      dashboard: SENDER_DASHBOARD,
    },
  ];
}
