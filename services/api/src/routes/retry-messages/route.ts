// POST /v1/messages/retry: sends all failed messages of a filter again, page by page, those that failed last first.

import { type MessageAddress, parseMessageId } from "@tern/core";
import { FAILURE_POSITION } from "@tern/store";
import { z } from "zod";
import { callWorker } from "../../accept-messages.ts";
import type { Endpoint } from "../../endpoint.ts";
import { callerOf, sendJson } from "../../http.ts";
import { doToMany, filterSchema, manyResponse, type Work } from "../../many-messages.ts";
import { problemResponses } from "../../problem-responses.ts";

export const retryFilterSchema = filterSchema(
  z.literal("failed", "status is failed: only those can be sent again"),
).meta({
  id: "RetryFilter",
});

const DAY_MS = 86_400_000;
/** Failures are kept no longer than their messages (retention.messageDays). */
const DAYS_MAX = 400;
/** Redis's clock may be ahead of ours. */
const SKEW_MS = 60_000;
/** One script call at a time holds Redis for a few milliseconds. */
const CHUNK = 250;

const work: Work<z.output<typeof retryFilterSchema>> = {
  what: "retry",
  schema: retryFilterSchema,
  position: FAILURE_POSITION,
  find: (store, filter, after, nowMs) =>
    store.listFailed({
      sender: filter.sender,
      class: filter.class ?? null,
      code: filter.code ?? null,
      template: filter.template ?? null,
      lane: filter.lane ?? null,
      caller: filter.caller ?? null,
      reference: filter.reference ?? null,
      fromMs: Math.max(0, filter.acceptedFrom ?? 0, nowMs - DAYS_MAX * DAY_MS),
      toMs: nowMs + SKEW_MS,
      acceptedFromMs: filter.acceptedFrom ?? 0,
      acceptedToMs: filter.acceptedTo ?? Number.POSITIVE_INFINITY,
      limit: filter.limit,
      after,
    }),
  async doTo(store, senderId, messages) {
    const localIds = messages.map(({ id }) => (parseMessageId(id) as MessageAddress).localId);
    const refusals: (string | null)[] = [];
    let call = false;
    for (let at = 0; at < localIds.length; at += CHUNK) {
      const retried = await store.retry(senderId, localIds.slice(at, at + CHUNK), null);
      refusals.push(...retried.results.map((result) => (result === "retried" ? null : result)));
      call ||= retried.call;
    }
    return { refusals, call };
  },
};

export const retryMessages: Endpoint = {
  method: "post",
  path: "/v1/messages/retry",
  scopes: ["operate"],
  operation: {
    operationId: "retryMessages",
    tags: ["Operating"],
    summary: "Send failed messages again",
    description:
      "Retries the failed messages of one sender that the filter finds, a page at a time: repeat it with nextCursor until " +
      "that is null. Refused are messages that have expired or whose content is no longer kept.",
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: retryFilterSchema,
          example: { sender: "demo", class: "transient", limit: 1_000 },
        },
      },
    },
    responses: {
      "200": manyResponse,
      ...problemResponses("invalid-json", "invalid-request", "too-large", "unsupported-media-type", "unknown-sender"),
    },
  },
  createHandler: (deps) => async (request, response) => {
    const { result, sender, call } = await doToMany(deps, work, request, callerOf(response));
    if (call) void callWorker(deps, sender.id);
    sendJson(response, 200, result);
  },
};
