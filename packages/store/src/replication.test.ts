// A master answers before its replica has what was changed; a failover then forgets it. These tests cut the replica off, and
// look what the store says, and what is left after the master is gone.

import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { freePort, type RedisServer, startRedis, uniquePrefix, waitUntil } from "@tern/devkit";
import { connectRedis } from "./connect.ts";
import { senderBase } from "./keys.ts";
import { NotReplicatedError, replicatedRunner } from "./replication.ts";
import type { RedisConnection } from "./scripts.ts";
import { createStore, type Store } from "./store.ts";

const WAIT_MS = 500;
const ANY_ROOM = {
  most: 10,
  byLane: { urgent: 10, normal: 10, bulk: 10 },
  bulkRestsUntilMs: null,
  needsWindows: false,
};
const SENDER = { id: "demo", pace: "unlimited" } as const;
const LOOKER = { by: "a worker", number: 1 };

let master: RedisServer;
let replica: RedisServer;
let open: RedisConnection[];
let atMaster: RedisConnection;
let atReplica: RedisConnection;
let prefix: string;
/** Waits for the replica. */
let store: Store;
/** Does not. */
let hasty: Store;

function connect(url: string): RedisConnection {
  const connection = connectRedis(url, { whileAway: "wait", name: "replication tests", onError: () => {} });
  open.push(connection);
  return connection;
}

beforeEach(async () => {
  open = [];
  prefix = uniquePrefix();
  master = await startRedis({ args: ["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"] });
  replica = await startRedis({ args: ["--replicaof", "127.0.0.1", String(master.port)] });
  atReplica = connect(replica.url);
  atMaster = connect(master.url);
  hasty = createStore({ redis: atMaster, prefix });
  const replication = { replicas: 1, waitMs: WAIT_MS, connection: connect(master.url) };
  store = createStore({ redis: atMaster, prefix, replication });
  await isInStep();
});
afterEach(async () => {
  for (const connection of open) connection.disconnect();
  await Promise.all([master.kill(), replica.kill()]);
  await Promise.all([master.stop(), replica.stop()]);
});

/** By the word of the master: it counts a replica only after that has answered once. */
async function isInStep(): Promise<void> {
  const info = () => atMaster.info("replication");
  await waitUntil(async () => /^slave0:.*state=online/m.test(await info()), { what: "the replica to follow" });
}

/** The replica keeps what it has, and gets no more. */
const cutOff = async () => atReplica.call("REPLICAOF", "127.0.0.1", await freePort());

async function failOver(): Promise<Store> {
  await master.kill();
  await atReplica.call("REPLICAOF", "NO", "ONE");
  return createStore({ redis: atReplica, prefix });
}

const accept = (by: Store, keyDigest = "key") =>
  by.accept("demo", [
    {
      to: "+491510000001",
      lane: "normal",
      caller: "test",
      type: "text",
      template: null,
      content: "{}",
      sendAtMs: null,
      expiresAtMs: null,
      reference: null,
      metadata: null,
      idempotency: { keyDigest, bodyDigest: "body" },
      doubtPolicy: "resend",
    },
  ]);
const sha1Of = (text: string) => createHash("sha1").update(text).digest("hex");
const idOf = ({ results: [first] }: Awaited<ReturnType<typeof accept>>) =>
  first && "localId" in first ? first.localId : "";

describe("without waiting for replicas", () => {
  test("what was answered is forgotten by a failover", async () => {
    await cutOff();
    const id = idOf(await accept(hasty));
    expect(await hasty.read("demo", id)).not.toBeNull();
    expect(await (await failOver()).read("demo", id)).toBeNull();
  });
});

describe("waiting for replicas", () => {
  test("what was answered survives a failover that comes at once", async () => {
    const id = idOf(await accept(store));
    expect(await (await failOver()).read("demo", id)).toMatchObject({ status: "queued" });
  });

  test("a message that no replica has is not answered as accepted, and a repetition of it is not either", async () => {
    await cutOff();
    await expect(accept(store)).rejects.toThrow(NotReplicatedError);
    // Made by the first call, so that this one changes nothing: it must wait all the same.
    await expect(accept(store)).rejects.toThrow(/NOREPLICAS 0 of 1 replicas \(REDIS_WAIT_REPLICAS\)/);
  });

  test("the same request is answered once the replica is back, and has been carried out once", async () => {
    await cutOff();
    await expect(accept(store)).rejects.toThrow(NotReplicatedError);
    await atReplica.call("REPLICAOF", "127.0.0.1", master.port);
    await isInStep();
    const again = await accept(store);
    expect(again.results).toMatchObject([{ kind: "replay" }]);
    const { messages } = await store.begin(SENDER, ANY_ROOM, LOOKER);
    expect(messages.map(({ localId }) => localId)).toEqual([idOf(again)]);
  });

  test("a message that no replica knows to be on the wire is not handed to the worker, whose next look gives it back", async () => {
    const id = idOf(await accept(store));
    await cutOff();
    await expect(store.begin(SENDER, ANY_ROOM, LOOKER)).rejects.toThrow(NotReplicatedError);
    await atReplica.call("REPLICAOF", "127.0.0.1", master.port);
    await isInStep();
    const { lost, messages } = await store.begin(SENDER, ANY_ROOM, LOOKER);
    expect(lost.map(({ localId }) => localId)).toEqual([id]);
    expect(messages).toEqual([]);
  });

  test("calls of one moment wait together, and an error of one harms no other", async () => {
    const ids = new Set(
      (await Promise.all(Array.from({ length: 50 }, (_, at) => accept(store, `key ${at}`)))).map(idOf),
    );
    expect(ids.size).toBe(50);
    const run = replicatedRunner({ replicas: 1, waitMs: WAIT_MS, connection: atMaster });
    const scripts = ["return redis.call('HGET', KEYS[1], 'a')", "return 'done'"].map((text) => ({
      text,
      sha1: sha1Of(text),
    }));
    const base = senderBase(prefix, "demo");
    await atMaster.set(base, "no hash");
    const [failed, done] = await Promise.allSettled(scripts.map((script) => run({ script, base, args: [] })));
    expect(failed).toMatchObject({ status: "rejected", reason: { message: expect.stringMatching(/^WRONGTYPE/) } });
    expect(done).toEqual({ status: "fulfilled", value: "done" });
  });

  test("scripts that the new master does not know are given to it", async () => {
    await atMaster.call("SCRIPT", "FLUSH");
    expect(idOf(await accept(store))).not.toBe("");
  });

  test("chores go on without replicas", async () => {
    await cutOff();
    await expect(store.promote("demo")).resolves.toMatchObject({ isReady: false });
  });
});
