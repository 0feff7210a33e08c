// Problems as OpenAPI responses: one component per set of problems that share a status.

import { z } from "zod";
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from "zod-openapi";
import { windowClosed } from "./accept-messages.ts";
import { consentProblem } from "./contacts/consent-problem.ts";
import { unknownSender } from "./faults.ts";
import {
  ApiProblem,
  type Fault,
  PROBLEMS,
  type ProblemInit,
  type ProblemSlug,
  problemBody,
  problemType,
} from "./problems.ts";
import { quotaExceeded } from "./quotas.ts";

export const problemSchema = z
  .looseObject({
    type: z.enum(Object.keys(PROBLEMS).map((slug) => problemType(slug as ProblemSlug))).meta({
      description: "Which problem; a stable name, not an address.",
    }),
    title: z.string(),
    status: z.int().meta({ description: "The HTTP status." }),
    detail: z.string().meta({ description: "What is wrong here, and what to do; for people, may change." }),
    instance: z.string().optional().meta({ description: "The id of the request, as in X-Request-Id." }),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().meta({ description: "Where in the body (RFC 6901)." }),
          parameter: z.string().optional().meta({ description: "Which parameter of the query, or which header." }),
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: "Everything that is wrong, at most 100 entries." }),
  })
  .meta({ id: "Problem", description: "A problem (RFC 9457)." });

const REQUEST_ID = "0f3c8f0e-6f5e-4c55-9c42-5d0c6c1f7a11";
const fault = (pointer: string, detail: string): Fault => ({ pointer, detail });

