// How long messages take in each lane, and the limits that make them wait: pace and tier.

import { ALL_SENDERS, type DashboardSpec, type Graph, type Heatmap, type Stat } from "./dashboard.ts";
import { quantile, TIER_LIMITS, URGENT_LIMITS } from "./promises.ts";

const CHOSEN = 'sender=~"$sender"';
const PORTFOLIO = 'portfolio=~"$portfolio"';

const tierUsed = `max by (portfolio) (tern_tier_used{${PORTFOLIO}}) / (max by (portfolio) (tern_tier_limit{${PORTFOLIO}}) > 0)`;

function waitOf(lane: string, limits: Stat["limits"] & object, description: string): Stat {
  return {
    kind: "stat",
    title: `${lane}: wait (99 %)`,
    description,
    unit: "s",
    limits,
    queries: [{ expr: quantile(0.99, `tern_queued_seconds_bucket{lane="${lane}"}`, [], "5m"), legend: lane }],
    none: "none sent",
    alerts: ["TernUrgentLate"],
  };
}

function quantiles(title: string, histogram: string, description: string): Graph {
  return {
    kind: "graph",
    title,
    description,
    unit: "s",
    queries: [0.5, 0.99].map((part) => ({
      expr: quantile(part, `${histogram}_bucket`, ["lane"]),
      legend: `{{lane}} ${part * 100} %`,
    })),
    alerts: ["TernUrgentLate"],
  };
}

function spread(lane: string): Heatmap {
  return {
    kind: "heatmap",
    title: `${lane}: waits`,
    description: `How many ${lane} messages waited how long before their first send. A band that moves up: everything waits longer; a second band: some wait for something else (a recipient's turn, a throttle).`,
    unit: "s",
    queries: [
      {
        expr: `sum by (le) (increase(tern_queued_seconds_bucket{lane="${lane}"}[$__rate_interval]))`,
        legend: "{{le}}",
      },
    ],
    alerts: ["TernUrgentLate"],
  };
}

