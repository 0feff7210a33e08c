// Waiting for the next entry of feeds. One process has one connection for it, on which one XREAD blocks for all who wait;
// whoever comes with a stream that it does not cover interrupts it. In a Redis Cluster a call may name keys of one slot
// only, and a blocked connection would keep others from its node: there the feeds that are waited for are asked four
// times a second over the shared connection.

import type { Clock } from "@tern/core";
import { Cluster, type Redis } from "ioredis";
import { comparePositions } from "./feed.ts";
import type { RedisConnection } from "./scripts.ts";

export interface FeedWatchOptions {
  /** The shared connection: the one for waiting is opened beside it when somebody first waits. */
  readonly redis: RedisConnection;
  readonly clock: Pick<Clock, "after">;
  readonly onError: (error: unknown) => void;
}

export interface FeedWatch {
  /**
   * Resolves when a feed has an entry after the reader's position in it, or when Redis fails: then the reader finds out
   * by itself. Resolves, too, when `signal` is aborted.
   *
   * places   positions by the feeds' keys (feedKey)
   */
  wait(places: ReadonlyMap<string, string>, signal: AbortSignal): Promise<void>;
  /** How many wait now. */
  readonly waiting: number;
  /** Lets everybody go and closes the connection. */
  stop(): void;
}

/** A blocked call ends after this, so that a connection that has died unnoticed is found out. */
const BLOCK_MS = 10_000;
const ANSWER_MS = 2_000;
/** Redis does not see the end of a connection that it blocks. */
const DISCONNECT_MS = 100;
const ASK_AGAIN_MS = 250;
const AFTER_ERROR_MS = 1_000;
/** An interruption that came before the call it is for is tried again. */
const INTERRUPT_AGAIN_MS = 5;

interface Wait {
  readonly places: ReadonlyMap<string, string>;
  readonly end: () => void;
}

type Positions = ReadonlyMap<string, string>;

export function createFeedWatch({ redis, clock, onError }: FeedWatchOptions): FeedWatch {
  const waits = new Set<Wait>();
  const source = redis instanceof Cluster ? askAgain(redis, pause) : blockOn(redis, pause, onError);
  let running = false;
  let stopped = false;
  const pauses = new Set<() => void>();

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.after(ms, end);
      function end(): void {
        timer.cancel();
        pauses.delete(end);
        resolve();
      }
      pauses.add(end);
      if (stopped) end();
    });
  }

  /** For each feed the earliest position that somebody waits at. */
  function earliest(): Map<string, string> {
    const positions = new Map<string, string>();
    for (const { places } of waits) {
      for (const [key, position] of places) {
        const other = positions.get(key);
        if (other === undefined || comparePositions(position, other) < 0) positions.set(key, position);
      }
    }
    return positions;
  }

  function wake(found: Positions): void {
    for (const { places, end } of waits) {
      for (const [key, position] of places) {
        const next = found.get(key);
        if (next !== undefined && comparePositions(position, next) < 0) end();
      }
    }
  }

  async function run(): Promise<void> {
    running = true;
    while (waits.size > 0 && !stopped) {
      try {
        wake(await source.read(earliest()));
      } catch (error) {
        if (stopped) break;
        onError(error);
        for (const { end } of waits) end();
        await pause(AFTER_ERROR_MS);
      }
    }
    running = false;
  }

  return {
    get waiting() {
      return waits.size;
    },
    wait(places, signal) {
      if (stopped || signal.aborted || places.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const wait: Wait = {
          places,
          end: () => {
            waits.delete(wait);
            signal.removeEventListener("abort", wait.end);
            resolve();
          },
        };
        waits.add(wait);
        signal.addEventListener("abort", wait.end, { once: true });
        if (running) source.include(places);
        else void run();
      });
    },
    stop() {
      stopped = true;
      for (const { end } of waits) end();
      for (const end of pauses) end();
      source.close();
    },
  };
}

interface Source {
  /** The first entry after each position, as far as there is one; waits a while for the first of them. */
  read(positions: Positions): Promise<Positions>;
  /** Ends a read under way that does not cover these. */
  include(places: Positions): void;
  close(): void;
}

function blockOn(redis: Redis, pause: (ms: number) => Promise<void>, onError: (error: unknown) => void): Source {
  let connection: Redis | null = null;
  let reading: Positions | null = null;
  let clientId: number | null = null;
  let interrupting = false;

  function open(): Redis {
    const opened = redis.duplicate({
      connectionName: `${redis.options.connectionName ?? "tern"}-feeds`,
      commandTimeout: undefined,
      blockingTimeout: BLOCK_MS,
      blockingTimeoutGrace: ANSWER_MS,
      enableAutoPipelining: false,
      enableOfflineQueue: true,
      maxRetriesPerRequest: 0,
      disconnectTimeout: DISCONNECT_MS,
    });
    opened.on("error", onError);
    return opened;
  }

  async function interrupt(): Promise<void> {
    interrupting = true;
    for (const during = reading; reading === during && during !== null; ) {
      if (clientId !== null && Number(await redis.client("UNBLOCK", clientId)) === 1) break;
      await pause(INTERRUPT_AGAIN_MS);
    }
    interrupting = false;
  }

  return {
    async read(positions) {
      connection ??= open();
      reading = positions;
      clientId = null;
      try {
        const asked = connection.client("ID").then((id) => {
          clientId = id;
        });
        const keys = [...positions.keys()];
        const [, found] = await Promise.all([
          asked,
          connection.xread("COUNT", 1, "BLOCK", BLOCK_MS, "STREAMS", ...keys, ...positions.values()),
        ]);
        return firstOf(found);
      } finally {
        reading = null;
      }
    },
    include(places) {
      if (reading === null || interrupting) return;
      for (const [key, position] of places) {
        const covered = reading.get(key);
        if (covered === undefined || comparePositions(position, covered) < 0) {
          interrupt().catch(onError);
          return;
        }
      }
    },
    close: () => connection?.disconnect(),
  };
}

function askAgain(redis: Cluster, pause: (ms: number) => Promise<void>): Source {
  return {
    async read(positions) {
      const replies = await Promise.all(
        [...positions].map(([key, position]) => redis.xread("COUNT", 1, "STREAMS", key, position)),
      );
      const found = new Map(replies.flatMap((reply) => [...firstOf(reply)]));
      if (found.size === 0) await pause(ASK_AGAIN_MS);
      return found;
    },
    include: () => {}, // the next question does
    close: () => {},
  };
}

type Streams = readonly (readonly [key: string, entries: readonly (readonly [position: string, ...unknown[]])[]])[];

/** The first entry of each stream in XREAD's answer; null is that of a call that ran out of time. */
function firstOf(reply: unknown): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, entries] of (reply ?? []) as Streams) {
    const first = entries[0]?.[0];
    if (first !== undefined) found.set(key, first);
  }
  return found;
}
