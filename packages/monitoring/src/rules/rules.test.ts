// The rules judged by Prometheus's own checker: each alert fires when it must and is silent when it must, each recording rule
// computes what its name says, and the stories would notice a wrong expression.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ALERT_CASES } from "./cases.ts";
import { PROMISES, seriesOf } from "./cases-promises.ts";
import { alertGroups, recordingGroups } from "./render.ts";
import type { AlertRule } from "./rule.ts";
import { promtool, type QueryCase, testAlerts, testQueries } from "./testing/promtool.ts";

const FOLDER = join(import.meta.dirname, "../../../../deploy/prometheus");
const FETCH_MS = 120_000;

const alerts = alertGroups(1).flatMap(({ rules }) => rules);
const records = recordingGroups(1).flatMap(({ rules }) => rules.map(({ record }) => record));

test(
  "promtool finds nothing wrong with the generated files and with the configuration that reads them",
  async () => {
    const files = readdirSync(join(FOLDER, "rules")).map((name) => join(FOLDER, "rules", name));
    const rules = await promtool("check", "rules", ...files);
    expect(rules.text).toContain(`SUCCESS: ${alerts.length} rules found`);
    expect(rules.text).toContain(`SUCCESS: ${records.length} rules found`);
    expect(rules.isPassed).toBe(true);
    const config = await promtool("check", "config", join(FOLDER, "prometheus.yml"));
    expect(config.text).toContain("is valid prometheus config file syntax");
    expect(config.text).toContain("SUCCESS: 2 rule files found");
    expect(config.isPassed).toBe(true);
  },
  FETCH_MS,
);

test("every alert, at each of its severities, has a story in which it fires, and one in which it is silent", () => {
  for (const { alert, severity } of alerts) {
    const own = ALERT_CASES.filter((one) => one.alert === alert);
    const isFiring = (labels: Readonly<Record<string, string>>) => labels.severity === severity;
    expect({ alert, severity, fires: own.some(({ fires }) => fires.some(isFiring)) }).toMatchObject({ fires: true });
    expect({ alert, severity, silent: own.some(({ fires }) => fires.length === 0) }).toMatchObject({ silent: true });
  }
  const names = new Set<string>(alerts.map(({ alert }) => alert));
  expect(ALERT_CASES.filter(({ alert }) => !names.has(alert))).toEqual([]);
});

test(
  "every alert fires when it must and is silent when it must",
  async () => {
    const { isPassed, text } = await testAlerts(ALERT_CASES);
    if (!isPassed) throw new Error(text);
  },
  FETCH_MS,
);

test.each([
  { what: "never holds", expr: "vector(1) == 2", missed: ALERT_CASES.filter(({ fires }) => fires.length > 0) },
  { what: "always holds", expr: "vector(1)", missed: ALERT_CASES.filter(({ fires }) => fires.length === 0) },
])(
  "an expression that $what is found out, by each of the stories that should",
  async ({ expr, missed }) => {
    const { isPassed, text } = await testAlerts(ALERT_CASES, (rule) => ({ ...rule, expr }));
    expect(isPassed).toBe(false);
    expect(missed.filter(({ alert, when }) => !text.includes(`name: ${alert}: ${when},`))).toEqual([]);
  },
  FETCH_MS,
);

test.each<[AlertRule["alert"], string, string]>([
  ["TernDueStuck", "> 60", "> 600"],
  ["TernTierNearlyUsed", "> 0.8", "< 0.8"],
  ["TernWebhookSilent", "unless on ()", "and on ()"],
  ["TernMessagesFailing", "on (sender)", "on (lane)"],
  ["TernServiceDown", 'absent(up{job="tern-webhook"})', "vector(0) == 1"],
  ["TernLeasesReaped", "unless tern_leases_reaped_total offset 15m", "and tern_leases_reaped_total offset 15m"],
])(
  "%s with %s turned into %s is found out",
  async (name, right, wrong) => {
    const own = ALERT_CASES.filter(({ alert }) => alert === name);
    const change = (rule: AlertRule): AlertRule => {
      if (rule.alert !== name) return rule;
      expect(rule.expr).toContain(right);
      return { ...rule, expr: rule.expr.replaceAll(right, wrong) };
    };
    expect((await testAlerts(own, change)).isPassed).toBe(false);
  },
  FETCH_MS,
);

/** All was well for three days, and everything has been bad for the last five minutes. */
const FIVE_BAD_MINUTES = [
  { minutes: 3 * 24 * 60 - 5, events: 60, badShare: 0 },
  { minutes: 5, events: 60, badShare: 1 },
];
const WINDOW_MINUTES = { "5m": 5, "30m": 30, "1h": 60, "2h": 120, "6h": 360, "1d": 1_440, "3d": 4_320 };

