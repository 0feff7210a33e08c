// GET /v1/senders/:id/templates: the templates of the sender's account, as they are known here.

import { z } from "zod";
import { encodeCursor } from "../../cursor.ts";
import type { Endpoint } from "../../endpoint.ts";
import { invalidParameters, parameterFaultsOf } from "../../faults.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { afterOf, cursorParameter, limitParameter, nextCursorField } from "../../paging.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { exampleTemplate, keptTemplates, templateView, templateViewSchema } from "../../template-view.ts";
import { isoOrNull } from "../../times.ts";

const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;
const POSITION = /^[a-z0-9_]{1,512}\/[A-Za-z0-9_-]{1,35}$/;
const WORD = "a word of capital letters and underscores";
const word = (name: string) =>
  z
    .string(`${name} is ${WORD}`)
    .regex(/^[A-Z_]{1,50}$/, `${name} is ${WORD}`)
    .optional();

const querySchema = z.strictObject({
  name: z
    .string("name is a part of a name")
    .regex(/^[a-z0-9_]{1,512}$/, "name is a part of a name: a-z, 0-9 and _")
    .optional()
    .meta({ description: "Only those with this in their name." }),
  status: word("status").meta({ description: "Only those with this status, such as APPROVED." }),
  category: word("category").meta({ description: "Only those of this category, such as MARKETING." }),
  limit: limitParameter(LIMIT_MAX, LIMIT_DEFAULT),
  cursor: cursorParameter,
});

export const templateListSchema = z
  .strictObject({
    templates: z.array(templateViewSchema),
    count: z.int().meta({ description: "How many the account has in all; it may have 250, or 6,000 when verified." }),
    syncedAt: z.string().nullable().meta({
      description: "When the last whole list was read from the provider; null: never yet.",
      format: "date-time",
    }),
    nextCursor: nextCursorField,
  })
  .meta({ id: "TemplateList" });

export const listTemplates: Endpoint = {
  method: "get",
  path: "/v1/senders/:id/templates",
  scopes: ["templates:read", "operate"],
  operation: {
    operationId: "listTemplates",
    tags: ["Templates"],
    summary: "Templates and their status",
    description:
      "By name and language. What is known here comes from the provider's list, read every few minutes, and from its " +
      "webhooks; POST /v1/senders/{id}/template-sync reads it at once.",
    requestParams: { path: senderIdPath, query: querySchema },
    responses: {
      "200": {
        description: "A page of templates.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: templateListSchema,
            example: { templates: [exampleTemplate], count: 1, syncedAt: exampleTemplate.saidAt, nextCursor: null },
          },
        },
      },
      ...problemResponses("invalid-parameters", "not-found"),
    },
  },
  createHandler:
    ({ store, deployment }) =>
    async (request, response) => {
      const sender = senderFor(callerOf(response), deployment(), request.params.id ?? "");
      const query = querySchema.safeParse(request.query);
      if (!query.success) throw invalidParameters(parameterFaultsOf(query.error.issues));
      const { name, status, category, limit = LIMIT_DEFAULT, cursor } = query.data;
      const filters = {
        what: "templates",
        sender: sender.id,
        name: name ?? null,
        status: status ?? null,
        category: category ?? null,
      };
      const after = afterOf(cursor, filters, POSITION);

      const kept = await store.readTemplates(sender.wabaId);
      const all = keptTemplates(kept?.entries ?? []);
      const matching = all.filter(
        ({ key, definition }) =>
          (after === null || key > after) &&
          (name === undefined || definition.name.includes(name)) &&
          (status === undefined || definition.status === status) &&
          (category === undefined || definition.category === category),
      );
      const page = matching.slice(0, limit);
      const last = matching.length > limit ? page.at(-1) : undefined;
      sendJson(response, 200, {
        templates: page.map(({ definition, saidAtMs }) => templateView(definition, saidAtMs)),
        count: all.length,
        syncedAt: isoOrNull(kept?.syncedAtMs ?? null),
        nextCursor: last ? encodeCursor(last.key, filters) : null,
      });
    },
};
