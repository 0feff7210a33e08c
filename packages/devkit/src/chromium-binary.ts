// Finds a Chromium that runs on this machine, for tests of pages: on PATH, or unpacked from Debian's packages without root
// (debian-packages.ts; 110 MB once, and what libraries the machine lacks).
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { canRun, findOnPath, firstLine, unpackPackages } from "./debian-packages.ts";

export interface ChromiumBinary {
  /** Absolute path of the program. */
  path: string;
  /** All that the program needs in its environment. */
  env: Record<string, string>;
  /** As the program says it, for example "156.0.8078.79". */
  version: string;
  /** For people: where it came from. */
  how: string;
}

export interface FindChromiumOptions {
  /** Default: this process's own. PATH, HOME and XDG_CACHE_HOME are read. */
  env?: NodeJS.ProcessEnv;
  /** Told once, when packages have to be fetched. */
  onProgress?: (line: string) => void;
}

const FETCHING = "No Chromium on PATH: unpacking the distribution's packages into a cache folder (once, some seconds)";

/**
 * Returns a browser that was seen to run (`--version`).
 *
 * throws  an Error that says what was tried and how to get one
 */
export async function findChromium(options: FindChromiumOptions = {}): Promise<ChromiumBinary> {
  const env = options.env ?? process.env;
  const problems: string[] = [];
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const path = await findOnPath(name, env.PATH);
    if (path === undefined) continue;
    const found = await tryProgram(path, {}, `${name} on PATH (${path})`);
    if (typeof found === "object") return found;
    problems.push(found);
  }
  if (problems.length === 0) problems.push("no chromium, chromium-browser or google-chrome on PATH");
  try {
    return await unpackPackages({
      name: "chromium",
      packages: [["chromium", "chromium-common"]],
      tryUnpacked,
      env,
      onFetch: () => options.onProgress?.(FETCHING),
    });
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  throw new Error(
    [
      "No Chromium runs on this machine. Choose one:",
      "  sudo apt-get install chromium       Debian",
      "What was tried:",
      ...problems.map((problem) => `  - ${problem}`),
    ].join("\n"),
  );
}

/** The program itself: /usr/bin/chromium of the package is a shell script that looks for it in fixed places. */
async function tryUnpacked(root: string, env: Record<string, string>): Promise<ChromiumBinary | string> {
  const path = join(root, "usr/lib/chromium/chromium");
  if (!(await canRun(path))) return `${root} holds no Chromium`;
  return await tryProgram(path, env, `packages unpacked in ${root}`);
}

async function tryProgram(path: string, env: Record<string, string>, how: string): Promise<ChromiumBinary | string> {
  const { PATH, HOME } = process.env;
  const given = { ...(PATH && { PATH }), ...(HOME && { HOME }), ...env };
  const printed = await run(path, ["--version"], { env: given, timeout: 20_000 }).catch((error: unknown) =>
    firstLine(error),
  );
  if (typeof printed === "string") return `${path} does not run: ${printed}`;
  const version = /(?:Chromium|Chrome) (\d[\d.]*)/.exec(printed.stdout)?.[1];
  return version === undefined ? `${path} is not a Chromium` : { path, env: given, version, how };
}

const run = promisify(execFile);
