// PUT /v1/senders/:id/pace: a pace that outranks the configured one, until it is taken back.

import { z } from "zod";
import type { Endpoint } from "../../endpoint.ts";
import { faultsOf, invalidRequest } from "../../faults.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf } from "../../http.ts";
import { answerOperated, operatedResponse } from "../../operated.ts";
import { problemResponses } from "../../problem-responses.ts";
import { readJsonBody } from "../../read-body.ts";

const BODY_BYTES_MAX = 1_024;
const RULE = "perSecond is a whole number from 1 to 1000, or null";

export const paceRequestSchema = z
  .strictObject({
    perSecond: z.int(RULE).min(1, RULE).max(1_000, RULE).nullable().meta({
      description: "Messages per second; null: the configured pace again.",
      example: 40,
    }),
  })
  .meta({ id: "PaceRequest" });

export const setPace: Endpoint = {
  method: "put",
  path: "/v1/senders/:id/pace",
  scopes: ["operate"],
  operation: {
    operationId: "setPace",
    tags: ["Operating"],
    summary: "Set a sender's pace",
    description:
      "Takes effect with the next message, in all workers, and outlasts restarts. It must not be above what WhatsApp " +
      "allows the number.",
    requestParams: { path: senderIdPath },
    requestBody: {
      required: true,
      content: { "application/json": { schema: paceRequestSchema, example: { perSecond: 40 } } },
    },
    responses: {
      "200": operatedResponse,
      ...problemResponses("invalid-json", "invalid-request", "not-found", "too-large", "unsupported-media-type"),
    },
  },
  createHandler: (deps) => async (request, response) => {
    const caller = callerOf(response);
    const sender = senderFor(caller, deps.deployment(), request.params.id ?? "");
    const parsed = paceRequestSchema.safeParse(await readJsonBody(request, BODY_BYTES_MAX));
    if (!parsed.success) throw invalidRequest("the pace", faultsOf(parsed.error.issues));
    const operated = await deps.store.setPace(sender.id, parsed.data.perSecond, caller.id);
    await answerOperated(deps, response, sender, operated);
  },
};
