// The times and counts of the sending engine, with the reasons for their defaults. Everything is an argument: tests
// pass shorter times, operators set them in the configuration file.

import type { PerLane } from "./lane.ts";

/** What to do with a doubt that nothing settled in time: send again and say so in the record, or give up. */
export type DoubtPolicy = "resend" | "fail";

export interface SendingPolicy {
  /** Sends that reached the provider before a message fails. */
  readonly attemptsMax: number;
  /** Backoff after a transient failure: first wait, factor, ceiling (360dialog recommends factor 2). */
  readonly backoffBaseMs: number;
  readonly backoffFactor: number;
  readonly backoffMaxMs: number;
  /** How long an answer of the ambiguous class waits for a webhook before the message is sent again. */
  readonly ambiguousWaitMs: number;
  /** How long a send without an answer waits for a webhook, by lane. */
  readonly reconcileMs: PerLane<number>;
  /** What follows when it did not come, by lane, unless the message says otherwise. */
  readonly doubtPolicy: PerLane<DoubtPolicy>;
  /** How long a sender rests after a throttle of the number or account without a Retry-After. */
  readonly throttledWaitMs: number;
  /** How long a message waits after no connection could be made; its provider's circuit breaker decides what goes then. */
  readonly unreachableWaitMs: number;
  /** How long a paused template rests before the next try. */
  readonly templatePausedMs: number;
}

export const DEFAULT_SENDING_POLICY: SendingPolicy = {
  attemptsMax: 5,
  backoffBaseMs: 1_000,
  backoffFactor: 2,
  backoffMaxMs: 5 * 60_000,
  ambiguousWaitMs: 60_000,
  reconcileMs: { urgent: 30_000, normal: 120_000, bulk: 600_000 },
  doubtPolicy: { urgent: "resend", normal: "resend", bulk: "fail" },
  throttledWaitMs: 1_000,
  unreachableWaitMs: 1_000,
  templatePausedMs: 30 * 60_000,
};
