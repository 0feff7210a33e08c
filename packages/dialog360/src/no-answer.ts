// From a failed exchange to an Outcome. One fact decides: had the request been put on the wire? If not, it is certainly
// not taken, and the fault is not the message's; if so, nobody knows.

import type { Outcome } from "@tern/core";
import { asObject } from "./read.ts";
import { reasonText } from "./reason.ts";

export interface Exchange {
  /** The request's bytes were handed to a connected socket, at least in part. */
  readonly written: boolean;
}

/**
 * Judges a send that ended without an answer.
 *
 * error     what undici or the socket reported; anything is accepted
 * returns   written: `unknown`, "no-answer" (timeout, reset, closed, body cut). Not written: `unreachable` (refused, DNS,
 *           TLS, connect timeout), except a request that undici refuses to build: `misconfigured`. Never throws.
 */
export function outcomeOfError(error: unknown, { written }: Exchange): Outcome {
  const code = codeOf(error);
  const failure = { code: null, httpStatus: null, reason: reasonText(meaningOf(code, written), messageOf(error)) };
  if (written) return { class: "unknown", grade: "no-answer", failure: { ...failure, hint: WRITTEN_HINT } };
  if (code === INVALID_ARGUMENT) return { class: "misconfigured", failure: { ...failure, hint: INVALID_HINT } };
  return { class: "unreachable", failure: { ...failure, hint: UNWRITTEN_HINT } };
}

const WRITTEN_HINT =
  "Tern waits for a webhook that tells what became of the message, then follows the message's policy.";
const UNWRITTEN_HINT =
  "Nothing was sent; Tern tries again and uses no attempt up. If it lasts, check the network, DNS and the sender's base URL.";
const INVALID_HINT =
  "Check the sender's base URL and API key for characters that do not belong there, such as a line break. The sender goes on when one of them changes.";

/** undici's code for a request that cannot be built, and Node's for a URL that is none. */
const INVALID_ARGUMENT = "UND_ERR_INVALID_ARG";
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/^UND_ERR_INVALID_ARG$/, "the request cannot be built"],
  [/^UND_ERR_CONNECT_TIMEOUT$|^ETIMEDOUT$/, "no connection in time"],
  [/^ECONNREFUSED$/, "the connection was refused"],
  [/^ENOTFOUND$|^EAI_/, "the host name was not found"],
  [/^ERR_TLS|^ERR_SSL|^EPROTO$|CERT|^UNABLE_TO_/, "no trusted TLS connection"],
  [/^EHOSTUNREACH$|^ENETUNREACH$/, "the host cannot be reached"],
];

function meaningOf(code: string, written: boolean): string {
  if (written) return "the request was sent but not answered";
  return MEANINGS.find(([pattern]) => pattern.test(code))?.[1] ?? "the request was not sent";
}

/** The error's code, or that of its cause. By shape, not by class: errors cross realms. */
function codeOf(error: unknown): string {
  const { code, cause } = asObject(error) ?? {};
  if (typeof code === "string") return code;
  const inner = asObject(cause)?.code;
  return typeof inner === "string" ? inner : "";
}

function messageOf(error: unknown): string | undefined {
  const { message, code } = asObject(error) ?? {};
  if (typeof message === "string" && message !== "") return message;
  return typeof code === "string" ? code : typeof error === "string" ? error : undefined;
}
