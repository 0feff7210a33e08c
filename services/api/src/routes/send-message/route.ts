// POST /v1/messages: takes one message in. One script call makes it safe; only then is it answered.

import { LANES, messageId } from "@tern/core";
import type { Caller, Sender } from "@tern/runtime";
import { z } from "zod";
import { newMessage, tooManyWaiting, windowClosed } from "../../accept-messages.ts";
import { consentProblem } from "../../contacts/consent-problem.ts";
import type { Endpoint } from "../../endpoint.ts";
import { type ApiResponse, callerOf, sendJson } from "../../http.ts";
import { idempotencyHeader, keyReused, readIdempotencyKey } from "../../idempotency.ts";
import { type MessageRequest, messageRequestSchema, readMessageRequest } from "../../message-request.ts";
import { messageIdField } from "../../message-view.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import type { ApiProblem } from "../../problems.ts";
import type { Quotas } from "../../quotas.ts";
import { readJsonBody } from "../../read-body.ts";
import { checkTemplates, refusedUnlessKnown } from "../../template-check.ts";

/** The longest text and the largest template need a tenth of it. */
export const BODY_BYTES_MAX = 256 * 1024;

/** Made from the request and the id alone, so that a replay gets the very same answer. */
export const acceptedMessageSchema = z
  .object({
    id: messageIdField,
    status: z.literal("queued"),
    sender: z.string(),
    to: z.string().meta({
      description: "The recipient: a phone number in E.164, or a business-scoped user id.",
      example: "+4915112345678",
    }),
    lane: z.enum(LANES),
    type: z.string().meta({ example: "text" }),
    reference: z.string().nullable(),
    sendAt: z.string().nullable().meta({ format: "date-time" }),
  })
  .meta({ id: "AcceptedMessage" });

export const sendMessage: Endpoint = {
  method: "post",
  path: "/v1/messages",
  scopes: ["messages:write"],
  operation: {
    operationId: "sendMessage",
    tags: ["Messages"],
    summary: "Send a message",
    description:
      "Accepts a message for sending. After 202 it is safe: it reaches a final status or is visibly waiting. A body " +
      "has at most 256 KiB. What is wrong with it is told with 400, every fault with its pointer; if all that is wrong " +
      "is a sender that the API key may not use, with 422. Free-form content for somebody whose customer service window " +
      "is closed is refused with 422, too, unless it has a fallback or a sendAt (then the last moment decides); a marketing template, if its recipient " +
      "has opted out of marketing, or has not opted in where the sender's policy requires that. Answers 503 and lost connections can be repeated safely " +
      "with an Idempotency-Key.",
    requestParams: { header: idempotencyHeader },
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: messageRequestSchema,
          examples: {
            text: {
              summary: "A text",
              value: {
                sender: "demo",
                to: "+4915112345678",
                type: "text",
                text: { body: "Your parcel is at the door." },
              },
            },
            template: {
              summary: "A one-time password that is of no use after five minutes",
              value: {
                sender: "demo",
                to: "+49 151 12345678",
                lane: "urgent",
                reference: "login-4711",
                ttlSeconds: 300,
                type: "template",
                template: {
                  name: "login_code",
                  language: { code: "en_US" },
                  components: [{ type: "body", parameters: [{ type: "text", text: "123456" }] }],
                },
              },
            },
          },
        },
      },
    },
    responses: {
      "202": {
        description: "Accepted, now or by the same request before.",
        headers: {
          ...requestIdHeader,
          Location: {
            description: "Where its status is.",
            schema: { type: "string", example: "/v1/messages/msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd" },
          },
          "Idempotency-Replayed": {
            description: "true when this request was accepted before.",
            schema: { type: "string", enum: ["true"] },
          },
        },
        content: {
          "application/json": {
            schema: acceptedMessageSchema,
            example: {
              id: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd",
              status: "queued",
              sender: "demo",
              to: "+4915112345678",
              lane: "normal",
              type: "text",
              reference: null,
              sendAt: null,
            },
          },
        },
      },
      ...problemResponses(
        "invalid-json",
        "invalid-parameters",
        "invalid-request",
        "too-large",
        "unsupported-media-type",
        "unknown-sender",
        "template-not-sendable",
        "window-closed",
        "opted-out",
        "consent-missing",
        "idempotency-key-reused",
        "too-many-waiting",
      ),
    },
  },
  createHandler:
    ({ deployment, store, templates, acceptMessages, requireRoom, quotas, clock }) =>
    async (request, response) => {
      requireRoom();
      const caller = callerOf(response);
      const idempotencyKey = readIdempotencyKey(request);
      const body = await readJsonBody(request, BODY_BYTES_MAX);
      const { senderById, sending } = deployment();
      const nowMs = clock.nowMs();
      const isOwnSender = (id: string) => caller.senderIds.has(id) && senderById.has(id);

      const read = readMessageRequest(body, { nowMs, isOwnSender });
      if ("problem" in read) throw read.problem;

      const sender = senderById.get(read.request.sender) as Sender;
      const terms = { caller: caller.id, idempotencyKey, policy: sending, nowMs, sender };
      const message = newMessage(read.request, terms);
      const refusal =
        (await checkTemplates(templates, sender, read.request)) ?? (await overQuota(quotas, caller, response));
      const [result] = refusal
        ? [await refusedUnlessKnown(store, sender, message, refusal)]
        : await acceptMessages(sender, [message], response.locals);

      if (result === undefined || result.kind === "full") throw tooManyWaiting(sender.id);
      if (result.kind === "refused") throw consentProblem(result.why);
      if (result.kind === "closed") throw windowClosed(read.request.content.type, result.sinceMs);
      const id = messageId({ sender: sender.id, localId: result.localId });
      response.locals.messageId = id;
      if (result.kind === "conflict") throw keyReused(id);
      if (result.kind === "replay") response.setHeader("Idempotency-Replayed", "true");
      response.setHeader("Location", `/v1/messages/${id}`);
      sendJson(response, 202, acceptedMessage(id, read.request));
    },
};

async function overQuota(quotas: Quotas, caller: Caller, response: ApiResponse): Promise<ApiProblem | null> {
  const taken = await quotas.takeMessages(caller, 1, response);
  return taken !== null && taken.granted === 0 ? taken.problem : null;
}

function acceptedMessage(id: string, request: MessageRequest): z.infer<typeof acceptedMessageSchema> {
  const { sender, to, lane, reference, sendAtMs, content } = request;
  return {
    id,
    status: "queued",
    sender,
    to,
    lane,
    type: content.type,
    reference,
    sendAt: sendAtMs === null ? null : new Date(sendAtMs).toISOString(),
  };
}
