// Problems (RFC 9457): every way in which the API refuses, in one table. Handlers throw an ApiProblem; one middleware
// (problem-handler.ts) turns it into the answer. Types and titles are stable, details are for people.

interface ProblemRow {
  readonly status: number;
  readonly title: string;
}

export const PROBLEMS = {
  "invalid-json": { status: 400, title: "The body is not JSON" },
  "invalid-parameters": { status: 400, title: "A header or query parameter is wrong" },
  "invalid-request": { status: 400, title: "The request breaks a rule" },
  unauthenticated: { status: 401, title: "There is no valid API key" },
  forbidden: { status: 403, title: "The API key may not do this" },
  "not-found": { status: 404, title: "There is nothing here" },
  "method-not-allowed": { status: 405, title: "The method is not offered here" },
  "not-cancelable": { status: 409, title: "The message cannot be taken back" },
  "template-exists": { status: 409, title: "There is such a template already" },
  "template-not-editable": { status: 409, title: "The template cannot be edited now" },
  "not-retryable": { status: 409, title: "The message cannot be sent again" },
  "contact-busy": { status: 409, title: "Messages to the contact are on their way" },
  "cursor-expired": { status: 410, title: "The feed has gone on without this reader" },
  "too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "The body is not application/json" },
  "unsupported-file": { status: 415, title: "The file is of a type that cannot be sent" },
  "unknown-sender": { status: 422, title: "The API key knows no such sender" },
  "window-closed": { status: 422, title: "The recipient's customer service window is closed" },
  "opted-out": { status: 422, title: "The contact has opted out of marketing" },
  "consent-missing": { status: 422, title: "The contact has not opted in to marketing" },
  "template-not-sendable": { status: 422, title: "The template cannot be sent so" },
  "idempotency-key-reused": { status: 422, title: "The Idempotency-Key was used for another request" },
  "provider-refused": { status: 422, title: "The provider refuses it" },
  "template-limit": { status: 429, title: "Templates may be changed only so often" },
  "quota-exceeded": { status: 429, title: "The caller's quota is used up" },
  "too-many-waiting": { status: 429, title: "Too many of the caller's messages are waiting" },
  "internal-error": { status: 500, title: "The API made a mistake" },
  "provider-failed": { status: 502, title: "The provider does not do its part" },
  unavailable: { status: 503, title: "The API cannot do this now" },
} as const satisfies Record<string, ProblemRow>;

export type ProblemSlug = keyof typeof PROBLEMS;

/** What is wrong with one part of a request: `pointer` (RFC 6901) into the body, or the `parameter` of query or header. */
export type Fault = ({ readonly pointer: string } | { readonly parameter: string }) & { readonly detail: string };

export interface ProblemInit {
  /** A sentence for a person that says what to do. */
  readonly detail: string;
  readonly errors?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem, besides those of RFC 9457. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly slug: ProblemSlug;
  readonly status: number;
  readonly init: ProblemInit;

  constructor(slug: ProblemSlug, init: ProblemInit) {
    super(init.detail, { cause: init.cause });
    this.slug = slug;
    this.status = PROBLEMS[slug].status;
    this.init = init;
  }
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly errors?: readonly Fault[];
  readonly [member: string]: unknown;
}

const TYPE_PREFIX = "urn:tern:problem:";

/** A name, not an address: nothing is to be fetched from it. */
export function problemType(slug: ProblemSlug): string {
  return TYPE_PREFIX + slug;
}

/** The other way round, of a body that problemBody made. */
export function slugOf({ type }: Pick<ProblemBody, "type">): ProblemSlug {
  return type.slice(TYPE_PREFIX.length) as ProblemSlug;
}

/** The JSON of a problem; `instance` is the request's id, left out for items of a batch, which share one. */
export function problemBody({ slug, init }: Pick<ApiProblem, "slug" | "init">, instance?: string): ProblemBody {
  return {
    type: problemType(slug),
    title: PROBLEMS[slug].title,
    status: PROBLEMS[slug].status,
    detail: init.detail,
    ...(instance !== undefined && { instance }),
    ...(init.errors && { errors: init.errors }),
    ...init.members,
  };
}
