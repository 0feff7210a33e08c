// The worker as a process: wired as in production, told to stop politely and impolitely, following its configuration.

import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { labelsThatNameSomebody, readMetricsPage, type Sample, startRedis, waitUntil } from "@tern/devkit";
import { createStore, type MessageRecord } from "@tern/store";
import { keyOfSender, startWorld, type World } from "./testing/worker-world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld({ here: false });
});
afterEach(async () => {
  await world.stop();
});

const isSubmitted = (record: MessageRecord) => record.status === "submitted";
const onTheWire = (count: number) =>
  waitUntil(async () => (await world.simulator.summary()).requests >= count, {
    what: `${count} sends to be on the wire`,
  });

test("told to stop with sends on the wire: it finishes them, takes no more, and the next worker does the rest", async () => {
  await world.simulator.putBehaviour({ answerDelayMs: 500 });
  const first = await world.startWorker({ CONCURRENCY: "20" });
  const ids = await world.accept(Array.from({ length: 50 }, () => ({})));
  await onTheWire(20);
  expect(await first.stop()).toEqual({ code: 0, signal: null });

  const records = await Promise.all(ids.map((id) => world.record(id)));
  const submitted = records.filter(isSubmitted).length;
  expect(records.filter((record) => !isSubmitted(record)).map((record) => record.status)).toEqual(
    Array.from({ length: 50 - submitted }, () => "queued"),
  );
  expect(await world.simulator.summary()).toMatchObject({ requests: submitted, taken: submitted });
  expect(submitted).toBeGreaterThanOrEqual(20);
  expect(submitted).toBeLessThan(50);

  await world.simulator.putBehaviour({ answerDelayMs: 0 });
  await world.startWorker();
  await Promise.all(ids.map((id) => world.until(id, isSubmitted)));
  expect(await world.simulator.summary()).toMatchObject({ taken: 50, duplicatesCount: 0 });
}, 40_000);

test("told again and again: it ends at once; what was on the wire is visibly so, and another worker takes it up", async () => {
  await world.simulator.addFault({ kind: "timeoutBefore", count: 3 });
  const worker = await world.startWorker();
  const ids = await world.accept(Array.from({ length: 3 }, () => ({})));
  await onTheWire(3);
  let ended = false;
  const end = worker.exited.finally(() => {
    ended = true;
  });
  await waitUntil(
    () => {
      if (!ended) worker.signal("SIGTERM");
      return ended;
    },
    { what: "the impatient operator to be obeyed", timeoutMs: 5_000 },
  );
  expect(await end).toEqual({ code: 1, signal: null });
  for (const id of ids) expect(await world.record(id)).toMatchObject({ status: "sending", place: "wire" });

  // A lease later (by the clock this store is given) the sends are found without a worker.
  const later = createStore({ redis: world.redis, prefix: world.prefix, nowMs: () => Date.now() + 10_000 });
  const policy = { attemptsMax: 5, reconcileMs: { urgent: 0, normal: 0, bulk: 0 } };
  expect((await later.reap("demo", policy as Parameters<typeof later.reap>[1])).reaped).toBe(3);
  for (const id of ids) expect(await world.record(id)).toMatchObject({ status: "unconfirmed", waitReason: "doubt" });
}, 40_000);

test("a changed configuration is followed: a new sender is served, a rotated key used at once, a broken file ignored", async () => {
  const worker = await world.startWorker({ LOG_LEVEL: "info" });
  await world.until(await world.acceptOne(), isSubmitted);

  await world.declare([{ id: "demo" }, { id: "extra" }]);
  const theirs = await world.acceptOne({}, "extra");
  await world.until(theirs, isSubmitted, "extra");

  const changes = () => worker.lines.filter((line) => line.includes("configuration changed")).length;
  const before = changes();
  await world.declare([{ id: "demo", apiKey: keyOfSender("extra") }, { id: "extra" }]); // only the file of the key differs
  await waitUntil(() => changes() > before, { what: "the rotated key to be noticed" });
  const after = await world.acceptOne();
  await world.until(after, isSubmitted);
  expect(await world.requests(after)).toMatchObject([{ number: keyOfSender("extra") }]);

  await expect(world.declare([{ id: "demo", pace: 0 }])).rejects.toThrow("/senders/0/pace");
  await waitUntil(() => worker.lines.some((line) => line.includes("/senders/0/pace")), { what: "the complaint" });
  await world.until(await world.acceptOne({}, "extra"), isSubmitted, "extra");
  expect(await worker.stop()).toEqual({ code: 0, signal: null });
}, 40_000);

