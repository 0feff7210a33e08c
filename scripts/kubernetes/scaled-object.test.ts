// The two questions by which KEDA scales the workers, asked of made-up figures with promtool: the answers are numbers of the
// formula in deploy/k8s/components/keda/scaled-object.yaml, worked out by hand.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { findPrometheus } from "@tern/devkit";
import { root } from "../workspace.ts";
import { at, listAt, readManifests } from "./manifests.ts";

const run = promisify(execFile);

async function queryOf(trigger: string): Promise<string> {
  const text = await readFile(join(root, "deploy/k8s/components/keda/scaled-object.yaml"), "utf8");
  const triggers = readManifests(text).flatMap((manifest) => listAt(manifest, "spec", "triggers"));
  return String(
    at(
      triggers.find((each) => at(each, "name") === trigger),
      "metadata",
      "query",
    ),
  );
}

interface Story {
  /** Series without their namespace, and their value. */
  readonly series: Readonly<Record<string, number>>;
  /** Null: no answer at all, which KEDA takes for an error. */
  readonly answer: number | null;
}

/** Whether promtool finds the answer; its words are in the error of a failed expectation. */
async function answers(trigger: string, { series, answer }: Story, namespace = "tern"): Promise<string> {
  const { promtool } = await findPrometheus();
  const folder = await mkdtemp(join(tmpdir(), "tern-keda-"));
  try {
    const path = join(folder, "story.json");
    const input = Object.entries(series).map(([name, value]) => ({
      series: name.replace("{", `{namespace="${namespace}",`),
      values: `${value}`,
    }));
    const samples = answer === null ? [] : [{ labels: "{}", value: answer }];
    const asked = { expr: await queryOf(trigger), eval_time: "0m", exp_samples: samples };
    const story = { interval: "1m", input_series: input, promql_expr_test: [asked] };
    await writeFile(path, JSON.stringify({ rule_files: [], evaluation_interval: "1m", tests: [story] }));
    const ended = await run(promtool, ["test", "rules", path]).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    return /SUCCESS/.test(`${ended.stdout}${ended.stderr}`) ? "as expected" : `${ended.stdout}${ended.stderr}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const waiting = (sender: string, lane: string, pod = "a") =>
  `tern_waiting_messages{sender="${sender}",lane="${lane}",pod="${pod}"}`;
const pace = (sender: string, pod = "a") => `tern_pace_in_force{sender="${sender}",pod="${pod}"}`;
const stopped = (sender: string) => `tern_sender_stopped{sender="${sender}"}`;
const onWire = (sender: string, pod = "a") => `tern_on_wire{sender="${sender}",pod="${pod}"}`;

const MESSAGES: readonly [string, Story][] = [
  [
    "a million of a number with 80 a second ask for its pace",
    {
      series: { [waiting("one", "bulk")]: 1_000_000, [pace("one")]: 78.4, [stopped("one")]: 0 },
      answer: 78.4,
    },
  ],
  [
    "few messages ask for no more than they are",
    {
      series: { [waiting("one", "bulk")]: 600, [waiting("one", "urgent")]: 60, [pace("one")]: 78.4 },
      answer: 11,
    },
  ],
  [
    "a sender without a pace asks for what waits",
    {
      series: { [waiting("fast", "bulk")]: 60_000, [pace("fast")]: 0 },
      answer: 1_000,
    },
  ],
  [
    "what every replica reports counts once",
    {
      series: {
        [waiting("one", "bulk", "a")]: 600,
        [waiting("one", "bulk", "b")]: 600,
        [pace("one", "a")]: 78.4,
        [pace("one", "b")]: 78.4,
      },
      answer: 10,
    },
  ],
  [
    "senders add up",
    {
      series: { [waiting("one", "bulk")]: 1e6, [pace("one")]: 900, [waiting("two", "bulk")]: 1e6, [pace("two")]: 100 },
      answer: 1_000,
    },
  ],
  [
    "a sender that is stopped asks for nothing",
    {
      series: { [waiting("one", "bulk")]: 1e6, [pace("one")]: 900, [stopped("one")]: 1 },
      answer: 0,
    },
  ],
  ["nothing to do is zero", { series: { [waiting("one", "bulk")]: 0, [pace("one")]: 78.4 }, answer: 0 }],
  ["no figures at all are no answer", { series: {}, answer: null }],
];

test.each(MESSAGES)("messages per second: %s", async (_what, story) => {
  expect(await answers("messages-per-second", story)).toBe("as expected");
});

test("another Tern's figures are not asked for", async () => {
  const series = { [waiting("one", "bulk")]: 1e6, [pace("one")]: 78.4 };
  expect(await answers("messages-per-second", { series, answer: null }, "tern-staging")).toBe("as expected");
});

const PLACES: readonly [string, Story][] = [
  [
    "the sender with the most on the wire, over all workers",
    {
      series: {
        [onWire("one", "a")]: 400,
        [onWire("one", "b")]: 300,
        [onWire("two", "a")]: 600,
        [pace("one")]: 78,
        [pace("two")]: 78,
        [waiting("one", "bulk")]: 1,
      },
      answer: 700,
    },
  ],
  [
    "a sender without a pace fills all places there are and asks for none",
    {
      series: { [onWire("fast")]: 512, [pace("fast")]: 0, [waiting("fast", "bulk")]: 1 },
      answer: 0,
    },
  ],
  ["no figures at all are no answer", { series: {}, answer: null }],
];

test.each(PLACES)("places taken: %s", async (_what, story) => {
  expect(await answers("places-taken", story)).toBe("as expected");
});

test("the queries ask for figures that Tern has", async () => {
  const page = await readFile(join(root, "docs/metrics.md"), "utf8");
  const names = `${await queryOf("messages-per-second")} ${await queryOf("places-taken")}`.match(/\btern_\w+/g) ?? [];
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});

test("a wrong answer is seen", async () => {
  const series = { [waiting("one", "bulk")]: 600, [pace("one")]: 78.4 };
  expect(await answers("messages-per-second", { series, answer: 11 })).toMatch(/FAILED/);
});
