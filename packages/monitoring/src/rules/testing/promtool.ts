// promtool, run on rules and stories that a test makes up or changes.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPrometheus } from "@tern/devkit";
import type { AlertCase, Series } from "../cases.ts";
import { PROMISES } from "../cases-promises.ts";
import { alertGroups, recordingGroups } from "../render.ts";
import type { AlertRule } from "../rule.ts";

/** Everything it printed, and whether it was content. */
export interface Verdict {
  readonly isPassed: boolean;
  readonly text: string;
}

export async function promtool(...args: readonly string[]): Promise<Verdict> {
  const { promtool: path } = await findPrometheus();
  return await new Promise((resolve) => {
    execFile(path, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ isPassed: error === null, text: `${stdout}${stderr}` });
    });
  });
}

/** What a query must answer at a moment: labels in braces, values rounded by the query itself. */
export interface QueryCase {
  readonly series: Series;
  readonly at: string;
  readonly query: string;
  readonly answers: readonly { readonly labels: string; readonly value: number }[];
}

/**
 * Runs stories against the alerts they are about. The texts of alerts are left out, since promtool would have every story
 * repeat them; a label that a text names and the alert has not is found by other means (texts.test.ts).
 *
 * change   the rule as it is to be tested; default: as it is
 */
export async function testAlerts(
  cases: readonly AlertCase[],
  change: (rule: AlertRule) => AlertRule = (rule) => rule,
): Promise<Verdict> {
  const rules = alertGroups(1).flatMap((group) => group.rules);
  return await testRules(
    [...Map.groupBy(cases, ({ alert }) => alert)].map(([name, own]) => {
      const alerts = rules.filter(({ alert }) => alert === name).map(change);
      return {
        rules: [
          ...recordingRules().filter(({ record }) => alerts.some(({ expr }) => expr.includes(record))),
          ...alerts.map(({ alert, expr, severity, for: holds }) => ({
            alert,
            expr,
            labels: { severity },
            ...(holds === null ? {} : { for: holds }),
          })),
        ],
        // Stories about budgets last an hour, have many recording rules, and need no finer look.
        evaluateEvery: PROMISES.some(({ alert }) => alert === name) ? "5m" : "1m",
        tests: own.map(({ when, series, at, fires }) => ({
          name: `${name}: ${when}`,
          interval: "1m",
          input_series: inputOf(series),
          alert_rule_test: [
            { eval_time: at, alertname: name, exp_alerts: fires.map((labels) => ({ exp_labels: labels })) },
          ],
        })),
      };
    }),
  );
}

/** Asks the recording rules; they are computed once in every `evaluateEvery`. */
export async function testQueries(cases: readonly QueryCase[], evaluateEvery: string): Promise<Verdict> {
  return await testRules(
    [...Map.groupBy(cases, ({ series }) => series)].map(([series, own]) => ({
      rules: recordingRules().filter(({ record }) => own.some(({ query }) => query.includes(record))),
      evaluateEvery,
      tests: [
        {
          interval: "1m",
          input_series: inputOf(series),
          promql_expr_test: own.map(({ query, at, answers }) => ({ expr: query, eval_time: at, exp_samples: answers })),
        },
      ],
    })),
  );
}

interface TestFile {
  readonly rules: readonly object[];
  readonly evaluateEvery: string;
  readonly tests: readonly object[];
}

/** Each file has only the rules it needs: promtool computes all of a file's rules at every step of every story. */
async function testRules(files: readonly TestFile[]): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), "tern-rules-"));
  try {
    const paths: string[] = [];
    for (const [at, { rules, evaluateEvery, tests }] of files.entries()) {
      await writeFile(join(folder, `rules-${at}.json`), JSON.stringify({ groups: [{ name: "tern", rules }] }));
      const path = join(folder, `tests-${at}.json`);
      await writeFile(
        path,
        JSON.stringify({ rule_files: [`rules-${at}.json`], evaluation_interval: evaluateEvery, tests }),
      );
      paths.push(path);
    }
    return await promtool("test", "rules", ...paths);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const recordingRules = () => recordingGroups(1).flatMap(({ rules }) => rules);
const inputOf = (series: Series) => Object.entries(series).map(([name, values]) => ({ series: name, values }));
