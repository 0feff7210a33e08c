// GET /v1/messages: messages of one sender, newest first, by recipient, reference, status and time.

import type { Caller, Deployment } from "@tern/runtime";
import { z } from "zod";
import { encodeCursor, type Filters } from "../../cursor.ts";
import type { Endpoint } from "../../endpoint.ts";
import { invalidParameters, parameterFaultsOf } from "../../faults.ts";
import { visibleCaller } from "../../find-message.ts";
import { callerOf, sendJson } from "../../http.ts";
import { exampleMessage } from "../../message-example.ts";
import { recipientField, referenceField, senderField, timeField } from "../../message-request.ts";
import { messageView, messageViewSchema, statusField } from "../../message-view.ts";
import { afterOf, cursorParameter, limitParameter, wrongParameter } from "../../paging.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 200;
/** Records carry the time of Redis's clock, which may be ahead of ours by this much at most. */
const CLOCK_SKEW_MS = 60_000;

const AT = "2027-01-31T09:00:00Z";

const querySchema = z.strictObject({
  sender: senderField.optional().meta({ description: "Required unless your API key may use exactly one sender." }),
  // "+" in a query means a space: whoever forgot to write it as %2B meant a plus.
  to: z
    .preprocess((text) => (typeof text === "string" ? text.replace(/^ /, "+") : text), recipientField)
    .optional()
    .meta({
      description:
        "Only messages to whoever has this number, in any spelling with a plus (as %2B), or this business-scoped user id.",
      example: "+4915112345678",
    }),
  reference: referenceField.optional().meta({ description: "Only messages with this reference." }),
  status: statusField.optional().meta({ description: "Only messages that have this status now." }),
  from: timeField("from").optional().meta({ description: "Accepted at this time or later.", example: AT }),
  until: timeField("until").optional().meta({ description: "Accepted before this time.", example: AT }),
  limit: limitParameter(LIMIT_MAX, LIMIT_DEFAULT),
  cursor: cursorParameter,
});

type Query = z.output<typeof querySchema>;

export const messagePageSchema = z
  .object({
    messages: z.array(messageViewSchema),
    nextCursor: z.string().nullable().meta({ description: "For the parameter cursor; null on the last page." }),
    next: z.string().nullable().meta({ description: "Path and query of the next page; null on the last." }),
  })
  .meta({ id: "MessagePage" });

const exampleCursor = encodeCursor("01kahz3n8qf6q9t0x2m4w7c5rd", {});

export const listMessages: Endpoint = {
  method: "get",
  path: "/v1/messages",
  scopes: ["messages:read", "messages:read-all"],
  operation: {
    operationId: "listMessages",
    tags: ["Messages"],
    summary: "Find messages",
    description:
      "Messages of one sender, newest first. Narrow the search by recipient or reference where you can: other filters " +
      "read messages to find the right ones, so a page may hold fewer than asked for, even none, and still have a next.",
    requestParams: { query: querySchema },
    responses: {
      "200": {
        description: "A page of messages.",
        headers: {
          ...requestIdHeader,
          Link: {
            description: "The next page, if there is one (RFC 8288).",
            schema: { type: "string", example: '</v1/messages?sender=demo&cursor=…>; rel="next"' },
          },
        },
        content: {
          "application/json": {
            schema: messagePageSchema,
            example: {
              messages: [exampleMessage],
              nextCursor: exampleCursor,
              next: `/v1/messages?sender=demo&limit=1&cursor=${exampleCursor}`,
            },
          },
        },
      },
      ...problemResponses("invalid-parameters"),
    },
  },
  createHandler:
    ({ deployment, store, clock }) =>
    async (request, response) => {
      const caller = callerOf(response);
      const parsed = querySchema.safeParse(request.query);
      if (!parsed.success) throw invalidParameters(parameterFaultsOf(parsed.error.issues));
      const query = parsed.data;
      const sender = senderOf(query, caller, deployment());
      const owner = visibleCaller(caller);
      const filters = filtersOf(query, sender, owner);

      const page = await store.list({
        sender,
        recipient: query.to ?? null,
        reference: query.reference ?? null,
        status: query.status ?? null,
        caller: owner,
        fromMs: query.from ?? 0,
        toMs: query.until ?? clock.nowMs() + CLOCK_SKEW_MS,
        limit: query.limit ?? LIMIT_DEFAULT,
        after: afterOf(query.cursor, filters),
      });

      const nextCursor = page.next === null ? null : encodeCursor(page.next, filters);
      const next = nextCursor === null ? null : nextPath(request.query, nextCursor);
      if (next !== null) response.setHeader("Link", `<${next}>; rel="next"`);
      sendJson(response, 200, { messages: page.messages.map(messageView), nextCursor, next });
    },
};

/** The sender that is asked for, or the only one there is for this caller. */
function senderOf({ sender }: Query, caller: Caller, { senderById }: Deployment): string {
  const own = [...caller.senderIds].filter((id) => senderById.has(id));
  if (sender === undefined && own.length === 1 && own[0] !== undefined) return own[0];
  if (sender === undefined) throw wrongParameter("sender", "sender is required: this API key may use more than one");
  if (!own.includes(sender)) throw wrongParameter("sender", "sender is not one that this API key may use");
  return sender;
}

function filtersOf({ to, reference, status, from, until }: Query, sender: string, owner: string | null): Filters {
  return {
    sender,
    owner,
    to: to ?? null,
    reference: reference ?? null,
    status: status ?? null,
    from: from ?? null,
    until: until ?? null,
  };
}

/** The same query with the new cursor. */
function nextPath(query: Readonly<Record<string, unknown>>, cursor: string): string {
  const parameters = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  parameters.set("cursor", cursor);
  return `/v1/messages?${parameters}`;
}
