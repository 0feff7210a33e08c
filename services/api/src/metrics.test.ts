// Why messages are refused is counted, one by one or for a request as a whole; what is taken back ends; and what waits is
// shown, also when no worker is there.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readMetricsPage } from "@tern/devkit";
import { createMetrics, systemClock } from "@tern/runtime";
import { createApiMetrics } from "./metrics.ts";
import type { MemoryState } from "./redis-memory.ts";
import { type Answer, aText, startTestApi, type TestApi } from "./testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ settings: { backlogMax: 3 } });
});
afterAll(async () => {
  await api.close();
});

const refused = (reason: string) => api.metric("tern_messages_refused_total", { reason });

async function growth(reason: string, ask: () => Promise<Answer>, status: number): Promise<number> {
  const before = await refused(reason);
  expect((await ask()).status).toBe(status);
  return (await refused(reason)) - before;
}

let strangers = 0;
/** To somebody else each time, so that none waits for another. */
const send = (fields: object = {}, options: object = {}) =>
  api.request("POST", "/v1/messages", {
    body: { ...aText(), to: `+49151${20_000_000 + strangers++}`, ...fields },
    ...options,
  });

test("a message is refused for what is wrong with it, for whose it is, and for want of room", async () => {
  expect(await growth("invalid", () => send({ to: "nobody" }), 400)).toBe(1);
  expect(await growth("invalid", () => api.request("POST", "/v1/messages", { body: "{" }), 400)).toBe(1);
  expect(await growth("sender", () => send({ sender: "third" }), 422)).toBe(1);
  expect(await growth("unauthorized", () => send({}, { as: null }), 401)).toBe(1);
  expect(await growth("unauthorized", () => send({}, { as: "reader" }), 403)).toBe(1);
  const key = { headers: { "idempotency-key": "once" } };
  expect((await send({}, key)).status).toBe(202);
  expect(await growth("key-reused", () => send({ text: { body: "something else" } }, key), 422)).toBe(1);
  for (const _ of [1, 2]) expect((await send()).status).toBe(202);
  expect(await growth("backlog", () => send(), 429)).toBe(1);
});

test("of a batch those are counted that are refused, each for its reason", async () => {
  const batch = (...messages: object[]) =>
    api.request("POST", "/v1/messages/batch", { body: { messages }, as: "other" });
  const [good, wrong, foreign] = [
    { ...aText(), sender: "second" },
    { ...aText(), to: "" },
    { ...aText(), sender: "x" },
  ];
  const before = await Promise.all(["invalid", "sender"].map(refused));
  expect((await batch(good, wrong, wrong, foreign)).status).toBe(200);
  const after = await Promise.all(["invalid", "sender"].map(refused));
  expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([2, 1]);
  expect(await growth("invalid", () => batch(), 400)).toBe(1);
});

test("what is asked besides sending refuses no message", async () => {
  const before = await api.metric("tern_messages_refused_total");
  expect((await api.request("GET", "/v1/messages/nonsense")).status).toBe(404);
  expect((await api.request("POST", "/v1/messages/nonsense/cancel")).status).toBe(404);
  expect(await api.metric("tern_messages_refused_total")).toBe(before);
});

test("a message that is taken back has ended", async () => {
  const labels = { sender: "second", lane: "normal", status: "canceled", class: "none" };
  const before = await api.metric("tern_messages_ended_total", labels);
  const { id } = (await send({ sender: "second" })).body;
  expect((await api.request("POST", `/v1/messages/${id}/cancel`)).status).toBe(200);
  expect((await api.metric("tern_messages_ended_total", labels)) - before).toBe(1);
});

test("what waits is shown without any worker", async () => {
  expect(await api.metric("tern_waiting_messages", { sender: "demo", lane: "normal" })).toBe(3);
  expect(await api.metric("tern_oldest_waiting_seconds", { sender: "demo", lane: "normal" })).toBeGreaterThan(0);
  expect(await api.metric("tern_due_oldest_seconds", { sender: "demo" })).toBeGreaterThan(0);
});

// Nobody knows how full a Redis is that does not answer: a zero would say that there is room.
test("how full Redis is is missing while it cannot be asked, and there again afterwards", async () => {
  const { registry } = createMetrics({ service: "api" });
  let redisMemory: MemoryState | null = { usedBytes: 50, maxBytes: 200 };
  const unread = () => {
    throw new Error("no sender is declared");
  };
  createApiMetrics(registry, {
    redisMemory: () => redisMemory,
    feedReadersWaiting: () => 0,
    senders: () => [],
    store: unread,
    clock: systemClock,
  });
  const shown = async () =>
    readMetricsPage(await registry.metrics())
      .filter(({ name }) => name.startsWith("tern_redis_memory_"))
      .map(({ name, value }) => `${name} ${value}`);
  const all = [
    "tern_redis_memory_used_ratio 0.25",
    "tern_redis_memory_used_bytes 50",
    "tern_redis_memory_max_bytes 200",
  ];
  expect(await shown()).toEqual(all);
  redisMemory = null;
  expect(await shown()).toEqual([]);
  redisMemory = { usedBytes: 50, maxBytes: 200 };
  expect(await shown()).toEqual(all);
});
