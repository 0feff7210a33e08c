import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { systemClock, systemRandom } from "./clock.ts";

describe("the system clock", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test("tells the time of the machine, and a time that only differences use", () => {
    const startMs = systemClock.monotonicMs();
    jest.setSystemTime(1_763_800_000_000);
    expect(systemClock.nowMs()).toBe(1_763_800_000_000);
    jest.advanceTimersByTime(1_500);
    expect(systemClock.monotonicMs() - startMs).toBeGreaterThanOrEqual(1_500);
  });

  test("runs a task once after its delay, and not at all once cancelled", () => {
    const task = jest.fn();
    const cancelled = jest.fn();
    systemClock.after(100, task);
    systemClock.after(100, cancelled).cancel();

    jest.advanceTimersByTime(99);
    expect(task).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1_000);
    expect(task).toHaveBeenCalledTimes(1);
    expect(cancelled).not.toHaveBeenCalled();
  });

  test("keeps delays that setTimeout itself would cut to nothing", () => {
    const task = jest.fn();
    systemClock.after(2 ** 31 + 5_000, task);

    jest.advanceTimersByTime(2 ** 31);
    expect(task).not.toHaveBeenCalled();
    jest.advanceTimersByTime(5_000);
    expect(task).toHaveBeenCalledTimes(1);
  });

  test("can be cancelled in the second part of such a delay", () => {
    const task = jest.fn();
    const timer = systemClock.after(2 ** 31 + 5_000, task);
    jest.advanceTimersByTime(2 ** 31);
    timer.cancel();
    jest.advanceTimersByTime(60_000);
    expect(task).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });

  test("never comes to an infinite delay, and refuses NaN", () => {
    const task = jest.fn();
    const timer = systemClock.after(Number.POSITIVE_INFINITY, task);
    jest.advanceTimersByTime(2 ** 33);
    expect(task).not.toHaveBeenCalled();
    timer.cancel();
    expect(() => systemClock.after(Number.NaN, task)).toThrow(RangeError);
  });
});

test("the system's chance lies in [0, 1)", () => {
  for (let i = 0; i < 100; i += 1) {
    const chance = systemRandom();
    expect(chance).toBeGreaterThanOrEqual(0);
    expect(chance).toBeLessThan(1);
  }
});
