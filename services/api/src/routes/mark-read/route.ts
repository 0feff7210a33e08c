// POST /v1/senders/:id/messages/:wamid/read: an inbound message is read, and perhaps an answer is being written.

import { z } from "zod";
import type { Endpoint } from "../../endpoint.ts";
import { faultsOf, invalidRequest } from "../../faults.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { ApiProblem } from "../../problems.ts";
import { providerProblem } from "../../provider-problem.ts";
import { readJsonBody } from "../../read-body.ts";

const BODY_BYTES_MAX = 1_024;
/** Opaque; the base64 in it may have any of its characters. */
const WAMID = /^wamid\.[\w+/=-]{1,500}$/;

export const markReadSchema = z
  .strictObject({
    typing: z.boolean().optional().meta({
      description: "Also shows the person that an answer is being written: for 25 seconds, or until it comes.",
    }),
  })
  .meta({ id: "MarkRead" });

export const markRead: Endpoint = {
  method: "post",
  path: "/v1/senders/:id/messages/:wamid/read",
  scopes: ["conversations:write"],
  operation: {
    operationId: "markRead",
    tags: ["Conversations"],
    summary: "Mark an inbound message as read",
    description:
      "The person sees two blue ticks, on the messages before it too. With typing, also that an answer is being " +
      "written. It goes to the provider at once; repeating it is harmless. The body may be left out.",
    requestParams: {
      path: senderIdPath.extend({
        wamid: z.string().meta({
          description: "The id of the inbound message, with `/` in it written as `%2F`.",
          example: "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTRB",
        }),
      }),
    },
    requestBody: {
      required: false,
      content: { "application/json": { schema: markReadSchema, example: { typing: true } } },
    },
    responses: {
      "204": { description: "It is marked.", headers: requestIdHeader },
      ...problemResponses(
        "invalid-json",
        "invalid-request",
        "not-found",
        "provider-failed",
        "provider-refused",
        "too-large",
        "unsupported-media-type",
      ),
    },
  },
  createHandler:
    ({ provider, deployment }) =>
    async (request, response) => {
      const sender = senderFor(callerOf(response), deployment(), request.params.id ?? "");
      const wamid = request.params.wamid ?? "";
      if (!WAMID.test(wamid)) {
        throw new ApiProblem("not-found", {
          detail: "There is no such message: its id begins with wamid. and goes on in base64.",
        });
      }
      const hasBody = request.headers["content-length"] !== "0" && request.headers["content-type"] !== undefined;
      const parsed = markReadSchema.safeParse(hasBody ? await readJsonBody(request, BODY_BYTES_MAX) : {});
      if (!parsed.success) throw invalidRequest("the request", faultsOf(parsed.error.issues));
      const result = await provider.markRead(sender, { wamid, typing: parsed.data.typing ?? false });
      if ("failure" in result) throw providerProblem(result.failure);
      response.status(204).end();
    },
};
