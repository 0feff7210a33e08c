// What the release before this one leaves in Redis when it is stopped: a message in every place, with jobs and indices. Kept as
// a file beside this one, for checkouts that have no history to run that release from.
//
// After a release: TERN_WRITE_YESTERDAY=1 npm test -- yesterday

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitUntil } from "@tern/devkit";
import { keyOf, type RedisConnection, senderBase } from "@tern/store";
import { checkoutYesterday } from "./checkout.ts";
import { aMessage, startWorld } from "./world.ts";

export interface Yesterday {
  /** The release that wrote it. */
  readonly release: string;
  /** Every message it had accepted. */
  readonly ids: readonly string[];
  readonly keys: readonly { readonly name: string; readonly type: string; readonly value: unknown }[];
}

const file = join(import.meta.dirname, "fixtures/yesterday.json");
/** Stands for the prefix of all keys. */
const PREFIX = "<prefix>";

export async function readYesterday(): Promise<Yesterday> {
  return JSON.parse(await readFile(file, "utf8")) as Yesterday;
}

/** Puts all of it into Redis, as if that release had just been stopped. */
export async function restore(redis: RedisConnection, prefix: string, { keys }: Yesterday): Promise<void> {
  for (const { name, type, value } of keys) {
    const key = name.replace(PREFIX, prefix);
    if (type === "string") await redis.set(key, value as string);
    else if (type === "hash") await redis.hset(key, value as Record<string, string>);
    else if (type === "list") await redis.rpush(key, ...(value as string[]));
    else if (type === "set") await redis.sadd(key, ...(value as string[]));
    else if (type === "zset") await redis.call("ZADD", key, ...(value as string[]).toReversed());
    else throw new Error(`the key ${name} is a ${type}`);
  }
}

/** Lets the release of yesterday fill every place, kills it, and keeps what is in Redis. */
export async function writeYesterday(): Promise<void> {
  const yesterday = await checkoutYesterday();
  if (!yesterday) throw new Error("the history of git is not here");
  const world = await startWorld({ root: yesterday.root });
  try {
    const { store, system, connection } = world;
    const base = senderBase(store.prefix, "demo");
    await system.simulator.putBehaviour({ answerDelayMs: 60_000 });
    const onWire = await world.post([aMessage(1), aMessage(2)]);
    await waitUntil(async () => (await connection.zcard(keyOf.wire(base))) === onWire.length, { what: "the wire" });
    for (const worker of system.processes.workers) await worker.kill();
    await world.post([aMessage(1), aMessage(1, { lane: "urgent" })]); // behind the first one, and in a lane of its own
    await world.post([aMessage(3), aMessage(4, { lane: "bulk", reference: "order-7", metadata: { order: 7 } })]);
    await world.post([aMessage(5, { sendAt: new Date(Date.now() + 5_000).toISOString() })]);
    const keys = [];
    for (const key of (await connection.keys(`${store.prefix}:*`)).sort()) {
      const type = await connection.type(key);
      if (type === "stream") continue; // the feeds: read by callers, not by workers
      keys.push({ name: key.replace(store.prefix, PREFIX), type, value: await readKey(connection, key, type) });
    }
    const kept: Yesterday = { release: yesterday.name, ids: world.acceptedIds, keys };
    await writeFile(file, `${JSON.stringify(kept, null, 2)}\n`);
  } finally {
    await world.stop();
    await yesterday.remove();
  }
}

function readKey(redis: RedisConnection, key: string, type: string): Promise<unknown> {
  if (type === "string") return redis.get(key);
  if (type === "hash") return redis.hgetall(key);
  if (type === "list") return redis.lrange(key, 0, -1);
  if (type === "set") return redis.smembers(key);
  return redis.zrange(key, "0", "-1", "WITHSCORES");
}
