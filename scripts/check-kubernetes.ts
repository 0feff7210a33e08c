// Checks deploy/k8s without a cluster: each overlay, and the base with each combination of components, is rendered by
// kubectl; the manifests are compared with the types of Kubernetes and of the operators, and with our own rules
// (kubernetes/rules.ts). Without kubectl nothing can be rendered: a notice says so, and that is no failure.
//
//   node scripts/check-kubernetes.ts
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { combinations } from "./kubernetes/combinations.ts";
import type { Manifest } from "./kubernetes/manifests.ts";
import { render, renderWith, whyNotRendered } from "./kubernetes/render.ts";
import { brokenRules } from "./kubernetes/rules.ts";
import { type Sourced, wrongTypes } from "./kubernetes/types.ts";
import { count, print } from "./terminal.ts";
import { root } from "./workspace.ts";

const K8S = join(root, "deploy/k8s");
/** What the base alone does not have; the components are put on the overlay that brings it. */
const COMPLETE = "overlays/dev";
/** kubectl processes. */
const AT_ONCE = 4;

const notice = await whyNotRendered();
if (notice !== null) print(`notice: ${notice}`);
else process.exitCode = await check();

async function check(): Promise<number> {
  const components = readdirSync(join(K8S, "components"));
  const overlays = readdirSync(join(K8S, "overlays")).map((name) => `overlays/${name}`);
  const mixed = combinations(components).filter((names) => names.length > 0);
  const problems: string[] = [];
  const all: Sourced[] = [];

  const take = async (source: string, isProduction: boolean, rendering: Promise<Manifest[]>): Promise<void> => {
    try {
      const manifests = await rendering;
      const broken = brokenRules(manifests, { images: isProduction ? "by-digest" : "by-version" });
      problems.push(...broken.map((problem) => `${source}: ${problem}`));
      all.push(...manifests.map((manifest) => ({ source, manifest })));
    } catch (error) {
      problems.push(`${source}: ${error instanceof Error ? error.message : error}`);
    }
  };
  const tasks = [
    ...overlays.map((overlay) => () => take(overlay, overlay !== COMPLETE, render(join(K8S, overlay)))),
    ...mixed.map((names) => () => {
      const folders = names.map((name) => join(K8S, "components", name));
      return take(`${COMPLETE} + ${names.join(" + ")}`, false, renderWith(join(K8S, COMPLETE), folders));
    }),
  ];
  for (let at = 0; at < tasks.length; at += AT_ONCE) {
    await Promise.all(tasks.slice(at, at + AT_ONCE).map((task) => task()));
  }
  problems.push(...(await wrongTypes(eachOnce(all))));

  for (const problem of problems) print(problem);
  if (problems.length === 0) {
    print(`${count(all.length, "manifest")} of ${count(overlays.length + mixed.length, "rendering")} are in order`);
  }
  return problems.length === 0 ? 0 : 1;
}

/** Most manifests are the same in many renderings: each is looked at in the first one. */
function eachOnce(all: readonly Sourced[]): Sourced[] {
  return [...new Map(all.toReversed().map((sourced) => [JSON.stringify(sourced.manifest), sourced])).values()];
}
