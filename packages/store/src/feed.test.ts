import { describe, expect, test } from "@jest/globals";
import { comparePositions, type FeedPart, type FeedStart, feedKey } from "./feed.ts";
import { DEFAULT_STORE_SETTINGS } from "./settings.ts";
import { type World, type WorldOptions, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

/** Writes entries as the scripts do; their positions. */
async function write(world: World, ...names: string[]): Promise<string[]> {
  const key = feedKey(world.prefix, world.sender.id, "events");
  const positions: string[] = [];
  for (const name of names) positions.push(String(await world.redis.xadd(key, "*", "id", name, "s", "sent")));
  return positions;
}

/** Writes entries at positions of the test's choice. */
async function writeAt(world: World, ...positions: string[]): Promise<void> {
  const key = feedKey(world.prefix, world.sender.id, "events");
  for (const position of positions) await world.redis.xadd(key, position, "id", position);
}

async function read(world: World, start: FeedStart, count = 10): Promise<FeedPart> {
  const part = await world.store.readFeed(world.sender.id, "events", start, count);
  if (part === "gone") throw new Error("expected a part of the feed, and it is gone");
  return part;
}

const namesOf = ({ entries }: FeedPart) => entries.map(({ fields }) => fields.id);

describe("a feed", () => {
  test("is read from its oldest entry, part by part, each entry once", async () => {
    const world = newWorld();
    await write(world, "a", "b", "c");
    const first = await read(world, "oldest", 2);
    const second = await read(world, { after: first.after }, 2);
    expect([namesOf(first), first.hasMore, namesOf(second), second.hasMore]).toEqual([["a", "b"], true, ["c"], false]);
    await write(world, "d");
    expect(namesOf(await read(world, { after: second.after }))).toEqual(["d"]);
  });

  test("is read again after the last entry that was taken, if not all were", async () => {
    const world = newWorld();
    await write(world, "a", "b");
    const [a] = (await read(world, "oldest")).entries;
    expect(namesOf(await read(world, { after: a?.position ?? "" }))).toEqual(["b"]);
  });

  test("is read from a moment on", async () => {
    const world = newWorld();
    await writeAt(world, "1000-0", "1999-7", "2000-0", "2000-1");
    expect(namesOf(await read(world, { fromMs: 2_000 }))).toEqual(["2000-0", "2000-1"]);
    expect(namesOf(await read(world, { fromMs: 0 }))).toHaveLength(4);
    expect(namesOf(await read(world, { fromMs: 2_001 }))).toEqual([]);
  });

  test("tells what each entry holds, and when it was written", async () => {
    const world = newWorld();
    const [position] = await write(world, "a");
    expect((await read(world, "oldest")).entries).toEqual([
      { position, writtenAtMs: Number(position?.split("-")[0]), fields: { id: "a", s: "sent" } },
    ]);
  });

  test("holds the sender's status events and its inbound messages as apply writes them", async () => {
    const world = newWorld();
    const { sender, store } = world;
    await world.waiting({ expiresAtMs: world.nowMs + 1 });
    world.pass(10);
    await world.promote();
    await store.apply(sender, {
      statuses: [],
      inbound: [{ wamid: "wamid.in", atMs: 5, json: '{"type":"text"}', opensWindowOf: null }],
      aside: [],
      raw: null,
    });
    const inbound = await store.readFeed(sender.id, "inbound", "oldest", 10);
    expect((await read(world, "oldest")).entries.map(({ fields }) => fields.s)).toEqual(["expired"]);
    expect(inbound).toMatchObject({ entries: [{ fields: { wamid: "wamid.in", json: '{"type":"text"}' } }] });
  });
});

describe("a reader who comes too late", () => {
  const SMALL: WorldOptions = { settings: { ...DEFAULT_STORE_SETTINGS, eventsMax: 10 } };
  const trimTo = (world: World, count: number) =>
    world.redis.xtrim(feedKey(world.prefix, world.sender.id, "events"), "MAXLEN", count);

  test("is told that entries it has not seen are gone", async () => {
    const world = newWorld(SMALL);
    const [first] = await write(world, ..."abcdefghijklmnopqrst");
    await trimTo(world, 10);
    expect(await world.store.readFeed(world.sender.id, "events", { after: first ?? "" }, 5)).toBe("gone");
  });

  test("may begin with the oldest that is kept, and is not told so again on the way", async () => {
    const world = newWorld(SMALL);
    await write(world, ..."abcdefghijklmnopqrst");
    await trimTo(world, 10);
    const part = await read(world, "oldest", 2);
    expect(namesOf(part)).toEqual(["k", "l"]);
    expect(namesOf(await read(world, { after: part.before }, 1))).toEqual(["k"]);
    expect(namesOf(await read(world, { after: part.after }, 1))).toEqual(["m"]);
  });

  test("is not told so while the feed has never been full", async () => {
    const world = newWorld(SMALL);
    const empty = await read(world, "oldest");
    await write(world, "a", "b");
    expect(namesOf(await read(world, { after: empty.after }))).toEqual(["a", "b"]);
  });
});

// What comes after a read has a later position than the reader goes on from, also if Redis's clock is set back a little.
test("a reader at the end goes on from a moment ago, not from the last entry of long ago", async () => {
  const world = newWorld();
  await writeAt(world, "1000-0");
  const { after } = await read(world, "oldest");
  const now = Number((await world.redis.time())[0]);
  expect(comparePositions(after, `${(now - 3_600) * 1_000}-0`)).toBeGreaterThan(0);
  expect(comparePositions(after, `${(now - 30) * 1_000}-0`)).toBeLessThan(0);
});

test("positions are compared by time, then by number, however long they are", () => {
  const ordered = ["0-0", "999-18446744073709551615", "1000-0", "1000-9", "1000-10", "10000-0"];
  const shuffled = [...ordered].sort().sort(comparePositions);
  expect(shuffled).toEqual(ordered);
});
