// POST /v1/messages/cancel: takes all waiting messages of a filter back, page by page, the newest first.

import { type MessageAddress, PLACES, type Place, parseMessageId } from "@tern/core";
import { z } from "zod";
import { callWorker } from "../../accept-messages.ts";
import type { Endpoint } from "../../endpoint.ts";
import { callerOf, sendJson } from "../../http.ts";
import { doToMany, filterSchema, manyResponse, type Work } from "../../many-messages.ts";
import { problemResponses } from "../../problem-responses.ts";

export const cancelFilterSchema = filterSchema(
  z.enum(["queued", "unconfirmed"], "status is queued or unconfirmed: others do not wait"),
).meta({ id: "CancelFilter" });

/** Wherever something may still be done. */
const UNFINISHED = (Object.keys(PLACES) as Place[]).filter((place) => place !== "none");
const SKEW_MS = 60_000;
const CHUNK = 100;

const work: Work<z.output<typeof cancelFilterSchema>> = {
  what: "cancel",
  schema: cancelFilterSchema,
  find: (store, filter, after, nowMs) =>
    store.list({
      sender: filter.sender,
      recipient: null,
      reference: filter.reference ?? null,
      status: filter.status ?? null,
      caller: filter.caller ?? null,
      lane: filter.lane ?? null,
      template: filter.template ?? null,
      class: filter.class ?? null,
      code: filter.code ?? null,
      places: UNFINISHED,
      fromMs: filter.acceptedFrom ?? 0,
      toMs: filter.acceptedTo ?? nowMs + SKEW_MS,
      limit: filter.limit,
      after,
    }),
  async doTo(store, senderId, messages) {
    const refusals: (string | null)[] = [];
    let call = false;
    for (let at = 0; at < messages.length; at += CHUNK) {
      const canceled = await Promise.all(
        messages
          .slice(at, at + CHUNK)
          .map(({ id }) => store.cancel(senderId, (parseMessageId(id) as MessageAddress).localId, null)),
      );
      for (const { result, call: calls } of canceled) {
        refusals.push(result === "canceled" ? null : result);
        call ||= calls;
      }
    }
    return { refusals, call };
  },
};

export const cancelMessages: Endpoint = {
  method: "post",
  path: "/v1/messages/cancel",
  scopes: ["operate"],
  operation: {
    operationId: "cancelMessages",
    tags: ["Operating"],
    summary: "Take waiting messages back",
    description:
      "Cancels the messages of one sender that wait and that the filter finds, a page at a time: repeat it with nextCursor " +
      "until that is null. Refused are those on the wire, and those that were faster.",
    requestBody: {
      required: true,
      content: {
        "application/json": { schema: cancelFilterSchema, example: { sender: "demo", lane: "bulk", template: "sale" } },
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
