import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { DueJob } from "@tern/core";
import { freePort, uniquePrefix, waitUntil } from "@tern/devkit";
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

let made = 0;
function aJob(fields: Partial<DueJob> = {}): DueJob {
  return { localId: String(made++).padStart(26, "0"), promotion: 1, lane: 1, ...fields };
}

type Handle = (job: Pick<DueJob, "localId" | "promotion">) => Promise<void>;

function consume(handle: Handle, concurrency = 1): Consumer {
  const consumer = createConsumer({ connection: redis, prefix, senderId, concurrency, handle, onError });
  consumers.push(consumer);
  return consumer;
}

/** Notes what it is given, in order, as `<local id>.<promotion>`. */
function notes() {
  const handled: string[] = [];
  const handle: Handle = async ({ localId, promotion }) => {
    handled.push(`${localId}.${promotion}`);
  };
  return {
    handled,
    handle,
    count: (most: number) => waitUntil(() => handled.length >= most, { what: `${most} jobs` }),
  };
}

const idOf = ({ localId, promotion }: DueJob) => `${localId}.${promotion}`;

test("a due message reaches the handler by its id alone", async () => {
  const { handled, handle, count } = notes();
  consume(handle);
  const job = aJob({ promotion: 7 });
  await producer.add(senderId, [job]);
  await count(1);
  expect(handled).toEqual([idOf(job)]);
});

test("many are added at once, and each is handled once, in order", async () => {
  const { handled, handle, count } = notes();
  const jobs = Array.from({ length: 50 }, () => aJob({ lane: 1 }));
  await producer.add(senderId, jobs);
  consume(handle);
  await count(50);
  expect(handled).toEqual(jobs.map(idOf));
});

test("adding nothing is harmless, and makes no key", async () => {
  await producer.add(senderId, []);
  expect(await keysOf(redis, queuePrefix(prefix, senderId))).toEqual([]);
});

test("senders have queues of their own", async () => {
  const { handled, handle, count } = notes();
  const [ours, theirs] = [aJob(), aJob()];
  await producer.add(uniquePrefix(), [theirs]);
  await producer.add(senderId, [ours]);
  consume(handle);
  await count(1);
  expect(handled).toEqual([idOf(ours)]);
});

describe("the same promotion", () => {
  test("added twice is one job", async () => {
    const { handled, handle, count } = notes();
    const [job, last] = [aJob(), aJob()];
    await producer.add(senderId, [job]);
    await producer.add(senderId, [job, job]);
    await producer.add(senderId, [last]);
    consume(handle);
    await count(2);
    expect(handled).toEqual([idOf(job), idOf(last)]);
  });

  // The sweep may add a job whose handler has just ended; the record then says that there is nothing to do.
  test("added again after it was handled comes again", async () => {
    const { handled, handle, count } = notes();
    consume(handle);
    const job = aJob();
    await producer.add(senderId, [job]);
    await count(1);
    await waitUntil(
      async () => {
        await producer.add(senderId, [job]);
        return handled.length > 1;
      },
      { what: "the job to come again" },
    );
    expect(new Set(handled)).toEqual(new Set([idOf(job)]));
  });
});

test("a new promotion runs although the job of the old one lingers", async () => {
  const { handled, handle, count } = notes();
  let release = () => {};
  const hangs = new Promise<void>((resolve) => {
    release = resolve;
  });
  const job = aJob();
  consume(async (each) => {
    await handle(each);
    if (each.promotion === 1) await hangs; // as if its worker had frozen
  }, 2);
  await producer.add(senderId, [job]);
  await count(1);
  await producer.add(senderId, [{ ...job, promotion: 2 }]);
  await count(2);
  expect(handled).toEqual([`${job.localId}.1`, `${job.localId}.2`]);
  release();
});

describe("lanes", () => {
  test("urgent is served before normal before bulk; of the urgent ones the last first, the others in the order they came", async () => {
    const { handled, handle, count } = notes();
    const jobs = [2, 1, 0, 2, 1, 0].map((lane) => aJob({ lane }));
    await producer.add(senderId, jobs);
    consume(handle);
    await count(6);
    expect(handled).toEqual([5, 2, 1, 4, 0, 3].map((at) => idOf(jobs[at] as DueJob)));
  });

  test("an urgent one that comes late goes before all that wait", async () => {
    const { handled, handle, count } = notes();
    const [first, second, urgent] = [aJob({ lane: 2 }), aJob({ lane: 2 }), aJob({ lane: 0 })];
    await producer.add(senderId, [first, second]);
    consume(async (job) => {
      await handle(job);
      if (handled.length === 1) await producer.add(senderId, [urgent]);
    });
    await count(3);
    expect(handled).toEqual([idOf(first), idOf(urgent), idOf(second)]);
  });
});

