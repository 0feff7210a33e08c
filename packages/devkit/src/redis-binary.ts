// Finds a Redis (or Valkey) server program that runs on this machine, with nothing to do by hand:
//
// 1. `valkey-server`, else `redis-server` on PATH, if it runs and is recent enough;
// 2. else, where Debian's package tools exist (Debian, Ubuntu), the distribution's own packages, unpacked without root
//    into a cache folder (debian-packages.ts);
// 3. else one error that names the choices.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { canRun, findOnPath, firstLine, unpackPackages } from "./debian-packages.ts";

export interface RedisBinary {
  /** Absolute path of the server program. */
  path: string;
  /** What the program needs in its environment besides PATH: LD_LIBRARY_PATH, or nothing. */
  env: Record<string, string>;
  /** As the program says it, for example "7.0.15". */
  version: string;
  /** For people: where it came from. */
  how: string;
}

export interface FindRedisOptions {
  /** Default: this process's own. PATH, HOME and XDG_CACHE_HOME are read. */
  env?: NodeJS.ProcessEnv;
  /** Told once, when packages have to be fetched, because that takes a few seconds. */
  onProgress?: (line: string) => void;
}

/** BullMQ 6 refuses anything older; Tern's scripts use nothing newer than 7.0. */
const OLDEST_VERSION = [6, 2] as const;

const FETCHING = "No Redis on PATH: unpacking the distribution's packages into a cache folder (once, a few seconds)";

/**
 * Returns a server program that was seen to run (`--version`).
 *
 * throws  an Error whose message tells a person the three ways to get a Redis, and what was tried
 */
export async function findRedisBinary(options: FindRedisOptions = {}): Promise<RedisBinary> {
  const env = options.env ?? process.env;
  const problems: string[] = [];
  for (const name of ["valkey-server", "redis-server"]) {
    const path = await findOnPath(name, env.PATH);
    if (path === undefined) continue;
    const found = await tryProgram(path, {}, `${name} on PATH (${path})`);
    if (typeof found === "object") return found;
    problems.push(found);
  }
  if (problems.length === 0) problems.push("no valkey-server or redis-server on PATH");
  try {
    return await unpackPackages({
      name: "redis",
      packages: SERVER_PACKAGES.map(({ names }) => names),
      tryUnpacked,
      env,
      onFetch: () => options.onProgress?.(FETCHING),
    });
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  throw new Error(noRedisMessage(problems));
}

function noRedisMessage(problems: string[]): string {
  return [
    "Tern needs a Redis 6.2 or newer (or Valkey) and found none that runs. Choose one:",
    "  sudo apt-get install redis-server       Debian, Ubuntu",
    "  brew install valkey                     macOS",
    "  docker run -d -p 6379:6379 valkey/valkey:8    then set REDIS_URL=redis://127.0.0.1:6379",
    "What was tried:",
    ...problems.map((problem) => `  - ${problem}`),
  ].join("\n");
}

/** Runs `--version`; returns the program, or a sentence that says why it will not do. */
async function tryProgram(path: string, env: Record<string, string>, how: string): Promise<RedisBinary | string> {
  let printed: string;
  try {
    ({ stdout: printed } = await run(path, ["--version"], { env, timeout: 10_000 }));
  } catch (error) {
    return `${path} does not run: ${firstLine(error)}`;
  }
  const version = /\bv=(\d+)\.(\d+)\S*/.exec(printed);
  if (version === null) return `${path} is not a Redis: --version printed "${printed.trim()}"`;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const isOldEnough = major > OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor >= OLDEST_VERSION[1]);
  const text = version[0].slice("v=".length);
  if (!isOldEnough) return `${path} is version ${text}, older than ${OLDEST_VERSION.join(".")}`;
  return { path, env, version: text, how };
}

/** The server and the package that holds what its program links to, in the order of preference. */
const SERVER_PACKAGES = [
  { names: ["redis-server", "redis-tools"], program: "usr/bin/redis-server" },
  { names: ["valkey-server", "valkey-tools"], program: "usr/bin/valkey-server" },
] as const;

async function tryUnpacked(root: string, env: Record<string, string>): Promise<RedisBinary | string> {
  for (const { program } of SERVER_PACKAGES) {
    const path = join(root, program);
    if (await canRun(path)) return await tryProgram(path, env, `packages unpacked in ${root}`);
  }
  return `${root} holds no server program`;
}

const run = promisify(execFile);
