// Meta's error object, as it comes in answers (`{error: {code, message, error_data}}`) and in webhooks (`errors: [{code,
// title, message, error_data}]`), and the Failure that is made of it. Source: docs/sources.md, error bodies.

import type { Failure } from "@tern/core";
import { type ErrorCode, errorCodeOf } from "./error-codes.ts";
import { asBoolean, asInteger, asObject, asText } from "./read.ts";
import { reasonText } from "./reason.ts";

export interface ProviderError {
  readonly code: number;
  /** The row of the table; undefined for a code nobody documented. */
  readonly row: ErrorCode | undefined;
  readonly details: string | undefined;
  readonly isTransient: boolean;
}

/** Longest text that is looked at; longer ones are ignored rather than cut in the middle of a number. */
const DETAILS_LENGTH_MAX = 20_000;

/** Reads an error object; undefined when it is none or carries no code. Never throws. */
export function readProviderError(value: unknown): ProviderError | undefined {
  const error = asObject(value);
  const code = asInteger(error?.code);
  if (error === undefined || code === undefined) return undefined;
  const said = [asObject(error.error_data)?.details, error.error_user_msg, error.message, error.title];
  return {
    code,
    row: errorCodeOf(code),
    details: said
      .map((text) => (typeof text === "string" ? asText(text, DETAILS_LENGTH_MAX) : undefined))
      .find(Boolean),
    isTransient: asBoolean(error.is_transient) ?? false,
  };
}

const UNKNOWN_CODE_HINT =
  "The code is not documented. Look it up in Meta's list of error codes; the text may say what to do.";

export function failureOf(error: ProviderError, httpStatus: number | null): Failure {
  const { code, row, details } = error;
  return {
    code,
    httpStatus,
    reason: reasonText(row?.meaning ?? `undocumented error code ${code}`, details),
    hint: row?.hint ?? UNKNOWN_CODE_HINT,
  };
}
