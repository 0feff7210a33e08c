// GET /v1/senders/:id/waiting: what waits and why: counts, and a page of messages, newest first.

import { LANES, PLACES, type Place, WAIT_REASONS } from "@tern/core";
import { z } from "zod";
import { encodeCursor } from "../../cursor.ts";
import type { Endpoint } from "../../endpoint.ts";
import { waitsForField } from "../../explanation-view.ts";
import { wordsFor } from "../../explanation-words.ts";
import { invalidParameters, parameterFaultsOf } from "../../faults.ts";
import { explainedSender, senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { laneField } from "../../message-request.ts";
import { messageIdField, statusField } from "../../message-view.ts";
import { afterOf, cursorParameter, limitParameter, nextCursorField } from "../../paging.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { paceInForce } from "../../sender-view.ts";
import { iso, isoOrNull } from "../../times.ts";

const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;
const SKEW_MS = 60_000;
const AT = "2027-01-31T09:00:00.000Z";
const WAITING = (Object.keys(PLACES) as Place[]).filter((place) => place !== "none" && place !== "wire");

const querySchema = z.strictObject({
  lane: laneField.optional().meta({ description: "Only messages of this lane; the counts are of all." }),
  limit: limitParameter(LIMIT_MAX, LIMIT_DEFAULT),
  cursor: cursorParameter,
});

export const waitingSchema = z
  .strictObject({
    counts: z.strictObject({
      ready: z
        .array(z.strictObject({ lane: z.enum(LANES), caller: z.string(), count: z.int() }))
        .meta({ description: "Those that may go, and wait for the pace." }),
      later: z
        .array(z.strictObject({ lane: z.enum(LANES), reason: z.enum(WAIT_REASONS), count: z.int() }))
        .meta({ description: "Those that wait for a moment, by what brings it." }),
      laterIsComplete: z
        .boolean()
        .meta({ description: "False when so many wait that only the first ones were counted." }),
      templates: z
        .array(
          z.strictObject({
            template: z.string(),
            language: z.string().nullable().meta({ description: "Null: all its languages." }),
            count: z.int(),
          }),
        )
        .meta({ description: "Those whose template rests." }),
    }),
    messages: z.array(
      z.strictObject({
        id: messageIdField,
        caller: z.string(),
        lane: z.enum(LANES),
        template: z.string().nullable(),
        status: statusField,
        acceptedAt: z.string().meta({ format: "date-time", example: AT }),
        waiting: z.strictObject({
          for: waitsForField,
          meaning: z.string(),
          until: z.string().nullable().meta({ format: "date-time", example: AT }),
        }),
      }),
    ),
    nextCursor: nextCursorField,
  })
  .meta({ id: "Waiting" });

export const listWaiting: Endpoint = {
  method: "get",
  path: "/v1/senders/:id/waiting",
  scopes: ["operate", "messages:read-all"],
  operation: {
    operationId: "listWaiting",
    tags: ["Operating"],
    summary: "What waits, and why",
    description:
      "Counts by lane and reason, and a page of the messages, newest first; a page may hold fewer than asked for, even none, " +
      "and still have a next. GET /v1/messages/{id}/explain says more about one of them. Not counted are messages that wait " +
      "behind another one to the same recipient.",
    requestParams: { path: senderIdPath, query: querySchema },
    responses: {
      "200": {
        description: "What waits.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: waitingSchema,
            example: {
              counts: {
                ready: [{ lane: "bulk", caller: "shop", count: 1_000 }],
                later: [{ lane: "normal", reason: "retry", count: 3 }],
                laterIsComplete: true,
                templates: [{ template: "sale", language: "en_US", count: 12 }],
              },
              messages: [
                {
                  id: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd",
                  caller: "shop",
                  lane: "bulk",
                  template: "sale",
                  status: "queued",
                  acceptedAt: AT,
                  waiting: { for: "pace", meaning: "It is ready; others go first.", until: null },
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
      const query = querySchema.safeParse(request.query);
      if (!query.success) throw invalidParameters(parameterFaultsOf(query.error.issues));
      const { lane = null, limit = LIMIT_DEFAULT, cursor } = query.data;
      const filters = { what: "waiting", sender: sender.id, lane };

      const [state, later, page] = await Promise.all([
        store.readSender(sender.id),
        store.countLater(sender.id),
        store.list({
          sender: sender.id,
          recipient: null,
          reference: null,
          status: null,
          caller: null,
          lane,
          places: WAITING,
          fromMs: 0,
          toMs: clock.nowMs() + SKEW_MS,
          limit,
          after: afterOf(cursor, filters),
        }),
      ]);
      const declared = explainedSender(sender);
      const pace = paceInForce(store, sender, state);
      sendJson(response, 200, {
        counts: {
          ready: LANES.flatMap((one) =>
            state.lanes[one].byCaller.map(({ caller, waiting }) => ({ lane: one, caller, count: waiting })),
          ),
          later: later.counts,
          laterIsComplete: later.isComplete,
          templates: state.templates.map(({ template, language, waiting }) => ({ template, language, count: waiting })),
        },
        messages: page.messages.map((message) => {
          const explanation = store.explainInShort(declared, state, message);
          const { meaning } = wordsFor(explanation, { message, sender: state, paceInForce: pace });
          return {
            id: message.id,
            caller: message.caller,
            lane: message.lane,
            template: message.template,
            status: message.status,
            acceptedAt: iso(message.acceptedAtMs),
            waiting: { for: explanation.for, meaning, until: isoOrNull(explanation.untilMs) },
          };
        }),
        nextCursor: page.next === null ? null : encodeCursor(page.next, filters),
      });
    },
};
