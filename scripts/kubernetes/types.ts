// Has tsc compare manifests with the published types of Kubernetes, KEDA, the Prometheus Operator and External Secrets: a
// misspelt field or a text where a number belongs is an error there, as it would be in a cluster (the classes' own
// validate() lets unknown fields pass).
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { root, toolEnv } from "../workspace.ts";
import { type Manifest, nameOf } from "./manifests.ts";

const run = promisify(execFile);

/** A manifest, and for people where it comes from: "overlays/dev". */
export interface Sourced {
  readonly source: string;
  readonly manifest: Manifest;
}

const PACKAGES: Readonly<Record<string, string>> = {
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
  "keda.sh": "@kubernetes-models/keda",
  "external-secrets.io": "@kubernetes-models/external-secrets",
};

/** What is wrong with the manifests' types, each with its source and the line in question; empty when nothing is. */
export async function wrongTypes(manifests: readonly Sourced[]): Promise<string[]> {
  const cache = join(root, "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "tern-manifests-"));
  try {
    const lines = toTypeScript(manifests);
    await writeFile(join(folder, "manifests.ts"), lines.map(({ text }) => text).join("\n"));
    const compilerOptions = { noEmit: true, strict: true, module: "nodenext", target: "es2024", types: [] };
    const config = { compilerOptions: { ...compilerOptions, skipLibCheck: true }, files: ["manifests.ts"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    const printed = await run("tsc", ["--pretty", "false", "-p", folder], { env: toolEnv(), cwd: folder }).then(
      () => "",
      (error: { stdout?: string }) => error.stdout || String(error),
    );
    return explain(printed, lines);
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Line {
  readonly text: string;
  readonly about: string;
}

/** One constant for each manifest, `{…} satisfies IDeployment`, and for each line whose it is. */
export function toTypeScript(manifests: readonly Sourced[]): Line[] {
  return manifests.flatMap(({ source, manifest }, index) => {
    const about = `${source} ${nameOf(manifest)}`;
    const type = `import("${moduleOf(manifest.apiVersion)}").I${manifest.kind}`;
    // The word must stand on the line of the last brace, or it would begin a statement.
    const text = `export const m${index} =\n${JSON.stringify(manifest, null, 1)} satisfies ${type};`;
    return text.split("\n").map((line) => ({ text: line, about }));
  });
}

function moduleOf(apiVersion: string): string {
  const [group = "", version] = apiVersion.split("/");
  if (version === undefined) return `kubernetes-models/${apiVersion}`;
  return `${PACKAGES[group] ?? "kubernetes-models"}/${apiVersion}`;
}

function explain(printed: string, lines: readonly Line[]): string[] {
  return printed
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith(" "))
    .map((line) => {
      const [, number, text = line] = /^manifests\.ts\((\d+),\d+\): error (.*)$/.exec(line) ?? [];
      const at = lines[Number(number) - 1];
      return at === undefined ? line : `${at.about}: ${at.text.trim()}  ${text}`;
    });
}
