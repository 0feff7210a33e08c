// Programs from Debian's and Ubuntu's own packages, unpacked without root into a cache folder, with nothing to do by hand.
// Nothing is installed and no service starts; libraries the machine lacks come from packages too and are found through
// LD_LIBRARY_PATH.
//
// Several processes may do this at the same time: each unpacks into a folder of its own and renames it into place; the
// first one wins and the others use its result. What stands in the cache is tried before it is used.
import { execFile } from "node:child_process";
import { accessSync, constants, lstatSync, mkdirSync } from "node:fs";
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { promisify } from "node:util";

export interface UnpackJob<Found extends object> {
  /** Names the folder in the cache: "redis". */
  name: string;
  /** Sets of packages, in the order of preference: the first set that can be downloaded is taken. */
  packages: readonly (readonly string[])[];
  /**
   * Looks in a folder with unpacked packages for what is wanted and runs it; returns it, or a sentence that says why it
   * will not do. `env` is what the programs need in their environment: LD_LIBRARY_PATH, or nothing.
   */
  tryUnpacked: (root: string, env: Record<string, string>) => Promise<Found | string>;
  /** PATH, HOME and XDG_CACHE_HOME are read. */
  env: NodeJS.ProcessEnv;
  /** Called once, when packages have to be fetched, because that takes a few seconds. */
  onFetch: () => void;
}

/** How far library packages are followed into what they depend on. Seen to need: 1 (Debian 12). */
const DEPENDENCY_LEVELS_MAX = 5;

/**
 * Returns what `tryUnpacked` finds in the cache, or in packages fetched and unpacked into it.
 *
 * throws  an Error that says what is missing: the package tools, the packages, or a library
 */
export async function unpackPackages<Found extends object>(job: UnpackJob<Found>): Promise<Found> {
  const { name, env, onFetch } = job;
  for (const tool of ["apt-get", "dpkg-deb"]) {
    if ((await findOnPath(tool, env.PATH)) === undefined) {
      throw new Error(`no ${tool} on PATH, so no Debian or Ubuntu packages to unpack`);
    }
  }
  const cache = join(cacheFolder(env), "tern");
  const place = join(cache, `${name}-${await systemName()}`);
  const cached = await tryFolder(job, place);
  if (typeof cached === "object") return cached;

  onFetch();
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, ".unpacking-"));
  try {
    const unpacked = join(work, "root");
    await downloadAndUnpack(job, { work, unpacked });
    return await moveIntoPlace(job, { unpacked, place, work });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function moveIntoPlace<Found extends object>(
  job: UnpackJob<Found>,
  { unpacked, place, work }: { unpacked: string; place: string; work: string },
): Promise<Found> {
  for (let attempt = 1; ; attempt++) {
    const moved = await rename(unpacked, place).then(
      () => true,
      () => false,
    );
    const inPlace = await tryFolder(job, place);
    if (typeof inPlace === "object") return inPlace;
    // Somebody's older, broken result is in the way (a library was removed since, or a copy was cut short).
    if (moved || attempt === 3) throw new Error(inPlace);
    await rename(place, join(work, `broken-${attempt}`)).catch(() => {});
  }
}

async function tryFolder<Found extends object>(job: UnpackJob<Found>, root: string): Promise<Found | string> {
  const folders = await libraryFolders(root);
  return await job.tryUnpacked(root, folders.length === 0 ? {} : { LD_LIBRARY_PATH: folders.join(":") });
}

async function libraryFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => /\.so(\.|$)/.test(entry.name)).map((entry) => entry.parentPath);
  return [...new Set(folders)].sort();
}

async function downloadAndUnpack<Found extends object>(
  job: UnpackJob<Found>,
  { work, unpacked }: { work: string; unpacked: string },
): Promise<void> {
  const { env } = job;
  const apt = createApt({ env, work });
  let wanted = await downloadFirst(apt, job.packages);
  const seen = new Set<string>();
  let problem = "";
  for (let level = 0; level <= DEPENDENCY_LEVELS_MAX; level++) {
    const dependencies = new Set<string>();
    for (const deb of wanted) {
      await run("dpkg-deb", ["-x", deb, unpacked], { env });
      for (const name of await libraryPackagesOf(deb, env)) dependencies.add(name);
    }
    const result = await tryFolder(job, unpacked);
    if (typeof result === "object") return;
    problem = result;
    const names = [...dependencies].filter((name) => !seen.has(name));
    if (names.length === 0) break;
    for (const name of names) seen.add(name);
    wanted = await apt.download(names);
  }
  throw new Error(`the unpacked packages do not run: ${problem}`);
}

async function downloadFirst(apt: Apt, sets: UnpackJob<object>["packages"]): Promise<string[]> {
  let lastError: unknown;
  for (const names of sets) {
    try {
      return await apt.download(names);
    } catch (error) {
      lastError ??= error;
    }
  }
  throw new Error(`apt-get could not download ${sets.map((names) => names[0]).join(" or ")}: ${firstLine(lastError)}`);
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

// --- Programs -------------------------------------------------------------------------------------------------------

/** The absolute path of a program, or undefined. */
export async function findOnPath(name: string, searchPath: string | undefined): Promise<string | undefined> {
  for (const folder of (searchPath ?? "").split(delimiter).filter(isAbsolute)) {
    const path = join(folder, name);
    if (await canRun(path)) return path;
  }
  return undefined;
}

export async function canRun(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** What a failed program said on standard error, warnings of apt left out; else the error's own first line. */
export function firstLine(error: unknown): string {
  const stderr = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("W: "));
  return lines[0] ?? (error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
}
