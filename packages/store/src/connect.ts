// Connections to Redis in its shapes; redis-url.ts says how a URL names them. Whatever the shape, a connection survives a
// failover by itself: it asks Sentinels or cluster who the master is now, leaves a server that says it is none (READONLY),
// and one that has gone silent without a word.

import type { Clock } from "@tern/core";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import { parseRedisUrl, type RedisTarget } from "./redis-url.ts";
import type { RedisConnection } from "./scripts.ts";
import { stayConnected } from "./stay-connected.ts";

/** What opens the door besides the URL. */
export interface RedisAccess {
  /** For the URLs with TLS; null: the authorities that Node.js knows, and no certificate of our own. */
  readonly tls?: RedisTls | null;
  /** The login of the Sentinels themselves; null: they want none. */
  readonly sentinelLogin?: { readonly username: string | null; readonly password: string | null } | null;
}

export interface RedisTls {
  /** PEM of the authorities that are trusted instead of those that Node.js knows. */
  readonly ca?: string | null;
  /** PEM of our certificate and its key, for servers that ask for one. */
  readonly cert?: string | null;
  readonly key?: string | null;
  /** The name that each server's certificate must be for; otherwise it is the address that was called. */
  readonly serverName?: string | null;
}

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
  /**
   * Bundles the reads of one turn of the event loop into one write: for whoever reads many records at once. Scripts go by
   * themselves, for a bundle waits until the one before it was answered.
   */
  readonly autoPipelining?: boolean;
  readonly access?: RedisAccess;
}

const SCRIPT_COMMANDS = ["evalsha", "eval"];
const RECONNECT_MAX_MS = 1_000;
const COMMAND_TIMEOUT_MS = 5_000;
/** A machine that lost its power answers nothing: the next try, which asks anew who the master is, must not wait for it. */
const CONNECT_TIMEOUT_MS = 3_000;
/** Longer than any command of ours blocks (BullMQ 10 s, feeds 10 s): a server silent for so long is left. */
const SILENCE_MAX_MS = 20_000;
/** A master that is cut off rather than dead is noticed by asking the others who has its slots. */
const REFRESH_SLOTS_MS = 5_000;
const SENTINEL_ANSWER_MS = 2_000;
/** Sentinels that each connection listens to for word of a failover, and how often a lost one is tried again. */
const SENTINELS_HEARD = 3;
const SENTINEL_AGAIN_MS = 5_000;

/**
 * Opens a connection (at once, in the background) and keeps it: a lost Redis is tried again for ever.
 *
 * url      as redis-url.ts has it; throws a TypeError that says what is wrong with it
 */
export function connectRedis(url: string, options: ConnectOptions): RedisConnection {
  const target = parseRedisUrl(url);
  const connection = target.shape === "cluster" ? connectCluster(target, options) : connectServer(target, options);
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
  return parseRedisUrl(url).shape === "cluster";
}

/** A server, or the master behind Sentinels. */
function connectServer(target: RedisTarget, options: ConnectOptions): Redis {
  const common = {
    ...serverOptions(target, options),
    db: target.db,
    enableAutoPipelining: options.autoPipelining ?? false,
    autoPipeliningIgnoredCommands: [...SCRIPT_COMMANDS],
    enableOfflineQueue: options.whileAway === "wait",
    retryStrategy: retryMs,
    // The server became a replica. Nothing was written; who may wait is sent again to the master.
    reconnectOnError: (error: Error) => isReadOnly(error) && (options.whileAway === "wait" ? 2 : 1),
  } satisfies RedisOptions;
  if (target.masterName === null) return new Redis({ ...target.addresses[0], ...common });
  const { username, password } = options.access?.sentinelLogin ?? {};
  const connection = new Redis({
    ...common,
    sentinels: [...target.addresses],
    name: target.masterName,
    ...(username ? { sentinelUsername: username } : {}),
    ...(password ? { sentinelPassword: password } : {}),
    ...(target.isTls ? { sentinelTLS: tlsOptions(options.access), enableTLSForSentinelMode: true } : {}),
    sentinelCommandTimeout: SENTINEL_ANSWER_MS,
    sentinelRetryStrategy: retryMs,
    // A master that is cut off rather than dead keeps its connections: the Sentinels tell that it is none any more.
    failoverDetector: true,
    sentinelMaxConnections: SENTINELS_HEARD,
    sentinelReconnectStrategy: () => SENTINEL_AGAIN_MS,
  });
  return stayConnected(connection);
}

function connectCluster(target: RedisTarget, options: ConnectOptions): Cluster {
  const cluster = new Cluster([...target.addresses], {
    enableAutoPipelining: options.autoPipelining ?? false,
    autoPipeliningIgnoredCommands: [...SCRIPT_COMMANDS],
    enableOfflineQueue: options.whileAway === "wait",
    clusterRetryStrategy: retryMs,
    retryDelayOnFailover: 100,
    slotsRefreshInterval: REFRESH_SLOTS_MS,
    maxRedirections: options.whileAway === "wait" ? 64 : 4,
    // Certificates are for names: these must not be replaced by the addresses that they stand for.
    ...(target.isTls ? { dnsLookup: (address, done) => done(null, address) } : {}),
    redisOptions: serverOptions(target, options),
  });
  // ioredis 6.0.0, closed while it asks who has which slots, would go on asking for ever.
  cluster.once("end", () => {
    cluster.refreshSlotsCache = () => {};
  });
  return cluster;
}

/** What holds for each connection to a server, of whatever shape it is a part. */
function serverOptions({ username, password, isTls }: RedisTarget, options: ConnectOptions) {
  return {
    connectionName: options.name,
    maxRetriesPerRequest: options.whileAway === "wait" ? null : 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MAX_MS,
    disableClientInfo: true, // a user with no more rights than it needs may not give it, and the refusal would be logged
    ...(options.whileAway === "fail" ? { commandTimeout: options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS } : {}),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(isTls ? { tls: tlsOptions(options.access) } : {}),
  } satisfies RedisOptions;
}

function tlsOptions(access: RedisAccess | undefined): NonNullable<RedisOptions["tls"]> {
  const { ca, cert, key, serverName } = access?.tls ?? {};
  return {
    ...(ca ? { ca } : {}),
    ...(cert && key ? { cert, key } : {}),
    ...(serverName ? { servername: serverName } : {}),
  };
}

const retryMs = (times: number) => Math.min(RECONNECT_MAX_MS, 50 * times);

/** Of a command, or of one inside a script (Redis 6.2 puts words of its own in front of that). */
function isReadOnly(error: Error): boolean {
  return /(^|-)READONLY /.test(error.message);
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
