// A worker that has stopped asking for calls is replaced; one that has a reason to be silent is not.

import { afterAll, afterEach, beforeEach, expect, test } from "@jest/globals";
import { uniquePrefix, waitUntil } from "@tern/devkit";
import type { Redis } from "ioredis";
import { type Consumer, createConsumer } from "./consumer.ts";
import { createProducer, type Producer } from "./producer.ts";
import { connectForTests, keysOf } from "./testing/connection.ts";

const LONG_MS = 60_000;

const redis = connectForTests();
const prefix = uniquePrefix();
afterAll(async () => {
  for (const key of await keysOf(redis, prefix)) await redis.unlink(key);
  redis.disconnect();
});

let senderId: string;
let connection: Redis;
/** The connections that BullMQ waits on, oldest first. */
let waiting: Redis[];
let asked: number;
let unmute: (() => void)[];
let producer: Producer;
let consumer: Consumer;
let errors: Error[];
let nowMs: number;
let tasks: (() => void)[];
const clock = {
  monotonicMs: () => nowMs,
  after: (_ms: number, task: () => void) => {
    tasks.push(task);
    return { cancel: () => void tasks.splice(tasks.indexOf(task), 1) };
  },
};
/** So long passes for the watch, and nothing for Redis. */
function pass(ms: number): void {
  nowMs += ms;
  for (const task of tasks.splice(0)) task();
}

beforeEach(() => {
  senderId = uniquePrefix();
  [waiting, errors, tasks, unmute, asked, nowMs] = [[], [], [], [], 0, 0];
  connection = connectForTests() as Redis;
  onDuplicate((one) => void waiting.push(one));
  producer = createProducer({ connection: redis, prefix, onError: (error) => errors.push(error) });
});
afterEach(async () => {
  await consumer.close();
  await producer.close();
  for (const end of unmute) end();
  for (const one of [connection, ...waiting]) if (one.status !== "end") one.disconnect();
});

/** BullMQ waits on a duplicate of what it is given. */
function onDuplicate(see: (one: Redis) => void): void {
  const { duplicate } = connection;
  connection.duplicate = (...given) => {
    const one = duplicate.apply(connection, given);
    see(one);
    return one;
  };
}

/** The first connection asks, and its answer never comes. */
function muteFirst(): void {
  onDuplicate((one) => {
    if (waiting.length > 1) return;
    one.bzpopmin = () => {
      asked += 1;
      return new Promise((resolve) => unmute.push(() => resolve(null)));
    };
  });
}

function consume(onCall: () => Promise<void>): void {
  consumer = createConsumer({ connection, prefix, senderId, onCall, onError: (error) => errors.push(error), clock });
}

test("whoever asks for nothing any more is replaced, and the next one gets the call", async () => {
  muteFirst();
  const called = Promise.withResolvers<void>();
  consume(async () => called.resolve());
  await waitUntil(() => asked > 0, { what: "the first to wait for a call" });
  await producer.call(senderId);
  pass(LONG_MS);
  await called.promise;
  expect(waiting).toHaveLength(2);
  expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining("asking anew")]);
});

test("whoever has a call in hand for long is let work", async () => {
  const { promise: hangs, resolve: release } = Promise.withResolvers<void>();
  const called = Promise.withResolvers<void>();
  consume(() => {
    called.resolve();
    return hangs;
  });
  await producer.call(senderId);
  await called.promise;
  pass(LONG_MS);
  pass(LONG_MS);
  expect(waiting).toHaveLength(1);
  expect(errors).toEqual([]);
  release();
});

test("whoever cannot ask since Redis is away is let wait", async () => {
  consume(async () => {});
  await waitUntil(() => waiting[0]?.status === "ready", { what: "the first to be there" });
  connection.disconnect();
  await waitUntil(() => connection.status !== "ready", { what: "Redis to be away" });
  pass(LONG_MS);
  pass(LONG_MS);
  expect(waiting).toHaveLength(1);
});