const SHARES: readonly QueryCase[] = PROMISES.flatMap((promise): QueryCase[] => {
  const series = seriesOf(promise, FIVE_BAD_MINUTES);
  const { sender } = promise.labels;
  const dilution = promise.alert === "TernApiFailing" ? 2 : 1; // half of its events are another status
  return Object.entries(WINDOW_MINUTES).map(([window, minutes]) => ({
    series,
    at: "3d",
    query: `round(${promise.figure}:ratio_rate${window}${sender ? `{sender="${sender}"}` : ""}, 0.0001)`,
    answers: [
      { labels: sender ? `{sender="${sender}"}` : "{}", value: Math.round(50_000 / minutes / dilution) / 10_000 },
    ],
  }));
});

const histogram = (name: string, labels: string): Record<string, string> => ({
  // Of ten a minute, nine take up to 100 ms and one up to 1 s.
  [`${name}_bucket{${labels}le="0.1"}`]: "0+9x20",
  [`${name}_bucket{${labels}le="1"}`]: "0+10x20",
  [`${name}_bucket{${labels}le="+Inf"}`]: "0+10x20",
});
const FIGURES: readonly QueryCase[] = [
  {
    series: {
      'tern_messages_sent_total{job="tern-worker",instance="b",sender="demo",lane="bulk"}': "0+60x20",
      'tern_messages_sent_total{job="tern-worker",instance="d",sender="demo",lane="urgent"}': "0+120x20",
    },
    query: "tern_sender:messages_sent:rate5m",
    answers: [{ labels: 'tern_sender:messages_sent:rate5m{sender="demo"}', value: 3 }],
  },
  {
    series: {
      'tern_throttled_total{job="tern-worker",instance="b",sender="demo"}': "0+60x20",
      'tern_throttled_total{job="tern-worker",instance="d",sender="demo"}': "0+60x20",
    },
    query: "tern_sender:throttled:rate5m",
    answers: [{ labels: 'tern_sender:throttled:rate5m{sender="demo"}', value: 2 }],
  },
  {
    series: {
      'tern_webhook_requests_total{result="ok"}': "0+60x20",
      'tern_webhook_requests_total{result="unavailable"}': "0+60x20",
    },
    query: "tern:webhook_requests:rate5m",
    answers: [{ labels: "tern:webhook_requests:rate5m{}", value: 2 }],
  },
  {
    series: histogram("tern_queued_seconds", 'lane="urgent",'),
    query: "round(tern_lane:queued_seconds:p99_5m, 0.01)",
    answers: [{ labels: '{lane="urgent"}', value: 0.91 }],
  },
  {
    series: histogram("tern_submitted_seconds", 'lane="urgent",'),
    query: "round(tern_lane:submitted_seconds:p99_5m, 0.01)",
    answers: [{ labels: '{lane="urgent"}', value: 0.91 }],
  },
  {
    series: histogram("tern_webhook_request_seconds", ""),
    query: "round(tern:webhook_request_seconds:p50_5m, 0.001)",
    answers: [{ labels: "{}", value: 0.056 }],
  },
  {
    series: histogram("tern_webhook_request_seconds", ""),
    query: "round(tern:webhook_request_seconds:p99_5m, 0.01)",
    answers: [{ labels: "{}", value: 0.91 }],
  },
].map((one) => ({ ...one, at: "15m" }));

test(
  "every recording rule computes what its name says, over the window that it names",
  async () => {
    const asked = new Set([...SHARES, ...FIGURES].map(({ query }) => /tern[\w]*:\w+:\w+/.exec(query)?.[0]));
    expect(records.filter((record) => !asked.has(record))).toEqual([]);
    const shares = await testQueries(SHARES, "6h");
    if (!shares.isPassed) throw new Error(shares.text);
    const figures = await testQueries(FIGURES, "1m");
    if (!figures.isPassed) throw new Error(figures.text);
  },
  FETCH_MS,
);

test(
  "a recording rule that computes something else is found out",
  async () => {
    const off = FIGURES.map((one) => ({ ...one, answers: one.answers.map((answer) => ({ ...answer, value: 0.5 })) }));
    const { isPassed, text } = await testQueries(off, "1m");
    expect(isPassed).toBe(false);
    for (const { query } of off) expect(text).toContain(query);
  },
  FETCH_MS,
);

test("names say level, metric and operation", () => {
  for (const record of records)
    expect(record).toMatch(/^tern(_sender|_lane)?:[a-z_]+:(rate|ratio_rate|p\d\d_)\d+[mhd]$/);
  for (const { alert } of alerts) expect(alert).toMatch(/^Tern[A-Z][A-Za-z]+$/);
});
