// An error as a log line shows it. Expected errors (somebody's input, the network, a configuration) are told by what
// they say; a stack would only hide it. Unexpected ones are bugs, and keep theirs.
import { asError, isError } from "./caught.ts";
import { maskNumbersIn } from "./mask.ts";

export interface SerializedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: SerializedError;
}

/** Causes that are followed; an error that is its own cause ends there, too. */
const CAUSES_MAX = 3;

/** withStack   true shows every stack (the level debug); else only those of unexpected errors are */
export function serializeError(error: Error, withStack: boolean, causesMax = CAUSES_MAX): SerializedError {
  const code = fieldOf(error, "code");
  const { cause } = error;
  return {
    type: error.name === "Error" ? error.constructor.name : error.name,
    message: clean(messageOf(error)),
    ...((typeof code === "string" || typeof code === "number") && { code }),
    ...((withStack || !isExpected(error)) && error.stack && { stack: clean(error.stack) }),
    ...(isError(cause) && causesMax > 0 && { cause: serializeError(cause, withStack, causesMax - 1) }),
  };
}

/** JSON.parse shows a piece of what it could not read: somebody's message, perhaps. */
const UNREADABLE_JSON = /, (?:\.\.\.)?".*"(?:\.\.\.)? (is not valid JSON)/gs;

function clean(text: string): string {
  return maskNumbersIn(text.replace(UNREADABLE_JSON, ", … $1"));
}

/** A connection that failed on every address is an AggregateError without a text of its own. */
function messageOf(error: Error): string {
  const inner = fieldOf(error, "errors");
  if (error.message || !Array.isArray(inner)) return error.message;
  return inner.map((one) => asError(one).message).join("; ");
}

/**
 * Whether an error belongs to normal operation: it says so itself (`expected: true`), is answered with a 4xx
 * (`status`), comes from the operating system or the network (`code` such as ECONNREFUSED or UND_ERR_HEADERS_TIMEOUT),
 * or is an answer of Redis. Node's own ERR_… codes are mistakes in the calling code, hence unexpected.
 */
export function isExpected(error: Error): boolean {
  if (fieldOf(error, "expected") === true) return true;
  const status = fieldOf(error, "status");
  if (typeof status === "number" && status >= 400 && status < 500) return true;
  const code = fieldOf(error, "code");
  if (typeof code === "string" && /^(E(?!RR_)[A-Z0-9_]+|UND_ERR_[A-Z_]+)$/.test(code)) return true;
  return error.name === "ReplyError" || error.name === "MaxRetriesPerRequestError";
}

function fieldOf(error: Error, name: string): unknown {
  return Reflect.get(error, name);
}
