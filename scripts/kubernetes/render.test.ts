import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { combinations } from "./combinations.ts";
import { readManifests } from "./manifests.ts";
import { whyNotRendered } from "./render.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tern-kubectl-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A kubectl that says of itself what Debian 12's and today's say. */
function kubectlThatPrints(version: string): NodeJS.ProcessEnv {
  writeFileSync(join(folder, "kubectl"), `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
  return { PATH: folder };
}

test("without kubectl, or with one that is too old, it is said that nothing was rendered", async () => {
  expect(await whyNotRendered({ PATH: folder })).toBe("kubectl is not on PATH: the manifests were not rendered");
  const old = kubectlThatPrints('Client Version: version.Info{GitVersion:"v1.20.2"}');
  expect(await whyNotRendered(old)).toMatch(/^kubectl on PATH is too old/);
  expect(await whyNotRendered(kubectlThatPrints("Kustomize Version: v5.5.0"))).toBeNull();
});

test("what is no YAML is refused with the parser's words", () => {
  expect(() => readManifests("a: [1")).toThrow(/flow sequence/i);
});

test("every combination comes once", () => {
  expect(combinations(["a", "b"])).toEqual([[], ["a"], ["b"], ["a", "b"]]);
});
