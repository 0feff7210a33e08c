// All rules that rendered manifests must keep, besides having the right types. Each is a function of all manifests of one
// rendering and says in sentences what breaks it.
import type { Manifest } from "./manifests.ts";
import * as pods from "./rules/pods.ts";
import * as settings from "./rules/settings.ts";
import * as wiring from "./rules/wiring.ts";

type Rule = (manifests: readonly Manifest[]) => string[];

const EVERYWHERE: readonly Rule[] = [
  pods.probes,
  pods.stops,
  pods.rights,
  pods.resources,
  pods.rollouts,
  pods.mediaRoom,
  wiring.services,
  wiring.workloads,
  wiring.networkPolicies,
  wiring.disruptionBudgets,
  wiring.scaling,
  wiring.references,
  wiring.mounts,
  wiring.ingress,
  wiring.podMonitors,
  wiring.configMaps,
  settings.environment,
  settings.ports,
  settings.deploymentFile,
  settings.queries,
];

/**
 * What is wrong with these manifests; empty when nothing is.
 *
 * images   "by-digest" where real messages are sent, "by-version" on a developer's machine
 */
export function brokenRules(
  manifests: readonly Manifest[],
  { images }: { images: "by-digest" | "by-version" },
): string[] {
  const aboutImages = images === "by-digest" ? pods.imagesByDigest : pods.imagesByVersion;
  return [...new Set([...EVERYWHERE, aboutImages].flatMap((rule) => rule(manifests)))];
}
