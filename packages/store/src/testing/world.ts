// A store of one's own for a test: real Redis, a prefix and a sender nobody else uses, and a clock that moves only when
// the test says so. The verbs here are the store's moves with what a test does not care about filled in.

import { afterAll, expect } from "@jest/globals";
import {
  type Change,
  DEFAULT_SENDING_POLICY,
  encodeLocalId,
  type OutcomeClass,
  type SendingPolicy,
  type Status,
  type Verdict,
} from "@tern/core";
import { testRedisUrl, uniquePrefix } from "@tern/devkit";
import { Cluster } from "ioredis";
import type { BatchResult, StatusReport } from "../apply.ts";
import { connectRedis } from "../connect.ts";
import { keyOf, senderBase } from "../keys.ts";
import type { Accepted, Begun, Finished, NewMessage, PacedSender, Room, Taken } from "../moves.ts";
import type { FailureRecord, MessageRecord } from "../record.ts";
import type { RedisConnection } from "../scripts.ts";
import type { StoreSettings } from "../settings.ts";
import { createStore, type Store, type StoreOptions } from "../store.ts";

/** When every world begins: noon, in the middle of an hour's and a day's index. */
export const NOON_MS: number = Date.UTC(2026, 2, 10, 12);

export interface World {
  readonly redis: RedisConnection;
  readonly prefix: string;
  readonly store: Store;
  readonly sender: PacedSender;
  /** The base of the sender's keys. */
  readonly base: string;
  /** What the scripts take for now; assign to it, or let time pass. */
  nowMs: number;
  pass(ms: number): void;
  /** A world of the same kind, under the same prefix, in which nothing has happened yet. */
  another(): World;

  accept(...messages: Partial<NewMessage>[]): Promise<readonly Accepted[]>;
  /** Accepts one message; its local id. */
  waiting(fields?: Partial<NewMessage>): Promise<string>;
  /** One look of a worker: everything that may go now, unless the room is smaller. */
  look(room?: Partial<Room>): Promise<Begun>;
  /** The messages of a look. */
  take(room?: Partial<Room>): Promise<readonly Taken[]>;
  /** Accepts a message and takes it to the wire; it must be the only one that goes. */
  send(fields?: Partial<NewMessage>): Promise<Taken>;
  /** Takes this message to the wire, which must be the only one that goes. */
  sendAgain(localId: string): Promise<Taken>;
  finish(sending: Taken, verdict: Verdict, outcome?: OutcomeClass): Promise<Finished>;
  /** Moves what has come due; whether something became ready. */
  promote(): Promise<boolean>;
  reap(policy?: Partial<SendingPolicy>): Promise<{ reaped: number; isReady: boolean }>;
  /** What the provider says; the fields that are missing are filled in. */
  webhook(...statuses: (Partial<StatusReport> & { readonly status: Status })[]): Promise<BatchResult>;
  record(localId: string): Promise<MessageRecord>;
  /** The feed of status events, oldest first, as `<status> <local id>`. */
  events(): Promise<string[]>;
  /** What the store told of its calls, in order. */
  readonly changes: readonly Change[];
  /** Every key of this world, and of those made from it by `another`. */
  keys(): Promise<string[]>;
}

export interface WorldOptions {
  readonly pace?: PacedSender["pace"];
  readonly settings?: Partial<StoreSettings>;
  readonly clock?: StoreOptions["clock"];
}

/** Properties make some hundred worlds of a hundred keys. */
const CLEANUP_TIMEOUT_MS = 60_000;

/**
 * Makes worlds for the tests of one file, over one connection; closes it after the last test, and removes what they
 * wrote: the Redis may be a person's own.
 */
export function worldsOfThisFile(): (options?: WorldOptions) => World {
  const redis = connectRedis(testRedisUrl(), {
    whileAway: "wait",
    name: "store tests",
    onError: () => {},
    autoPipelining: true,
  });
  const prefixes = new Set<string>();
  afterAll(async () => {
    try {
      const keys = await scan(redis, "t*:{*}:*");
      const ours = keys.filter((key) => prefixes.has(key.slice(0, key.indexOf(":"))));
      await Promise.all(ours.map((key) => redis.unlink(key)));
    } finally {
      redis.disconnect();
    }
  }, CLEANUP_TIMEOUT_MS);
  return (options = {}) => {
    const prefix = uniquePrefix();
    prefixes.add(prefix);
    return createWorld(redis, prefix, options);
  };
}

/** A world over a Redis of the test's own, which ends with it. */
export function worldOn(redis: RedisConnection, options: WorldOptions = {}): World {
  return createWorld(redis, uniquePrefix(), options);
}

