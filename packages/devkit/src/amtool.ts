// Alertmanager's own checker: found on PATH, or unpacked from Debian's package without root (debian-packages.ts).
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { findOnPath, firstLine, unpackPackages } from "./debian-packages.ts";

export interface FindAmtoolOptions {
  /** Default: this process's own. PATH, HOME and XDG_CACHE_HOME are read. */
  env?: NodeJS.ProcessEnv;
}

/**
 * Returns the absolute path of an amtool that was seen to run.
 *
 * throws  an Error that says what was tried
 */
export async function findAmtool({ env = process.env }: FindAmtoolOptions = {}): Promise<string> {
  const onPath = await findOnPath("amtool", env.PATH);
  if (onPath !== undefined && typeof (await tryProgram(onPath)) === "object") return onPath;
  const { path } = await unpackPackages({
    name: "alertmanager",
    packages: [["prometheus-alertmanager"]],
    tryUnpacked: (root) => tryProgram(join(root, "usr/bin/amtool")),
    env,
    onFetch: () => {},
  });
  return path;
}

async function tryProgram(path: string): Promise<{ path: string } | string> {
  return await promisify(execFile)(path, ["--version"], { timeout: 10_000 }).then(
    () => ({ path }),
    (error: unknown) => `${path} does not run: ${firstLine(error)}`,
  );
}
