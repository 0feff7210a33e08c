// POST /v1/messages/:id/cancel: takes a message back, wherever it waits. Who was first, this or the send, is decided in
// one script.

import { messageId, type Status } from "@tern/core";
import { z } from "zod";
import { callWorker } from "../../accept-messages.ts";
import type { Endpoint } from "../../endpoint.ts";
import { addressFor, messageIdPath, noMessage, visibleCaller } from "../../find-message.ts";
import { callerOf, sendJson } from "../../http.ts";
import { messageIdField } from "../../message-view.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { ApiProblem } from "../../problems.ts";

export const canceledMessageSchema = z
  .object({ id: messageIdField, status: z.literal("canceled") })
  .meta({ id: "CanceledMessage" });

/** Why a message cannot be taken back. */
const WHY = {
  "on-wire": "It is being sent at this moment: nobody can take it back.",
  "too-late": "It was sent or has ended before this request came.",
} as const;

export const cancelMessage: Endpoint = {
  method: "post",
  path: "/v1/messages/:id/cancel",
  scopes: ["messages:write", "operate"],
  operation: {
    operationId: "cancelMessage",
    tags: ["Messages"],
    summary: "Take a message back",
    description:
      "Cancels a message that is not on the wire. Repeating it is harmless. 409 when it is too late, with `why` " +
      "(on-wire or too-late) and `messageStatus`. It takes no body. Needs messages:write; for the message of another " +
      "caller messages:read-all as well, or operate.",
    requestParams: { path: messageIdPath },
    responses: {
      "200": {
        description: "It is canceled, now or before.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: canceledMessageSchema,
            example: { id: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd", status: "canceled" },
          },
        },
      },
      ...problemResponses("not-found", "not-cancelable"),
    },
  },
  createHandler:
    ({ store, producer, metrics, log }) =>
    async (request, response) => {
      const caller = callerOf(response);
      const address = addressFor(caller, request.params.id ?? "");
      const { sender, localId } = address;
      const { result, call } = await store.cancel(sender, localId, visibleCaller(caller, "operate"));
      // It may have held its recipient's turn: the next message may go now.
      if (call) void callWorker({ producer, metrics, log }, sender);
      switch (result) {
        case "canceled":
          if (caller.scopes.has("operate")) await store.audit(sender, caller.id, `cancel ${messageId(address)}`);
          sendJson(response, 200, { id: messageId(address), status: "canceled" });
          return;
        case "already":
          sendJson(response, 200, { id: messageId(address), status: "canceled" });
          return;
        case "on-wire":
        case "too-late":
          throw notCancelable(result, (await store.read(sender, localId))?.status ?? null);
        case "unknown":
          throw noMessage();
        default:
          throw new Error(`no answer for ${result satisfies never}`);
      }
    },
};

function notCancelable(why: keyof typeof WHY, messageStatus: Status | null): ApiProblem {
  return new ApiProblem("not-cancelable", { detail: WHY[why], members: { why, messageStatus } });
}
