// A call must reach a worker at once, and that is all it must do: what may go is decided by the worker's look, so a call
// too many, too late or lost harms nobody.

import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { freePort, uniquePrefix, waitUntil } from "@tern/devkit";
import { systemClock } from "@tern/runtime";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { type Consumer, createConsumer } from "./consumer.ts";
import { queueName, queuePrefix } from "./names.ts";
import { createProducer, type Producer } from "./producer.ts";
import { connectForTests, keysOf } from "./testing/connection.ts";

const redis = connectForTests();
const prefix = uniquePrefix();
afterAll(async () => {
  for (const key of await keysOf(redis, prefix)) await redis.unlink(key);
  redis.disconnect();
});

let senderId: string;
let producer: Producer;
let consumers: Consumer[];
let errors: Error[];
const onError = (error: Error) => errors.push(error);

beforeEach(() => {
  senderId = uniquePrefix();
  errors = [];
  consumers = [];
  producer = createProducer({ connection: redis, prefix, onError });
});
afterEach(async () => {
  await Promise.all(consumers.map((consumer) => consumer.close()));
  await producer.close();
});

/** A worker that counts its calls. */
function consume(onCall: (call: number) => Promise<void> = async () => {}, of = senderId) {
  let calls = 0;
  const consumer = createConsumer({
    connection: redis,
    prefix,
    senderId: of,
    onCall: () => {
      calls += 1;
      return onCall(calls);
    },
    onError,
    clock: systemClock,
  });
  consumers.push(consumer);
  return {
    consumer,
    calls: () => calls,
    until: (count: number) => waitUntil(() => calls >= count, { what: `${count} calls` }),
  };
}

/** Something that lasts until it is told to end. */
function hanging() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { hangs: promise, release: resolve };
}

/** BullMQ's lists and counters of the sender, without its prefix. */
async function keysLeft(): Promise<string[]> {
  return (await keysOf(redis, queuePrefix(prefix, senderId))).map((key) => key.split(":").at(-1) ?? "");
}

describe("a call", () => {
  test("reaches a worker that waits, at once", async () => {
    const worker = consume();
    await producer.call(senderId);
    await worker.until(1);
    const startMs = performance.now();
    await producer.call(senderId);
    await worker.until(2);
    expect(performance.now() - startMs).toBeLessThan(500); // how soon a worker would look by itself
  });

  test("made while no worker was there reaches the one that comes", async () => {
    await producer.call(senderId);
    await consume().until(1);
  });

  test("reaches one of the workers, not all of them", async () => {
    const workers = [consume(), consume(), consume()];
    const calls = () => workers.reduce((sum, worker) => sum + worker.calls(), 0);
    for (let made = 1; made <= 10; made += 1) {
      await producer.call(senderId);
      await waitUntil(() => calls() >= made, { what: `${made} calls` });
    }
    expect(calls()).toBe(10);
  });

  // In a rolling upgrade the API may be older or newer than the worker (ADR 24).
  test.each([0, 99, { version: 99, senders: ["demo"] }])(
    "of another release is a call, whatever it holds: %p",
    async (data) => {
      const worker = consume();
      const queue = new Queue(queueName(senderId), { connection: redis, prefix: queuePrefix(prefix, senderId) });
      await queue.add("called otherwise", data, { removeOnComplete: true });
      await worker.until(1);
      await queue.close();
      expect(errors).toEqual([]);
    },
  );

  test("reaches only workers of its sender", async () => {
    const other = uniquePrefix();
    const [ours, theirs] = [consume(), consume(undefined, other)];
    await producer.call(senderId);
    await producer.call(senderId);
    await ours.until(2);
    expect(theirs.calls()).toBe(0);
    await producer.call(other);
    await theirs.until(1);
    expect(ours.calls()).toBe(2);
  });

  test("comes to one worker after the other: a look serves all who called before it", async () => {
    const { hangs, release } = hanging();
    const worker = consume((call) => (call === 1 ? hangs : Promise.resolve()));
    for (let made = 0; made < 3; made += 1) await producer.call(senderId);
    await worker.until(1);
    expect(worker.calls()).toBe(1);
    release();
    await worker.until(3);
  });

  // Redis may lose it in a crash: whoever waits for work looks by itself, and later calls come as ever.
  test("that is lost takes no other with it", async () => {
    await producer.call(senderId);
    for (const key of await keysOf(redis, queuePrefix(prefix, senderId))) await redis.unlink(key);
    const worker = consume();
    await producer.call(senderId);
    await worker.until(1);
    expect(worker.calls()).toBe(1);
    expect(errors).toEqual([]);
  });
});

test("a handler that fails is reported, is not called again for it, and gets the next call", async () => {
  const worker = consume((call) => (call === 1 ? Promise.reject(new Error("Redis went away")) : Promise.resolve()));
  await producer.call(senderId);
  await waitUntil(() => errors.length > 0, { what: "the error to be reported" });
  await producer.call(senderId);
  await worker.until(2);
  await worker.consumer.close();
  expect(worker.calls()).toBe(2);
  expect(errors.map(({ message }) => message)).toEqual(["Redis went away"]);
});

test("closing waits for the call in hand, and takes no more", async () => {
  const { hangs, release } = hanging();
  const worker = consume(() => hangs);
  await producer.call(senderId);
  await worker.until(1);
  let closed = false;
  const closing = worker.consumer.close().then(() => {
    closed = true;
  });
  await producer.call(senderId);
  expect(closed).toBe(false);
  release();
  await closing;
  expect(worker.calls()).toBe(1);
});

test("jobs that ended, well or badly, leave no key of theirs behind", async () => {
  const worker = consume((call) => (call % 5 === 0 ? Promise.reject(new Error("no")) : Promise.resolve()));
  for (let made = 0; made < 20; made += 1) await producer.call(senderId);
  await worker.until(20);
  await worker.consumer.close();
  const left = await keysLeft();
  expect(left.filter((key) => /^\d+$/.test(key))).toEqual([]); // BullMQ counts its jobs' ids up
  for (const list of ["wait", "active", "prioritized", "delayed", "completed", "failed"])
    expect(left).not.toContain(list);
});

test("all keys of a queue carry the hash tag of its sender", async () => {
  const worker = consume();
  await producer.call(senderId);
  await worker.until(1);
  const keys = (await keysOf(redis, prefix)).filter((key) => key.includes(senderId));
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) expect(key).toContain(`:{${senderId}}:`);
});

test("a call fails at once when Redis cannot be reached", async () => {
  const away = new Redis(`redis://127.0.0.1:${await freePort()}`, {
    enableOfflineQueue: false,
    retryStrategy: () => null,
  });
  away.on("error", () => {});
  const cutOff = createProducer({ connection: away, prefix, onError });
  await expect(cutOff.call(senderId)).rejects.toThrow();
  await cutOff.close();
});
