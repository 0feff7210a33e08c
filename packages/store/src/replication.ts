// Redis answers before its replicas have what was changed, and a failover forgets what they lack. So what is acted upon
// (a 202, a write to the provider, a 200 to a webhook) waits here until enough replicas have it (ADR 23).
//
// WAIT counts for the connection that changed something, on the server that did; hence it follows the script in one
// pipeline, which goes to one server as a whole or fails. Calls of one moment share a pipeline and its WAIT.

import { Cluster } from "ioredis";
import { coalesce } from "./coalesce.ts";
import type { RedisConnection } from "./scripts.ts";

export interface Replication {
  /** At least 1; as many replicas must have a change. */
  readonly replicas: number;
  /** How long they may take for it. */
  readonly waitMs: number;
  /** A connection of its own: WAIT holds up what follows on the same one. */
  readonly connection: RedisConnection;
}

/** A script and its arguments, for the keys of one base. */
export interface ScriptCall {
  readonly script: { readonly text: string; readonly sha1: string };
  readonly base: string;
  readonly args: readonly (string | number | Buffer)[];
}

/**
 * Too few replicas have a change. It was made, and may be forgotten or stay: whoever asked for it must ask again. Told in the
 * words with which Redis itself refuses (`min-replicas-to-write`).
 */
export class NotReplicatedError extends Error {
  override readonly name = "NotReplicatedError";

  constructor({ replicas, waitMs }: Pick<Replication, "replicas" | "waitMs">, reached: number) {
    super(`NOREPLICAS ${reached} of ${replicas} replicas (REDIS_WAIT_REPLICAS) had a change within ${waitMs} ms`);
  }
}

/** Calls in one pipeline; their scripts run one after the other. */
const TOGETHER_MOST = 32;
/** A slot may move on while it is asked after. */
const REDIRECTIONS_MAX = 3;
const MARK_TTL_MS = 60_000;

type Settled = { readonly reply: unknown } | { readonly error: unknown };

/**
 * Returns a function that runs a script and answers when the replicas have what it changed.
 *
 * It rejects with NotReplicatedError when they do not in time, and with ioredis's error when the script failed or Redis
 * could not be reached.
 */
export function replicatedRunner(replication: Replication): (call: ScriptCall) => Promise<unknown> {
  const { connection, replicas, waitMs } = replication;

  async function flight(calls: readonly ScriptCall[], asText = false, redirections = 0): Promise<readonly Settled[]> {
    const pipeline = connection.pipeline();
    for (const { script, base, args } of calls) {
      if (asText) pipeline.eval(script.text, 1, base, ...args);
      else pipeline.evalsha(script.sha1, 1, base, ...args);
    }
    // Newer servers count from the connection's last change; a repeated request changes nothing, and must wait all the same.
    const mark = `${calls[0]?.base}rep`;
    pipeline.set(mark, "", "PX", MARK_TTL_MS);
    pipeline.wait(replicas, waitMs);
    const results = (await pipeline.exec()) ?? [];
    const [waitError, reached] = results[calls.length + 1] ?? [new Error("Connection is closed."), 0];

    const settled = calls.map((_, at): Settled => {
      const [error, reply] = results[at] ?? [new Error("Connection is closed."), null];
      if (error) return { error };
      if (waitError) return { error: waitError };
      return Number(reached) >= replicas ? { reply } : { error: new NotReplicatedError(replication, Number(reached)) };
    });
    if (connection instanceof Cluster && redirections < REDIRECTIONS_MAX && settled.every(isElsewhere)) {
      await connection.exists(mark); // learns where the slot is now, or waits until it is somewhere
      return flight(calls, asText, redirections + 1);
    }
    const unknown = calls.filter((_, at) => isOf(settled[at], /^NOSCRIPT /));
    if (asText || unknown.length === 0) return settled;
    const again = (await flight(unknown, true)).values();
    return settled.map((one) => (isOf(one, /^NOSCRIPT /) ? (again.next().value ?? one) : one));
  }

  // Scripts of one server can share a WAIT; of a cluster's senders nobody knows whether they do.
  const together = coalesce<null, ScriptCall, Settled>(TOGETHER_MOST, (_, calls) => flight(calls));
  return async (call) => {
    const settled = await together(connection instanceof Cluster ? call.base : "", null, call);
    if ("error" in settled) throw settled.error;
    return settled.reply;
  };
}

/** The script was not run: another server has the slot, or none for the moment. */
const isElsewhere = (settled: Settled) => isOf(settled, /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN) /);

function isOf(settled: Settled | undefined, message: RegExp): boolean {
  return (
    settled !== undefined && "error" in settled && settled.error instanceof Error && message.test(settled.error.message)
  );
}
