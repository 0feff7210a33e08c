// Admission (promise P9): when Redis nears its memory limit, nothing more is taken in, before a write can fail. What is
// there already goes on: reading, canceling, operating, and above all sending, which is what empties it.

import type { Deployment } from "@tern/runtime";
import { ApiProblem } from "./problems.ts";

/** Room comes by sending and by expiry: not at once. */
const RETRY_AFTER_SECONDS = 10;

export interface AdmissionDeps {
  readonly deployment: () => Pick<Deployment, "admission">;
  /** How full Redis is, 0 to 1; null while that is unknown or has no limit. */
  readonly memoryUsed: () => number | null;
}

/** Returns a function that throws the problem 503 while Redis is fuller than the deployment allows. */
export function createRequireRoom({ deployment, memoryUsed }: AdmissionDeps): () => void {
  return () => {
    const used = memoryUsed();
    if (used === null || used <= deployment().admission.redisMemoryMax) return;
    throw new ApiProblem("unavailable", {
      detail: `Redis is nearly full: nothing more is accepted until there is room. Try again in ${RETRY_AFTER_SECONDS} s, with an Idempotency-Key if it must not be sent twice.`,
      headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
    });
  };
}
