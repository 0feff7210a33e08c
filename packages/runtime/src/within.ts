// A limit on how long somebody else's answer is waited for.
import type { Clock } from "@tern/core";

/**
 * Settles as `work` does, or rejects after `ms`. The work itself goes on; what becomes of it later is ignored.
 *
 * throws   Error "no answer within … ms"
 */
export function withinMs<T>(ms: number, work: Promise<T>, clock: Pick<Clock, "after">): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(new Error(`no answer within ${ms} ms`)));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
