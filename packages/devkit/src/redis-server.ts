// A real Redis server of one's own, for tests, benchmarks and the demo: on a free port of 127.0.0.1, configured as Tern
// needs it (never evicts), ended with the process that started it, and breakable: it can be killed and brought back on the
// same port with the same data, so that what happens after a crash can be tested.
import type { ChildProcess } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { atExit, spawnBound } from "./die-with-parent.ts";
import { freePort } from "./free-port.ts";
import { findRedisBinary, type RedisBinary } from "./redis-binary.ts";
import { waitUntil } from "./wait-until.ts";

export interface StartRedisOptions {
  /** What survives `kill()`: nothing ("no", the default), all but about the last second, or everything answered. */
  appendonly?: "no" | "everysec" | "always";
  /** Where the data goes. Default: a temporary folder that `stop()` removes. A given folder is made and kept. */
  dir?: string;
  /** Default: a free one. */
  port?: number;
  /** As in redis.conf, for example "32mb". Default: no limit. */
  maxmemory?: string;
  /** Speaks TLS only, to clients and to other servers, with this certificate; clients must show one from the same authority. */
  tls?: RedisTlsFiles;
  /** More of the server's own arguments; they come last and so win. */
  args?: readonly string[];
  /** Default: found by `findRedisBinary()`. */
  binary?: RedisBinary;
}

/** Paths of PEM files. */
export interface RedisTlsFiles {
  caFile: string;
  certFile: string;
  keyFile: string;
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Of the server that runs now, or ran last. */
  readonly pid: number;
  readonly dir: string;
  /** Where the program came from, for people. */
  readonly how: string;
  /** Ends the server in order and removes the folder if it was ours. Twice is safe. */
  stop(): Promise<void>;
  /** Ends the server with SIGKILL and waits until it is gone. The data folder stays. */
  kill(): Promise<void>;
  /** Brings the server back on the same port and folder (ending it first if it runs); it answers when this returns. */
  restart(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
/** Another process may take a free port between our look and the server's bind. */
const PORT_TRIES_MAX = 5;

/** Starts a server and returns once it answers and has loaded its data. */
export async function startRedis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const binary = options.binary ?? (await findRedisBinary());
  const isOwnFolder = options.dir === undefined;
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "tern-redis-")));
  await mkdir(dir, { recursive: true });
  const releaseFolder = isOwnFolder ? atExit(() => rmSync(dir, { recursive: true, force: true })) : () => {};

  const removeFolder = async () => {
    if (!isOwnFolder) return;
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    releaseFolder();
  };

  let port = options.port ?? (await freePort());
  let running: RunningRedis;
  for (let attempt = 1; ; attempt++) {
    try {
      running = await launchRedis(binary, serverArgs({ ...options, port, dir }), port, options.tls);
      break;
    } catch (error) {
      const mayTryAgain = options.port === undefined && attempt < PORT_TRIES_MAX && /in use/i.test(String(error));
      if (!mayTryAgain) {
        await removeFolder();
        throw error;
      }
      port = await freePort();
    }
  }

  return {
    url: `${options.tls === undefined ? "redis" : "rediss"}://127.0.0.1:${port}`,
    port,
    dir,
    how: binary.how,
    get pid() {
      return running.pid;
    },
    async stop() {
      await running.end("SIGTERM");
      await removeFolder();
    },
    async kill() {
      await running.end("SIGKILL");
    },
    async restart() {
      await running.end("SIGTERM");
      running = await launchRedis(binary, serverArgs({ ...options, port, dir }), port, options.tls);
    },
  };
}

function serverArgs(options: StartRedisOptions & { port: number; dir: string }): string[] {
  const { appendonly = "no", maxmemory, args = [] } = options;
  const durability = appendonly === "no" ? ["no"] : ["yes", "--appendfsync", appendonly];
  return [
    ...["--bind", "127.0.0.1", "--dir", options.dir, ...portArgs(options.port, options.tls)],
    ...["--save", "", "--appendonly", ...durability, "--maxmemory-policy", "noeviction"],
    ...["--lazyfree-lazy-expire", "yes", "--lazyfree-lazy-server-del", "yes", "--lazyfree-lazy-user-del", "yes"],
    ...(maxmemory === undefined ? [] : ["--maxmemory", maxmemory]),
    ...args,
  ];
}

/** The arguments that make a server listen on a port, with TLS or without. */
export function portArgs(port: number, tls: RedisTlsFiles | undefined): string[] {
  if (tls === undefined) return ["--port", String(port)];
  return [
    ...["--port", "0", "--tls-port", String(port), "--tls-replication", "yes", "--tls-cluster", "yes"],
    ...["--tls-ca-cert-file", tls.caFile, "--tls-cert-file", tls.certFile, "--tls-key-file", tls.keyFile],
  ];
}

export interface RunningRedis {
  pid: number;
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** Starts the program and returns once this very process answers on the port; a Sentinel as well as a server. */
export async function launchRedis(
  binary: RedisBinary,
  args: readonly string[],
  port: number,
  tls?: RedisTlsFiles,
): Promise<RunningRedis> {
  const child = spawnBound(binary.path, args, { env: { PATH: process.env.PATH, LC_ALL: "C", ...binary.env } });
  const output = collectTail(child);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      output.push(error.message);
      resolve();
    });
  });
  const pid = child.pid;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || pid === undefined;

  const isUp = await Promise.race([
    exited.then(() => false),
    waitUntil(() => pid === undefined || hasEnded() || isReady(port, pid, tls), {
      what: `Redis to answer on port ${port}`,
      timeoutMs: START_TIMEOUT_MS,
    }).catch(() => false),
  ]);
  if (!isUp || hasEnded() || pid === undefined) {
    child.kill("SIGKILL");
    throw new Error(`Redis (${binary.path}) did not start on port ${port}:\n${output.slice(-10).join("\n")}`);
  }
  return {
    pid,
    async end(signal) {
      if (hasEnded()) return;
      child.kill(signal);
      // A server that is stuck in a script, or in a slow disk, does not obey SIGTERM.
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function collectTail(child: ChildProcess): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      lines.push(...text.split("\n").filter((line) => line.trim() !== ""));
      lines.splice(0, lines.length - 50);
    });
  }
  return lines;
}

/**
 * Asks INFO over a bare socket: true once it is this very process that answers (and not another server that was quicker
 * to take the port), and it has loaded its data (a Sentinel has none). A server that wants a password first is taken to be
 * ours.
 */
function isReady(port: number, pid: number, tls?: RedisTlsFiles): Promise<boolean> {
  return new Promise((resolve) => {
    const host = "127.0.0.1";
    const certificate = tls && { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
    const socket = certificate
      ? connectTls({ host, port, ca: readFileSync(tls.caFile), ...certificate })
      : connect({ host, port });
    const finish = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    let answer = "";
    socket.setTimeout(2_000, () => finish(false));
    socket.once("error", () => finish(false));
    socket.once("end", () => finish(false));
    socket.on("data", (data) => {
      answer += data.toString("latin1");
      const loading = answer.includes("\r\nredis_mode:sentinel\r") ? "0" : /\r\nloading:([01])\r/.exec(answer)?.[1];
      if (answer.startsWith("-")) finish(answer.startsWith("-NOAUTH"));
      else if (loading !== undefined) finish(loading === "0" && answer.includes(`\r\nprocess_id:${pid}\r`));
    });
    socket.write("INFO\r\n");
  });
}
