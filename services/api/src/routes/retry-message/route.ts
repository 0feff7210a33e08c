// POST /v1/messages/:id/retry: sends a failed message again, because somebody orders it.

import { messageId, type Status } from "@tern/core";
import { z } from "zod";
import { callWorker } from "../../accept-messages.ts";
import type { Endpoint } from "../../endpoint.ts";
import { addressFor, messageIdPath, noMessage } from "../../find-message.ts";
import { callerOf, sendJson } from "../../http.ts";
import { messageIdField } from "../../message-view.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { ApiProblem } from "../../problems.ts";

export const retriedMessageSchema = z
  .object({ id: messageIdField, status: z.literal("queued") })
  .meta({ id: "RetriedMessage" });

const WHY = {
  "not-failed": "Only a message that has failed can be sent again.",
  expired: "Its expiresAt has passed: it must not be sent any more.",
  "content-gone": "Its content is no longer kept: send it as a new message.",
} as const;

export const retryMessage: Endpoint = {
  method: "post",
  path: "/v1/messages/:id/retry",
  scopes: ["messages:write", "operate"],
  operation: {
    operationId: "retryMessage",
    tags: ["Messages"],
    summary: "Send a failed message again",
    description:
      "Puts a failed message in line again, with all its attempts. 409 when it cannot be, with `why` (not-failed, expired " +
      "or content-gone) and `messageStatus`; so repeating it is harmless. It takes no body. With messages:write a caller " +
      "retries its own messages, with operate those of every caller.",
    requestParams: { path: messageIdPath },
    responses: {
      "200": {
        description: "It is in line again.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: retriedMessageSchema,
            example: { id: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd", status: "queued" },
          },
        },
      },
      ...problemResponses("not-found", "not-retryable"),
    },
  },
  createHandler:
    ({ store, producer, metrics, log }) =>
    async (request, response) => {
      const caller = callerOf(response);
      const address = addressFor(caller, request.params.id ?? "");
      const { sender, localId } = address;
      const id = messageId(address);
      const owner = caller.scopes.has("operate") ? null : caller.id;
      const { results, call } = await store.retry(sender, [localId], owner);
      if (call) void callWorker({ producer, metrics, log }, sender);
      const result = results[0] ?? "unknown";
      if (result === "unknown") throw noMessage();
      if (result !== "retried") throw notRetryable(result, (await store.read(sender, localId))?.status ?? null);
      await store.audit(sender, caller.id, `retry ${id}`);
      sendJson(response, 200, { id, status: "queued" });
    },
};

function notRetryable(why: keyof typeof WHY, messageStatus: Status | null): ApiProblem {
  return new ApiProblem("not-retryable", { detail: WHY[why], members: { why, messageStatus } });
}
