import { describe, expect, test } from "@jest/globals";
import type { Place } from "@tern/core";
import { keyOf } from "./keys.ts";
import { NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

/** Brings a message to each place from which it can be taken back. */
const INTO: Record<Exclude<Place, "wire" | "none">, (world: World) => Promise<string>> = {
  backlog: (world) => world.waiting(),
  held: async (world) => {
    await world.store.pause(world.sender.id, { kind: "template", name: "offer" }, "ops");
    const localId = await world.waiting({ template: "offer" });
    await world.take();
    await world.store.resume(world.sender.id, { kind: "template", name: "offer" }, "ops");
    return localId;
  },
  later: (world) => world.waiting({ sendAtMs: NOON_MS + 60_000 }),
  turn: async (world) => {
    await world.waiting({ to: "+491" });
    return world.waiting({ to: "+491" });
  },
};

describe.each(Object.keys(INTO) as (keyof typeof INTO)[])("a message in %s", (place) => {
  test("is canceled, told to the feed, and never sent", async () => {
    const world = newWorld();
    const localId = await INTO[place](world);
    expect((await world.record(localId)).place).toBe(place);
    expect(await world.store.cancel(world.sender.id, localId, null)).toEqual({ result: "canceled", call: false });
    expect(await world.record(localId)).toMatchObject({
      status: "canceled",
      isFinal: true,
      place: "none",
      waitReason: "none",
      waitUntilMs: null,
    });
    expect(await world.events()).toEqual([`canceled ${localId}`]);
    world.pass(120_000);
    await world.promote();
    for (const taken of await world.take()) {
      expect(taken.localId).not.toBe(localId);
      await world.finish(taken, verdicts.submit("wamid.A"));
    }
    expect(await world.take()).toEqual([]);
  });
});

test("a message that waits for another try is canceled too, passes the turn it held, and calls a worker", async () => {
  const world = newWorld();
  const sending = await world.send({ to: "+491" });
  const behind = await world.waiting({ to: "+491" });
  await world.finish(sending, verdicts.retry(60_000));
  expect(await world.store.cancel(world.sender.id, sending.localId, null)).toEqual({ result: "canceled", call: true });
  await world.sendAgain(behind);
});

test("a message in the backlog passes the turn it held; who is called already is not called twice", async () => {
  const world = newWorld();
  const [first, second] = [await world.waiting({ to: "+491" }), await world.waiting({ to: "+491" })];
  expect(await world.store.cancel(world.sender.id, first, null)).toEqual({ result: "canceled", call: false });
  await world.sendAgain(second);
});

test("while a worker comes by itself for the next slot, none is called", async () => {
  const world = newWorld({ pace: 10 });
  const sending = await world.send({ to: "+491" });
  await world.waiting({ to: "+491" });
  await world.finish(sending, verdicts.retry(60_000));
  expect((await world.look()).nextSlotUs).toBeNull(); // nobody is ready
  await world.accept({});
  expect((await world.look()).nextSlotUs).not.toBeNull();
  expect(await world.store.cancel(world.sender.id, sending.localId, null)).toEqual({ result: "canceled", call: false });
});

describe("in the middle of a recipient's order", () => {
  test("a canceled message is stepped over", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const [canceled, next] = [await world.waiting({ to: "+491" }), await world.waiting({ to: "+491" })];
    await world.store.cancel(world.sender.id, canceled, null);
    await world.finish(sending, verdicts.submit("wamid.A"));
    await world.sendAgain(next);
  });

  test("so are several in a row, up to the end of the order", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const canceled = [await world.waiting({ to: "+491" }), await world.waiting({ to: "+491" })];
    for (const id of canceled) await world.store.cancel(world.sender.id, id, null);
    expect((await world.finish(sending, verdicts.submit("wamid.A"))).isReady).toBe(false);
    await world.send({ to: "+491" }); // the order is over: nobody to wait for
  });

  test("a message that comes after a canceled last one still waits for its turn", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    await world.store.cancel(world.sender.id, await world.waiting({ to: "+491" }), null);
    const last = await world.waiting({ to: "+491" });
    expect((await world.record(last)).place).toBe("turn");
    await world.finish(sending, verdicts.submit("wamid.A"));
    await world.sendAgain(last);
  });

  // Its record holds the link to the next one, so it may not end before the order has gone past it.
  test("its record stays until the turn has gone past it", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const canceled = await world.waiting({ to: "+491" });
    await world.store.cancel(world.sender.id, canceled, null);
    const ttlMs = () => world.redis.pttl(keyOf.record(world.base, canceled));
    expect(await ttlMs()).toBe(-1);
    await world.finish(sending, verdicts.submit("wamid.A"));
    expect(await ttlMs()).toBeGreaterThan(0);
  });
});

describe("too late", () => {
  test("on the wire: the answer says so, and nothing changes", async () => {
    const world = newWorld();
    const sending = await world.send();
    expect(await world.store.cancel(world.sender.id, sending.localId, null)).toEqual({
      result: "on-wire",
      call: false,
    });
    expect(await world.record(sending.localId)).toMatchObject({ status: "sending", place: "wire" });
  });

  test.each([
    { what: "submitted", verdict: verdicts.submit("wamid.A") },
    { what: "failed", verdict: verdicts.fail() },
  ])("$what: the answer says so, and nothing changes", async ({ what, verdict }) => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdict);
    const result = await world.store.cancel(world.sender.id, sending.localId, null);
    expect(result).toEqual({ result: "too-late", call: false });
    expect((await world.record(sending.localId)).status).toBe(what);
  });

  test("canceled already: the answer says so, and the feed is not told twice", async () => {
    const world = newWorld();
    const localId = await world.waiting();
    await world.store.cancel(world.sender.id, localId, null);
    expect(await world.store.cancel(world.sender.id, localId, null)).toEqual({ result: "already", call: false });
    expect(await world.events()).toHaveLength(1);
  });
});

describe("whose message it is", () => {
  test("a caller takes back its own", async () => {
    const world = newWorld();
    const localId = await world.waiting({ caller: "shop" });
    expect((await world.store.cancel(world.sender.id, localId, "shop")).result).toBe("canceled");
  });

  test("a caller cannot tell another's message from one that never was", async () => {
    const world = newWorld();
    const localId = await world.waiting({ caller: "shop" });
    expect((await world.store.cancel(world.sender.id, localId, "bank")).result).toBe("unknown");
    expect((await world.store.cancel(world.sender.id, "0".repeat(26), null)).result).toBe("unknown");
    expect((await world.record(localId)).status).toBe("queued");
  });
});