describe("a handler that fails", () => {
  test("is reported, and the next job is handled", async () => {
    const { handled, handle, count } = notes();
    const [bad, good] = [aJob(), aJob()];
    consume(async (job) => {
      await handle(job);
      if (job.localId === bad.localId) throw new Error("Redis went away");
    });
    await producer.add(senderId, [bad, good]);
    await count(2);
    await waitUntil(() => errors.length > 0, { what: "the error to be reported" });
    expect(handled).toEqual([idOf(bad), idOf(good)]);
    expect(errors.map(({ message }) => message)).toEqual(["Redis went away"]);
  });

  // The message is in `due` still: its sweep brings a new promotion, and nothing of the failed job may be in the way.
  test("loses nothing: the next promotion of the message is handled", async () => {
    const { handled, handle, count } = notes();
    const job = aJob();
    consume(async (each) => {
      await handle(each);
      if (each.promotion === 1) throw new Error("no");
    });
    await producer.add(senderId, [job]);
    await count(1);
    await producer.add(senderId, [{ ...job, promotion: 2 }]);
    await count(2);
    expect(handled).toEqual([`${job.localId}.1`, `${job.localId}.2`]);
  });

  test("is not tried again by BullMQ: one `decide` decides", async () => {
    const { handled, handle, count } = notes();
    const [bad, last] = [aJob({ lane: 0 }), aJob({ lane: 2 })];
    consume(async (job) => {
      await handle(job);
      if (job.localId === bad.localId) throw new Error("no");
    });
    await producer.add(senderId, [bad, last]);
    await count(2);
    expect(handled).toEqual([idOf(bad), idOf(last)]);
  });
});

test("a job that is none of ours is reported, and harms no other", async () => {
  const { handled, handle, count } = notes();
  const queue = new Queue(queueName(senderId), { connection: redis, prefix: queuePrefix(prefix, senderId) });
  await queue.add("send", 0, { jobId: "odd.id" });
  await queue.close();
  const job = aJob();
  await producer.add(senderId, [job]);
  consume(handle);
  await count(1);
  await waitUntil(() => errors.length > 0, { what: "the error to be reported" });
  expect(errors[0]?.message).toContain("job odd.id is not one of Tern's");
  expect(handled).toEqual([idOf(job)]);
});

test("closing waits for what is in hand, and takes nothing more", async () => {
  const { handled, handle, count } = notes();
  let release = () => {};
  const hangs = new Promise<void>((resolve) => {
    release = resolve;
  });
  const consumer = consume(async (job) => {
    await handle(job);
    await hangs;
  });
  await producer.add(senderId, [aJob()]);
  await count(1);
  let closed = false;
  const closing = consumer.close().then(() => {
    closed = true;
  });
  await producer.add(senderId, [aJob()]);
  expect(closed).toBe(false);
  release();
  await closing;
  expect(handled).toHaveLength(1);
});

test("jobs that ended, well or badly, leave no key of theirs behind", async () => {
  const { handle, count } = notes();
  const jobs = Array.from({ length: 20 }, (_, at) => aJob({ lane: at % 3 }));
  const [bad] = jobs;
  const consumer = consume(async (job) => {
    await handle(job);
    if (job.localId === bad?.localId) throw new Error("no");
  });
  await producer.add(senderId, jobs);
  await count(20);
  await consumer.close();
  const left = (await keysOf(redis, queuePrefix(prefix, senderId))).map((key) => key.split(":").at(-1));
  for (const job of jobs) expect(left).not.toContain(idOf(job));
  for (const list of ["wait", "active", "prioritized", "completed", "failed"]) expect(left).not.toContain(list);
});

test("all keys of a queue carry the hash tag of its sender", async () => {
  const { handle, count } = notes();
  consume(handle);
  await producer.add(senderId, [aJob({ lane: 0 }), aJob({ lane: 2 })]);
  await count(2);
  const keys = (await keysOf(redis, prefix)).filter((key) => key.includes(senderId));
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) expect(key).toContain(`:{${senderId}}:`);
});

test("adding fails at once when Redis cannot be reached", async () => {
  const away = new Redis(`redis://127.0.0.1:${await freePort()}`, {
    enableOfflineQueue: false,
    retryStrategy: () => null,
  });
  away.on("error", () => {});
  const cutOff = createProducer({ connection: away, prefix, onError });
  await expect(cutOff.add(senderId, [aJob()])).rejects.toThrow();
  await cutOff.close();
});
