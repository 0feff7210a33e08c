import type { Clock } from "@tern/core";

/** Resolves after this time by the clock. */
export function pause(clock: Pick<Clock, "after">, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
