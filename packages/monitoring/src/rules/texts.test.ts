// What promtool does not see: a text that names a label which the alert does not carry, and an expression about a metric, a
// label or a value that no service has. Either would be empty for ever, and nobody would notice.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { metricNames } from "../promql.ts";
import { ALERT_CASES } from "./cases.ts";
import { alertGroups, recordingGroups } from "./render.ts";
import { timesAt } from "./times.ts";

const alerts = alertGroups(1).flatMap(({ rules }) => rules);
const records = recordingGroups(1).flatMap(({ rules }) => rules);
const recorded = new Set<string>(records.map(({ record }) => record));
const exprs = [...alerts, ...records].map(({ expr }) => expr);

/** Metrics with their labels, and the values of those whose values are listed; from docs/metrics.md, which comes from the code. */
const METRICS = new Map(
  [
    ...readFileSync(join(import.meta.dirname, "../../../../docs/metrics.md"), "utf8").matchAll(
      /^\| `(tern_\w+)` \| (\w+) \| (.*?) \|/gm,
    ),
  ].map(([, name = "", type = "", labels = ""]) => [
    name,
    { type, labels: new Map(labels.split("<br>").map(labelOf)) },
  ]),
);

/** From "`lane`: `urgent`, `normal`": the label and its values; null for values that are not listed. */
function labelOf(text: string): [string, readonly string[] | null] {
  const [name = "", ...values] = [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
  return [name, values.length > 0 ? values : null];
}

function metricOf(name: string) {
  const base = name.replace(/_(bucket|count|sum)$/, "");
  const histogram = METRICS.get(base);
  return histogram?.type === "histogram" ? histogram : METRICS.get(name);
}

test("each text speaks only of labels that the alert has when it fires", () => {
  for (const { alert, severity, summary, description, dashboard } of alerts) {
    const named = [...`${summary} ${description} ${dashboard}`.matchAll(/\$labels\.(\w+)/g)].map(
      ([, name = ""]) => name,
    );
    const stories = ALERT_CASES.filter((one) => one.alert === alert).flatMap(({ fires }) => fires);
    const labels = Object.keys(stories.find((one) => one.severity === severity) ?? {});
    expect({ alert, missing: named.filter((name) => !labels.includes(name)) }).toEqual({ alert, missing: [] });
  }
});

test("a page says what it is in one line, and no text ends in the middle", () => {
  for (const { summary, description } of alerts) {
    expect(summary.replaceAll(/\{\{.*?\}\}/g, "main").length).toBeLessThan(80);
    expect(description).toMatch(/\.$/);
  }
});

test("every metric in the rules is one that a service has", () => {
  const named = [...new Set(exprs.flatMap(metricNames))].filter((name) => !recorded.has(name) && name !== "up");
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => metricOf(name) === undefined)).toEqual([]);
});

test("every label that the rules choose by is one of the metric, with values that it can have", () => {
  const wrong = new Set<string>();
  for (const [, name = "", matchers = ""] of exprs.join("\n").matchAll(/(\btern_\w+)\{([^}]*)\}/g)) {
    for (const [, label = "", operator = "", value = ""] of matchers.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g)) {
      if (["job", "le", "status"].includes(label) && (label !== "status" || name.startsWith("tern_http_"))) continue;
      const values = metricOf(name)?.labels.get(label);
      if (values === undefined) wrong.add(`${name} has no ${label}`);
      for (const one of operator === "=~" ? value.split("|") : [value]) {
        if (values && !values.includes(one)) wrong.add(`${label} of ${name} is never ${one}`);
      }
    }
  }
  expect([...wrong]).toEqual([]);
});

test("one number shortens every length of time, and nothing else", () => {
  const shortened = [...alertGroups(1 / 60), ...recordingGroups(1 / 60)].flatMap<object>(({ rules }) => rules);
  const timesIn = (text: string) => text.match(/(?<=\[|offset |"for":")\w+/g) ?? [];
  // The ages in the rules are a minute and ten.
  const withoutTimes = (text: string) =>
    text.replaceAll(/(?<=\[|offset |"for":")\w+|(?<=[<>] )(?:60|600|1|10)\b/g, "T");
  for (const [at, rule] of [...alerts, ...records].entries()) {
    const [long, short] = [JSON.stringify(rule), JSON.stringify(shortened[at])];
    expect(timesIn(short).filter((time) => !time.endsWith("ms"))).toEqual([]);
    expect(timesIn(short)).toHaveLength(timesIn(long).length);
    expect(withoutTimes(short)).toBe(withoutTimes(long));
  }
  expect(timesAt(1 / 60).span("5m")).toBe("5000ms");
  expect(timesAt(1).span("5m")).toBe("5m");
});