export const lanes: DashboardSpec = {
  uid: "tern-lanes",
  title: "Tern: lanes and limits",
  description: "How long each lane takes, what waits in it, and how much of pace and tier is used.",
  choices: [ALL_SENDERS, { name: "portfolio", metric: "tern_tier_limit", isMulti: true }],
  rows: [
    {
      title: "Is it well?",
      height: 4,
      panels: [
        waitOf(
          "urgent",
          URGENT_LIMITS,
          "The promise is 250 ms for 99 of 100. Later: urgent messages alone use up a sender's pace, the event loop lags, or Redis is slow.",
        ),
        waitOf(
          "normal",
          { amber: 30, red: 300 },
          "Normal messages wait behind urgent ones. Minutes are too long for a receipt: raise the pace or move campaigns to bulk.",
        ),
        waitOf(
          "bulk",
          { amber: 7_200, red: 28_800 },
          "Bulk gets its share and what the others leave. Hours are ordinary in a campaign; compare with the time to drain below.",
        ),
        {
          kind: "stat",
          title: "Urgent that came late",
          description:
            "Share of urgent messages that took more than 250 ms to the wire, over five minutes; 1 % may. More: see the graphs below for the moment it began, then the senders' paces.",
          unit: "percentunit",
          limits: { amber: 0.01, red: 0.1 },
          queries: [
            {
              expr: '1 - sum(rate(tern_queued_seconds_bucket{lane="urgent",le="0.25"}[5m])) / (sum(rate(tern_queued_seconds_count{lane="urgent"}[5m])) > 0)',
              legend: "late",
            },
          ],
          none: "none sent",
          alerts: ["TernUrgentLate"],
        },
        {
          kind: "stat",
          title: "Will expire before they can go",
          description:
            "Of the messages looked at at the ends of the backlog, those whose expiry comes before their turn. Raise the pace, cancel what is no longer wanted, or use more senders.",
          unit: "short",
          limits: { red: 1 },
          queries: [
            { expr: `sum(max by (sender, lane) (tern_backlog_expiring_messages{${CHOSEN}}))`, legend: "will expire" },
          ],
          alerts: ["TernBacklogWontDrain"],
        },
        {
          kind: "stat",
          title: "Tier used",
          description:
            "The fullest portfolio. When it is full, bulk waits for up to a day; urgent goes from the reserve. Spread campaigns over days, or ask WhatsApp for a higher tier.",
          unit: "percentunit",
          limits: TIER_LIMITS,
          queries: [{ expr: `max(${tierUsed})`, legend: "used" }],
          none: "no tier set",
          alerts: ["TernTierNearlyUsed"],
        },
      ],
    },
    {
      title: "How long it takes",
      height: 8,
      panels: [
        quantiles(
          "From could-go to the first send",
          "tern_queued_seconds",
          "The wait in Tern: half of the messages, and 99 of 100. Compare with the backlog below: a wait without a backlog is a slow worker or Redis.",
        ),
        quantiles(
          "From could-go to taken by the provider",
          "tern_submitted_seconds",
          "The wait and the provider's answer. Far above the first send: the provider answers slowly, throttles, or sends are tried again.",
        ),
        quantiles(
          "From could-go to delivered",
          "tern_delivered_seconds",
          "As people feel it, for phones that are on. Only this one is slow: WhatsApp or the phones; see also the lag of the webhooks.",
        ),
        { ...spread("urgent"), span: 12 },
        { ...spread("normal"), span: 12 },
      ],
    },
    {
      title: "What waits",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Waiting, by sender and lane",
          description: "Messages ready to go. The sender with the hill is the one to look at.",
          unit: "short",
          queries: [
            { expr: `max by (sender, lane) (tern_waiting_messages{${CHOSEN}})`, legend: "{{sender}} {{lane}}" },
          ],
          alerts: ["TernBacklogWontDrain"],
        },
        {
          kind: "graph",
          title: "Oldest waiting, by sender and lane",
          description:
            "Age of the oldest message of each. It climbs in a straight line while nothing of that lane goes.",
          unit: "s",
          queries: [
            { expr: `max by (sender, lane) (tern_oldest_waiting_seconds{${CHOSEN}})`, legend: "{{sender}} {{lane}}" },
          ],
          alerts: ["TernDueStuck"],
        },
        {
          kind: "graph",
          title: "Time until the backlog is gone",
          description:
            "What waits in a lane, and in those before it, at the pace in force, if nothing more comes. Longer than the campaign may take: raise the pace or use more senders.",
          unit: "s",
          queries: [
            { expr: `max by (sender, lane) (tern_backlog_drain_seconds{${CHOSEN}})`, legend: "{{sender}} {{lane}}" },
          ],
          alerts: ["TernBacklogWontDrain"],
        },
      ],
    },
    {
      title: "Limits",
      height: 8,
      panels: [
        {
          kind: "graph",
          title: "Pace used",
          description:
            "What is sent against the pace in force. At 100 % the sender goes as fast as it may: a backlog is then a matter of pace, not of workers. Far below with a backlog: too few workers or slow answers.",
          unit: "percentunit",
          max: 1.2,
          queries: [
            {
              expr: `sum by (sender) (rate(tern_messages_sent_total{${CHOSEN}}[$__rate_interval])) / (max by (sender) (tern_pace_in_force{${CHOSEN}}) > 0)`,
              legend: "{{sender}}",
            },
          ],
          alerts: ["TernBacklogWontDrain"],
        },
        {
          kind: "graph",
          title: "Pace left by throttles",
          description:
            "The pace in force against the pace set. A saw-tooth near 100 % is the search for what the provider allows; a plateau far below: the set pace is too high for the number.",
          unit: "percentunit",
          max: 1.2,
          queries: [
            {
              expr: `max by (sender) (tern_pace_in_force{${CHOSEN}}) / (max by (sender) (tern_pace_set{${CHOSEN}}) > 0)`,
              legend: "{{sender}}",
            },
          ],
          alerts: ["TernThrottledLong"],
        },
        {
          kind: "graph",
          title: "Throttled",
          description:
            "Sends that the provider told to slow down, per second. No attempt is used up; lower the pace if it lasts.",
          unit: "mps",
          queries: [
            {
              expr: `sum by (sender) (rate(tern_throttled_total{${CHOSEN}}[$__rate_interval]))`,
              legend: "{{sender}}",
            },
          ],
          alerts: ["TernThrottledLong"],
        },
        {
          kind: "bars",
          title: "Tier: used of the limit",
          description:
            "People written to in 24 hours outside their windows, of what WhatsApp allows the portfolio. Full: bulk waits, see above.",
          unit: "percentunit",
          limits: TIER_LIMITS,
          max: 1,
          queries: [{ expr: tierUsed, legend: "{{portfolio}}" }],
          span: 12,
          alerts: ["TernTierNearlyUsed"],
        },
        {
          kind: "graph",
          title: "Tier: people in 24 hours",
          description: "Used and limit. It goes down only as yesterday's people fall out of the 24 hours.",
          unit: "short",
          queries: [
            { expr: `max by (portfolio) (tern_tier_used{${PORTFOLIO}})`, legend: "{{portfolio}} used" },
            { expr: `max by (portfolio) (tern_tier_limit{${PORTFOLIO}})`, legend: "{{portfolio}} limit" },
          ],
          span: 12,
          alerts: ["TernTierNearlyUsed"],
        },
      ],
    },
  ],
};
