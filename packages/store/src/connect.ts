// Connections to Redis in its shapes. One URL says which:
//   redis://host:6379/0, rediss://…            one server (TLS with the second s)
//   redis+cluster://host:port,host:port        Redis Cluster, by some of its nodes (rediss+cluster for TLS)

import type { Clock } from "@tern/core";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { RedisConnection } from "./scripts.ts";

export interface ConnectOptions {
  /**
   * What happens to commands while Redis is away: `fail` at once (a server that must answer 503), or `wait` until it
   * is back (a worker that has nothing better to do).
   */
  readonly whileAway: "fail" | "wait";
  /** With `fail`: how long Redis may take to answer a command before it fails, so that a caller gets its 503 in time. */
  readonly commandTimeoutMs?: number;
  /** Names the connection in `CLIENT LIST`. */
  readonly name: string;
  /** Called when Redis goes away, once however often ioredis then tries, … */
  readonly onError: (error: Error) => void;
  /** … and when it is back after that. */
  readonly onBack?: () => void;
  /** Bundles the calls of one turn of the event loop into one write. BullMQ's own connections do without. */
  readonly autoPipelining?: boolean;
}

const RECONNECT_MAX_MS = 1_000;
const COMMAND_TIMEOUT_MS = 5_000;

/**
 * Opens a connection (at once, in the background) and keeps it: a lost Redis is tried again for ever.
 *
 * url      as above; throws a TypeError that says what is wrong with it
 */
export function connectRedis(url: string, options: ConnectOptions): RedisConnection {
  const common = {
    connectionName: options.name,
    enableAutoPipelining: options.autoPipelining ?? false,
    enableOfflineQueue: options.whileAway === "wait",
    maxRetriesPerRequest: options.whileAway === "wait" ? null : 0,
    retryStrategy: (times: number) => Math.min(RECONNECT_MAX_MS, 50 * times),
    ...(options.whileAway === "fail" ? { commandTimeout: options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS } : {}),
  } satisfies RedisOptions;
  const connection = isClusterUrl(url) ? connectCluster(url, common, options) : new Redis(url, common);
  reportOutages(connection, options);
  return connection;
}

function reportOutages(connection: RedisConnection, { onError, onBack }: ConnectOptions): void {
  let isAway = false;
  connection.on("error", (error: Error) => {
    if (!isAway) onError(error);
    isAway = true;
  });
  connection.on("ready", () => {
    if (isAway) onBack?.();
    isAway = false;
  });
}

export function isClusterUrl(url: string): boolean {
  return /^rediss?\+cluster:\/\//.test(url);
}

type CommonOptions = Pick<
  RedisOptions,
  "connectionName" | "commandTimeout" | "enableAutoPipelining" | "enableOfflineQueue" | "maxRetriesPerRequest"
> & { retryStrategy: (times: number) => number };

function connectCluster(url: string, common: CommonOptions, options: ConnectOptions): Cluster {
  const [scheme = "", rest = ""] = url.split("://");
  const at = rest.lastIndexOf("@");
  const [username, password] = at < 0 ? [] : rest.slice(0, at).split(":").map(decodeURIComponent);
  const nodes = rest
    .slice(at + 1)
    .split(",")
    .map((node) => {
      const [host, port] = node.split(":");
      if (!host || !port) throw new TypeError(`"${node}" in the Redis Cluster URL is not host:port`);
      return { host, port: Number(port) };
    });
  const { enableAutoPipelining, enableOfflineQueue, retryStrategy, ...redisOptions } = common;
  return new Cluster(nodes, {
    enableAutoPipelining: enableAutoPipelining ?? false,
    enableOfflineQueue: enableOfflineQueue ?? true,
    clusterRetryStrategy: (times) => Math.min(RECONNECT_MAX_MS, 50 * times),
    retryDelayOnFailover: 100,
    maxRedirections: options.whileAway === "wait" ? 64 : 4,
    redisOptions: {
      ...redisOptions,
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
      ...(scheme.startsWith("rediss") ? { tls: {} } : {}),
    },
  });
}

/**
 * Waits for the first contact of a new connection.
 *
 * withinMs   how long to try; ioredis goes on trying in the background meanwhile
 * throws     the last connection error (ECONNREFUSED, NOAUTH, …) when Redis was not reached in time
 */
export function whenReady(connection: RedisConnection, withinMs: number, clock: Pick<Clock, "after">): Promise<void> {
  if (connection.status === "ready") return Promise.resolve();
  return new Promise((resolve, reject) => {
    let last: Error = new Error("Connection is closed.");
    const onError = (error: Error) => {
      last = error;
    };
    const settle = (end: () => void) => {
      timer.cancel();
      connection.off("error", onError);
      connection.off("ready", onReady);
      end();
    };
    const onReady = () => settle(resolve);
    const timer = clock.after(withinMs, () => settle(() => reject(last)));
    connection.on("error", onError);
    connection.once("ready", onReady);
  });
}

/** Closes a connection: after the answers that are still to come, or at once when Redis is away. Safe to call twice. */
export async function closeConnection(connection: RedisConnection): Promise<void> {
  if (connection.status === "ready") await connection.quit().catch(() => connection.disconnect());
  else connection.disconnect();
}
