// Takes a sender's messages when they may go: looks when somebody calls, when the next slot comes into reach, when places
// get free, and now and then in any case. One look is one `begin`; any number of workers may look at once.
//
// What it takes it hands to `send` and counts until that ends. Places are kept from the less urgent lanes, so that sends
// that hang cannot keep an urgent message waiting.

import { type Clock, LANES, type PerLane, type Timer } from "@tern/core";
import type { Begun, Room, Store, Taken } from "@tern/store";

export interface TakeLoopDeps<Sender> {
  readonly store: Pick<Store, "begin" | "settings">;
  /** Of this loop, among all workers. */
  readonly name: string;
  readonly sender: () => Sender;
  /** The most messages in hand at once. */
  readonly concurrency: number;
  /** How many more the provider's health allows, and when (monotonic ms) to ask again if none. */
  readonly allowance: () => { readonly most: number; readonly nextMs: number | null };
  readonly roomFor: (sender: Sender) => Pick<Room, "bulkRestsUntilMs" | "needsWindows" | "windowMarginMs">;
  /** Gives back what a look took whose answer was lost: it was certainly not sent. */
  readonly giveBack: (lost: Begun["lost"]) => void;
  /** Must not reject. */
  readonly send: (sender: Sender, taken: Taken, look: Look) => Promise<void>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** What a look learned, for those it took. */
export interface Look extends Pick<Begun, "nowUs" | "intervalUs"> {
  /** Monotonic ms before it was asked and after it was answered. */
  readonly askedMs: number;
  readonly answeredMs: number;
}

export interface TakeLoop {
  /** Looks at once; ends when a look that began after this call was answered. */
  look(): Promise<void>;
  readonly inHand: number;
  /**
   * Monotonic ms of the last progress: a send that ended, or a look that took something, found nothing more to take, or
   * may not take anything because the provider is away. A look that leaves work lying for want of places is none.
   */
  readonly lastProgressMs: number;
  /** Takes no more, and waits for what is in hand. */
  stop(): Promise<void>;
}

/** The parts of the places that each lane may fill. */
const LANE_SHARE: PerLane<number> = { urgent: 1, normal: 0.95, bulk: 0.9 };
/** The most messages in one begin: a few hundred µs of Redis's time. */
const TOGETHER_MOST = 64;
/** When all places were taken, it is worth a look when so many are free again. */
const FREE_AGAIN = 32;
/** Without any reason: the API may have died between accepting a message and calling. */
const IDLE_LOOK_MS = 500;

export function startTakeLoop<Sender extends { readonly id: string; readonly pace: number | "unlimited" }>(
  deps: TakeLoopDeps<Sender>,
): TakeLoop {
  const { store, clock, concurrency } = deps;
  const places = Object.fromEntries(
    LANES.map((lane) => [lane, Math.max(1, Math.floor(concurrency * LANE_SHARE[lane]))]),
  ) as PerLane<number>;
  const enoughFree = Math.min(FREE_AGAIN, Math.ceil(places.bulk / 4));
  let inHand = 0;
  let running: Promise<void> | null = null;
  let again = false;
  let wantsPlaces = false;
  let stopped = false;
  let timer: Timer | null = null;
  let lastProgressMs = clock.monotonicMs();
  let onEmpty: (() => void) | null = null;
  /** The same number until its answer came, so that Redis can tell what an answer that was lost had taken. */
  const lookId = { by: deps.name, number: 1 };

  function look(): Promise<void> {
    if (stopped) return running ?? Promise.resolve();
    if (running !== null) {
      again = true;
      return running.then(() => (again ? look() : (running ?? undefined)));
    }
    running = lookOnce().finally(() => {
      running = null;
      if (again && !stopped) void look();
    });
    return running;
  }

  async function lookOnce(): Promise<void> {
    again = false;
    timer?.cancel();
    const { most, nextMs } = deps.allowance();
    const free = Math.min(concurrency - inHand, TOGETHER_MOST, most);
    if (free <= 0) {
      if (inHand < concurrency) lastProgressMs = clock.monotonicMs();
      wantsPlaces = true; // whatever ends may have been the provider's first answer, too
      lookIn(nextMs === null ? IDLE_LOOK_MS : Math.min(IDLE_LOOK_MS, nextMs - clock.monotonicMs()));
      return;
    }
    const sender = deps.sender();
    const byLane = Object.fromEntries(
      LANES.map((lane) => [lane, Math.max(0, Math.min(free, places[lane] - inHand))]),
    ) as PerLane<number>;
    const askedMs = clock.monotonicMs();
    try {
      const begun = await store.begin(sender, { most: free, byLane, ...deps.roomFor(sender) }, lookId);
      lookId.number += 1;
      if (begun.lost.length > 0) deps.giveBack(begun.lost);
      const answeredMs = clock.monotonicMs();
      if (begun.messages.length > 0 || !begun.hasMore) lastProgressMs = answeredMs;
      const learned = { nowUs: begun.nowUs, intervalUs: begun.intervalUs, askedMs, answeredMs };
      for (const taken of begun.messages) hand(sender, taken, learned);
      plan(begun);
    } catch (error) {
      deps.onError(error);
      lookIn(IDLE_LOOK_MS);
    }
  }

  function plan(begun: Begun): void {
    wantsPlaces = false;
    if (begun.hasMore) {
      if (places.bulk - inHand >= enoughFree) again = true;
      else wantsPlaces = true;
    }
    // When half of the slots in reach are in the past, the next half is.
    const { nextSlotUs, nowUs } = begun;
    const inReachMs =
      nextSlotUs === null ? IDLE_LOOK_MS : (nextSlotUs - nowUs) / 1_000 - store.settings.lookaheadMs / 2;
    lookIn(Math.min(IDLE_LOOK_MS, inReachMs));
  }

  function hand(sender: Sender, taken: Taken, learned: Look): void {
    inHand += 1;
    void deps.send(sender, taken, learned).finally(() => {
      inHand -= 1;
      lastProgressMs = clock.monotonicMs();
      if (wantsPlaces && places.bulk - inHand >= enoughFree) void look();
      if (inHand === 0) onEmpty?.();
    });
  }

  function lookIn(ms: number): void {
    timer?.cancel();
    if (!stopped) timer = clock.after(Math.max(1, ms), () => void look());
  }

  void look();
  return {
    look,
    get inHand() {
      return inHand;
    },
    get lastProgressMs() {
      return lastProgressMs;
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
      if (inHand > 0) {
        await new Promise<void>((resolve) => {
          onEmpty = resolve;
        });
      }
    },
  };
}
