// GET /v1/senders/:id/templates/:name: a template in all its languages.

import { z } from "zod";
import type { Endpoint } from "../../endpoint.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import {
  exampleTemplate,
  keptTemplates,
  nothingThere,
  templateNamed,
  templateNamePath,
  templateView,
  templateViewSchema,
} from "../../template-view.ts";

export const templateLanguagesSchema = z
  .strictObject({ name: z.string(), languages: z.array(templateViewSchema) })
  .meta({ id: "TemplateLanguages" });

export const getTemplate: Endpoint = {
  method: "get",
  path: "/v1/senders/:id/templates/:name",
  scopes: ["templates:read", "operate"],
  operation: {
    operationId: "getTemplate",
    tags: ["Templates"],
    summary: "A template in all its languages",
    description: "As it is known here. To the provider each language is a template of its own.",
    requestParams: { path: senderIdPath.extend(templateNamePath) },
    responses: {
      "200": {
        description: "The template.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: templateLanguagesSchema,
            example: { name: exampleTemplate.name, languages: [exampleTemplate] },
          },
        },
      },
      ...problemResponses("not-found"),
    },
  },
  createHandler:
    ({ store, deployment }) =>
    async (request, response) => {
      const sender = senderFor(callerOf(response), deployment(), request.params.id ?? "");
      const { name } = templateNamed(request.params);
      const kept = await store.readTemplates(sender.wabaId);
      const languages = keptTemplates(kept?.entries ?? [])
        .filter(({ definition }) => definition.name === name)
        .map(({ definition, saidAtMs }) => templateView(definition, saidAtMs));
      if (languages.length === 0) {
        throw nothingThere(
          kept?.syncedAtMs == null
            ? "No template of this name is known here; the provider's list has not been read yet."
            : "There is no template of this name in the sender's account.",
        );
      }
      sendJson(response, 200, { name, languages });
    },
};
