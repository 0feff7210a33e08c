// The package as another service has it: built, packed by npm, unpacked into the node_modules of a folder of its own.

import { type ChildProcess, execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { spawnBound } from "@tern/devkit";

const run = promisify(execFile);
const packageFolder = join(import.meta.dirname, "../..");

export interface Consumer {
  /** The other service's folder. */
  readonly folder: string;
  /** node_modules/@tern/client in it. */
  readonly installed: string;
  remove(): Promise<void>;
}

export async function installBuiltPackage(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), "tern-client-"));
  try {
    await run(process.execPath, [join(packageFolder, "build.ts"), join(folder, "built")]);
    await run("npm", ["pack", join(folder, "built"), "--pack-destination", folder, "--offline", "--ignore-scripts"]);
    const [archive = ""] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
    await run("tar", ["-xzf", join(folder, archive), "-C", folder]);
    mkdirSync(join(folder, "node_modules/@tern"), { recursive: true });
    const installed = join(folder, "node_modules/@tern/client");
    await rename(join(folder, "package"), installed);
    return { folder, installed, remove: () => rm(folder, { recursive: true, force: true }) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Type-checks files of the consumer with the oldest settings that a service may have, and returns what is wrong. */
export async function typeErrors(
  folder: string,
  options: readonly string[],
  files: readonly string[],
): Promise<string> {
  const tsc = join(packageFolder, "node_modules/typescript/bin/tsc");
  const types = join(packageFolder, "node_modules/@types");
  const strict = ["--noEmit", "--strict", "--target", "es2022", "--typeRoots", types, "--allowImportingTsExtensions"];
  const args = [tsc, ...strict, ...options, ...files];
  return run(process.execPath, args, { cwd: folder }).then(
    () => "",
    (error) => String(error.stdout || error),
  );
}

/** Runs a program; rejects with its output unless it ends well. */
export async function output(
  node: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Record<string, string> },
): Promise<string> {
  const child: ChildProcess = spawnBound(node, args, { ...options, timeout: 60_000 });
  let out = "";
  let all = "";
  child.stdout?.on("data", (chunk) => {
    out += chunk;
    all += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    all += chunk;
  });
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`${node} ${args.join(" ")} ended with ${code}:\n${all}`);
  return out;
}
