// GET /v1/messages/:id/explain: why a message waits, and when it is due.

import type { Endpoint } from "../../endpoint.ts";
import { exampleExplanation, explanationSchema, explanationView } from "../../explanation-view.ts";
import { addressFor, messageIdPath, noMessage, visibleCaller } from "../../find-message.ts";
import { explainedSender, senderFor } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { paceInForce } from "../../sender-view.ts";

export const explainMessage: Endpoint = {
  method: "get",
  path: "/v1/messages/:id/explain",
  scopes: ["messages:read", "messages:read-all", "operate"],
  operation: {
    operationId: "explainMessage",
    tags: ["Messages"],
    summary: "Why a message waits, and when it is due",
    description:
      "For which limit, turn or time a message waits, how many go first, and when it will be on the wire: right within a " +
      "fifth of the wait if nothing new comes in. With messages:read a caller asks about its own messages, with " +
      "messages:read-all or operate about those of every caller.",
    requestParams: { path: messageIdPath },
    responses: {
      "200": {
        description: "Why it waits; `none` when it does not.",
        headers: requestIdHeader,
        content: { "application/json": { schema: explanationSchema, example: exampleExplanation } },
      },
      ...problemResponses("not-found"),
    },
  },
  createHandler:
    ({ store, deployment }) =>
    async (request, response) => {
      const caller = callerOf(response);
      const address = addressFor(caller, request.params.id ?? "");
      const declared = deployment().senderById.has(address.sender)
        ? senderFor(caller, deployment(), address.sender)
        : null;
      if (!declared) throw noMessage();
      const explained = await store.explain(explainedSender(declared), address.localId);
      const owner = visibleCaller(caller, "operate");
      if (!explained || (owner !== null && explained.message.caller !== owner)) throw noMessage();
      sendJson(response, 200, explanationView(explained, paceInForce(store, declared, explained.sender)));
    },
};
