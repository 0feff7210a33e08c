import { describe, expect, test } from "@jest/globals";
import { keyOf } from "./keys.ts";
import type { NewMessage, Taken } from "./moves.ts";
import { type World, worldsOfThisFile } from "./testing/world.ts";

// P5: within a lane, callers share. What is looked at here is the order in which messages of several callers are taken.

const newWorld = worldsOfThisFile();

async function acceptMany(world: World, caller: string, count: number, fields: Partial<NewMessage> = {}) {
  await world.accept(...Array.from({ length: count }, () => ({ lane: "bulk" as const, caller, ...fields })));
}

/** The callers of the next messages, in the order they are taken, one look for each `most`. */
async function takeCallers(world: World, count: number, most = 64): Promise<string[]> {
  const taken: Taken[] = [];
  while (taken.length < count) {
    const some = await world.take({ most: Math.min(most, count - taken.length) });
    if (some.length === 0) break;
    taken.push(...some);
  }
  return taken.map(({ caller }) => caller);
}

const countOf = (callers: readonly string[], caller: string) => callers.filter((one) => one === caller).length;

describe("callers that wait together", () => {
  test("take turns, however much each of them has", async () => {
    const world = newWorld();
    await acceptMany(world, "big", 200);
    await acceptMany(world, "small", 20);
    const callers = await takeCallers(world, 40);
    expect([countOf(callers, "big"), countOf(callers, "small")]).toEqual([20, 20]);
  });

  test("take turns from look to look, too", async () => {
    const world = newWorld();
    for (const caller of ["a", "b", "c"]) await acceptMany(world, caller, 3);
    const callers = (await takeCallers(world, 9, 1)).join("");
    expect(callers).toMatch(/^(abc|acb|bac|bca|cab|cba)\1\1$/);
  });

  test("share in each lane apart", async () => {
    const world = newWorld();
    await acceptMany(world, "shop", 100, { lane: "normal" });
    await takeCallers(world, 90);
    await acceptMany(world, "shop", 20);
    await acceptMany(world, "bank", 20);
    const callers = await takeCallers(world, 30); // ten normal ones, then bulk in turn
    expect(countOf(callers.slice(10), "bank")).toBe(10);
  });
});

describe("a caller that comes with little while another has very much", () => {
  // A look reads no further than it takes: with 100,000 it is the same.
  test("is served at once: 10 among 10,000", async () => {
    const world = newWorld();
    await acceptMany(world, "big", 10_000);
    await takeCallers(world, 100);
    await acceptMany(world, "small", 10);
    expect(await takeCallers(world, 10)).toEqual(Array.from({ length: 10 }, () => "small"));
  });

  test("overtakes by its credit, and shares from then on", async () => {
    const world = newWorld({ settings: { callerCredit: 50 } });
    await acceptMany(world, "big", 400);
    await takeCallers(world, 200);
    await acceptMany(world, "late", 150);
    const callers = await takeCallers(world, 150);
    const lead = callers.indexOf("big");
    expect(lead).toBe(51); // the last of them where both were even
    expect(countOf(callers.slice(lead), "big")).toBe(50);
  });

  test("starves nobody: the big one goes on in every look that has room for two", async () => {
    const world = newWorld({ settings: { callerCredit: 0 } });
    await acceptMany(world, "big", 40);
    await acceptMany(world, "other", 40);
    for (let look = 0; look < 20; look++)
      expect(new Set(await takeCallers(world, 2))).toEqual(new Set(["big", "other"]));
  });
});

describe("a caller that trickles", () => {
  // Each of its messages finds its backlog empty, as if it came back. If that gave the credit anew, it would have the lane
  // to itself.
  test("gets its credit once, and no more than its share after that", async () => {
    const world = newWorld({ settings: { callerCredit: 50 } });
    await acceptMany(world, "big", 600);
    await takeCallers(world, 100);
    const callers: string[] = [];
    for (let times = 0; times < 300; times++) {
      if ((await world.redis.llen(keyOf.backlog(world.base, 2, "drip"))) === 0) await acceptMany(world, "drip", 1);
      callers.push(...(await takeCallers(world, 1)));
    }
    const drips = countOf(callers, "drip");
    expect(drips).toBeGreaterThanOrEqual(50 + 124);
    expect(drips).toBeLessThanOrEqual(50 + 126);
  });

  test("saves nothing up while it has nothing to send", async () => {
    const world = newWorld({ settings: { callerCredit: 50 } });
    await acceptMany(world, "rare", 1);
    await acceptMany(world, "big", 800);
    await takeCallers(world, 500);
    await acceptMany(world, "rare", 200);
    const callers = await takeCallers(world, 100);
    expect(callers.indexOf("big")).toBeLessThanOrEqual(51);
    expect(countOf(callers, "rare")).toBeLessThanOrEqual(76);
  });
});

test("messages that were not sent after all count for nobody", async () => {
  const world = newWorld();
  await acceptMany(world, "shop", 40, { expiresAtMs: world.nowMs + 1 });
  await acceptMany(world, "shop", 10);
  await acceptMany(world, "bank", 10);
  world.pass(1);
  const callers = await takeCallers(world, 10);
  expect(countOf(callers, "shop")).toBe(5);
});

test("after everything, nothing is left of the callers but a number each", async () => {
  const world = newWorld();
  for (const caller of ["a", "b"]) await acceptMany(world, caller, 5);
  await takeCallers(world, 10);
  expect(await world.redis.exists(keyOf.callers(world.base, 2))).toBe(0);
  const fields = await world.redis.hkeys(keyOf.senderState(world.base));
  expect(fields.sort()).toEqual(["cv2a", "cv2b", "tk", "vt2"]);
});
