// What a deployment says about the rules: deploy/prometheus/settings.json.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface RuleSettings {
  /** Where docs/runbook.md can be read; the alert's name is appended as an anchor. */
  readonly runbookUrl: string;
  /** Where Grafana is, without a slash at the end. */
  readonly grafanaUrl: string;
  /** What every window, `for` and age in the rules is multiplied by: 1, except in a rehearsal. */
  readonly timeScale: number;
}

export const SETTINGS_FILE = join(import.meta.dirname, "../../../../deploy/prometheus/settings.json");

/** Throws an Error that says what is wrong with the file. */
export function readRuleSettings(file: string = SETTINGS_FILE): RuleSettings {
  const { runbookUrl, grafanaUrl, timeScale, ...rest } = JSON.parse(readFileSync(file, "utf8")) as Record<
    string,
    unknown
  >;
  const unknown = Object.keys(rest);
  if (unknown.length > 0) throw new Error(`${file} has unknown settings: ${unknown.join(", ")}`);
  if (typeof timeScale !== "number" || !(timeScale > 0 && timeScale <= 1)) {
    throw new Error(`${file}: timeScale is a number above 0, up to 1`);
  }
  return { runbookUrl: urlOf("runbookUrl", runbookUrl), grafanaUrl: urlOf("grafanaUrl", grafanaUrl), timeScale };

  function urlOf(name: string, value: unknown): string {
    if (typeof value !== "string" || !URL.canParse(value))
      throw new Error(`${file}: ${name} is an address with https://`);
    return value.replace(/\/$/, "");
  }
}
