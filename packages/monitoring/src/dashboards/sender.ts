// Everything about one sender, for whoever comes from the overview or from an alert.

import { grew } from "../rules/grew.ts";
import type { DashboardSpec } from "./dashboard.ts";
import { SENDER_STATES, STUCK_LIMITS, stateOf } from "./promises.ts";

const ONE = 'sender="$sender"';
const rate = (metric: string) => `rate(${metric}{${ONE}}[$__rate_interval])`;
const inFiveMinutes = (metric: string) => grew(`${metric}{${ONE}}`, "5m");

export const sender: DashboardSpec = {
  uid: "tern-sender",
  title: "Tern: one sender",
  description: "One business number: its state, what waits, what its pace allows, and what the provider answers.",
  choices: [{ name: "sender", metric: "tern_sender_state", isMulti: false }],
  rows: [
    {
      title: "Is it well?",
      height: 4,
      panels: [
        {
          kind: "stat",
          title: "State",
          description:
            "Stopped: the provider refuses this number for good; GET /v1/senders/:id says why; mend it, then resume. Paused: an operator did it; the audit trail says who. Resting: for a time, by the provider's word.",
          unit: "short",
          words: SENDER_STATES,
          queries: [{ expr: stateOf(ONE), legend: "state" }],
          alerts: ["TernSenderStopped", "TernSenderHeld", "TernSenderPaused"],
        },
        {
          kind: "stat",
          title: "Stuck for",
          description:
            "How long its oldest message has been free to go and no worker took it. Above a few seconds: is there a worker, and is its /livez well?",
          unit: "s",
          limits: STUCK_LIMITS,
          queries: [{ expr: `max(tern_due_oldest_seconds{${ONE}})`, legend: "stuck" }],
          alerts: ["TernDueStuck", "TernConsumerWedged"],
        },
        {
          kind: "stat",
          title: "Waiting",
          description:
            "Messages ready to go that wait for the pace. See below in which lane, and how long they will take.",
          unit: "short",
          queries: [{ expr: `sum(max by (lane) (tern_waiting_messages{${ONE}}))`, legend: "waiting" }],
          alerts: ["TernBacklogWontDrain"],
        },
        {
          kind: "stat",
          title: "Pace left by throttles",
          description:
            "The pace in force against the pace set. Below 100 % the provider told this number to slow down. If it stays low, the set pace is higher than what the number is allowed: lower it, or ask for more throughput.",
          unit: "percentunit",
          redBelow: 0.5,
          queries: [{ expr: `max(tern_pace_in_force{${ONE}}) / (max(tern_pace_set{${ONE}}) > 0)`, legend: "in force" }],
          none: "no pacing",
          alerts: ["TernThrottledLong"],
        },
        {
          kind: "stat",
          title: "In doubt",
          description:
            "Messages whose answer was lost. A webhook settles most within seconds, else their policy does. If they stay: do webhooks come in?",
          unit: "short",
          limits: { amber: 10, red: 100 },
          queries: [{ expr: `max(tern_unconfirmed_messages{${ONE}})`, legend: "in doubt" }],
          alerts: ["TernUnconfirmedOverdue"],
        },
        {
          kind: "stat",
          title: "Templates at rest",
          description:
            "Templates that the provider or an operator has paused; their messages wait, others go on. GET /v1/senders/:id/templates says which and why. People complained or blocked: change the template or whom it goes to.",
          unit: "short",
          limits: { amber: 1 },
          queries: [{ expr: `max(tern_templates_held{${ONE}})`, legend: "at rest" }],
          alerts: ["TernTemplatePaused"],
        },
      ],
    },
    {
      title: "What flows",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Accepted and sent",
          description:
            "What callers bring and what the provider takes. Accepted above sent for long: the backlog grows, and its end is below.",
          unit: "mps",
          queries: [
            { expr: `sum by (lane) (${rate("tern_messages_accepted_total")})`, legend: "accepted, {{lane}}" },
            { expr: `sum by (lane) (${rate("tern_messages_sent_total")})`, legend: "sent, {{lane}}" },
          ],
          alerts: ["TernBacklogWontDrain"],
        },
        {
          kind: "graph",
          title: "Statuses reported",
          description:
            "What the provider reports about messages of this sender. Silence while messages are sent: its webhook is configured elsewhere, or its number in the deployment file is wrong.",
          unit: "mps",
          queries: [{ expr: `sum by (status) (${rate("tern_statuses_total")})`, legend: "{{status}}" }],
          alerts: ["TernSenderSilent"],
        },
        {
          kind: "graph",
          title: "Ended undelivered, in five minutes",
          description:
            "Failed, expired and canceled messages by class. Expired: they waited longer than their callers allowed. For failed ones see the class and the code in 'failures'.",
          unit: "short",
          queries: [
            {
              expr: `sum by (status, class) (${inFiveMinutes("tern_messages_ended_total")})`,
              legend: "{{status}} ({{class}})",
            },
          ],
          alerts: ["TernMessagesFailing"],
        },
      ],
    },
    {
      title: "What waits",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Waiting, by lane",
          description: "Messages ready to go, by lane. Urgent must stay near zero.",
          unit: "short",
          stacked: true,
          queries: [{ expr: `max by (lane) (tern_waiting_messages{${ONE}})`, legend: "{{lane}}" }],
          alerts: ["TernBacklogWontDrain"],
        },
        {
          kind: "graph",
          title: "Oldest waiting, by lane",
          description:
            "Age of the oldest message of each lane. It climbs while a sender is paused, stopped or over its pace.",
          unit: "s",
          queries: [{ expr: `max by (lane) (tern_oldest_waiting_seconds{${ONE}})`, legend: "{{lane}}" }],
          alerts: ["TernDueStuck"],
        },
        {
          kind: "graph",
          title: "Later and in doubt",
          description:
            "Later: scheduled, to be tried again, or told to wait for a moment. In doubt: the answer was lost. Overdue is red: neither a webhook nor the policy settled it in time.",
          unit: "short",
          queries: [
            { expr: `max(tern_later_messages{${ONE}})`, legend: "later" },
            { expr: `max(tern_unconfirmed_messages{${ONE}})`, legend: "in doubt" },
            { expr: `max(tern_unconfirmed_overdue_messages{${ONE}})`, legend: "overdue" },
          ],
          alerts: ["TernUnconfirmedOverdue"],
        },
        {
          kind: "graph",
          title: "Oldest doubt",
          description:
            "Since when the oldest message is in doubt. It should not pass the policy's wait (urgent 30 s, normal 2 min, bulk 10 min by default).",
          unit: "s",
          queries: [{ expr: `max(tern_unconfirmed_oldest_seconds{${ONE}})`, legend: "oldest doubt" }],
          alerts: ["TernUnconfirmedOverdue"],
        },
      ],
    },
    {
      title: "Pace and answers",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Pace: set, in force, used",
          description:
            "Messages per second. Used at in force: the sender goes as fast as it may. In force below set: the provider throttles. Used far below in force with a backlog: too few workers, or slow answers.",
          unit: "mps",
          queries: [
            { expr: `max(tern_pace_set{${ONE}})`, legend: "set" },
            { expr: `max(tern_pace_in_force{${ONE}})`, legend: "in force" },
            { expr: `sum(${rate("tern_messages_sent_total")})`, legend: "used" },
          ],
          alerts: ["TernThrottledLong"],
        },
        {
          kind: "graph",
          title: "Throttled, and on the wire",
          description:
            "Sends that the provider told to slow down (no attempt is used up), and sends that wait for their slot or their answer. Many on the wire with few sent: the provider answers slowly.",
          unit: "short",
          queries: [
            { expr: `sum(${inFiveMinutes("tern_throttled_total")}) or vector(0)`, legend: "throttled in five minutes" },
            { expr: `sum(tern_on_wire{${ONE}})`, legend: "on the wire" },
          ],
          alerts: ["TernThrottledLong"],
        },
        {
          kind: "graph",
          title: "Answers by class",
          description:
            "What the provider answered. Anything but 'accepted' in quantity: open 'failures' for the code and what to do.",
          unit: "mps",
          stacked: true,
          queries: [{ expr: `sum by (class) (${rate("tern_send_outcomes_total")})`, legend: "{{class}}" }],
          alerts: ["TernMessagesFailing"],
        },
        {
          kind: "graph",
          title: "Workers: time since the last progress",
          description:
            "For each worker that works for this sender. Above a minute its /livez fails and it is to be restarted; if it is not, do it by hand.",
          unit: "s",
          limits: { red: 60 },
          queries: [{ expr: `max by (instance) (tern_last_progress_age_seconds{${ONE}})`, legend: "{{instance}}" }],
          alerts: ["TernConsumerWedged"],
        },
      ],
    },
    {
      title: "Rare things",
      height: 6,
      panels: [
        {
          kind: "graph",
          title: "Left by dead workers",
          description:
            "Sends whose worker died or froze, in five minutes: they were declared unconfirmed. Find out why the worker ended (memory, a kill).",
          unit: "short",
          queries: [{ expr: `sum(${inFiveMinutes("tern_leases_reaped_total")}) or vector(0)`, legend: "left" }],
          alerts: ["TernLeasesReaped"],
        },
        {
          kind: "graph",
          title: "Statuses without a message",
          description:
            "Statuses whose message is not known (yet). A few for a moment are ordinary; if they pile up, something else sends from this number.",
          unit: "short",
          queries: [{ expr: `max(tern_orphan_statuses{${ONE}})`, legend: "without a message" }],
          alerts: ["TernOrphansGrowing"],
        },
        {
          kind: "graph",
          title: "Will expire before they can go",
          description:
            "Of the messages looked at at the ends of the backlog, those whose expiry comes before their turn. Raise the pace, cancel what is no longer wanted, or use more senders.",
          unit: "short",
          queries: [{ expr: `max by (lane) (tern_backlog_expiring_messages{${ONE}})`, legend: "{{lane}}" }],
          alerts: ["TernBacklogWontDrain"],
        },
        {
          kind: "graph",
          title: "Media and missed calls",
          description:
            "Requests for media by how they ended, and calls for a worker that could not be made (workers look by themselves a moment later). Failed media: the log has the provider's answer.",
          unit: "short",
          queries: [
            {
              expr: `sum by (what, result) (${inFiveMinutes("tern_media_requests_total")})`,
              legend: "{{what}} {{result}}",
            },
            { expr: `sum(${inFiveMinutes("tern_calls_failed_total")}) or vector(0)`, legend: "calls failed" },
          ],
          alerts: ["TernRedisAway"],
        },
      ],
    },
  ],
};
