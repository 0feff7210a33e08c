// GET /v1/senders/:id/failures: what failed and what to do about it: counts by class and code, and a page of messages.

import { LANES } from "@tern/core";
import { FAILURE_POSITION } from "@tern/store";
import { z } from "zod";
import { encodeCursor } from "../../cursor.ts";
import type { Endpoint } from "../../endpoint.ts";
import { invalidParameters, parameterFaultsOf } from "../../faults.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { timeField } from "../../message-request.ts";
import { messageIdField } from "../../message-view.ts";
import { afterOf, cursorParameter, limitParameter, nextCursorField } from "../../paging.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { iso } from "../../times.ts";

const DAY_MS = 86_400_000;
const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;
const SKEW_MS = 60_000;
const DAYS_MAX = 400;
const AT = "2027-01-31T09:00:00Z";
const CLASS = "class is an error class, such as transient";
const CODE = "code is a whole number";

const querySchema = z.strictObject({
  class: z
    .string(CLASS)
    .regex(/^[a-z-]{1,40}$/, CLASS)
    .optional()
    .meta({ description: "Only this class of error.", example: "rejected" }),
  code: z
    .string(CODE)
    .regex(/^-?\d{1,9}$/, CODE)
    .transform(Number)
    .optional()
    .meta({
      description: "Only this code of Meta's.",
      override: { type: "integer" },
    }),
  from: timeField("from")
    .optional()
    .meta({ description: "Failed at this time or later; 24 hours ago if left out.", example: AT }),
  to: timeField("to").optional().meta({ description: "Failed before this time.", example: AT }),
  limit: limitParameter(LIMIT_MAX, LIMIT_DEFAULT),
  cursor: cursorParameter,
});

const errorFields = {
  class: z.string(),
  code: z.int().nullable().meta({ description: "Meta's error code." }),
  reason: z.string(),
  hint: z.string().meta({ description: "What a person can do about it." }),
};

export const failuresSchema = z
  .strictObject({
    counts: z
      .array(z.strictObject({ ...errorFields, count: z.int() }))
      .meta({ description: "The most frequent first; reason and hint are those of one of them." }),
    countsAreComplete: z
      .boolean()
      .meta({ description: "False when so many failed that only the last ones were counted." }),
    messages: z
      .array(
        z.strictObject({
          id: messageIdField,
          caller: z.string(),
          lane: z.enum(LANES),
          template: z.string().nullable(),
          failedAt: z.string().meta({ format: "date-time", example: AT }),
          error: z.strictObject({ ...errorFields, httpStatus: z.int().nullable() }),
        }),
      )
      .meta({ description: "Those that failed last come first." }),
    nextCursor: nextCursorField,
  })
  .meta({ id: "Failures" });

const exampleError = {
  class: "rejected",
  code: 131026,
  reason: "Message undeliverable",
  hint: "The recipient may have no WhatsApp account, or an old version of it.",
};

export const listFailures: Endpoint = {
  method: "get",
  path: "/v1/senders/:id/failures",
  scopes: ["operate", "messages:read-all"],
  operation: {
    operationId: "listFailures",
    tags: ["Operating"],
    summary: "What failed, and what to do",
    description:
      "Messages that are failed now, by when they failed. A page may hold fewer than asked for, even none, and still have a " +
      "next. POST /v1/messages/retry sends them again by the same filter.",
    requestParams: { path: senderIdPath, query: querySchema },
    responses: {
      "200": {
        description: "What failed.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: failuresSchema,
            example: {
              counts: [{ ...exampleError, count: 12 }],
              countsAreComplete: true,
              messages: [
                {
                  id: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd",
                  caller: "shop",
                  lane: "normal",
                  template: "order_update",
                  failedAt: AT,
                  error: { ...exampleError, httpStatus: 400 },
                },
              ],
              nextCursor: null,
            },
          },
        },
      },
      ...problemResponses("invalid-parameters", "not-found"),
    },
  },
  createHandler:
    ({ store, deployment, clock }) =>
    async (request, response) => {
      const sender = senderFor(callerOf(response), deployment(), request.params.id ?? "");
      const parsed = querySchema.safeParse(request.query);
      if (!parsed.success) throw invalidParameters(parameterFaultsOf(parsed.error.issues));
      const { from, to, limit = LIMIT_DEFAULT, cursor, ...wanted } = parsed.data;
      const nowMs = clock.nowMs();
      const filters = {
        what: "failures",
        sender: sender.id,
        class: wanted.class ?? null,
        code: wanted.code ?? null,
        from: from ?? null,
        to: to ?? null,
      };
      const query = {
        sender: sender.id,
        class: wanted.class ?? null,
        code: wanted.code ?? null,
        fromMs: Math.max(from ?? nowMs - DAY_MS, nowMs - DAYS_MAX * DAY_MS),
        toMs: Math.min(to ?? nowMs + SKEW_MS, nowMs + SKEW_MS),
        limit,
        after: afterOf(cursor, filters, FAILURE_POSITION),
      };
      const [{ counts, isComplete }, page] = await Promise.all([store.countFailed(query), store.listFailed(query)]);
      sendJson(response, 200, {
        counts,
        countsAreComplete: isComplete,
        messages: page.messages.map(({ id, caller, lane, template, timeline, failure }) => ({
          id,
          caller,
          lane,
          template,
          failedAt: iso(timeline.find(({ status }) => status === "failed")?.atMs ?? nowMs),
          error: failure && {
            class: failure.class,
            code: failure.code,
            httpStatus: failure.httpStatus,
            reason: failure.reason,
            hint: failure.hint,
          },
        })),
        nextCursor: page.next === null ? null : encodeCursor(page.next, filters),
      });
    },
};
