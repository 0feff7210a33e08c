import { afterAll, expect, test } from "@jest/globals";
import { uniquePrefix } from "@tern/devkit";
import { createJobCounts, JOB_COUNT_METRIC } from "./job-counts.ts";
import { createProducer } from "./producer.ts";
import { createQueues } from "./queues.ts";
import { connectForTests, keysOf } from "./testing/connection.ts";

const connection = connectForTests();
const prefix = uniquePrefix();
const options = { connection, prefix, onError: () => {} };
const queues = createQueues(options);
const producer = createProducer(options);
afterAll(async () => {
  await queues.close();
  await producer.close();
  for (const key of await keysOf(connection, prefix)) await connection.unlink(key);
  connection.disconnect();
});

test("calls that wait are counted by queue, under one heading for all queues", async () => {
  const counts = createJobCounts(queues, () => ["demo", "other"]);
  await producer.call("demo");
  await producer.call("demo");
  const lines = (await counts()).split("\n");
  expect(lines).toContain('bullmq_job_count{queue="send.demo",state="waiting"} 2');
  expect(lines).toContain('bullmq_job_count{queue="send.other",state="waiting"} 0');
  expect(lines.filter((line) => line.startsWith("#"))).toEqual([
    `# HELP bullmq_job_count ${JOB_COUNT_METRIC.help}`,
    "# TYPE bullmq_job_count gauge",
  ]);
  expect(lines.at(-1)).toBe("");
});

test("a call more is one more", async () => {
  const counts = createJobCounts(queues, () => ["third"]);
  expect(await counts()).toContain('{queue="send.third",state="waiting"} 0');
  await producer.call("third");
  expect(await counts()).toContain('{queue="send.third",state="waiting"} 1');
});

test("without senders there is nothing to say", async () => {
  expect(await createJobCounts(queues, () => [])()).toBe("");
});

test("whoever asks while an answer is waited for gets the same one", async () => {
  const counts = createJobCounts(queues, () => ["demo"]);
  const [first, second] = [counts(), counts()];
  expect(second).toBe(first);
  await first;
  const third = counts();
  expect(third).not.toBe(first);
  await third;
});
