// What the webhook service counts moves when the provider says something, once for each piece of news.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { body, DEMO, startWorld, status, type World } from "./testing/webhook-world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
});

const post = async (...statuses: unknown[]) => expect((await world.post(body({ statuses }))).status).toBe(200);
const secondsAgo = (seconds: number) => String(Math.floor(Date.now() / 1_000) - seconds);

/** By how much a metric grows. */
async function growth(name: string, labels: Record<string, string>, bring: () => Promise<unknown>): Promise<number> {
  const before = await world.metric(name, labels);
  await bring();
  return (await world.metric(name, labels)) - before;
}

describe("a status", () => {
  test("is counted when it is news, and not when it is repeated", async () => {
    const sent = await world.submitted();
    const labels = { sender: DEMO.id, status: "delivered" };
    expect(await growth("tern_statuses_total", labels, () => post(status(sent, "delivered")))).toBe(1);
    expect(await growth("tern_statuses_total", labels, () => post(status(sent, "delivered")))).toBe(0);
  });

  test("tells how long a delivery took and how late we know of it", async () => {
    const sent = await world.submitted();
    const bring = () => post(status(sent, "delivered", { timestamp: secondsAgo(20) }));
    const lagBefore = await world.metric("tern_webhook_lag_seconds_sum");
    expect(await growth("tern_delivered_seconds_count", { lane: "normal" }, bring)).toBe(1);
    expect((await world.metric("tern_webhook_lag_seconds_sum")) - lagBefore).toBeGreaterThanOrEqual(20);
  });

  test("that comes before its message is known is counted when it finds it", async () => {
    const sent = await world.onTheWire();
    const labels = { sender: DEMO.id, status: "sent" };
    const withoutCallback = status(sent, "sent", { biz_opaque_callback_data: undefined });
    expect(await growth("tern_statuses_total", labels, () => post(withoutCallback))).toBe(0);
    const finish = () => world.finish(sent, { kind: "submit", wamid: sent.wamid });
    expect(await growth("tern_statuses_total", labels, finish)).toBe(1);
  });

  test("of a failure ends its message, with the class of the provider's code", async () => {
    const sent = await world.submitted();
    const errors = [{ code: 131_026, title: "Message undeliverable" }];
    const labels = { sender: DEMO.id, lane: "normal", status: "failed", class: "rejected" };
    const bring = () => post(status(sent, "failed", { errors }), status(sent, "failed", { errors }));
    expect(await growth("tern_messages_ended_total", labels, bring)).toBe(1);
  });
});

test("the last request is the provider's: one without our secret does not count", async () => {
  const last = () => world.metric("tern_webhook_last_request_timestamp_seconds");
  const started = await last();
  expect(started).toBeLessThanOrEqual(Date.now() / 1_000);
  await post();
  const answered = await last();
  expect(answered).toBeGreaterThan(started);
  expect((await world.post("{}", {})).status).toBe(401);
  expect(await last()).toBe(answered);
});
