// From zod's issues to lines a person can act on. Values are never quoted: any of them may be a secret.
import type { z } from "zod";

export interface Problem {
  /** From the root of what was parsed. */
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** One problem for each thing that is wrong; unknown fields are one each, with the path of the field itself. */
export function problemsOf(error: z.ZodError, input: unknown): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        text: "not a known field (a misspelling?)",
      }));
    }
    const isMissing = issue.code === "invalid_type" && valueAt(input, issue.path) === undefined;
    return [{ path: issue.path, text: isMissing ? `missing; expected ${issue.expected}` : plain(issue.message) }];
  });
}

/** RFC 6901: "/senders/0/pace"; the root is "". */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/** "Too big: expected number to be <=65535" -> "too big: expected number to be <=65535" */
function plain(message: string): string {
  return message.replace(/^Invalid input: /, "").replace(/^[A-Z](?![A-Z])/, (first) => first.toLowerCase());
}
