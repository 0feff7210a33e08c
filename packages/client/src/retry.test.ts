// When a call is made again: the decision is a pure function, so that every case is here.

import { describe, expect, test } from "@jest/globals";
import type { TernError } from "./errors.ts";
import { failure } from "./result.ts";
import { DEFAULT_RETRIES, isPassing, pauseAfterMs, withRetries } from "./retry.ts";

const network: TernError = { type: "network", detail: "", cause: null };
const timeout: TernError = { type: "timeout", detail: "", timeoutMs: 1 };
const aborted: TernError = { type: "aborted", detail: "", cause: null };
const nothing = { detail: "", requestId: null, retryAfterSeconds: null };
const problem = (status: number, retryAfterSeconds: number | null = null): TernError => ({
  ...nothing,
  type: status === 503 ? "unavailable" : status === 429 ? "too-many-waiting" : "invalid-request",
  title: "",
  status,
  errors: [],
  retryAfterSeconds,
});
const unexpected = (status: number): TernError => ({ ...nothing, type: "unexpected", status, body: "" });

describe("a failure", () => {
  test.each([network, timeout, problem(429), problem(503), ...[429, 502, 503, 504].map(unexpected)])(
    "that may pass is tried again: $type $status",
    (error) => {
      expect(isPassing(error)).toBe(true);
      expect(pauseAfterMs(error, 1, DEFAULT_RETRIES, 0)).not.toBeNull();
    },
  );

  test.each([aborted, problem(400), unexpected(200), unexpected(404), unexpected(500)])(
    "that will not pass is not: $type $status",
    (error) => {
      expect(isPassing(error)).toBe(false);
      expect(pauseAfterMs(error, 1, DEFAULT_RETRIES, 0)).toBeNull();
    },
  );

  test("is tried again so often and no more", () => {
    expect(pauseAfterMs(network, 5, DEFAULT_RETRIES, 0)).not.toBeNull();
    expect(pauseAfterMs(network, 6, DEFAULT_RETRIES, 0)).toBeNull();
  });

  test("makes pauses that double up to a limit, half of each left to chance", () => {
    const policy = { ...DEFAULT_RETRIES, attemptsMax: 100 };
    expect([1, 2, 3, 4, 5, 6, 50].map((made) => pauseAfterMs(network, made, policy, 0))).toEqual([
      200, 400, 800, 1_600, 3_200, 5_000, 5_000,
    ]);
    expect(pauseAfterMs(network, 1, policy, 0.999)).toBeGreaterThanOrEqual(100);
  });

  test("with Retry-After is never tried again earlier, and not at all when that is too long to wait for", () => {
    expect(pauseAfterMs(problem(503, 2), 1, DEFAULT_RETRIES, 0)).toBe(2_000);
    expect(pauseAfterMs(problem(503, 2), 1, DEFAULT_RETRIES, 0.5)).toBe(2_100);
    expect(pauseAfterMs(problem(429, 31), 1, DEFAULT_RETRIES, 0)).toBeNull();
  });
});

test("the pause ends with the signal, and the last failure is the result", async () => {
  const giveUp = new AbortController();
  const surroundings = {
    ...{ nowMs: () => 0, random: () => 0, newKey: () => "", fetch: globalThis.fetch },
    after: () => {
      queueMicrotask(() => giveUp.abort()); // somebody gives up while the client waits; the time itself never comes
      return () => {};
    },
  };
  let made = 0;
  const result = await withRetries(surroundings, { policy: DEFAULT_RETRIES, signal: giveUp.signal }, async () => {
    made += 1;
    return failure(network);
  });
  expect(result).toEqual(failure(network));
  expect(made).toBe(1);
});
