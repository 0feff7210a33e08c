// GET /v1/senders: every sender that the caller may use, with what stops it and what waits.

import { z } from "zod";
import type { Endpoint } from "../../endpoint.ts";
import { sendersFor } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { exampleSender, readSenderView, senderViewSchema } from "../../sender-view.ts";

export const senderListSchema = z.strictObject({ senders: z.array(senderViewSchema) }).meta({ id: "SenderList" });

export const listSenders: Endpoint = {
  method: "get",
  path: "/v1/senders",
  scopes: ["operate", "messages:read-all"],
  operation: {
    operationId: "listSenders",
    tags: ["Operating"],
    summary: "All senders and how they fare",
    description: "The senders that your API key may use, in the order of the deployment.",
    responses: {
      "200": {
        description: "The senders.",
        headers: requestIdHeader,
        content: { "application/json": { schema: senderListSchema, example: { senders: [exampleSender] } } },
      },
      ...problemResponses(),
    },
  },
  createHandler:
    ({ store, deployment }) =>
    async (_request, response) => {
      const senders = sendersFor(callerOf(response), deployment());
      sendJson(response, 200, { senders: await Promise.all(senders.map((sender) => readSenderView(store, sender))) });
    },
};
