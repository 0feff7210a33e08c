// POST /v1/senders/:id/template-sync: reads the provider's list of templates at once.

import { syncTemplates as sync } from "@tern/dialog360";
import { z } from "zod";
import { callWorker } from "../../accept-messages.ts";
import type { Endpoint } from "../../endpoint.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { providerProblem } from "../../provider-problem.ts";
import { sendersOfAccount } from "../../template-view.ts";
import { iso } from "../../times.ts";

/** The provider takes some hundred calls an hour for an account, and a list is up to 60 of them (docs/sources.md, limits). */
const FRESH_MS = 10_000;

export const templateSyncSchema = z
  .strictObject({
    count: z.int().meta({ description: "How many templates the account has." }),
    changed: z.int().meta({ description: "How many were new, gone or different." }),
    syncedAt: z.string().meta({ format: "date-time" }),
  })
  .meta({ id: "TemplateSync" });

export const syncTemplates: Endpoint = {
  method: "post",
  path: "/v1/senders/:id/template-sync",
  scopes: ["templates:write", "operate"],
  operation: {
    operationId: "syncTemplates",
    tags: ["Templates"],
    summary: "Read the provider's list of templates at once",
    description:
      "Workers do so every few minutes by themselves. Messages that wait for a template that may be sent again go on, as " +
      "after a webhook. Within 10 seconds after a list it is not read again. It takes no body.",
    requestParams: { path: senderIdPath },
    responses: {
      "200": {
        description: "It is read.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: templateSyncSchema,
            example: { count: 12, changed: 1, syncedAt: "2027-01-31T09:00:00.000Z" },
          },
        },
      },
      ...problemResponses("not-found", "provider-refused", "provider-failed"),
    },
  },
  createHandler:
    ({ store, deployment, provider, producer, metrics, log, clock, templates }) =>
    async (request, response) => {
      const sender = senderFor(callerOf(response), deployment(), request.params.id ?? "");
      const known = await store.readTemplateSummary(sender.wabaId);
      if (known.syncedAtMs !== null && clock.nowMs() - known.syncedAtMs < FRESH_MS) {
        sendJson(response, 200, { count: known.count, changed: 0, syncedAt: iso(known.syncedAtMs) });
        return;
      }
      const senderIds = sendersOfAccount(deployment(), sender).map(({ id }) => id);
      const restMs = deployment().sending.templatePausedMs;
      const begunAtMs = clock.nowMs();
      const result = await sync({ store, provider, clock }, { account: sender, senderIds, restMs });
      if ("failure" in result) throw providerProblem(result.failure);
      for (const id of result.ok.calls) void callWorker({ producer, metrics, log }, id);
      await templates.refresh(sender);
      const { count, changed } = result.ok;
      sendJson(response, 200, { count, changed, syncedAt: iso(begunAtMs) });
    },
};
