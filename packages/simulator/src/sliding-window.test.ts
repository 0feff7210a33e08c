import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createSlidingWindow, WINDOW_MS } from "./sliding-window.ts";

describe("the sliding window of one second", () => {
  test("two moments exactly one second apart do not share a window, a little less do", () => {
    const window = createSlidingWindow();

    window.add(5000);

    expect(window.countAt(5999.99)).toBe(1);
    expect(window.countAt(6000)).toBe(0);
  });

  test("is exact for moments a fraction of a millisecond apart, at a thousand a second", () => {
    const window = createSlidingWindow();
    const startMs = 1_760_000_000_000.25;
    for (let nth = 0; nth < 1000; nth += 1) window.add(startMs + nth * 0.5);

    expect(window.countAt(startMs + WINDOW_MS - 0.0625)).toBe(1000);
    expect(window.countAt(startMs + WINDOW_MS)).toBe(999);
    expect(window.countAt(startMs + WINDOW_MS + 0.4375)).toBe(999);
    expect(window.countAt(startMs + WINDOW_MS + 0.5)).toBe(998);
    expect(window.most).toBe(1000);
  });

  test("one whose moment is not known exactly counts for a second from the earliest it may have come", () => {
    const window = createSlidingWindow();

    window.add(5000, 4970);
    window.add(5000);

    expect(window.countAt(5969)).toBe(2);
    expect(window.countAt(5970)).toBe(1);
    expect(window.countAt(6000)).toBe(0);
  });

  test("counts the same as a model that remembers everything, however the moments fall", () => {
    const steps = fc.array(
      fc.record({
        afterMs: fc.oneof(
          fc.constant(0),
          fc.integer({ min: 0, max: 1500 }),
          fc.double({ min: 0, max: 40, noNaN: true }),
        ),
        isAdded: fc.boolean(),
      }),
      { maxLength: 600 },
    );
    fc.assert(
      fc.property(steps, (given) => {
        const window = createSlidingWindow();
        const remembered: number[] = [];
        let nowMs = 1_760_000_000_000;
        let most = 0;
        for (const { afterMs, isAdded } of given) {
          nowMs += afterMs;
          if (isAdded) {
            remembered.push(nowMs);
            window.add(nowMs);
          }
          const expected = remembered.filter((atMs) => atMs > nowMs - WINDOW_MS).length;
          most = Math.max(most, expected);
          expect(window.countAt(nowMs)).toBe(expected);
        }
        expect(window.most).toBe(most);
      }),
    );
  });

  test("taking only while the count is below a limit never lets more through in any window", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 400 }),
        (limit, gapsMs) => {
          const window = createSlidingWindow();
          const takenAtMs: number[] = [];
          let nowMs = 0;
          for (const gapMs of gapsMs) {
            nowMs += gapMs;
            if (window.countAt(nowMs) >= limit) continue;
            window.add(nowMs);
            takenAtMs.push(nowMs);
          }
          for (const fromMs of takenAtMs) {
            expect(takenAtMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + WINDOW_MS).length).toBeLessThanOrEqual(
              limit,
            );
          }
        },
      ),
    );
  });
});
