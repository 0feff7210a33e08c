// Everything that can go wrong with a call, as one union told apart by `type`: the problems of the API's registry under
// their own names, and what has no problem because the API did not answer, or somebody else did.

import type { components } from "./generated/api.ts";
import { PROBLEM_TYPES } from "./generated/operations.ts";

type ProblemBody = components["schemas"]["Problem"];

/** The names of the API's problems: "window-closed", "too-many-waiting", … */
export type ProblemType = ProblemBody["type"] extends `urn:tern:problem:${infer Name}` ? Name : never;

/** What is wrong with one part of a request. */
export type Fault = NonNullable<ProblemBody["errors"]>[number];

/** Members that some problems have besides those of all. */
interface ProblemMembers {
  "cursor-expired": { readonly sender?: string };
  "contact-busy": { readonly left?: number };
  "idempotency-key-reused": { readonly messageId?: string };
  "not-cancelable": NotInThatStatus;
  "not-retryable": NotInThatStatus;
  "provider-refused": {
    readonly provider?: { readonly code: number | null; readonly reason: string; readonly hint: string };
  };
  "template-not-editable": { readonly templateStatus?: string };
  "too-large": { readonly bytesMax?: number };
  "window-closed": { readonly windowClosedAt?: string | null };
}

interface NotInThatStatus {
  readonly why?: string;
  readonly messageStatus?: components["schemas"]["Status"];
}

interface ProblemBase<Type extends ProblemType> {
  readonly type: Type;
  /** The HTTP status; of an item of a batch, the one it would have by itself. */
  readonly status: number;
  readonly title: string;
  /** What is wrong and what to do, for people. */
  readonly detail: string;
  /** Everything that is wrong with the request, with JSON pointers. */
  readonly errors: readonly Fault[];
  readonly requestId: string | null;
  /** The API's Retry-After. */
  readonly retryAfterSeconds: number | null;
}

/** The API refused, and said why. */
export type ProblemError = {
  [Type in ProblemType]: ProblemBase<Type> & (Type extends keyof ProblemMembers ? ProblemMembers[Type] : unknown);
}[ProblemType];

/** No answer came: the API could not be reached, or the connection broke. Of a send it is unknown whether it was taken. */
export interface NetworkError {
  readonly type: "network";
  readonly detail: string;
  readonly cause: unknown;
}

/** No answer came in time. Of a send it is unknown whether it was taken. */
export interface TimeoutError {
  readonly type: "timeout";
  readonly detail: string;
  readonly timeoutMs: number;
}

/** The caller's own AbortSignal. */
export interface AbortedError {
  readonly type: "aborted";
  readonly detail: string;
  readonly cause: unknown;
}

/** An answer that is none of the API's: of a proxy in between, or of a version with problems that this client is too old for. */
export interface UnexpectedError {
  readonly type: "unexpected";
  readonly detail: string;
  readonly status: number;
  /** The beginning of what was answered. */
  readonly body: string;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
}

export type TernError = ProblemError | NetworkError | TimeoutError | AbortedError | UnexpectedError;

const URN = "urn:tern:problem:";
const BODY_SHOWN_MAX = 500;

/** Whether it is a refusal of the API, and not one of the four others. */
export function isProblem(error: TernError): error is ProblemError {
  return (PROBLEM_TYPES as readonly string[]).includes(error.type);
}

/** A problem's JSON as an error; null if it is none that this client knows. */
export function readProblem(body: unknown, requestId: string | null, retryAfter: number | null): ProblemError | null {
  if (typeof body !== "object" || body === null) return null;
  const { type, title, status, detail, errors, instance: _id, retryAfterSeconds, ...members } = body as ProblemBody;
  if (typeof type !== "string" || !type.startsWith(URN)) return null;
  const name = type.slice(URN.length);
  if (!(PROBLEM_TYPES as readonly string[]).includes(name)) return null;
  const told = typeof retryAfterSeconds === "number" ? retryAfterSeconds : null;
  const base = { type: name, status, title, detail, errors: errors ?? [], requestId };
  return { ...members, ...base, retryAfterSeconds: retryAfter ?? told } as ProblemError;
}

/** The error that an answer other than 2xx stands for. */
export function errorOfAnswer(response: Response, text: string): ProblemError | UnexpectedError {
  const requestId = response.headers.get("x-request-id");
  const retryAfterSeconds = secondsOf(response.headers.get("retry-after"));
  const problem = readProblem(parseJson(text), requestId, retryAfterSeconds);
  return problem ?? unexpected(response, text, `The answer ${response.status} is no problem that this client knows.`);
}

/** An answer whose body is not what it has to be. */
export function unexpected(response: Response, text: string, detail: string): UnexpectedError {
  return {
    type: "unexpected",
    detail,
    status: response.status,
    body: text.slice(0, BODY_SHOWN_MAX),
    requestId: response.headers.get("x-request-id"),
    retryAfterSeconds: secondsOf(response.headers.get("retry-after")),
  };
}

/** An item's problem that this client is too old to know. */
export function unexpectedProblem({ status, detail, ...rest }: ProblemBody): UnexpectedError {
  const body = JSON.stringify({ status, detail, ...rest }).slice(0, BODY_SHOWN_MAX);
  return { type: "unexpected", detail, status, body, requestId: null, retryAfterSeconds: null };
}

/** Undefined for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Retry-After in its form with seconds; the API knows no other, and a date would need the two clocks to agree. */
function secondsOf(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : null;
}
