// Time and chance as arguments: the real ones are in packages/runtime, tests pass their own.

export type Timer = { cancel(): void };

export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Milliseconds of a clock that never goes back, with sub-millisecond precision; only differences mean anything. */
  monotonicMs(): number;
  /** Runs `task` once after `ms`. */
  after(ms: number, task: () => void): Timer;
}

/** A number from [0, 1). */
export type Random = () => number;
