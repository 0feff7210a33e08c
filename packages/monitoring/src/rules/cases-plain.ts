// The stories of the alerts without a budget. One value a minute; `1x5` is six times 1, `0+10x5` is 0, 10, … 50.

import type { AlertCase } from "./cases.ts";

const UP_ALL = {
  'up{job="tern-api",instance="a:9464"}': "1x60",
  'up{job="tern-worker",instance="b:9464"}': "1x60",
  'up{job="tern-webhook",instance="c:9464"}': "1x60",
};
const page = (labels: Readonly<Record<string, string>> = {}) => ({ severity: "page", ...labels });
const ticket = (labels: Readonly<Record<string, string>> = {}) => ({ severity: "ticket", ...labels });
const demo = { sender: "demo" };

/** The states of a sender as every process tells them. */
const state = (of: string, values: string) => ({
  [`tern_sender_state{job="tern-api",sender="demo",state="${of}"}`]: values,
  [`tern_sender_state{job="tern-worker",sender="demo",state="${of}"}`]: values,
  'tern_sender_state{job="tern-api",sender="other",state="sending"}': "1x60",
});

export const PLAIN_CASES: readonly AlertCase[] = [
  // --- Sending ---
  {
    alert: "TernSenderStopped",
    when: "the provider has stopped it for good",
    series: state("stopped", "0 1x5"),
    at: "3m",
    fires: [page(demo)],
  },
  { alert: "TernSenderStopped", when: "it was resumed", series: state("stopped", "1x3 0x5"), at: "5m", fires: [] },
  { alert: "TernSenderStopped", when: "an operator paused it", series: state("paused", "1x5"), at: "5m", fires: [] },
  {
    alert: "TernSenderHeld",
    when: "it has rested for a quarter of an hour",
    series: state("held", "1x20"),
    at: "16m",
    fires: [ticket(demo)],
  },
  { alert: "TernSenderHeld", when: "it rests for a moment", series: state("held", "1x10 0x9"), at: "16m", fires: [] },
  {
    alert: "TernSenderPaused",
    when: "somebody forgot it, and messages wait",
    series: { ...state("paused", "1x70"), 'tern_waiting_messages{job="tern-api",sender="demo",lane="bulk"}': "7x70" },
    at: "65m",
    fires: [ticket(demo)],
  },
  {
    alert: "TernSenderPaused",
    when: "nothing waits for it",
    series: { ...state("paused", "1x70"), 'tern_waiting_messages{job="tern-api",sender="demo",lane="bulk"}': "0x70" },
    at: "65m",
    fires: [],
  },
  {
    alert: "TernDueStuck",
    when: "a message could have gone for more than a minute",
    series: {
      'tern_due_oldest_seconds{job="tern-api",sender="demo"}': "0+60x9",
      'tern_due_oldest_seconds{job="tern-worker",sender="other"}': "0.4x9",
    },
    at: "4m",
    fires: [page(demo)],
  },
  {
    alert: "TernDueStuck",
    when: "they go as fast as they become due",
    series: { 'tern_due_oldest_seconds{job="tern-api",sender="demo"}': "50 0 59 3 58 0.2x9" },
    at: "6m",
    fires: [],
  },
  {
    alert: "TernConsumerWedged",
    when: "a worker stands still while another one works",
    series: {
      'tern_last_progress_age_seconds{job="tern-worker",instance="b:9464",sender="demo"}': "0 60 120 180 240",
      'tern_last_progress_age_seconds{job="tern-worker",instance="d:9464",sender="demo"}': "0.3x5",
    },
    at: "3m",
    fires: [page({ ...demo, job: "tern-worker", instance: "b:9464" })],
  },
  {
    alert: "TernConsumerWedged",
    when: "its sends take as long as they may",
    series: { 'tern_last_progress_age_seconds{job="tern-worker",instance="b:9464",sender="demo"}': "0 30 35 30 35" },
    at: "4m",
    fires: [],
  },
  {
    alert: "TernUnconfirmedOverdue",
    when: "doubts outlive their time",
    series: { 'tern_unconfirmed_overdue_messages{job="tern-worker",sender="demo"}': "3x9" },
    at: "6m",
    fires: [ticket(demo)],
  },
  {
    alert: "TernUnconfirmedOverdue",
    when: "doubts are settled in time",
    series: {
      'tern_unconfirmed_overdue_messages{job="tern-worker",sender="demo"}': "0 1 0 2 0 0 1 0 0",
      'tern_unconfirmed_messages{job="tern-worker",sender="demo"}': "9x9",
    },
    at: "6m",
    fires: [],
  },
  {
    alert: "TernBacklogWontDrain",
    when: "messages would expire in line",
    series: {
      'tern_backlog_expiring_messages{job="tern-api",sender="demo",lane="bulk"}': "12x9",
      'tern_backlog_expiring_messages{job="tern-worker",sender="demo",lane="bulk"}': "12x9",
      'tern_backlog_expiring_messages{job="tern-api",sender="demo",lane="urgent"}': "0x9",
    },
    at: "6m",
    fires: [ticket({ ...demo, lane: "bulk" })],
  },
  {
    alert: "TernBacklogWontDrain",
    when: "the backlog is long and nothing in it expires",
    series: {
      'tern_backlog_expiring_messages{job="tern-api",sender="demo",lane="bulk"}': "0x9",
      'tern_waiting_messages{job="tern-api",sender="demo",lane="bulk"}': "100000x9",
    },
    at: "6m",
    fires: [],
  },
  {
    alert: "TernTemplatePaused",
    when: "a template rests",
    series: { 'tern_templates_held{job="tern-api",sender="demo"}': "1x9" },
    at: "6m",
    fires: [ticket(demo)],
  },
  {
    alert: "TernTemplatePaused",
    when: "none rests any longer",
    series: { 'tern_templates_held{job="tern-api",sender="demo"}': "1x3 0x5" },
    at: "6m",
    fires: [],
  },
  {
    alert: "TernTierNearlyUsed",
    when: "more than four fifths of the people were written to",
    series: {
      'tern_tier_used{job="tern-api",portfolio="acme"}': "1601x9",
      'tern_tier_limit{job="tern-api",portfolio="acme"}': "2000x9",
      'tern_tier_used{job="tern-worker",portfolio="acme"}': "1601x9",
      'tern_tier_limit{job="tern-worker",portfolio="acme"}': "2000x9",
    },
    at: "6m",
    fires: [ticket({ portfolio: "acme" })],
  },
  {
    alert: "TernTierNearlyUsed",
    when: "there is room, or no tier at all",
    series: {
      'tern_tier_used{job="tern-api",portfolio="acme"}': "1599x9",
      'tern_tier_limit{job="tern-api",portfolio="acme"}': "2000x9",
      'tern_tier_used{job="tern-api",portfolio="free"}': "5000x9",
      'tern_tier_limit{job="tern-api",portfolio="free"}': "0x9",
    },
    at: "6m",
    fires: [],
  },
  {
    alert: "TernThrottledLong",
    when: "the pace has been low for half an hour",
    series: {
      'tern_pace_in_force{job="tern-api",sender="demo"}': "40x40",
      'tern_pace_set{job="tern-api",sender="demo"}': "80x40",
    },
    at: "32m",
    fires: [ticket(demo)],
  },
  {
    alert: "TernThrottledLong",
    when: "it is kept less the margin, or was low for a moment, or there is none",
    series: {
      'tern_pace_in_force{job="tern-api",sender="demo"}': "40x20 78.4x20",
      'tern_pace_set{job="tern-api",sender="demo"}': "80x40",
      'tern_pace_in_force{job="tern-api",sender="free"}': "0x40",
      'tern_pace_set{job="tern-api",sender="free"}': "0x40",
    },
    at: "32m",
    fires: [],
  },
  {
    alert: "TernProviderAway",
    when: "a worker's breaker has been open for two minutes",
    series: {
      'tern_provider_away{job="tern-worker",instance="b:9464",provider="https://waba-v2.360dialog.io"}': "1x9",
      'tern_provider_away{job="tern-worker",instance="d:9464",provider="https://waba-v2.360dialog.io"}': "0x9",
    },
    at: "3m",
    fires: [page({ provider: "https://waba-v2.360dialog.io" })],
  },
  {
    alert: "TernProviderAway",
    when: "it was away for a moment",
    series: { 'tern_provider_away{job="tern-worker",provider="https://waba-v2.360dialog.io"}': "0 1 0 1 0" },
    at: "3m",
    fires: [],
  },
  {
    alert: "TernLeasesReaped",
    when: "the first worker ever died",
    series: { 'tern_leases_reaped_total{job="tern-worker",sender="demo"}': "_x5 3x5" },
    at: "7m",
    fires: [ticket(demo)],
  },
  {
    alert: "TernLeasesReaped",
    when: "the last one died an hour ago",
    series: { 'tern_leases_reaped_total{job="tern-worker",sender="demo"}': "3x60" },
    at: "60m",
    fires: [],
  },

  // --- Webhooks ---
  ...["5", "5.0"].map((le) => ({
    alert: "TernWebhookFailing",
    when: `the provider gave up waiting for one in fifty, as the bucket ${le} says`,
    series: {
      'tern_webhook_requests_total{job="tern-webhook",result="ok"}': "0+100x70",
      'tern_webhook_request_seconds_count{job="tern-webhook"}': "0+100x70",
      [`tern_webhook_request_seconds_bucket{job="tern-webhook",le="${le}"}`]: "0+98x70",
    },
    at: "70m",
    fires: [page(), ticket()],
  })),
  {
    alert: "TernWebhookSilent",
    when: "messages go out and the last webhook is long ago",
    series: {
      'tern_messages_sent_total{job="tern-worker",sender="demo",lane="normal"}': "0+10x30",
      'tern_webhook_last_request_timestamp_seconds{job="tern-webhook"}': "60x30",
    },
    at: "20m",
    fires: [page()],
  },
  {
    alert: "TernWebhookSilent",
    when: "there is no webhook service that could tell",
    series: { 'tern_messages_sent_total{job="tern-worker",sender="demo",lane="normal"}': "0+10x30" },
    at: "20m",
    fires: [page()],
  },
  {
    alert: "TernWebhookSilent",
    when: "one of two webhook processes hears something",
    series: {
      'tern_messages_sent_total{job="tern-worker",sender="demo",lane="normal"}': "0+10x30",
      'tern_webhook_last_request_timestamp_seconds{job="tern-webhook",instance="c:9464"}': "60x30",
      'tern_webhook_last_request_timestamp_seconds{job="tern-webhook",instance="e:9464"}': "0+60x30",
    },
    at: "20m",
    fires: [],
  },
  {
    alert: "TernWebhookSilent",
    when: "nothing is sent either",
    series: {
      'tern_messages_sent_total{job="tern-worker",sender="demo",lane="normal"}': "300x30",
      'tern_webhook_last_request_timestamp_seconds{job="tern-webhook"}': "60x30",
    },
    at: "20m",
    fires: [],
  },
  {
    alert: "TernSenderSilent",
    when: "one sender of two hears nothing",
    series: {
      'tern_messages_sent_total{job="tern-worker",sender="demo",lane="normal"}': "0+5x60",
      'tern_messages_sent_total{job="tern-worker",sender="other",lane="normal"}': "0+5x60",
      'tern_statuses_total{job="tern-webhook",sender="demo",status="delivered"}': "0x60",
      'tern_statuses_total{job="tern-webhook",sender="other",status="delivered"}': "0+5x60",
    },
    at: "50m",
    fires: [ticket(demo)],
  },
  {
    alert: "TernSenderSilent",
    when: "few are sent, or a new process has just counted its first statuses",
    series: {
      'tern_messages_sent_total{job="tern-worker",sender="quiet",lane="normal"}': "0+0.5x60",
      'tern_messages_sent_total{job="tern-worker",sender="demo",lane="normal"}': "0+5x60",
      'tern_statuses_total{job="tern-webhook",sender="demo",status="delivered"}': "_x25 4x35",
    },
    at: "50m",
    fires: [],
  },
  {
    alert: "TernWebhookUnauthorized",
    when: "the provider has an old secret",
    series: { 'tern_webhook_requests_total{job="tern-webhook",result="unauthorized"}': "0+3x30" },
    at: "20m",
    fires: [ticket()],
  },
  {
    alert: "TernWebhookUnauthorized",
    when: "somebody tried a few times, or too long bodies come",
    series: {
      'tern_webhook_requests_total{job="tern-webhook",result="unauthorized"}': "0 1 2 3 4 5x20",
      'tern_webhook_requests_total{job="tern-webhook",result="too-large"}': "0+3x30",
    },
    at: "9m",
    fires: [],
  },
  {
    alert: "TernWebhookItemsLost",
    when: "a number is not in the deployment file",
    series: { 'tern_webhook_items_total{job="tern-webhook",result="unroutable"}': "_x5 1x5" },
    at: "7m",
    fires: [ticket({ result: "unroutable" })],
  },
  {
    alert: "TernWebhookItemsLost",
    when: "items were applied, repeated or kept for later",
    series: {
      'tern_webhook_items_total{job="tern-webhook",result="applied"}': "0+9x30",
      'tern_webhook_items_total{job="tern-webhook",result="same"}': "0+9x30",
      'tern_webhook_items_total{job="tern-webhook",result="aside"}': "0+9x30",
      'tern_webhook_items_total{job="tern-webhook",result="unroutable"}': "4x50",
    },
    at: "50m",
    fires: [],
  },
  {
    alert: "TernOrphansGrowing",
    when: "statuses of strangers become more and more",
    series: { 'tern_orphan_statuses{job="tern-webhook",sender="demo"}': "0+10x40" },
    at: "30m",
    fires: [ticket(demo)],
  },
  {
    alert: "TernOrphansGrowing",
    when: "a few come before their answers, or many are expiring",
    series: {
      'tern_orphan_statuses{job="tern-webhook",sender="demo"}': "0 3 20 20 1 0 2 20x40",
      'tern_orphan_statuses{job="tern-webhook",sender="other"}': "400-10x35",
    },
    at: "30m",
    fires: [],
  },

  // --- Processes and Redis ---
  {
    alert: "TernServiceDown",
    when: "all workers are down and there is no webhook service at all",
    series: {
      'up{job="tern-api",instance="a:9464"}': "1x9",
      'up{job="tern-worker",instance="b:9464"}': "0x9",
      'up{job="tern-worker",instance="d:9464"}': "0x9",
    },
    at: "3m",
    fires: [page({ job: "tern-webhook" }), page({ job: "tern-worker" })],
  },
  {
    alert: "TernServiceDown",
    when: "one of two workers is left",
    series: { ...UP_ALL, 'up{job="tern-worker",instance="d:9464"}': "0x60" },
    at: "3m",
    fires: [],
  },
  {
    alert: "TernTargetDown",
    when: "one of two workers is gone",
    series: { ...UP_ALL, 'up{job="tern-worker",instance="d:9464"}': "0x60" },
    at: "6m",
    fires: [ticket({ job: "tern-worker", instance: "d:9464" })],
  },
  {
    alert: "TernTargetDown",
    when: "one was away for a scrape, or another team's is",
    series: {
      ...UP_ALL,
      'up{job="tern-worker",instance="d:9464"}': "1 0 1x60",
      'up{job="other",instance="x:1"}': "0x60",
    },
    at: "6m",
    fires: [],
  },
  {
    alert: "TernRestarting",
    when: "a worker was started three times",
    series: {
      'tern_process_start_time_seconds{job="tern-worker",instance="b:9464"}': "100x5 400x5 700x5 1000x5",
      'tern_process_start_time_seconds{job="tern-api",instance="a:9464"}': "100x25",
    },
    at: "22m",
    fires: [ticket({ job: "tern-worker", instance: "b:9464" })],
  },
  {
    alert: "TernRestarting",
    when: "it was started twice",
    series: { 'tern_process_start_time_seconds{job="tern-worker",instance="b:9464"}': "100x5 400x5 700x20" },
    at: "22m",
    fires: [],
  },
  {
    alert: "TernEventLoopLag",
    when: "a process has lagged for ten minutes",
    series: { 'tern_nodejs_eventloop_lag_p99_seconds{job="tern-webhook",instance="c:9464"}': "0.2x20" },
    at: "12m",
    fires: [ticket({ job: "tern-webhook", instance: "c:9464" })],
  },
  {
    alert: "TernEventLoopLag",
    when: "it lagged for a moment",
    series: { 'tern_nodejs_eventloop_lag_p99_seconds{job="tern-webhook",instance="c:9464"}': "0.02 0.5 0.5 0.02x20" },
    at: "12m",
    fires: [],
  },
  {
    alert: "TernRefusing",
    when: "Redis has no room",
    series: { 'tern_messages_refused_total{job="tern-api",reason="memory"}': "0 0+4x20" },
    at: "8m",
    fires: [page({ reason: "memory" })],
  },
  {
    alert: "TernRefusing",
    when: "callers make mistakes, or it is over",
    series: {
      'tern_messages_refused_total{job="tern-api",reason="invalid"}': "0+9x20",
      'tern_messages_refused_total{job="tern-api",reason="quota"}': "0+9x20",
      'tern_messages_refused_total{job="tern-api",reason="memory"}': "0 4 8 8x20",
    },
    at: "12m",
    fires: [],
  },
  {
    alert: "TernRedisAway",
    when: "the processes run and can tell nothing of it",
    series: { ...UP_ALL, 'tern_sender_state{job="tern-api",sender="demo",state="sending"}': "1 1 _x20" },
    at: "9m",
    fires: [page()],
  },
  {
    alert: "TernRedisAway",
    when: "they can",
    series: { ...UP_ALL, ...state("sending", "1x20") },
    at: "9m",
    fires: [],
  },
  {
    alert: "TernRedisAway",
    when: "no process runs that could ask it",
    series: { 'up{job="tern-api",instance="a:9464"}': "0x20", 'up{job="tern-worker",instance="b:9464"}': "0x20" },
    at: "9m",
    fires: [],
  },
  {
    alert: "TernRedisNearlyFull",
    when: "the API is about to refuse",
    series: { 'tern_redis_memory_used_ratio{job="tern-api"}': "0.86x20" },
    at: "12m",
    fires: [page(), ticket()],
  },
  {
    alert: "TernRedisNearlyFull",
    when: "it fills up, only as a ticket",
    series: { 'tern_redis_memory_used_ratio{job="tern-api"}': "0.8x20" },
    at: "12m",
    fires: [ticket()],
  },
  {
    alert: "TernRedisNearlyFull",
    when: "there is room",
    series: { 'tern_redis_memory_used_ratio{job="tern-api"}': "0.74x20" },
    at: "12m",
    fires: [],
  },
  {
    alert: "TernRedisUnlimited",
    when: "it has no limit",
    series: { 'tern_redis_memory_max_bytes{job="tern-api"}': "0x20", ...state("sending", "1x20") },
    at: "17m",
    fires: [ticket()],
  },
  {
    alert: "TernRedisUnlimited",
    when: "it has one",
    series: { 'tern_redis_memory_max_bytes{job="tern-api"}': "1073741824x20", ...state("sending", "1x20") },
    at: "17m",
    fires: [],
  },
  {
    alert: "TernRedisUnlimited",
    when: "it could not be asked",
    series: { 'tern_redis_memory_max_bytes{job="tern-api"}': "0x20" },
    at: "17m",
    fires: [],
  },
];
