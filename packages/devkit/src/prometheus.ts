// A real Prometheus for tests: found on PATH, or unpacked from Debian's package without root (debian-packages.ts), and run
// on 127.0.0.1 with a data folder of its own, ended with the process that started it.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { canRun, findOnPath, firstLine, unpackPackages } from "./debian-packages.ts";
import { spawnBound } from "./die-with-parent.ts";
import { freePort } from "./free-port.ts";
import { waitUntil } from "./wait-until.ts";

export interface PrometheusBinary {
  /** Absolute paths of the server and of its checker. */
  prometheus: string;
  promtool: string;
  /** As the server says it, for example "2.42.0+ds". */
  version: string;
  /** For people: where it came from. */
  how: string;
}

export interface FindPrometheusOptions {
  /** Default: this process's own. PATH, HOME and XDG_CACHE_HOME are read. */
  env?: NodeJS.ProcessEnv;
  /** Told once, when the package has to be fetched (20 MB). */
  onProgress?: (line: string) => void;
}

const FETCHING = "No Prometheus on PATH: unpacking the distribution's package into a cache folder (once, some seconds)";

/**
 * Returns a server and a promtool that were seen to run (`--version`).
 *
 * throws  an Error that says what was tried and how to get one
 */
export async function findPrometheus(options: FindPrometheusOptions = {}): Promise<PrometheusBinary> {
  const env = options.env ?? process.env;
  const problems: string[] = [];
  const prometheus = await findOnPath("prometheus", env.PATH);
  const promtool = await findOnPath("promtool", env.PATH);
  if (prometheus !== undefined && promtool !== undefined) {
    const found = await tryPrograms(prometheus, promtool, `on PATH (${prometheus})`);
    if (typeof found === "object") return found;
    problems.push(found);
  } else problems.push("no prometheus with promtool on PATH");
  try {
    return await unpackPackages({
      name: "prometheus",
      packages: [["prometheus"]],
      tryUnpacked: (root) => tryUnpacked(root),
      env,
      onFetch: () => options.onProgress?.(FETCHING),
    });
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  throw new Error(
    [
      "No Prometheus with promtool runs on this machine. Choose one:",
      "  sudo apt-get install prometheus       Debian, Ubuntu",
      "  brew install prometheus               macOS",
      "What was tried:",
      ...problems.map((problem) => `  - ${problem}`),
    ].join("\n"),
  );
}

async function tryUnpacked(root: string): Promise<PrometheusBinary | string> {
  const [prometheus, promtool] = [join(root, "usr/bin/prometheus"), join(root, "usr/bin/promtool")];
  if (!(await canRun(prometheus)) || !(await canRun(promtool))) return `${root} holds no Prometheus`;
  return await tryPrograms(prometheus, promtool, `package unpacked in ${root}`);
}

async function tryPrograms(prometheus: string, promtool: string, how: string): Promise<PrometheusBinary | string> {
  for (const path of [promtool, prometheus]) {
    const printed = await run(path, ["--version"], { timeout: 10_000 }).catch((error: unknown) => firstLine(error));
    if (typeof printed === "string") return `${path} does not run: ${printed}`;
    const version = /version (\d\S*)/.exec(`${printed.stdout}${printed.stderr}`)?.[1];
    if (version === undefined) return `${path} is not a Prometheus`;
    if (path === prometheus) return { prometheus, promtool, version, how };
  }
  throw new Error("unreachable");
}

export interface StartPrometheusOptions {
  /** The configuration file's text (YAML, or JSON, which is YAML). */
  config: string;
  /** Further files beside the configuration, by name: `rule_files: [rules.yaml]` finds `{"rules.yaml": "…"}`. */
  files?: Readonly<Record<string, string>>;
  /** More of the server's own arguments. */
  args?: readonly string[];
  /** Default: found by `findPrometheus()`. */
  binary?: PrometheusBinary;
}

/** One series of an instant query's answer. A scalar answer is one series without labels. */
export interface PrometheusSample {
  labels: Record<string, string>;
  /** NaN and the infinities as Prometheus means them. */
  value: number;
  /** Of a range query: every value, oldest first. */
  values?: readonly number[];
}

export interface PrometheusServer {
  /** http://127.0.0.1:port, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The last lines it printed, oldest first. */
  readonly lines: readonly string[];
  /** Asks an instant query; throws an Error with Prometheus' own words if it is not PromQL. */
  query(promql: string): Promise<PrometheusSample[]>;
  /** GET of any path of its HTTP API, "/api/v1/rules" for one; the answer's `data`. */
  get(path: string): Promise<unknown>;
  /** Ends it and removes its data. Twice is safe. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
const STOP_GRACE_MS = 5_000;
const PORT_TRIES_MAX = 5;
const LINES_MAX = 200;

/** Starts a server on a free port of 127.0.0.1 and returns once it is ready. */
export async function startPrometheus(options: StartPrometheusOptions): Promise<PrometheusServer> {
  const binary = options.binary ?? (await findPrometheus());
  const folder = await mkdtemp(join(tmpdir(), "tern-prometheus-"));
  const removeFolder = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    await mkdir(join(folder, "data"));
    for (const [name, text] of Object.entries({ ...options.files, "prometheus.yml": options.config })) {
      await writeFile(join(folder, name), text);
    }
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      const running = await launch(binary, folder, port, options.args ?? []);
      if (running.isReady) return serverAt(running, removeFolder);
      await running.end();
      // Another process may have taken the port between our look and the server's bind.
      if (attempt === PORT_TRIES_MAX || !running.lines.some((line) => line.includes("address already in use"))) {
        throw new Error(`Prometheus did not start:\n${running.lines.slice(-10).join("\n")}`);
      }
    }
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

interface Running {
  isReady: boolean;
  port: number;
  pid: number;
  lines: string[];
  end(): Promise<void>;
}

async function launch(
  binary: PrometheusBinary,
  folder: string,
  port: number,
  args: readonly string[],
): Promise<Running> {
  const own = [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawnBound(binary.prometheus, [...own, ...args], { cwd: folder, env: { PATH: process.env.PATH } });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      lines.push(...text.split("\n").filter((line) => line.trim() !== ""));
      lines.splice(0, lines.length - LINES_MAX);
    });
  }
  let hasEnded = false;
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      hasEnded = true;
      resolve();
    };
    child.once("close", end);
    child.once("error", (error) => {
      lines.push(error.message);
      if (child.pid === undefined) end();
    });
  });
  const isUp = async () => hasEnded || (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok;
  await waitUntil(isUp, { what: "Prometheus to be ready", timeoutMs: START_TIMEOUT_MS }).catch(() => {});
  return {
    isReady: !hasEnded && (await isUp().catch(() => false)),
    port,
    pid: child.pid ?? 0,
    lines,
    async end() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function serverAt(running: Running, removeFolder: () => Promise<void>): PrometheusServer {
  const { port, pid, lines } = running;
  const url = `http://127.0.0.1:${port}`;
  const get = async (path: string): Promise<unknown> => {
    const answer = (await (await fetch(`${url}${path}`)).json()) as ApiAnswer;
    if (answer.status !== "success") throw new Error(`Prometheus: ${answer.error ?? "no success"} (${path})`);
    return answer.data;
  };
  return {
    url,
    port,
    pid,
    lines,
    get,
    query: async (promql) => samplesOf(await get(`/api/v1/query?query=${encodeURIComponent(promql)}`)),
    async stop() {
      await running.end();
      await removeFolder();
    },
  };
}

interface ApiAnswer {
  status: string;
  error?: string;
  data: unknown;
}

type Point = [timeSeconds: number, value: string];
type QueryData =
  | { resultType: "vector"; result: { metric: Record<string, string>; value: Point }[] }
  | { resultType: "matrix"; result: { metric: Record<string, string>; values: Point[] }[] }
  | { resultType: "scalar" | "string"; result: Point };

function samplesOf(data: unknown): PrometheusSample[] {
  const answer = data as QueryData;
  if (answer.resultType === "vector") {
    return answer.result.map(({ metric, value }) => ({ labels: metric, value: numberOf(value) }));
  }
  if (answer.resultType === "matrix") {
    return answer.result.map(({ metric, values }) => {
      const numbers = values.map(numberOf);
      return { labels: metric, value: numbers.at(-1) ?? Number.NaN, values: numbers };
    });
  }
  return [{ labels: {}, value: numberOf(answer.result) }];
}

function numberOf([, text]: Point): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}

const run = promisify(execFile);
