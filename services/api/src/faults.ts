// From zod's issues to faults that a caller can act on: where (RFC 6901) and what is expected there.

import type { z } from "zod";
import { ApiProblem, type Fault } from "./problems.ts";

/** A body can be made of nothing but faults; a list this long has made its point. */
export const FAULTS_MAX = 100;

/** One fault per thing that is wrong, each with the pointer to it; `base` is where the parsed value stands in the body. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], base: readonly PropertyKey[] = []): Fault[] {
  return located(issues, base).map(({ path, detail }) => ({ pointer: jsonPointer(path), detail }));
}

/** The same for query parameters, named instead of pointed to. */
export function parameterFaultsOf(issues: readonly z.core.$ZodIssue[]): Fault[] {
  return located(issues, []).map(({ path, detail }) => ({ parameter: String(path[0] ?? ""), detail }));
}

function located(issues: readonly z.core.$ZodIssue[], base: readonly PropertyKey[]) {
  const faults: { path: PropertyKey[]; detail: string }[] = [];
  for (const issue of issues) {
    const path = [...base, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys.slice(0, FAULTS_MAX)) {
        faults.push({ path: [...path, key], detail: `${shorten(key)} is not a known field` });
      }
    } else {
      faults.push({ path, detail: plain(issue.message, path) });
    }
  }
  return faults.slice(0, FAULTS_MAX);
}

/** The problem of a body that breaks rules; `what` is the part of it that does: "the message". */
export function invalidRequest(what: string, faults: readonly Fault[]): ApiProblem {
  return new ApiProblem("invalid-request", { detail: `${count(faults)} wrong with ${what}.`, errors: faults });
}

export const UNKNOWN_SENDER = "sender is not one that this API key may use";

/**
 * The problem of a message whose only fault is its sender. Whether there is such a sender is not for the caller to know.
 *
 * pointer   to the sender in the body
 */
export function unknownSender(pointer: string): ApiProblem {
  return new ApiProblem("unknown-sender", {
    detail:
      "This API key may use no sender of this id: check the id, or the senders that the deployment gives the key.",
    errors: [{ pointer, detail: UNKNOWN_SENDER }],
  });
}

export function invalidParameters(faults: readonly Fault[]): ApiProblem {
  return new ApiProblem("invalid-parameters", {
    detail: `${count(faults)} wrong with the parameters.`,
    errors: faults,
  });
}

function count({ length }: readonly Fault[]): string {
  return length === 1 ? "1 thing is" : `${length} things are`;
}

/** RFC 6901: "/template/components/0"; the whole body is "". */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** zod's own words, where a schema has none: "Invalid input: expected object, received undefined". */
function plain(message: string, path: readonly PropertyKey[]): string {
  const expected = /^Invalid input: expected (\w+), received (\w+)/.exec(message);
  if (!expected) return message.replace(/^Invalid input: /, "");
  const name = path.length === 0 ? "the body" : shorten(String(path.at(-1)));
  return expected[2] === "undefined"
    ? `${name} is required`
    : `${name} is of the type ${expected[1]}, not ${expected[2]}`;
}

function shorten(key: string): string {
  return key.length > 64 ? `${key.slice(0, 64)}…` : key;
}