test("a tier that an operator sets while it runs is kept from then on", async () => {
  await world.startWorker();
  await world.until(await world.acceptOne(), isSubmitted);
  await world.store.setTier("test", "tier", 1, "ops");
  await waitUntil(
    async () => {
      await world.until(await world.acceptOne(), isSubmitted);
      return (await world.store.readPortfolio("test")).reached === 1;
    },
    { what: "recipients to be counted" },
  );
  const waiting = await world.until(await world.acceptOne(), (record) => record.waitReason === "tier");
  expect(waiting).toMatchObject({ status: "queued", attempts: 0 });
}, 40_000);

test("its pages tell that it is alive and ready, and what it sent", async () => {
  const worker = await world.startWorker();
  await world.until(await world.acceptOne(), isSubmitted);
  const page = async (path: string) => (await fetch(`http://127.0.0.1:${worker.ready.metricsPort}${path}`)).text();
  expect(JSON.parse(await page("/livez"))).toMatchObject({ status: "ok" });
  expect(JSON.parse(await page("/readyz"))).toMatchObject({ status: "ok" });
  await waitUntil(async () => /^tern_send_outcomes_total\{.*class="accepted".*\} 1$/m.test(await page("/metrics")), {
    what: "the send to be counted",
  });
  expect(worker.lines.join("\n")).not.toContain("Hello"); // message text is never logged
}, 40_000);

test("what it tells of Redis, of BullMQ and of itself can be read by Prometheus, and names nobody", async () => {
  const worker = await world.startWorker();
  const [message] = await world.accept([{ to: "+4915198765432", lane: "urgent" }]);
  await world.until(message as string, isSubmitted);
  await world.accept([{ lane: "bulk", sendAtMs: Date.now() + 3_600_000 }]);
  const scrape = async () => {
    const answer = await fetch(`http://127.0.0.1:${worker.ready.metricsPort}/metrics`);
    return readMetricsPage(await answer.text());
  };
  let samples: Sample[] = [];
  await waitUntil(
    async () => {
      samples = await scrape();
      return samples.some(({ name, value }) => name === "tern_later_messages" && value === 1);
    },
    { what: "the planned message to be shown" },
  );
  const shown = (name: string, labels: Record<string, string> = {}) =>
    samples.find((one) => one.name === name && Object.entries(labels).every(([label, is]) => one.labels[label] === is))
      ?.value;
  expect(shown("tern_waiting_messages", { sender: "demo", lane: "urgent" })).toBe(0);
  expect(shown("tern_sender_state", { sender: "demo", state: "sending" })).toBe(1);
  expect(shown("tern_tier_limit", { portfolio: "test" })).toBeDefined();
  expect(shown("tern_messages_sent_total", { sender: "demo", lane: "urgent" })).toBe(1);
  expect(shown("tern_due_oldest_seconds", { sender: "demo" })).toBeLessThan(10);
  expect(shown("bullmq_job_count", { queue: "send.demo", state: "waiting" })).toBeDefined();
  expect(shown("tern_build_info")).toBe(1);
  expect(labelsThatNameSomebody(samples)).toEqual([]);
}, 40_000);

test("while Redis is away a scrape is answered all the same, without what only Redis knows", async () => {
  const redis = await startRedis();
  const worker = await world.startWorker({ REDIS_URL: redis.url });
  await redis.stop();
  const answer = await fetch(`http://127.0.0.1:${worker.ready.metricsPort}/metrics`);
  const names = new Set(readMetricsPage(await answer.text()).map(({ name }) => name));
  expect(names).toContain("tern_process_cpu_seconds_total");
  for (const name of ["tern_waiting_messages", "tern_tier_used", "bullmq_job_count"]) expect(names).not.toContain(name);
  await worker.kill();
}, 40_000);
