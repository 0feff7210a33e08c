// Another release of Tern on this machine, ready to run: its sources in a folder of their own, beside the packages that are
// installed here. There is no build, so sources are all it takes.

import { execFile } from "node:child_process";
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Checkout {
  /** For `root` of a system (packages/devkit). */
  readonly root: string;
  readonly name: string;
  remove(): Promise<void>;
}

const run = promisify(execFile);
const here = join(import.meta.dirname, "../../..");

/**
 * The release before this one: the newest tag that is an ancestor of what is checked out, and as long as nothing was ever
 * tagged, the commit before records had a version.
 */
const BEFORE_ANY_TAG = "35296bc";

/** What was released before; null when the history is not here (a shallow clone, an archive). */
export async function checkoutYesterday(): Promise<Checkout | null> {
  const name = await nameOfYesterday();
  if (name === null) return null;
  const root = await mkdtemp(join(tmpdir(), "tern-yesterday-"));
  const archive = join(root, "sources.tar");
  await run("git", ["archive", "--output", archive, name, "packages", "services"], { cwd: here });
  await run("tar", ["-xf", archive, "-C", root]);
  return checkoutIn(root, name);
}

async function nameOfYesterday(): Promise<string | null> {
  const tag = await git("describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^");
  return tag ?? git("rev-parse", "--verify", "--quiet", `${BEFORE_ANY_TAG}^{commit}`);
}

async function git(...args: string[]): Promise<string | null> {
  return run("git", args, { cwd: here }).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
}

/** What will be released tomorrow: today's sources, whose records are of one version more. */
export async function checkoutTomorrow(): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), "tern-tomorrow-"));
  for (const part of ["packages", "services"]) {
    const filter = (path: string) => !path.includes("node_modules");
    await cp(join(here, part), join(root, part), { recursive: true, filter });
  }
  const file = join(root, "packages/store/src/constants.ts");
  const source = await readFile(file, "utf8");
  const raised = source.replace("const RECORD_VERSION = 1;", "const RECORD_VERSION = 2;");
  if (raised === source)
    throw new Error("constants.ts no longer says RECORD_VERSION = 1: say what comes after it here");
  await writeFile(file, raised);
  return checkoutIn(root, "tomorrow");
}

async function checkoutIn(root: string, name: string): Promise<Checkout> {
  for (const part of ["packages", "services"]) {
    for (const folder of await readdir(join(root, part))) await linkModules(root, `${part}/${folder}`);
  }
  return { root, name, remove: () => rm(root, { recursive: true, force: true }) };
}

/** What is installed for this package here, but for Tern's own packages: of those it gets its neighbours. */
async function linkModules(root: string, folder: string): Promise<void> {
  const installed = join(here, folder, "node_modules");
  if ((await lstat(installed).catch(() => null)) === null) return;
  for (const name of await readdir(installed)) {
    if (name.startsWith(".")) continue;
    const names = name.startsWith("@") ? (await readdir(join(installed, name))).map((one) => `${name}/${one}`) : [name];
    for (const one of names) {
      const target = await realpath(join(installed, one));
      const own = target.startsWith(join(here, "packages")) ? join(root, target.slice(here.length)) : target;
      const link = join(root, folder, "node_modules", one);
      await mkdir(join(link, ".."), { recursive: true });
      await symlink(own, link);
    }
  }
}
