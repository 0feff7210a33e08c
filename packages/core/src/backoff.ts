// How long to wait before the next try. Pure arithmetic; chance is an argument.

import type { SendingPolicy } from "./policy.ts";

/**
 * Exponential backoff with half jitter: between half of the full wait and the full wait.
 *
 * attempts   attempts made so far, 1-based
 * chance     a number from [0, 1)
 * returns    milliseconds in [full / 2, full], full = base * factor^(attempts - 1), at most the ceiling
 */
export function backoffMs(
  attempts: number,
  chance: number,
  policy: Pick<SendingPolicy, "backoffBaseMs" | "backoffFactor" | "backoffMaxMs">,
): number {
  const full = Math.min(policy.backoffMaxMs, policy.backoffBaseMs * policy.backoffFactor ** Math.max(0, attempts - 1));
  return Math.round(full / 2 + (full / 2) * chance);
}

/** The longest pair backoff worth planning: 45 messages come back in 45 x 6 s = 270 s, and 4^4 s = 256 s. */
const PAIR_EXPONENT_MAX = 4;

/**
 * Meta's own advice after 131056: 4^X seconds, X = 0, 1, 2, …
 *
 * throttles   throttles of this pair in a row, 1-based
 * source      https://developers.facebook.com/documentation/business-messaging/whatsapp/about-the-platform#rate-limits
 */
export function pairBackoffMs(throttles: number): number {
  return 4 ** Math.min(PAIR_EXPONENT_MAX, Math.max(0, throttles - 1)) * 1_000;
}
