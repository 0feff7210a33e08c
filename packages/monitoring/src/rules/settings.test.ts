import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { renderRules } from "./render.ts";
import { readRuleSettings } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "tern-rule-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD = { runbookUrl: "https://wiki/runbook", grafanaUrl: "https://grafana/", timeScale: 1 };

function read(settings: object) {
  const file = join(folder, "settings.json");
  writeFileSync(file, JSON.stringify(settings));
  return readRuleSettings(file);
}

test("the addresses are the beginnings of the alerts' links", () => {
  const { "alerts.yaml": alerts } = renderRules(read(GOOD));
  expect(alerts).toContain("runbook_url: https://wiki/runbook#ternsenderstopped");
  expect(alerts).toContain("dashboard_url: https://grafana/d/tern-sender?var-sender={{ $labels.sender }}");
});

test.each<[string, object, string]>([
  ["an address that is none", { runbookUrl: "docs/runbook.md" }, "runbookUrl is an address"],
  ["no scale", { timeScale: 0 }, "timeScale is a number above 0"],
  ["a scale that makes everything slower", { timeScale: 2 }, "timeScale is a number above 0"],
  ["a misspelt setting", { grafanaURL: "https://grafana" }, "unknown settings: grafanaURL"],
])("%s is refused, and says so", (_, wrong, message) => {
  expect(() => read({ ...GOOD, ...wrong })).toThrow(message);
});
