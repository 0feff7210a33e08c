import { describe, expect, test } from "@jest/globals";
import { DAY_MS, HOUR_MS, keyOf } from "./keys.ts";
import type { MessagePage, MessageQuery } from "./query.ts";
import { createStore } from "./store.ts";
import { aMessage, idsOf, localIdOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

function aQuery(world: World, fields: Partial<MessageQuery> = {}): MessageQuery {
  return {
    sender: world.sender.id,
    recipient: null,
    reference: null,
    status: null,
    caller: null,
    fromMs: NOON_MS - 10 * DAY_MS,
    toMs: world.nowMs + 1,
    limit: 50,
    after: null,
    ...fields,
  };
}

const localIds = (page: MessagePage) => page.messages.map(({ id }) => id.slice(-26));

/** Goes through all pages; the ids in the order they came. */
async function allPages(world: World, fields: Partial<MessageQuery>): Promise<string[]> {
  const found: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 1_000; pages++) {
    const page: MessagePage = await world.store.list(aQuery(world, { ...fields, after }));
    found.push(...localIds(page));
    after = page.next;
    if (after === null) return found;
  }
  throw new Error("the pages have no end");
}

describe("one message", () => {
  test("is read with all that is known", async () => {
    const world = newWorld();
    const localId = await world.waiting({ metadata: '{"order":7}' });
    expect(await world.store.read(world.sender.id, localId)).toMatchObject({
      status: "queued",
      metadata: { order: 7 },
    });
  });

  test("that never was is null, and so is one of another sender", async () => {
    const world = newWorld();
    const localId = await world.waiting();
    expect(await world.store.read(world.sender.id, "0".repeat(26))).toBeNull();
    expect(await world.store.read("other", localId)).toBeNull();
  });

  test("many are read in the order asked for, with gaps for those that are gone", async () => {
    const world = newWorld();
    const [a, b] = [await world.waiting(), await world.waiting()];
    const records = await world.store.readMany(world.sender.id, [b, "0".repeat(26), a]);
    expect(records.map((record) => record?.id.slice(-26) ?? null)).toEqual([b, null, a]);
  });
});

describe("the list", () => {
  test("is newest first", async () => {
    const world = newWorld();
    const ids = [];
    for (let hour = 0; hour < 5; hour++) {
      ids.push(await world.waiting());
      world.pass(HOUR_MS);
    }
    expect(await world.store.list(aQuery(world))).toMatchObject({ next: null });
    expect(localIds(await world.store.list(aQuery(world)))).toEqual(ids.toReversed());
  });

  test("has pages: each goes on where the one before ended, none is missed or repeated", async () => {
    const world = newWorld();
    const ids = idsOf(await world.accept(...Array.from({ length: 1_205 }, () => ({ lane: "bulk" as const }))));
    expect(await allPages(world, { limit: 100 })).toEqual(ids.toReversed());
  });

  test("has pages that end in the middle of a recipient's day too", async () => {
    const world = newWorld();
    const ids = [];
    for (let times = 0; times < 9; times++) {
      ids.push(await world.waiting({ to: "+491", lane: "bulk" }));
      world.pass(6 * HOUR_MS);
    }
    expect(await allPages(world, { recipient: "+491", limit: 2 })).toEqual(ids.toReversed());
  });

  // Ids are made by the API's clock and listed by Redis's, and two APIs' clocks differ: at the seams of what is read at
  // once an older id may stand behind a newer one. A page that ends there must not lose it.
  test("loses nothing when ids are not quite in the order of the list", async () => {
    const world = newWorld();
    const ids = Array.from({ length: 1_200 }, (_, at) => localIdOf(NOON_MS - (at % 7) * 100 + Math.floor(at / 10), at));
    const supply = [...ids];
    const store = createStore({
      redis: world.redis,
      prefix: world.prefix,
      nowMs: () => world.nowMs,
      newLocalId: () => supply.shift() ?? "",
    });
    await store.accept(
      world.sender.id,
      Array.from(ids, () => aMessage({ lane: "bulk" })),
    );
    const found = await allPages(world, { limit: 90, fromMs: NOON_MS - HOUR_MS });
    expect(found.toSorted()).toEqual(ids.toSorted());
  });

  test.each([
    { what: "a recipient", fields: { recipient: "+491" }, finds: [0, 2] },
    { what: "a reference", fields: { reference: "order-7" }, finds: [1, 2] },
    { what: "a caller", fields: { caller: "bank" }, finds: [2] },
    { what: "a status", fields: { status: "canceled" as const }, finds: [1] },
    { what: "a recipient and a reference", fields: { recipient: "+491", reference: "order-7" }, finds: [2] },
    { what: "a recipient and a caller", fields: { recipient: "+491", caller: "shop" }, finds: [0] },
    { what: "nobody we know", fields: { recipient: "+499" }, finds: [] },
  ])("by $what", async ({ fields, finds }) => {
    const world = newWorld();
    const ids = [
      await world.waiting({ to: "+491" }),
      await world.waiting({ to: "+492", reference: "order-7" }),
      await world.waiting({ to: "+491", reference: "order-7", caller: "bank" }),
    ];
    await world.store.cancel(world.sender.id, ids[1] ?? "", null);
    const page = await world.store.list(aQuery(world, fields));
    expect(localIds(page)).toEqual(finds.map((at) => ids[at] ?? "").toReversed());
  });

  test("by time takes the first moment and leaves the last", async () => {
    const world = newWorld();
    const ids = [];
    for (let times = 0; times < 4; times++) {
      ids.push(await world.waiting());
      world.pass(1_000);
    }
    const page = await world.store.list(aQuery(world, { fromMs: NOON_MS + 1_000, toMs: NOON_MS + 3_000 }));
    expect(localIds(page)).toEqual([ids[2], ids[1]]);
  });

  test("reads a bounded number of records, says where it stopped, and goes on there", async () => {
    const world = newWorld();
    const wanted = await world.waiting({ caller: "bank" });
    world.pass(1);
    await world.accept(...Array.from({ length: 2_100 }, () => ({ lane: "bulk" as const })));
    const first = await world.store.list(aQuery(world, { caller: "bank" }));
    expect(first.messages).toEqual([]);
    expect(first.next).not.toBeNull();
    expect(localIds(await world.store.list(aQuery(world, { caller: "bank", after: first.next })))).toEqual([wanted]);
  });

  test("leaves out records that have ended", async () => {
    const world = newWorld();
    const [gone, here] = [await world.waiting({ to: "+491" }), await world.waiting({ to: "+491" })];
    await world.redis.del(keyOf.record(world.base, gone));
    expect(localIds(await world.store.list(aQuery(world)))).toEqual([here]);
    expect(localIds(await world.store.list(aQuery(world, { recipient: "+491" })))).toEqual([here]);
  });

  test("of nothing is empty", async () => {
    const world = newWorld();
    expect(await world.store.list(aQuery(world))).toEqual({ messages: [], next: null });
  });

  test("shows every status a message went through", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.submit("wamid.A"));
    await world.webhook({ status: "sent", atMs: NOON_MS + 1_000 }, { status: "read", atMs: NOON_MS + 3_000 });
    const [record] = (await world.store.list(aQuery(world, { status: "read" }))).messages;
    expect(record?.timeline.map(({ status }) => status)).toEqual(["queued", "sending", "submitted", "sent", "read"]);
  });
});
