// Renders Kustomize folders with kubectl, where it is on PATH.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { toolEnv } from "../workspace.ts";
import { type Manifest, readManifests } from "./manifests.ts";

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 64 * 2 ** 20;
/** `labels:` with includeTemplates, and components, need Kustomize 4.1; Debian 12's kubectl brings 2.0. */
const OLDEST_KUSTOMIZE = 4.1;

/** Null if kubectl can render here; otherwise why not, in a sentence. */
export async function whyNotRendered(env: NodeJS.ProcessEnv = toolEnv()): Promise<string | null> {
  try {
    const { stdout } = await run("kubectl", ["version", "--client"], { env });
    const version = /Kustomize Version: v(\d+\.\d+)/.exec(stdout)?.[1];
    if (version !== undefined && Number(version) >= OLDEST_KUSTOMIZE) return null;
    return "kubectl on PATH is too old for this Kustomize: the manifests were not rendered";
  } catch {
    return "kubectl is not on PATH: the manifests were not rendered";
  }
}

/** The manifests of a folder with a kustomization.yaml. Throws with kubectl's words when it cannot be rendered. */
export async function render(folder: string): Promise<Manifest[]> {
  const options = { env: toolEnv(), maxBuffer: OUTPUT_BYTES_MAX };
  try {
    const { stdout } = await run("kubectl", ["kustomize", folder], options);
    return readManifests(stdout);
  } catch (error) {
    throw new Error(String((error as { stderr?: string }).stderr || error).trim());
  }
}

/** The manifests of a folder and of some components on top of it, which no folder puts together. */
export async function renderWith(folder: string, components: readonly string[]): Promise<Manifest[]> {
  const together = await mkdtemp(join(tmpdir(), "tern-kustomize-"));
  try {
    const list = (paths: readonly string[]) => paths.map((path) => `  - ${relative(together, path)}\n`).join("");
    const text = `resources:\n${list([folder])}components:\n${list(components)}`;
    await writeFile(
      join(together, "kustomization.yaml"),
      components.length === 0 ? `resources:\n${list([folder])}` : text,
    );
    return await render(together);
  } finally {
    await rm(together, { recursive: true });
  }
}
