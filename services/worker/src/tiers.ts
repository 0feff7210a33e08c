// Which portfolios have a tier. Most of it stands in the configuration; an operator may set one while the system runs, and
// then recipients must be counted from the next moment on.

import type { Clock, Timer } from "@tern/core";
import type { Portfolio, Store } from "@tern/store";

export interface TierWatchDeps {
  readonly store: Pick<Store, "readPortfolio">;
  readonly portfolios: () => readonly Portfolio[];
  readonly clock: Pick<Clock, "after">;
  readonly onError: (error: unknown) => void;
}

const READ_EVERY_MS = 1_000;

export function watchTiers({ store, portfolios, clock, onError }: TierWatchDeps) {
  const ordered = new Set<string>();
  let timer: Timer | null = null;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  async function read(): Promise<void> {
    const ids = new Set(portfolios().map(({ id }) => id));
    for (const id of ids) {
      const { tierOrdered } = await store.readPortfolio(id);
      if (tierOrdered === null) ordered.delete(id);
      else ordered.add(id);
    }
  }
  const run = () => {
    running = read()
      .catch(onError)
      .finally(() => {
        if (!stopped) timer = clock.after(READ_EVERY_MS, run);
      });
  };
  run();

  return {
    /** Whether recipients outside their window are counted. */
    hasTier: ({ id, tier }: Portfolio) => tier !== "unlimited" || ordered.has(id),
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
    },
  };
}
