// Keeps one sender's `due` topped up: by need (half of what was handed out has begun), by time (the pace frees slots,
// something in `later` comes due), and by a slow tick that also finds what others left behind. Any number of workers
// may do so at once: promote is one script.

import type { Clock, DueJob, Timer } from "@tern/core";
import type { PacedSender, Promoted, Store } from "@tern/store";

export interface PromoterDeps {
  readonly store: Pick<Store, "promote">;
  readonly enqueue: (jobs: readonly DueJob[]) => Promise<void>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

export interface Promoter {
  /** A message of this sender was begun here. */
  noteBegun(): void;
  /** Monotonic ms of the last promote that Redis answered. */
  readonly lastDoneMs: number;
  stop(): Promise<void>;
}

/** While messages wait for the pace: half of the shortest horizon, so that no slot goes by unused. */
const BUSY_TICK_MS = 50;
/** While nothing waits. A sender that wakes up is noticed by its first begin. */
const IDLE_TICK_MS = 250;
const AWAKE_MS = 2_000;

export function startPromoter(sender: () => PacedSender, deps: PromoterDeps): Promoter {
  let running: Promise<void> | null = null;
  let timer: Timer | null = null;
  let stopped = false;
  let begunSince = 0;
  let handedOut = 0;
  let backlogRemains = false;
  let lastBegunMs = Number.NEGATIVE_INFINITY;
  let lastDoneMs = deps.clock.monotonicMs();

  async function promoteOnce(): Promise<void> {
    begunSince = 0;
    try {
      const promoted = await deps.store.promote(sender());
      lastDoneMs = deps.clock.monotonicMs();
      backlogRemains = promoted.backlogRemains;
      handedOut = promoted.jobs.length;
      await deps.enqueue(promoted.jobs);
      schedule(untilNext(promoted));
    } catch (error) {
      deps.onError(error);
      schedule(IDLE_TICK_MS);
    }
  }

  function untilNext(promoted: Promoted): number {
    const awake = deps.clock.monotonicMs() - lastBegunMs < AWAKE_MS;
    const tickMs = promoted.backlogRemains || awake ? BUSY_TICK_MS : IDLE_TICK_MS;
    if (promoted.nextLaterMs === null) return tickMs;
    return Math.max(1, Math.min(tickMs, promoted.nextLaterMs - deps.clock.nowMs()));
  }

  function schedule(afterMs: number): void {
    timer?.cancel();
    timer = stopped ? null : deps.clock.after(afterMs, promoteNow);
  }

  function promoteNow(): void {
    if (stopped || running !== null) return;
    running = promoteOnce().finally(() => {
      running = null;
    });
  }

  function noteBegun(): void {
    lastBegunMs = deps.clock.monotonicMs();
    begunSince += 1;
    if (backlogRemains && begunSince * 2 >= handedOut) promoteNow();
  }

  promoteNow();
  return {
    noteBegun,
    get lastDoneMs() {
      return lastDoneMs;
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
    },
  };
}
