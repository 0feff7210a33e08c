// One trouble, one log line: what repeats the same error many times a second (a client that reconnects, a loop that tries
// again) would drown the line that says the cause.

import type { Clock } from "@tern/core";

/**
 * Returns a reporter that passes an error on when its message has not been seen for `everyMs`.
 *
 * report   gets the error, and how often the same message came unreported since its last report
 */
export function sparingly(
  report: (error: unknown, repeats: number) => void,
  { everyMs, clock }: { readonly everyMs: number; readonly clock: Pick<Clock, "monotonicMs"> },
): (error: unknown) => void {
  const seen = new Map<string, { atMs: number; repeats: number }>();
  return (error) => {
    const message = error instanceof Error ? error.message : String(error);
    const nowMs = clock.monotonicMs();
    const last = seen.get(message);
    if (last && nowMs - last.atMs < everyMs) {
      last.repeats += 1;
      return;
    }
    for (const [old, { atMs }] of seen) if (nowMs - atMs >= everyMs && old !== message) seen.delete(old);
    seen.set(message, { atMs: nowMs, repeats: 0 });
    report(error, last?.repeats ?? 0);
  };
}
