// GET /v1/senders/:id: what stops a sender, how fast it goes, and what waits.

import type { Endpoint } from "../../endpoint.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { exampleSender, readSenderView, senderViewSchema } from "../../sender-view.ts";

export const getSender: Endpoint = {
  method: "get",
  path: "/v1/senders/:id",
  scopes: ["operate", "messages:read-all"],
  operation: {
    operationId: "getSender",
    tags: ["Operating"],
    summary: "How a sender fares",
    description:
      "Pauses and stops with their reasons, the pace in force, what waits by lane and caller, and the portfolio.",
    requestParams: { path: senderIdPath },
    responses: {
      "200": {
        description: "The sender.",
        headers: requestIdHeader,
        content: { "application/json": { schema: senderViewSchema, example: exampleSender } },
      },
      ...problemResponses("not-found"),
    },
  },
  createHandler:
    ({ store, deployment }) =>
    async (request, response) => {
      const sender = senderFor(callerOf(response), deployment(), request.params.id ?? "");
      sendJson(response, 200, await readSenderView(store, sender));
    },
};
