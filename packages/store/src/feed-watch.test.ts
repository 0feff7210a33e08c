import { afterEach, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { Cluster } from "ioredis";
import { connectRedis } from "./connect.ts";
import { feedKey } from "./feed.ts";
import { createFeedWatch, type FeedWatch } from "./feed-watch.ts";
import { type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const clock = {
  after(ms: number, task: () => void) {
    const timer = setTimeout(task, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};
const never = new AbortController().signal;
const watches: FeedWatch[] = [];
afterEach(() => {
  for (const watch of watches.splice(0)) watch.stop();
});

function watchOver(world: World, errors: unknown[] = []): FeedWatch {
  const watch = createFeedWatch({ redis: world.redis, clock, onError: (error) => errors.push(error) });
  watches.push(watch);
  return watch;
}

const keysOf = ({ prefix, sender }: World) => ({
  events: feedKey(prefix, sender.id, "events"),
  inbound: feedKey(prefix, sender.id, "inbound"),
});

async function add(world: World, key: string): Promise<string> {
  return String(await world.redis.xadd(key, "*", "type", "test"));
}

/** Whether a promise is settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol("open");
  return (await Promise.race([promise, new Promise((resolve) => setImmediate(resolve, open))])) !== open;
}

describe("who waits for a feed", () => {
  test("is woken by its next entry", async () => {
    const world = newWorld();
    const { events } = keysOf(world);
    const watch = watchOver(world);
    const waiting = watch.wait(new Map([[events, await add(world, events)]]), never);
    expect(await isSettled(waiting)).toBe(false);
    await add(world, events);
    await waiting;
    expect(watch.waiting).toBe(0);
  });

  // The entry came between the reader's read and its waiting: a watch that only looks at what is new would sleep on.
  test("does not wait at all when the entry is there already", async () => {
    const world = newWorld();
    const { events } = keysOf(world);
    const position = await add(world, events);
    await add(world, events);
    await watchOver(world).wait(new Map([[events, position]]), never);
  });

  test("is woken by a feed that nobody waited for when the blocked call began", async () => {
    const world = newWorld();
    const other = world.another();
    const watch = watchOver(world);
    const first = watch.wait(new Map([[keysOf(world).events, "0-0"]]), never);
    const second = watch.wait(new Map([[keysOf(other).inbound, "0-0"]]), never);
    await add(other, keysOf(other).inbound);
    await second;
    expect(await isSettled(first)).toBe(false);
    await add(world, keysOf(world).events);
    await first;
  }, 5_000); // long before the blocked call would end by itself

  test("is woken by what another, who is further on, has seen already", async () => {
    const world = newWorld();
    const { events } = keysOf(world);
    const early = await add(world, events);
    const late = await add(world, events);
    const watch = watchOver(world);
    const furtherOn = watch.wait(new Map([[events, late]]), never);
    await watch.wait(new Map([[events, early]]), never);
    expect(await isSettled(furtherOn)).toBe(false);
    await add(world, events);
    await furtherOn;
  });

  test("is let go when it gives up, and nobody else with it", async () => {
    const world = newWorld();
    const { events } = keysOf(world);
    const watch = watchOver(world);
    const patience = new AbortController();
    const impatient = watch.wait(new Map([[events, "0-0"]]), patience.signal);
    const patient = watch.wait(new Map([[events, "0-0"]]), never);
    patience.abort();
    await impatient;
    expect([await isSettled(patient), watch.waiting]).toEqual([false, 1]);
    await add(world, events);
    await patient;
  });

  test("is let go when the watch stops, and later ones do not wait", async () => {
    const world = newWorld();
    const { events } = keysOf(world);
    const watch = watchOver(world);
    const waiting = watch.wait(new Map([[events, "0-0"]]), never);
    watch.stop();
    await waiting;
    await watch.wait(new Map([[events, "0-0"]]), never);
  });

  test("is let go when Redis cannot be asked, to find out by itself", async () => {
    const world = newWorld();
    const errors: unknown[] = [];
    const nowhere = connectRedis("redis://127.0.0.1:1", { whileAway: "fail", name: "nowhere", onError: () => {} });
    const watch = createFeedWatch({ redis: nowhere, clock, onError: (error) => errors.push(error) });
    watches.push(watch);
    await watch.wait(new Map([[keysOf(world).events, "0-0"]]), never);
    nowhere.disconnect();
    expect(errors).not.toHaveLength(0);
  });
});

test("a thousand who wait share one connection", async () => {
  const world = newWorld();
  const { redis } = world;
  if (redis instanceof Cluster) return; // there nothing blocks
  const { events, inbound } = keysOf(world);
  const watch = watchOver(world);
  const all = Array.from({ length: 1_000 }, (_, at) =>
    watch.wait(new Map([[at % 2 === 0 ? events : inbound, "0-0"]]), never),
  );
  const blocked = async () => {
    const clients = String(await redis.client("LIST")).split("\n");
    return clients.filter((line) => / flags=b /.test(line) && / cmd=xread/.test(line)).length;
  };
  await waitUntil(async () => (await blocked()) > 0, { what: "a blocked connection" });
  expect(await blocked()).toBe(1);
  await add(world, events);
  await add(world, inbound);
  await Promise.all(all);
});
