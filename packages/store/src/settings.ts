// The sizes and times of the store, with their reasons. All are arguments: tests pass small ones.

export interface StoreSettings {
  /** How long a record lives after its last change; bodies go earlier. */
  readonly messageDays: number;
  readonly bodyDays: number;
  /** How long the feeds keep what people wrote and the provider told. */
  readonly inboundDays: number;
  /** How long a contact's consent is kept after its last change: evidence outlives messages. */
  readonly consentDays: number;
  /** How long an Idempotency-Key is remembered. */
  readonly idempotencyHours: number;
  /** The most messages one caller may have waiting in the backlogs of one sender. */
  readonly backlogMax: number;
  /** How far ahead of now slots are taken: the time a more urgent message may have to wait behind others. */
  readonly lookaheadMs: number;
  /** By how many messages a caller that comes back may overtake those that send without pause. */
  readonly callerCredit: number;
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
  /** What the provider allows one recipient: so many at once, then one per interval. The jitter is kept back. */
  readonly pairBurst: number;
  readonly pairIntervalMs: number;
  readonly pairJitterMs: number;
  /** How long a recipient counts against a portfolio's tier: 24 h and a margin for what was under way. */
  readonly tierWindowMs: number;
  readonly auditMax: number;
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
  inboundDays: 30,
  consentDays: 1_826,
  idempotencyHours: 72,
  backlogMax: 1_000_000,
  lookaheadMs: 25,
  callerCredit: 50,
  leaseMs: 7_000,
  bulkShare: 0.9,
  paceMargin: 0.98,
  slowFactor: 0.8,
  slowFloor: 0.05,
  slowRecoveryPerSecond: 0.05,
  pairBurst: 45,
  pairIntervalMs: 6_000,
  pairJitterMs: 500,
  tierWindowMs: 86_400_000 + 60_000,
  auditMax: 10_000,
  eventsMax: 100_000,
  inboundMax: 100_000,
  asideMax: 10_000,
  rawMaxBytes: 64 * 1024 * 1024,
  rawMaxAgeMs: 7 * 86_400_000,
  orphanTtlMs: 600_000,
};
