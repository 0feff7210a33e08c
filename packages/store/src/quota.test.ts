// A caller gets no more than its quota in any stretch of time, and no less once it has waited as long as it was told.

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { callerBase, DAY_MS } from "./keys.ts";
import type { QuotaLimit } from "./quota.ts";
import { type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

const perSecond = (rate: number, burst = rate): QuotaLimit => ({ name: "m", kind: "rate", perSecond: rate, burst });
const perDay = (most: number): QuotaLimit => ({ name: "d", kind: "day", perDay: most });
const take = (world: World, count: number, ...limits: QuotaLimit[]) =>
  world.store.takeQuota(world.sender.id, count, limits);

describe("a rate", () => {
  test("grants its burst at once and then a unit for each part of a second, to all replicas together", async () => {
    const world = newWorld();
    const together = await Promise.all(Array.from({ length: 12 }, () => take(world, 1, perSecond(4, 8))));
    expect(together.map(({ granted }) => granted).sort()).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);

    const { retryInMs } = await take(world, 1, perSecond(4, 8));
    expect(retryInMs).toBe(250);
    world.pass(249);
    expect((await take(world, 1, perSecond(4, 8))).granted).toBe(0);
    world.pass(1);
    expect(await take(world, 1, perSecond(4, 8))).toMatchObject({
      granted: 1,
      limits: [{ left: 0, wholeInMs: 2_000 }],
    });
  });

  test("grants a part of what is asked for, and says what is left", async () => {
    const world = newWorld();
    expect(await take(world, 3, perSecond(10))).toEqual({
      granted: 3,
      retryInMs: 0,
      limits: [{ left: 7, wholeInMs: 300 }],
    });
    expect(await take(world, 1_000, perSecond(10))).toMatchObject({ granted: 7, retryInMs: 100 });
  });

  test("that is lowered counts at once, and nobody waits longer than the new one takes", async () => {
    const world = newWorld();
    await take(world, 1_000, perSecond(1_000, 1_000));
    expect((await take(world, 1, perSecond(2, 2))).retryInMs).toBe(500);
  });

  test("never lets through more than rate × time + burst, and whoever waits as told is served", async () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 1, max: 30 })), {
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        steps,
        async (rate, burst, asked) => {
          const world = newWorld();
          const grants: { atMs: number; granted: number }[] = [];
          for (const [waitMs, count] of asked) {
            world.pass(waitMs);
            const { granted, retryInMs } = await take(world, count, perSecond(rate, burst));
            grants.push({ atMs: world.nowMs, granted });
            if (granted === count) continue;
            world.pass(retryInMs);
            expect((await take(world, 1, perSecond(rate, burst))).granted).toBe(1);
            grants.push({ atMs: world.nowMs, granted: 1 });
          }
          for (const [from, { atMs }] of grants.entries()) {
            let sum = 0;
            for (const [rounded, later] of grants.slice(from).entries()) {
              sum += later.granted;
              // Each grant may round the moment that is kept by half a microsecond.
              const wholeUs = (later.atMs - atMs) * 1_000 + rounded / 2;
              expect(sum).toBeLessThanOrEqual(burst + (wholeUs * rate) / 1e6 + 1e-6);
            }
          }
        },
      ),
      // Once a wait was told by the exact moment, and what is kept is a rounded one.
      {
        numRuns: 40,
        examples: [
          [
            14,
            27,
            [
              [0, 28],
              [710, 4],
              [778, 16],
              [1_266, 8],
              [603, 20],
            ],
          ],
        ],
      },
    );
  });
});

describe("a day", () => {
  test("ends at midnight UTC, whenever it began", async () => {
    const world = newWorld(); // at noon
    expect(await take(world, 5, perDay(3))).toEqual({
      granted: 3,
      retryInMs: DAY_MS / 2,
      limits: [{ left: 0, wholeInMs: DAY_MS / 2 }],
    });
    world.pass(DAY_MS / 2 - 1);
    expect((await take(world, 1, perDay(3))).granted).toBe(0);
    world.pass(1);
    expect(await take(world, 1, perDay(3))).toMatchObject({ granted: 1, limits: [{ left: 2 }] });
  });

  test("and a rate together grant what the scarcer has, and take no more of the other", async () => {
    const world = newWorld();
    const both = [perSecond(10), perDay(4)] as const;
    expect(await take(world, 8, ...both)).toMatchObject({ granted: 4, limits: [{ left: 6 }, { left: 0 }] });
    expect(await take(world, 1, ...both)).toMatchObject({
      granted: 0,
      retryInMs: DAY_MS / 2,
      limits: [{ left: 6 }, {}],
    });
  });
});

test("what is used is one small key of the caller's, which ends by itself", async () => {
  const world = newWorld();
  await take(world, 1, perSecond(1), perDay(5));
  const key = `${callerBase(world.prefix, world.sender.id)}q`;
  expect(await world.redis.pttl(key)).toBeGreaterThan(DAY_MS);
  expect(Object.keys(await world.redis.hgetall(key)).sort()).toEqual(["d", "m"]);
});
