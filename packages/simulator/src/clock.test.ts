import { expect, test } from "@jest/globals";
import { realClock } from "./clock.ts";

test("the real clock knows that it read nothing while the process did not run, and when it reads again", async () => {
  const firstMs = realClock.readUpToMs();
  await untilReadUpTo(firstMs + 1);

  const pausedMs = realClock.nowMs();
  while (realClock.nowMs() < pausedMs + 40); // what a long garbage collection does

  expect(realClock.readUpToMs()).toBeLessThanOrEqual(pausedMs);
  const resumedMs = realClock.nowMs();
  await untilReadUpTo(resumedMs);
  expect(realClock.readUpToMs()).toBeLessThanOrEqual(realClock.nowMs());
});

/** Turn by turn of the event loop. */
async function untilReadUpTo(ms: number): Promise<void> {
  while (realClock.readUpToMs() < ms) await new Promise(setImmediate);
}
