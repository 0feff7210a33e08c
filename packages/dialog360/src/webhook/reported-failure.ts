// An element of `errors[]`, in a status or for a whole number, as a Failure with its class.

import { failureOf, readProviderError } from "../provider-error.ts";
import type { ReportedFailure } from "./items.ts";

/** Null when it carries no code. A code without a row is a final refusal here: in a webhook nothing is left to try. */
export function reportedFailure(value: unknown): ReportedFailure | null {
  const error = readProviderError(value);
  return error === undefined ? null : { ...failureOf(error, null), class: error.row?.class ?? "rejected" };
}
