// The answer to an order of an operator: the state after it, and whether it changed anything. Orders are idempotent.

import type { Sender } from "@tern/runtime";
import type { Operated } from "@tern/store";
import { z } from "zod";
import { callWorker } from "./accept-messages.ts";
import type { EndpointDeps } from "./endpoint.ts";
import { type ApiResponse, sendJson } from "./http.ts";
import { requestIdHeader } from "./problem-responses.ts";
import { exampleSender, readSenderView, senderViewSchema } from "./sender-view.ts";

export const changedField = z.boolean().meta({ description: "False when it was so already." });

export const operatedSchema = z
  .strictObject({ changed: changedField, sender: senderViewSchema })
  .meta({ id: "OperatedSender" });

export const operatedResponse = {
  description: "It is so, now or before; the sender after it.",
  headers: requestIdHeader,
  content: { "application/json": { schema: operatedSchema, example: { changed: true, sender: exampleSender } } },
};

/** Calls a worker if the order let something go, and answers with the sender as it is now. */
export async function answerOperated(
  deps: Pick<EndpointDeps, "store" | "producer" | "metrics" | "log">,
  response: ApiResponse,
  sender: Sender,
  { changed, call }: Operated,
): Promise<void> {
  if (call) void callWorker(deps, sender.id);
  sendJson(response, 200, { changed, sender: await readSenderView(deps.store, sender) });
}