function createWorld(redis: RedisConnection, prefix: string, options: WorldOptions): World {
  const { pace = "unlimited", settings = {}, clock = null } = options;
  const sender: PacedSender = { id: uniquePrefix(), pace }; // a sender each, so that a cluster's nodes all get some
  const base = senderBase(prefix, sender.id);
  const changes: Change[] = [];
  let made = 0;
  const store = createStore({
    redis,
    prefix,
    settings,
    clock,
    nowMs: () => world.nowMs,
    newLocalId: () => localIdOf(world.nowMs, made++),
    onChanges: (_, told) => void changes.push(...told),
  });

  const world: World = {
    redis,
    prefix,
    store,
    sender,
    base,
    changes,
    nowMs: NOON_MS,
    pass(ms) {
      world.nowMs += ms;
    },
    another: () => createWorld(redis, prefix, options),
    accept: async (...messages) => (await store.accept(sender.id, messages.map(aMessage))).results,
    async waiting(fields = {}) {
      const [accepted] = await world.accept(fields);
      if (accepted?.kind !== "accepted") throw new Error(`expected a new message, got ${JSON.stringify(accepted)}`);
      return accepted.localId;
    },
    look: (room = {}) => store.begin(sender, { ...ANY_ROOM, ...room }),
    take: async (room) => (await world.look(room)).messages,
    send: async (fields) => world.sendAgain(await world.waiting(fields)),
    async sendAgain(localId) {
      const taken = await world.take();
      expect(taken.map((one) => one.localId)).toEqual([localId]);
      return taken[0] as Taken;
    },
    finish: (sending, verdict, outcome) => store.finish(sender.id, finishOf(sending, verdict, outcome)),
    promote: async () => (await store.promote(sender.id)).isReady,
    reap: (policy = {}) => store.reap(sender.id, { ...DEFAULT_SENDING_POLICY, ...policy }),
    webhook: (...statuses) =>
      store.apply(sender, {
        statuses: statuses.map((status) => aStatus({ atMs: world.nowMs, ...status })),
        inbound: [],
        aside: [],
        raw: null,
      }),
    async record(localId) {
      const record = await store.read(sender.id, localId);
      expect(record).not.toBeNull();
      return record as MessageRecord;
    },
    async events() {
      const entries = await redis.xrange(keyOf.events(base), "-", "+");
      return entries.map(([, fields]) => `${fields[3]} ${fields[1]}`);
    },
    keys: () => scan(redis, `${prefix}:*`),
  };

  return world;
}

/** As much as a look may take. */
export const ANY_ROOM: Room = {
  most: 64,
  byLane: { urgent: 64, normal: 64, bulk: 64 },
  bulkRestsUntilMs: null,
  needsWindows: false,
};

/** A local id that sorts by this moment and then by the number. */
export function localIdOf(timeMs: number, number: number): string {
  const bytes = new DataView(new ArrayBuffer(16));
  bytes.setUint16(0, Math.floor(timeMs / 2 ** 32));
  bytes.setUint32(2, timeMs % 2 ** 32);
  bytes.setUint32(12, number);
  return encodeLocalId(new Uint8Array(bytes.buffer));
}

let strangers = 0;

/** A message like most: a text for somebody nobody else in this run writes to. */
export function aMessage(fields: Partial<NewMessage> = {}): NewMessage {
  return {
    to: `+49151${String(10_000_000 + strangers++)}`,
    lane: "normal",
    caller: "shop",
    type: "text",
    template: null,
    content: '{"type":"text","text":{"body":"Hello"}}',
    sendAtMs: null,
    expiresAtMs: null,
    reference: null,
    metadata: null,
    idempotency: null,
    doubtPolicy: "resend",
    ...fields,
  };
}

/** The local ids of what was accepted, in order; none may have found its caller's backlog full. */
export function idsOf(accepted: readonly Accepted[]): string[] {
  return accepted.map((one) => {
    if (!("localId" in one)) throw new Error(`expected a message, and it was refused: ${one.kind}`);
    return one.localId;
  });
}

/** A status as the provider reports it, with nothing to tell whose it is but the wamid. */
export function aStatus(fields: Partial<StatusReport> & { readonly status: Status }): StatusReport {
  const failure = fields.status === "failed" ? failureOf("rejected") : null;
  return { wamid: "wamid.A", atMs: NOON_MS, message: null, pricing: null, failure, ...fields };
}

export const verdicts = {
  submit: (wamid: string): Verdict => ({ kind: "submit", wamid }),
  fail: (fields: Partial<typeof REFUSED> = {}): Extract<Verdict, { kind: "fail" }> => ({
    kind: "fail",
    failure: { ...REFUSED, ...fields },
    endsTemplate: false,
  }),
  retry: (afterMs: number): Verdict => ({ kind: "retry", afterMs }),
  doubt: (afterMs: number, unsettled: "resend" | "fail"): Extract<Verdict, { kind: "doubt" }> => ({
    kind: "doubt",
    afterMs,
    unsettled,
    counted: true,
  }),
  snooze: (afterMs: number, fields: Partial<Extract<Verdict, { kind: "snooze" }>> = {}): Verdict => ({
    kind: "snooze",
    afterMs,
    reason: "throttled",
    slow: false,
    hold: null,
    ...fields,
  }),
} as const;

const REFUSED = { code: 131026, httpStatus: 400, reason: "message undeliverable", hint: "check the number" };

const OUTCOME_OF = {
  submit: "accepted",
  fail: "rejected",
  retry: "transient",
  doubt: "unknown",
  snooze: "throttled",
} as const satisfies Record<Verdict["kind"], OutcomeClass>;

/** The finish of a send that took 120 ms. */
export function finishOf(sending: Taken, verdict: Verdict, outcome: OutcomeClass = OUTCOME_OF[verdict.kind]) {
  return {
    localId: sending.localId,
    wireNumber: sending.wireNumber,
    verdict,
    outcome,
    failure: verdict.kind === "submit" ? null : verdict.kind === "fail" ? verdict.failure : REFUSED,
    begunAtMs: Math.floor(sending.slotUs / 1_000),
    tookMs: 120,
  };
}

/** The failure that a finish of {@link finishOf} leaves in the record. */
export function failureOf(outcome: OutcomeClass): FailureRecord {
  return { class: outcome, ...REFUSED };
}

/** All keys that match, on every node that has some. */
async function scan(redis: RedisConnection, pattern: string): Promise<string[]> {
  const nodes = redis instanceof Cluster ? redis.nodes("master") : [redis];
  const found = new Set<string>();
  for (const node of nodes) {
    let cursor = "0";
    do {
      const [next, keys] = await node.scan(cursor, "MATCH", pattern, "COUNT", 1_000);
      for (const key of keys) found.add(key);
      cursor = next;
    } while (cursor !== "0");
  }
  return [...found].sort();
}
