import { describe, expect, jest, test } from "@jest/globals";
import { createDeadlines } from "./deadlines.ts";
import { createManualClock } from "./testing/manual-clock.ts";

function given(timeoutMs = 100) {
  const clock = createManualClock();
  return { clock, deadlines: createDeadlines(clock, timeoutMs) };
}

describe("deadlines", () => {
  test("run out after the timeout, each at its own time, each once", () => {
    const { clock, deadlines } = given();
    const ran: string[] = [];
    deadlines.start(() => ran.push("first"));
    clock.advance(40);
    deadlines.start(() => ran.push("second"));

    clock.advance(59);
    expect(ran).toEqual([]);
    clock.advance(1);
    expect(ran).toEqual(["first"]);
    clock.advance(40);
    expect(ran).toEqual(["first", "second"]);
    clock.advance(1_000);
    expect(ran).toEqual(["first", "second"]);
  });

  test("that are stopped do not run out", () => {
    const { clock, deadlines } = given();
    const runOut = jest.fn();
    deadlines.stop(deadlines.start(runOut));

    clock.advance(1_000);

    expect(runOut).not.toHaveBeenCalled();
  });

  test("that are stopped let go of what they were for", () => {
    const { deadlines } = given();
    const deadline = deadlines.start(() => {});
    expect(deadline.runOut).not.toBeNull();
    deadlines.stop(deadline);
    expect(deadline.runOut).toBeNull();
  });

  test("share one timer, and need none when nothing waits", () => {
    const { clock, deadlines } = given();
    const all = Array.from({ length: 1_000 }, () => deadlines.start(() => {}));

    expect(clock.waiting()).toBe(1);
    for (const deadline of all) deadlines.stop(deadline);
    clock.advance(100);
    expect(clock.waiting()).toBe(0);
  });

  test("may start and stop others while they run out", () => {
    const { clock, deadlines } = given();
    const ran: string[] = [];
    deadlines.start(() => {
      ran.push("first");
      deadlines.start(() => ran.push("third"));
    });
    clock.advance(10);
    deadlines.start(() => ran.push("second"));

    clock.advance(90);
    clock.advance(10);
    expect(ran).toEqual(["first", "second"]);
    clock.advance(90);
    expect(ran).toEqual(["first", "second", "third"]);
    expect(clock.waiting()).toBe(0);
  });

  test("wait for a timer that fires early", () => {
    const clock = createManualClock();
    const early = { ...clock, after: (ms: number, task: () => void) => clock.after(ms > 1 ? ms - 1 : ms, task) };
    const deadlines = createDeadlines(early, 100);
    const runOut = jest.fn();
    deadlines.start(runOut);

    clock.advance(99);
    expect(runOut).not.toHaveBeenCalled();
    clock.advance(1);
    expect(runOut).toHaveBeenCalledTimes(1);
  });

  test("end with close", () => {
    const { clock, deadlines } = given();
    const runOut = jest.fn();
    deadlines.start(runOut);

    deadlines.close();
    clock.advance(1_000);

    expect(runOut).not.toHaveBeenCalled();
    expect(clock.waiting()).toBe(0);
  });
});
