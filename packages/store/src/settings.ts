// The sizes and times of the store, with their reasons. All are arguments: tests pass small ones.

import type { PerLane } from "@tern/core";

export interface StoreSettings {
  /** How long a record lives after its last change; bodies go earlier. */
  readonly messageDays: number;
  readonly bodyDays: number;
  /** How long an Idempotency-Key is remembered. */
  readonly idempotencyHours: number;
  /** The most messages handed to BullMQ at once, per sender, whatever the pace; at most 3,000 (one promote moves them). */
  readonly dueMax: number;
  /** How long a message may be due before its job is taken for lost and added again. */
  readonly sweepMs: number;
  /** How far ahead of now each lane may reserve slots: the time a more urgent message may have to wait behind it. */
  readonly horizonMs: PerLane<number>;
  /** How long a worker holds a message on the wire without a sign of life. */
  readonly leaseMs: number;
  /** The part of the pace that bulk may use, so that an urgent message always finds a slot soon. */
  readonly bulkShare: number;
  /**
   * The part of the configured pace that is kept. The rest is room for jitter: slots of one second and 2 % more are never
   * more than the pace, so sends may reach the provider up to 20 ms later than others without exceeding it. Half of that
   * is allowed to us (sends that are later take another slot), the other half is left to the network.
   */
  readonly paceMargin: number;
  /** Slowing down when the provider says so: the factor each time, the least that stays, and what comes back per second. */
  readonly slowFactor: number;
  readonly slowFloor: number;
  readonly slowRecoveryPerSecond: number;
  readonly eventsMax: number;
  readonly inboundMax: number;
  readonly asideMax: number;
  readonly rawMaxBytes: number;
  readonly rawMaxAgeMs: number;
  /** How long a status of an unknown wamid waits for the answer that names it. */
  readonly orphanTtlMs: number;
}

export const DEFAULT_STORE_SETTINGS: StoreSettings = {
  messageDays: 30,
  bodyDays: 1,
  idempotencyHours: 72,
  dueMax: 1_000,
  sweepMs: 5_000,
  horizonMs: { urgent: 250, normal: 250, bulk: 100 },
  leaseMs: 7_000,
  bulkShare: 0.9,
  paceMargin: 0.98,
  slowFactor: 0.7,
  slowFloor: 0.05,
  slowRecoveryPerSecond: 0.02,
  eventsMax: 100_000,
  inboundMax: 100_000,
  asideMax: 10_000,
  rawMaxBytes: 64 * 1024 * 1024,
  rawMaxAgeMs: 7 * 86_400_000,
  orphanTtlMs: 600_000,
};
