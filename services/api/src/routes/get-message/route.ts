// GET /v1/messages/:id: where a message is, how it got there, and why it waits.

import type { Endpoint } from "../../endpoint.ts";
import { addressFor, messageIdPath, noMessage, visibleCaller } from "../../find-message.ts";
import { callerOf, sendJson } from "../../http.ts";
import { exampleMessage } from "../../message-example.ts";
import { messageView, messageViewSchema } from "../../message-view.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";

export const getMessage: Endpoint = {
  method: "get",
  path: "/v1/messages/:id",
  scopes: ["messages:read", "messages:read-all"],
  operation: {
    operationId: "getMessage",
    tags: ["Messages"],
    summary: "Where a message is",
    description:
      "Status, why it waits, every attempt, what went wrong and what to do about it. With messages:read a caller sees " +
      "its own messages, with messages:read-all those of every caller.",
    requestParams: { path: messageIdPath },
    responses: {
      "200": {
        description: "The message.",
        headers: requestIdHeader,
        content: { "application/json": { schema: messageViewSchema, example: exampleMessage } },
      },
      ...problemResponses("not-found"),
    },
  },
  createHandler:
    ({ store }) =>
    async (request, response) => {
      const caller = callerOf(response);
      const { sender, localId } = addressFor(caller, request.params.id ?? "");
      const record = await store.read(sender, localId);
      const owner = visibleCaller(caller);
      if (!record || (owner !== null && record.caller !== owner)) throw noMessage();
      sendJson(response, 200, messageView(record));
    },
};
