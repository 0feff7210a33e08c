// What a log may say of a failure. Its reason may hold the provider's words, and the provider repeats what it refuses: the
// text of a message, somebody's name. Records keep them for those who may read the message; logs are read by others.

import { errorCodeOf } from "./error-codes.ts";

/**
 * The part of a failure's reason that is in our own words: what its code means, or what went wrong on the way.
 *
 * returns   never what the provider wrote; the whole is in the message's record
 */
export function ownWords(failure: {
  readonly code: number | null;
  readonly httpStatus: number | null;
  readonly reason: string;
}): string {
  const { code, httpStatus, reason } = failure;
  if (code !== null) return errorCodeOf(code)?.meaning ?? "a code that is not documented";
  if (httpStatus === null) return reason; // no answer came, so nobody but us said anything
  return reason.split(": ", 1)[0] ?? "";
}
