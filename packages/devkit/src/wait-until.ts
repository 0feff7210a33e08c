// Waiting for a condition instead of sleeping: the end of the wait is the event, not a guess about how long it takes.

export interface WaitOptions {
  /** What is waited for, as it should read after "waited for": the error says it. */
  what: string;
  /** Default 10,000 ms. */
  timeoutMs?: number;
  /** Pause between two looks, default 20 ms. */
  everyMs?: number;
}

/**
 * Looks at a condition again and again until it holds, and returns the first truthy value it gave.
 *
 * condition  may be asynchronous; an error it throws counts as "not yet" and is told if time runs out
 * throws     an Error that says what was waited for, how long, and the last error or value seen
 */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions,
): Promise<Exclude<T, false | null | undefined | 0 | "">> {
  const { what, timeoutMs = 10_000, everyMs = 20 } = options;
  const deadlineMs = performance.now() + timeoutMs;
  let lastSeen: string;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, false | null | undefined | 0 | "">;
      lastSeen = `last value: ${String(value)}`;
    } catch (error) {
      lastSeen = `last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) throw new Error(`waited ${timeoutMs} ms for ${what} in vain (${lastSeen})`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(everyMs, Math.max(leftMs, 1))));
  }
}