/** What each problem looks like; the details are those of the code. */
const EXAMPLES: Record<ProblemSlug, ProblemInit> = {
  "invalid-json": {
    detail:
      "The body cannot be read as JSON: Expected ',' or '}' after property value in JSON at position 18 (line 1 column 19).",
  },
  "invalid-parameters": {
    detail: "1 thing is wrong with the parameters.",
    errors: [{ parameter: "limit", detail: "limit is a whole number from 1 to 200" }],
  },
  "invalid-request": {
    detail: "2 things are wrong with the message.",
    errors: [
      fault("/to", "to starts with + and the country's calling code, like +4915112345678"),
      fault("/text/body", "text.body is required"),
    ],
  },
  unauthenticated: { detail: "The API key is not known here." },
  "too-many-waiting": {
    detail: "Too many of your messages wait at the sender demo already: let some be sent, then send this one again.",
    headers: { "Retry-After": "10" },
  },
  "quota-exceeded": quotaExceeded("messages", { retryInMs: 3_000 }).init,
  forbidden: { detail: "This API key needs the scope messages:write." },
  "not-found": { detail: "There is no message with this id." },
  "method-not-allowed": { detail: "This path takes POST only." },
  "not-cancelable": {
    detail: "It is being sent at this moment: nobody can take it back.",
    members: { why: "on-wire", messageStatus: "sending" },
  },
  "template-exists": {
    detail: "There is a template order_update in en_US: edit it, or create one under another name.",
  },
  "template-not-editable": {
    detail: "order_update (en_US) is PENDING: only an APPROVED, REJECTED or PAUSED template can be edited.",
    members: { templateStatus: "PENDING" },
  },
  "template-not-sendable": {
    detail:
      "The template cannot be sent so: the body of the template order_update (en_US) takes 2 parameters, not 1: {{1}}, {{2}}.",
    errors: [
      fault(
        "/template/components/0/parameters",
        "the body of the template order_update (en_US) takes 2 parameters, not 1: {{1}}, {{2}}",
      ),
    ],
  },
  "template-limit": {
    detail:
      "The account has created 100 templates within an hour; the next one may be made at 2027-01-31T09:00:00.000Z.",
    headers: { "Retry-After": "1200" },
  },
  "not-retryable": {
    detail: "Only a message that has failed can be sent again.",
    members: { why: "not-failed", messageStatus: "delivered" },
  },
  "contact-busy": {
    detail:
      "2 messages to this contact are on their way or came in meanwhile; the others are erased. Stop sending to it, and repeat this in 10 s.",
    members: { left: 2 },
  },
  "opted-out": consentProblem("opted-out").init,
  "consent-missing": consentProblem("consent-missing").init,
  "cursor-expired": {
    detail:
      "Entries after this cursor are gone: they were pushed out by newer ones. Go on without a cursor, which begins with the oldest that is kept.",
    members: { sender: "demo" },
  },
  "unsupported-file": {
    detail: "The content is not image/jpeg, as the request says: it is image/png.",
  },
  "provider-refused": {
    detail:
      "The provider refuses it: the recipient's last message is more than 24 hours old. Send an approved template instead; it opens the conversation again.",
    members: {
      provider: {
        code: 131_047,
        reason: "the recipient's last message is more than 24 hours old",
        hint: "Send an approved template instead; it opens the conversation again.",
      },
    },
  },
  "provider-failed": {
    detail:
      "The bytes that came are not those that the provider announced (their SHA-256 differs): nothing of them is passed on. Try again once.",
  },
  "too-large": { detail: "The body may have at most 262144 bytes.", members: { bytesMax: 262_144 } },
  "unsupported-media-type": {
    detail: "The body must be JSON in UTF-8: send it with the header Content-Type: application/json.",
  },
  "unknown-sender": unknownSender("/sender").init,
  "window-closed": windowClosed("text", Date.UTC(2027, 0, 31, 9)).init,
  "idempotency-key-reused": {
    detail: "This Idempotency-Key belongs to another request: use a new key for each message.",
    members: { messageId: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd" },
  },
  "internal-error": {
    detail: "Something unexpected happened; the log has the cause under the request id given as instance.",
  },
  unavailable: {
    detail: "Redis cannot be used now. Try again in 2 s, with an Idempotency-Key if it must not be sent twice.",
  },
};

const header = (description: string, example: string) => ({
  description,
  schema: { type: "string" as const, example },
});

export const requestIdHeader = {
  "X-Request-Id": header("The id of the request: the caller's, if it gave one, else a new one.", REQUEST_ID),
};

const HEADERS: Partial<Record<number, Record<string, ReturnType<typeof header>>>> = {
  401: { "WWW-Authenticate": header("The challenge (RFC 6750).", 'Bearer realm="tern"') },
  403: { "WWW-Authenticate": header("The scope that is missing (RFC 6750).", 'Bearer realm="tern"') },
  405: { Allow: header("The methods of this path.", "POST") },
  429: {
    "Retry-After": header("Seconds to wait.", "10"),
    "RateLimit-Policy": header(
      "The quotas of a caller that has some: what may come in how many seconds.",
      '"messages";q=500;w=10',
    ),
    RateLimit: header("What is left of them, and in how many seconds all is back.", '"messages";r=0;t=10'),
  },
  503: { "Retry-After": header("Seconds to wait.", "2") },
};

const EVERYWHERE: readonly ProblemSlug[] = [
  "unauthenticated",
  "forbidden",
  "quota-exceeded",
  "internal-error",
  "unavailable",
];

/** The responses for these problems and for those that every operation may answer with. */
export function problemResponses(...slugs: readonly ProblemSlug[]): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy([...slugs, ...EVERYWHERE], (slug) => PROBLEMS[slug].status);
  const statuses = [...byStatus].sort(([one], [other]) => one - other);
  return Object.fromEntries(statuses.map(([status, list]) => [`${status as 400}`, responseOf(status, list)]));
}

const responses = new Map<string, ZodOpenApiResponseObject>();

function responseOf(status: number, slugs: readonly ProblemSlug[]): ZodOpenApiResponseObject {
  const id = slugs.map(pascalCase).join("Or");
  const known = responses.get(id);
  if (known) return known;
  const examples = slugs.map((slug) => [
    slug,
    { summary: PROBLEMS[slug].title, value: problemBody(new ApiProblem(slug, EXAMPLES[slug]), REQUEST_ID) },
  ]);
  const response: ZodOpenApiResponseObject = {
    id,
    description: slugs.map((slug) => `${PROBLEMS[slug].title}.`).join(" "),
    headers: { ...requestIdHeader, ...HEADERS[status] },
    content: { "application/problem+json": { schema: problemSchema, examples: Object.fromEntries(examples) } },
  };
  responses.set(id, response);
  return response;
}

function pascalCase(slug: string): string {
  return slug.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
