// A slot fired too early breaks the pace, and so does one that is met late between others that are met in time. So what
// matters is on which side of the truth a conversion may lie, and that it is known by how much.

import { describe, expect, test } from "@jest/globals";
import { createRedisClock } from "./redis-clock.ts";

/** Replies of this long count at least; older ones may be forgotten. */
const RECENT_MS = 10_000;

/** A stream of numbers from [0, 1) for a seed (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("a conversion is never earlier than the truth, and never later than the best recent reply makes it", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = chance(seed);
    const redisClock = createRedisClock();
    const startUs = 1_760_000_000_000_000 + Math.floor(random() * 1e9); // epoch µs, as Redis answers them
    const localOf = (redisUs: number) => 123_456.789 + (redisUs - startUs) / 1_000; // the truth
    const replies: { readonly atMs: number; readonly delayMs: number }[] = [];
    let redisUs = startUs;
    for (let reply = 0; reply < 200; reply += 1) {
      redisUs += Math.floor(random() ** 4 * 8_000_000); // mostly short pauses, now and then one of seconds
      const delayMs = 0.05 + 40 * random() ** 3;
      const atMs = localOf(redisUs) + delayMs;
      redisClock.observe(redisUs, localOf(redisUs) - 40 * random() ** 3, atMs);
      replies.push({ atMs, delayMs });

      const slotUs = redisUs + Math.floor(random() * 250_000);
      const errorMs = redisClock.toLocalMs(slotUs) - localOf(slotUs);
      const recent = replies.filter((one) => one.atMs > atMs - RECENT_MS).map((one) => one.delayMs);
      // doubles hold an epoch in ms to some 0.0002
      const mayBeMs = redisClock.uncertaintyMs > 0 ? redisClock.uncertaintyMs : Number.POSITIVE_INFINITY;
      const isRight = errorMs >= 0.05 - 0.001 && errorMs <= Math.min(mayBeMs, ...recent) + 0.001;
      if (!isRight)
        throw new Error(`seed ${seed}, reply ${reply}: ${errorMs} ms off, best of late ${Math.min(...recent)}`);
    }
  }
});

describe("another clock behind the same name (a failover)", () => {
  test("running behind: the new one is believed after two windows at the latest", () => {
    const redisClock = createRedisClock();
    for (let atMs = 0; atMs <= 5_000; atMs += 100) redisClock.observe((1_000_000 + atMs) * 1_000, atMs, atMs);
    // From now on Redis's clock is 3 s behind the old one: a moment of it is 3 s later here than it was.
    let atMs = 5_000;
    for (; atMs <= 27_000; atMs += 100) redisClock.observe((997_000 + atMs) * 1_000, atMs, atMs);
    expect(redisClock.toLocalMs((997_000 + 27_000) * 1_000)).toBeCloseTo(27_000, 3);
  });

  test("running ahead: the new one is believed with its first reply", () => {
    const redisClock = createRedisClock();
    redisClock.observe(1_000_000_000, 100, 100);
    redisClock.observe(1_003_001_000, 101, 101); // one ms later it is 3 s further
    expect(redisClock.toLocalMs(1_003_001_000)).toBeCloseTo(101, 3);
  });

  test("after a pause of more than two windows nothing of before counts", () => {
    const redisClock = createRedisClock();
    redisClock.observe(1_000_000_000, 100, 100);
    redisClock.observe(1_030_000_000, 30_105, 30_105);
    expect(redisClock.toLocalMs(1_030_000_000)).toBeCloseTo(30_105, 3);
  });
});

test("the spacing of slots is kept, whatever is known of the clock", () => {
  const redisClock = createRedisClock();
  redisClock.observe(1_000_000_000, 100, 100);
  expect(redisClock.toLocalMs(1_000_012_500) - redisClock.toLocalMs(1_000_000_000)).toBeCloseTo(12.5, 6);
});

describe("how far off a conversion may be", () => {
  /** Replies that took so long on their way back, so many ms apart. */
  function after(delaysMs: readonly number[], apartMs = 300) {
    const redisClock = createRedisClock();
    for (const [at, delayMs] of delaysMs.entries()) {
      const askedMs = 1_000 + at * apartMs;
      redisClock.observe(1_000_000_000 + at * apartMs * 1_000, askedMs, askedMs + delayMs);
    }
    return redisClock;
  }

  test("is told while few replies were seen: no more than the quickest of them was under way", () => {
    expect(after([30]).uncertaintyMs).toBeCloseTo(30, 3);
    expect(after([30, 4, 12]).uncertaintyMs).toBeCloseTo(4, 3);
  });

  test("is nothing any more once eight were compared, however far away Redis is", () => {
    expect(after(Array(7).fill(12)).uncertaintyMs).toBeCloseTo(12, 3);
    expect(after(Array(8).fill(12)).uncertaintyMs).toBe(0);
  });

  // A worker that starts at a high pace, beside others that start, sees dozens of late replies before the first good one.
  test("is told for two seconds at least, however many replies came", () => {
    expect(after(Array(100).fill(25), 10).uncertaintyMs).toBeCloseTo(25, 3);
    expect(after([...Array(100).fill(25), 1], 10).uncertaintyMs).toBeCloseTo(1, 3);
    expect(after(Array(201).fill(25), 10).uncertaintyMs).toBe(0);
  });

  test("a reply that came for several messages is one", () => {
    const redisClock = after([12]);
    for (let message = 0; message < 20; message += 1) redisClock.observe(1_000_000_000, 1_000, 1_012);
    expect(redisClock.uncertaintyMs).toBeCloseTo(12, 3);
  });
});
