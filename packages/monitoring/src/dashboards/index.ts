// All dashboards, in the order in which a person meets them.

import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { type FailureHints, failures } from "./failures.ts";
import { lanes } from "./lanes.ts";
import { overview } from "./overview.ts";
import { redis } from "./redis.ts";
import { type RenderSettings, renderDashboard } from "./render.ts";
import { sender } from "./sender.ts";
import { webhooks } from "./webhooks.ts";

export type { FailureHints } from "./failures.ts";

/** Each as Grafana reads it, by its uid. */
export function renderDashboards(hints: FailureHints, settings: RenderSettings): Record<string, Dashboard> {
  const specs = [overview, sender, lanes, webhooks, failures(hints), redis];
  return Object.fromEntries(specs.map((spec) => [spec.uid, renderDashboard(spec, settings)]));
}
