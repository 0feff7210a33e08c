// "Alive" decides whether an orchestrator restarts the process: too hasty, and an outage of Redis becomes a restart of
// everything; too patient, and a wedged worker sends nothing for hours (promise P9: reported within 60 s).

import { expect, test } from "@jest/globals";
import { checkAlive } from "./liveness.ts";
import type { SenderLoop } from "./sender-loop.ts";

function loops(lastAliveMs: Readonly<Record<string, number>>): Map<string, SenderLoop> {
  const loop = (atMs: number): SenderLoop => ({
    update: () => {},
    lastAliveMs: atMs,
    onWireCount: 0,
    stop: async () => {},
  });
  return new Map(Object.entries(lastAliveMs).map(([id, atMs]) => [id, loop(atMs)]));
}

test("alive while every sender's loop turns", () => {
  expect(checkAlive(loops({ demo: 99_000, other: 70_000 }), false, 100_000)).toEqual({ ok: true });
});

test("a loop that stands still although Redis answers is told by name, within 60 s", () => {
  const check = checkAlive(loops({ demo: 99_000, wedged: 40_000 }), false, 100_000);
  expect(check.ok).toBe(false);
  expect(check.why).toContain("wedged");
  expect(check.why).not.toContain("demo");
});

test("while Redis is away nobody can work, and a restart would not help", () => {
  expect(checkAlive(loops({ demo: 0 }), true, 3_600_000)).toEqual({ ok: true });
});

test("a worker without senders is alive", () => {
  expect(checkAlive(new Map(), false, 3_600_000)).toEqual({ ok: true });
});
