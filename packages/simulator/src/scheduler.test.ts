import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createManualClock } from "./clock.ts";
import { createScheduler } from "./scheduler.ts";

test("tasks run at their moment, in order, those of one moment as they were given", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), (delaysMs) => {
      const clock = createManualClock(0);
      const scheduler = createScheduler(clock);
      const ran: { nth: number; atMs: number }[] = [];
      for (const [nth, atMs] of delaysMs.entries()) scheduler.at(atMs, () => ran.push({ nth, atMs: clock.nowMs() }));

      clock.advance(25);
      expect(ran.length).toBe(delaysMs.filter((atMs) => atMs <= 25).length);
      clock.advance(25);

      const expected = delaysMs.map((atMs, nth) => ({ nth, atMs })).sort((a, b) => a.atMs - b.atMs || a.nth - b.nth);
      expect(ran).toEqual(expected);
    }),
  );
});

test("a task may schedule the next one, even for a moment already past", () => {
  const clock = createManualClock(1000);
  const scheduler = createScheduler(clock);
  const ran: string[] = [];
  scheduler.at(1010, () => {
    ran.push("first");
    scheduler.at(900, () => ran.push("second"));
  });

  clock.advance(10);

  expect(ran).toEqual(["first", "second"]);
});

test("a task for now waits for the next timer, so that a chain of them leaves room for everything else", () => {
  const clock = createManualClock(0);
  let timers = 0;
  const scheduler = createScheduler({
    ...clock,
    setTimer(run, delayMs) {
      timers += 1;
      return clock.setTimer(run, delayMs);
    },
  });
  scheduler.at(0, () => scheduler.at(0, () => scheduler.at(0, () => {})));

  clock.advance(0);

  expect(timers).toBe(3);
  expect(scheduler.size).toBe(0);
});

test("an earlier task given later still runs on time, and clear forgets the rest", () => {
  const clock = createManualClock(0);
  const scheduler = createScheduler(clock);
  const ran: string[] = [];
  scheduler.at(100, () => ran.push("late"));
  scheduler.at(10, () => ran.push("early"));

  clock.advance(50);
  scheduler.clear();
  clock.advance(1000);

  expect(ran).toEqual(["early"]);
  expect(scheduler.size).toBe(0);
});
