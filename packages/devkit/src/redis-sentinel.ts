// A master with replicas, watched by Sentinels, all real processes of one's own on 127.0.0.1: what is needed to see a
// failover. Each server can be killed and brought back; who is master at the moment only the Sentinels know.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { findRedisBinary } from "./redis-binary.ts";
import {
  launchRedis,
  portArgs,
  type RedisServer,
  type RedisTlsFiles,
  type RunningRedis,
  type StartRedisOptions,
  startRedis,
} from "./redis-server.ts";
import { waitUntil } from "./wait-until.ts";

export interface RedisSentinel {
  /** redis+sentinel://host:port,…/name, without a login. */
  readonly url: string;
  readonly masterName: string;
  /** The first began as the master. */
  readonly servers: readonly RedisServer[];
  readonly sentinelPorts: readonly number[];
  /** The server that the Sentinels take for the master now. */
  master(): Promise<RedisServer>;
  stop(): Promise<void>;
}

export interface StartSentinelOptions {
  /** Default 1. */
  readonly replicas?: number;
  /** Default 3, the fewest that can agree when one of them is lost. */
  readonly sentinels?: number;
  /** How long a master may be silent before a Sentinel takes it for dead. Default 1,000. */
  readonly downAfterMs?: number;
  /** What the Sentinels themselves ask of whoever asks them. Default: nothing. */
  readonly sentinelPassword?: string;
  /** What replicas and Sentinels log in to the servers with, where these want it. */
  readonly logins?: { readonly replica: Required<Login>; readonly sentinel: Required<Login> };
  readonly tls?: RedisTlsFiles;
  /** As for a single server. */
  readonly appendonly?: StartRedisOptions["appendonly"];
  /** More arguments for every server. */
  readonly args?: readonly string[];
}

interface Login {
  readonly username?: string;
  readonly password?: string;
}

const MASTER_NAME = "mymaster";
/** A failover that did not come about is tried again after twice this. */
const FAILOVER_TIMEOUT_MS = 3_000;

/** Starts servers and Sentinels; returns once all replicas are in step and all Sentinels know of one another. */
export async function startRedisSentinel(options: StartSentinelOptions = {}): Promise<RedisSentinel> {
  const { replicas = 1, sentinels = 3, downAfterMs = 1_000, appendonly = "no", tls, logins } = options;
  const binary = await findRedisBinary();
  const servers: RedisServer[] = [];
  const running: RunningRedis[] = [];
  const ports: number[] = [];
  const stop = async () => {
    await Promise.all(running.map((sentinel) => sentinel.end("SIGTERM")));
    await Promise.all(servers.map((server) => server.kill())); // asked nicely, a master waits 10 s for its replicas
    await Promise.all(servers.map((server) => server.stop()));
  };
  const connect = (port: number, more: Login = {}) => {
    const access = { ...more, ...(tls ? { tls: readTls(tls) } : {}) };
    const client = new Redis({ host: "127.0.0.1", port, enableReadyCheck: false, disconnectTimeout: 0, ...access });
    client.on("error", () => {}); // asked again until it answers
    return client;
  };
  try {
    const common = [...replicationArgs(logins?.replica), ...(options.args ?? [])];
    const start = async (args: readonly string[]) => {
      const server = await startRedis({ binary, appendonly, args: [...common, ...args], ...(tls ? { tls } : {}) });
      servers.push(server);
      return server;
    };
    const first = await start([]);
    await Promise.all(Array.from({ length: replicas }, () => start(["--replicaof", "127.0.0.1", String(first.port)])));
    await hasReplicas(connect(first.port, logins?.sentinel), replicas);
    for (let index = 0; index < sentinels; index++) {
      const port = await freePort();
      const config = join(first.dir, `sentinel-${port}.conf`);
      writeFileSync(
        config,
        sentinelConfig({ ...options, downAfterMs, masterPort: first.port, quorum: quorumOf(sentinels) }),
      );
      running.push(
        await launchRedis(binary, [config, "--sentinel", "--bind", "127.0.0.1", ...portArgs(port, tls)], port, tls),
      );
      ports.push(port);
    }
    await Promise.all(ports.map((port) => knowsAll(connect(port, sentinelLogin(options)), sentinels - 1, replicas)));
  } catch (error) {
    await stop();
    throw error;
  }
  const scheme = tls === undefined ? "redis+sentinel" : "rediss+sentinel";
  return {
    url: `${scheme}://${ports.map((port) => `127.0.0.1:${port}`).join(",")}/${MASTER_NAME}`,
    masterName: MASTER_NAME,
    servers,
    sentinelPorts: ports,
    async master() {
      const sentinel = connect(ports[0] ?? 0, sentinelLogin(options));
      try {
        const [, port] = (await sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME)) as [string, string];
        const master = servers.find((server) => server.port === Number(port));
        if (!master) throw new Error(`the Sentinels name port ${port} as the master, which is none of the servers`);
        return master;
      } finally {
        sentinel.disconnect();
      }
    },
    stop,
  };
}

const quorumOf = (sentinels: number) => Math.floor(sentinels / 2) + 1;

/** Without the delays that would only make a test wait: the first transfer begins at once, a lost link is soon noticed. */
function replicationArgs(login: Required<Login> | undefined): string[] {
  return [
    ...["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1", "--repl-timeout", "10"],
    ...(login ? ["--masteruser", login.username, "--masterauth", login.password] : []),
  ];
}

interface SentinelConfig extends StartSentinelOptions {
  readonly masterPort: number;
  readonly quorum: number;
}

function sentinelConfig({ masterPort, quorum, downAfterMs, logins, sentinelPassword }: SentinelConfig): string {
  return [
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} ${quorum}`,
    `sentinel down-after-milliseconds ${MASTER_NAME} ${downAfterMs}`,
    `sentinel failover-timeout ${MASTER_NAME} ${FAILOVER_TIMEOUT_MS}`,
    `sentinel parallel-syncs ${MASTER_NAME} 1`,
    ...(logins
      ? [
          `sentinel auth-user ${MASTER_NAME} ${logins.sentinel.username}`,
          `sentinel auth-pass ${MASTER_NAME} ${logins.sentinel.password}`,
        ]
      : []),
    ...(sentinelPassword ? [`requirepass ${sentinelPassword}`, `sentinel sentinel-pass ${sentinelPassword}`] : []),
    "",
  ].join("\n");
}

function sentinelLogin({ sentinelPassword }: StartSentinelOptions): Login {
  return sentinelPassword === undefined ? {} : { password: sentinelPassword };
}

function readTls({ caFile, certFile, keyFile }: RedisTlsFiles) {
  return { ca: readFileSync(caFile), cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

async function hasReplicas(master: Redis, count: number): Promise<void> {
  try {
    await waitUntil(
      async () =>
        (await master.info("replication")).match(/^slave\d+:.*state=online/gm)?.length === count || count === 0,
      { what: `${count} replicas to be in step`, timeoutMs: 30_000 },
    );
  } finally {
    master.disconnect();
  }
}

async function knowsAll(sentinel: Redis, others: number, replicas: number): Promise<void> {
  try {
    await waitUntil(
      async () => {
        const state = (await sentinel.call("SENTINEL", "MASTER", MASTER_NAME)) as string[];
        const numberOf = (name: string) => Number(state[state.indexOf(name) + 1]);
        return numberOf("num-other-sentinels") === others && numberOf("num-slaves") === replicas;
      },
      { what: `a Sentinel to know ${others} others and ${replicas} replicas`, timeoutMs: 30_000 },
    );
  } finally {
    sentinel.disconnect();
  }
}
