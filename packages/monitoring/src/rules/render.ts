// The rules as the files that Prometheus reads.

import { stringify } from "yaml";
import { figures } from "./figures.ts";
import type { AlertRule, RecordingRule, RuleGroup } from "./rule.ts";
import { sendingAlerts } from "./sending-alerts.ts";
import type { RuleSettings } from "./settings.ts";
import { sloAlerts, sloFigures } from "./slo.ts";
import { systemAlerts } from "./system-alerts.ts";
import { timesAt } from "./times.ts";
import { webhookAlerts } from "./webhook-alerts.ts";

const HEAD =
  "# Written by `node scripts/generate-alerts.ts` from packages/monitoring/src/rules. Change the rules there, not this file.\n";

export function alertGroups(timeScale: number): RuleGroup<AlertRule>[] {
  const times = timesAt(timeScale);
  return [
    { name: "tern-promises", rules: sloAlerts(times) },
    { name: "tern-sending", rules: sendingAlerts(times) },
    { name: "tern-webhooks", rules: webhookAlerts(times) },
    { name: "tern-system", rules: systemAlerts(times) },
  ];
}

export function recordingGroups(timeScale: number): RuleGroup<RecordingRule>[] {
  const times = timesAt(timeScale);
  return [
    { name: "tern-shares", rules: sloFigures(times) },
    { name: "tern-figures", rules: figures(times) },
  ];
}

/** Files by name, for a folder that `rule_files` names. */
export function renderRules(settings: RuleSettings): Record<"recording.yaml" | "alerts.yaml", string> {
  return {
    "recording.yaml": document(recordingGroups(settings.timeScale)),
    "alerts.yaml": document(
      alertGroups(settings.timeScale).map(({ name, rules }) => ({
        name,
        rules: rules.map((rule) => rendered(rule, settings)),
      })),
    ),
  };
}

function rendered(rule: AlertRule, { runbookUrl, grafanaUrl }: RuleSettings) {
  const { alert, severity, expr, summary, description, dashboard } = rule;
  return {
    alert,
    expr,
    ...(rule.for === null ? {} : { for: rule.for }),
    labels: { severity },
    annotations: {
      summary,
      description,
      runbook_url: `${runbookUrl}#${alert.toLowerCase()}`,
      dashboard_url: `${grafanaUrl}/d/${dashboard}`,
    },
  };
}

const document = (groups: unknown): string => HEAD + stringify({ groups }, { lineWidth: 0 });
