// When a call is made again, and after how long. Only calls that may be repeated come here (operations.ts says which): what
// repeats a send is its idempotency key. It is bounded in number, and each pause has a share of chance, so that callers
// that failed together do not come back together.

import type { TernError } from "./errors.ts";
import type { Surroundings } from "./real-surroundings.ts";
import type { Result } from "./result.ts";

export interface RetryPolicy {
  /** How often a request is made at most, the first time included. */
  readonly attemptsMax: number;
  /** The pause after the first failure; it doubles each time. */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  /** Told to wait longer than this (Retry-After), the client does not wait: the caller gets the problem. */
  readonly retryAfterMaxMs: number;
}

/** Lasts some 6 s without Retry-After: a restart or failover of Redis, for which the API says 2 s, is outlived. */
export const DEFAULT_RETRIES: RetryPolicy = {
  attemptsMax: 6,
  backoffMs: 200,
  backoffMaxMs: 5_000,
  retryAfterMaxMs: 30_000,
};

/** The part of a pause that is left to chance. */
const JITTER = 0.5;

/**
 * How long to wait before the next attempt; null when there is none.
 *
 * attempt   how many were made, 1-based
 * chance    0 ≤ x < 1
 */
export function pauseAfterMs(error: TernError, attempt: number, policy: RetryPolicy, chance: number): number | null {
  if (attempt >= policy.attemptsMax || !isPassing(error)) return null;
  const retryAfter = "retryAfterSeconds" in error ? error.retryAfterSeconds : null;
  if (retryAfter === null) {
    const fullMs = Math.min(policy.backoffMaxMs, policy.backoffMs * 2 ** (attempt - 1));
    return fullMs * (1 - JITTER * chance);
  }
  const askedMs = retryAfter * 1_000;
  // Never earlier than asked; later by chance, since all who were refused were told the same.
  return askedMs > policy.retryAfterMaxMs ? null : askedMs + policy.backoffMs * chance;
}

/** Whether the same request may well succeed later. */
export function isPassing(error: TernError): boolean {
  switch (error.type) {
    case "network":
    case "timeout":
      return true;
    case "aborted":
      return false;
    case "unexpected":
      return [429, 502, 503, 504].includes(error.status); // a load balancer whose API is away
    default:
      return error.status === 429 || error.status === 503;
  }
}

/**
 * Makes attempts until one succeeds, fails for good, or was the last.
 *
 * openError   why a success is worth another attempt, too (part of a batch was refused for now); null when it is not
 */
export async function withRetries<T>(
  surroundings: Surroundings,
  options: { readonly policy: RetryPolicy; readonly signal: AbortSignal | undefined },
  attempt: () => Promise<Result<T>>,
  openError: (value: T) => TernError | null = () => null,
): Promise<Result<T>> {
  for (let made = 1; ; made += 1) {
    const result = await attempt();
    const error = result.ok ? openError(result.value) : result.error;
    const pauseMs = error && pauseAfterMs(error, made, options.policy, surroundings.random());
    if (pauseMs === null || !(await pause(surroundings, pauseMs, options.signal))) return result;
  }
}

/** Waits; false if the signal came meanwhile, or was there already. */
export function pause(
  { after }: Pick<Surroundings, "after">,
  delayMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (isOver: boolean) => {
      cancel();
      signal?.removeEventListener("abort", onAbort);
      resolve(isOver);
    };
    const onAbort = () => end(false);
    const cancel = after(delayMs, () => end(true));
    signal?.addEventListener("abort", onAbort);
  });
}
