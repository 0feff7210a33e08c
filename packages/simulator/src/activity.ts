// How many webhook updates are still to come: scheduled, waiting in a batch, on their way or to be retried. It lets
// a test wait for the moment when nothing more will happen.

export interface Activity {
  readonly open: number;
  began(updates: number): void;
  ended(updates: number): void;
  /** Calls `then` once nothing is open, at once if nothing is; returns how to stop waiting. */
  whenIdle(then: () => void): () => void;
  /** Forgets what is open, and whoever waits is told it is idle. */
  reset(): void;
}

export function createActivity(): Activity {
  let open = 0;
  const waiting = new Set<() => void>();

  function tellIfIdle(): void {
    if (open > 0) return;
    for (const then of [...waiting]) {
      waiting.delete(then);
      then();
    }
  }

  return {
    get open() {
      return open;
    },
    began(updates) {
      open += updates;
    },
    ended(updates) {
      open -= updates;
      if (open === 0 && waiting.size > 0) tellIfIdle();
    },
    whenIdle(then) {
      waiting.add(then);
      tellIfIdle();
      return () => waiting.delete(then);
    },
    reset() {
      open = 0;
      tellIfIdle();
    },
  };
}
