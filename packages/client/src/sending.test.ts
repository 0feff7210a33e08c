// Sending through the client against the real thing: what arrives, what comes back, and that nothing is sent twice whatever
// happens on the way.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { type ClientWorld, startClientWorld } from "./testing/client-world.ts";

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
}, 60_000);
afterAll(() => world.stop(), 60_000);

/** The keys of the sends that came through the proxy since then. */
const keysSince = (start: number) => world.proxy.seen.slice(start).map((seen) => seen.idempotencyKey);

describe("a message", () => {
  test("is sent, and waitFor tells when it is delivered", async () => {
    const sent = await world.tern.sendMessage(world.aText({ reference: "order-1" }));
    if (!sent.ok) throw new Error(sent.error.detail);
    expect(sent).toMatchObject({ status: 202, value: { status: "queued", reference: "order-1" } });
    expect(sent.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(sent.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);

    const waited = await world.tern.waitFor(sent.value.id, "delivered");
    expect(waited).toMatchObject({ ok: true, value: { isReached: true, message: { id: sent.value.id } } });
  });

  test("whose answer is lost is sent again with the same key, and goes out exactly once", async () => {
    const start = world.proxy.seen.length;
    world.proxy.next("lose", "lose");
    const sent = await world.tern.sendMessage(world.aText());
    if (!sent.ok) throw new Error(sent.error.detail);

    expect(keysSince(start)).toEqual([sent.idempotencyKey, sent.idempotencyKey, sent.idempotencyKey]);
    expect(world.proxy.seen.slice(start).map((seen) => seen.status)).toEqual([202, 202, 202]);
    await world.tern.waitFor(sent.value.id, "delivered");
    expect(await world.timesTaken(sent.value.id)).toBe(1);
    const found = await world.tern.listMessages({ sender: "demo", to: sent.value.to });
    expect(found).toMatchObject({ ok: true, value: { messages: [{ id: sent.value.id }] } });
  });

  test("keeps the key that its caller gave: the same send again is the same message, another one is refused", async () => {
    const message = world.aText();
    const options = { idempotencyKey: "order-4711-shipped" };
    const first = await world.tern.sendMessage(message, options);
    const again = await world.tern.sendMessage(message, options);
    const other = await world.tern.sendMessage(world.aText(), options);
    if (!first.ok || !again.ok) throw new Error("both are to be taken");

    expect(first.idempotencyKey).toBe(options.idempotencyKey);
    expect(again.value).toEqual(first.value);
    expect(other).toMatchObject({
      ok: false,
      error: { type: "idempotency-key-reused", status: 422, messageId: first.value.id },
    });
  });

  test("gets a new key each time when its caller gives none: two equal sends are two messages", async () => {
    const message = world.aText();
    const [one, two] = await Promise.all([world.tern.sendMessage(message), world.tern.sendMessage(message)]);
    if (!one.ok || !two.ok) throw new Error("both are to be taken");
    expect(one.value.id).not.toBe(two.value.id);
    expect(one.idempotencyKey).not.toBe(two.idempotencyKey);
  });

  test("outlives an API that is killed and comes back", async () => {
    const [api] = world.system.processes.api;
    const port = new URL(world.system.apiUrls[0] ?? "").port;
    await api?.kill();
    const start = world.proxy.seen.length;
    const sending = world.client({ retries: { attemptsMax: 1_000, backoffMs: 20, backoffMaxMs: 50 } });
    const result = sending.sendMessage(world.aText());
    await waitUntil(() => world.proxy.seen.length > start + 1, { what: "attempts that nobody answers" });
    await world.system.startApi({ PORT: port });

    const sent = await result;
    if (!sent.ok) throw new Error(sent.error.detail);
    expect(new Set(keysSince(start))).toEqual(new Set([sent.idempotencyKey]));
    await world.tern.waitFor(sent.value.id, "delivered");
    expect(await world.timesTaken(sent.value.id)).toBe(1);
  }, 60_000);

  test("outlives a Redis that is killed and comes back: 503 is tried again when the API says", async () => {
    await world.redis.kill();
    const start = world.proxy.seen.length;
    const result = world.client({ timeoutMs: 30_000 }).sendMessage(world.aText());
    await waitUntil(() => world.proxy.seen.slice(start).some(({ status }) => status === 503), {
      what: "a 503",
      timeoutMs: 30_000,
    });
    await world.redis.restart();

    const sent = await result;
    if (!sent.ok) throw new Error(sent.error.detail);
    await world.tern.waitFor(sent.value.id, "delivered", { retries: { attemptsMax: 20 } });
    expect(await world.timesTaken(sent.value.id)).toBe(1);
  }, 60_000);
});

describe("a batch", () => {
  test("has a result for each message: one that is refused harms no other", async () => {
    const bad = { ...world.aText(), to: "12" };
    const sent = await world.tern.sendBatch([world.aText(), bad, world.aText()]);
    if (!sent.ok) throw new Error(sent.error.detail);

    expect(sent).toMatchObject({ status: 200, value: { accepted: 2, refused: 1 } });
    const [first, second, third] = sent.value.items;
    expect(first).toEqual({ ok: true, id: expect.stringMatching(/^msg_demo_/), isReplay: false });
    expect(second).toMatchObject({
      ok: false,
      error: { type: "invalid-request", errors: [{ pointer: "/messages/1/to" }] },
    });
    expect(third).toMatchObject({ ok: true });
  });

  test("whose answer is lost is sent again with the same key, and each message goes out exactly once", async () => {
    world.proxy.next("lose");
    const sent = await world.tern.sendBatch([world.aText(), world.aText(), world.aText()]);
    if (!sent.ok) throw new Error(sent.error.detail);
    expect(sent.value).toMatchObject({ accepted: 3, refused: 0 });
    for (const item of sent.value.items) {
      if (!item.ok) throw new Error(item.error.detail);
      expect(item.isReplay).toBe(true); // they were taken the first time
      await world.tern.waitFor(item.id, "delivered");
      expect(await world.timesTaken(item.id)).toBe(1);
    }
  });
});

describe("waitFor", () => {
  test("ends when the status cannot come any more", async () => {
    await world.tern.pauseSender({ id: "demo" });
    const sent = await world.tern.sendMessage(world.aText());
    if (!sent.ok) throw new Error(sent.error.detail);
    const waiting = world.tern.waitFor(sent.value.id, "delivered");
    expect(await world.tern.cancelMessage({ id: sent.value.id })).toMatchObject({ ok: true });
    await world.tern.resumeSender({ id: "demo" });

    expect(await waiting).toMatchObject({ ok: true, value: { isReached: false, message: { status: "canceled" } } });
    expect(await world.tern.waitFor(sent.value.id, "canceled")).toMatchObject({ value: { isReached: true } });
    expect(await world.tern.waitFor(sent.value.id, "final")).toMatchObject({ value: { isReached: true } });
  });

  test("gives up after its time, and at once when its signal comes", async () => {
    await world.tern.pauseSender({ id: "quiet" });
    const paused = await world.tern.sendMessage(world.aText({ sender: "quiet" }));
    if (!paused.ok) throw new Error(paused.error.detail);
    const late = await world.tern.waitFor(paused.value.id, "sent", { giveUpAfterMs: 30 });
    expect(late).toMatchObject({ ok: false, error: { type: "timeout", timeoutMs: 30 } });

    const giveUp = new AbortController();
    const waiting = world.tern.waitFor(paused.value.id, "sent", { signal: giveUp.signal });
    giveUp.abort("enough");
    expect(await waiting).toMatchObject({ ok: false, error: { type: "aborted", cause: "enough" } });
  });

  test("tells the problem of a message that is not there", async () => {
    const unknown = await world.tern.waitFor("msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd", "delivered");
    expect(unknown).toMatchObject({ ok: false, error: { type: "not-found", status: 404 } });
  });
});
