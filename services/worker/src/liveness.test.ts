// "Alive" decides whether an orchestrator restarts the process: too hasty, and an outage of Redis becomes a restart of
// everything; too patient, and a wedged worker sends nothing for hours (promise P9: reported within 60 s). What counts as
// progress is told in take-loop.test.ts.

import { expect, test } from "@jest/globals";
import { checkAlive, stillMaxMs } from "./liveness.ts";

const STILL_MS = 35_000;
const loops = (lastProgressMs: Readonly<Record<string, number>>) =>
  new Map(Object.entries(lastProgressMs).map(([id, atMs]) => [id, { lastProgressMs: atMs }]));

test("alive while there is progress for every sender", () => {
  expect(checkAlive(loops({ demo: 99_000, other: 70_000 }), false, 100_000, STILL_MS)).toEqual({ ok: true });
});

test("a sender for which nothing is done although Redis answers is told by name", () => {
  const check = checkAlive(loops({ demo: 99_000, wedged: 60_000 }), false, 100_000, STILL_MS);
  expect(check.ok).toBe(false);
  expect(check.why).toContain("wedged");
  expect(check.why).not.toContain("demo");
});

test("while Redis is away nobody can work, and a restart would not help", () => {
  expect(checkAlive(loops({ demo: 0 }), true, 3_600_000, STILL_MS)).toEqual({ ok: true });
});

test("a worker without senders is alive", () => {
  expect(checkAlive(new Map(), false, 3_600_000, STILL_MS)).toEqual({ ok: true });
});

test("sends may take their whole time, and a dead worker is reported within 60 s however long that is", () => {
  for (const sendTimeoutMs of [100, 5_000, 30_000, 40_000]) {
    expect(stillMaxMs(sendTimeoutMs)).toBeGreaterThan(sendTimeoutMs);
  }
  for (const sendTimeoutMs of [100, 30_000, 300_000]) expect(stillMaxMs(sendTimeoutMs)).toBeLessThan(60_000);
});
