// The example of routes, judged by Alertmanager's own tool, and against the alerts it speaks of.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { findAmtool } from "@tern/devkit";
import { parse } from "yaml";
import { alertGroups } from "./render.ts";

const FILE = join(import.meta.dirname, "../../../../deploy/prometheus/alertmanager.yml");
const FETCH_MS = 120_000;
const run = promisify(execFile);

test(
  "amtool finds nothing wrong with the example, and pages wake somebody while tickets do not",
  async () => {
    const amtool = await findAmtool().catch((error: unknown) => {
      console.warn(`alertmanager.yml was not judged by amtool, for there is none here: ${String(error)}`);
      return null;
    });
    if (amtool === null) return;
    expect((await run(amtool, ["check-config", FILE])).stdout).toContain("SUCCESS");
    for (const { alert, severity } of alertGroups(1).flatMap(({ rules }) => rules)) {
      const labels = [`alertname=${alert}`, `severity=${severity}`];
      const { stdout } = await run(amtool, ["config", "routes", "test", `--config.file=${FILE}`, ...labels]);
      expect(`${alert} ${stdout.trim()}`).toBe(`${alert} ${severity === "page" ? "on-call" : "daytime"}`);
    }
  },
  FETCH_MS,
);

test("every alert that the example names is one that there is", () => {
  const names = new Set<string>(alertGroups(1).flatMap(({ rules }) => rules.map(({ alert }) => alert)));
  const { inhibit_rules } = parse(readFileSync(FILE, "utf8")) as { inhibit_rules: Record<string, string[]>[] };
  const named = inhibit_rules.flatMap((rule) => JSON.stringify(rule).match(/Tern\w+/g) ?? []);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});
