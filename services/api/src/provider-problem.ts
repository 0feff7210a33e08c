// What the provider's answer to a call means for the caller that asked for it.

import type { ManagementFailure } from "@tern/dialog360";
import { ApiProblem } from "./problems.ts";

/** What a caller is told to wait when the provider does not say. */
const RETRY_AFTER_SECONDS = 10;

/**
 * The problem that a failed call is answered with. Its member `provider` carries the code (null without one), the reason
 * and a hint.
 */
export function providerProblem(failure: ManagementFailure): ApiProblem {
  const { code, reason, hint, retryAfterMs } = failure;
  const members = { provider: { code, reason, hint } };
  switch (failure.class) {
    case "rejected":
    case "template-paused":
    case "template-disabled":
    case "unsupported":
    case "misrouted":
      return new ApiProblem("provider-refused", { detail: `The provider refuses it: ${reason}. ${hint}`, members });
    case "throttled":
    case "transient":
    case "number-paused":
    case "unreachable":
    case "unknown": {
      const seconds = retryAfterMs === undefined ? RETRY_AFTER_SECONDS : Math.max(1, Math.ceil(retryAfterMs / 1_000));
      return new ApiProblem("unavailable", {
        detail: `The provider cannot do this now: ${reason}. ${hint}`,
        headers: { "Retry-After": String(seconds) },
        members,
      });
    }
    case "misconfigured":
      return new ApiProblem("provider-failed", {
        detail: `The provider does not do this for the sender as it is set up: ${reason}. ${hint}`,
        members,
      });
    default:
      throw new Error(`no problem for ${JSON.stringify(failure.class satisfies never)}`);
  }
}
