// Whether Redis answers. A connection can look well and be dead: the other side went silent, without a word. Then nothing
// that waits for Redis goes on, which is no fault of this process; and after a while the connection is made anew, since a
// silence of the network may concern the old one only.

import type { Clock, Timer } from "@tern/core";

export interface RedisPulseDeps {
  readonly ping: () => Promise<unknown>;
  readonly isConnected: () => boolean;
  /** Drops the connection and makes another; what waits on it goes over the new one. */
  readonly reconnect: () => void;
  readonly clock: Pick<Clock, "monotonicMs" | "after">;
}

export interface RedisPulse {
  /** It has not answered for some seconds, or there is no connection. */
  readonly isAway: boolean;
  stop(): void;
}

const PING_EVERY_MS = 1_000;
const AWAY_AFTER_MS = 5_000;
const RECONNECT_AFTER_MS = 15_000;

export function startRedisPulse({ ping, isConnected, reconnect, clock }: RedisPulseDeps): RedisPulse {
  let lastAnswerMs = clock.monotonicMs();
  /** When the ping that is under way was sent, or its connection made anew. */
  let askedMs: number | null = null;
  let timer: Timer;

  function beat(): void {
    timer = clock.after(PING_EVERY_MS, beat);
    const nowMs = clock.monotonicMs();
    if (askedMs !== null) {
      if (!isConnected() || nowMs - askedMs < RECONNECT_AFTER_MS) return;
      askedMs = nowMs;
      reconnect();
      return;
    }
    askedMs = nowMs;
    ping()
      .then(() => {
        lastAnswerMs = clock.monotonicMs();
      })
      .catch(() => {}) // the connection reports its own errors
      .finally(() => {
        askedMs = null;
      });
  }
  timer = clock.after(PING_EVERY_MS, beat);

  return {
    get isAway() {
      return !isConnected() || clock.monotonicMs() - lastAnswerMs > AWAY_AFTER_MS;
    },
    stop: () => timer.cancel(),
  };
}
