// GET /v1/inbound: the feed of what people write, with a cursor and a long poll.

import { z } from "zod";
import type { Endpoint } from "../../endpoint.ts";
import { invalidParameters, parameterFaultsOf } from "../../faults.ts";
import {
  cursorAfter,
  FEED_DESCRIPTION,
  feedParameters,
  feedRequestOf,
  listParameter,
  pageFields,
} from "../../feeds/feed-query.ts";
import { exampleInbound, inboundEntryOf, inboundSchema, inboundView } from "../../feeds/inbound-view.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { readRecipient } from "../../recipient.ts";

const BSUID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;
const CONTACT_RULE = "contact is a phone number with a plus (as %2B), or a BSUID";

const querySchema = z.strictObject({
  ...feedParameters,
  // "+" in a query means a space: whoever forgot to write it as %2B meant a plus.
  contact: z
    .string(CONTACT_RULE)
    .transform((text, context) => {
      if (BSUID.test(text)) return text;
      const recipient = readRecipient(text.replace(/^ /, "+"));
      if ("number" in recipient) return recipient.number;
      context.addIssue({ code: "custom", message: CONTACT_RULE });
      return z.NEVER;
    })
    .optional()
    .meta({
      description: "Only messages of this person: a phone number with a plus (as %2B), or a BSUID.",
      example: "+4915112345678",
    }),
  type: listParameter("type", /^[a-z][a-z_]{0,60}$/).meta({
    description: "Only messages of these types, with commas.",
    override: { type: "string", example: "text,image" },
  }),
  raw: z
    .enum(["true", "false"], "raw is true or false")
    .optional()
    .meta({
      description: "Also the message as the provider sent it.",
      override: ({ jsonSchema }) => {
        delete jsonSchema.enum;
        Object.assign(jsonSchema, { type: "boolean", default: false });
      },
    }),
});

export const inboundPageSchema = z
  .strictObject({ messages: z.array(inboundSchema), ...pageFields })
  .meta({ id: "InboundMessages" });

export const listInbound: Endpoint = {
  method: "get",
  path: "/v1/inbound",
  scopes: ["inbound:read"],
  operation: {
    operationId: "listInbound",
    tags: ["Feeds"],
    summary: "What people write",
    description: `Inbound messages of every type, in one shape. ${FEED_DESCRIPTION}`,
    requestParams: { query: querySchema },
    responses: {
      "200": {
        description: "A page of the feed, oldest first.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: inboundPageSchema,
            example: { messages: [exampleInbound], nextCursor: "WyJpbmJvdW5kIix7fV0", hasMore: false },
          },
        },
      },
      ...problemResponses("cursor-expired", "invalid-parameters"),
    },
  },
  createHandler:
    ({ feeds, deployment }) =>
    async (request, response) => {
      const query = querySchema.safeParse(request.query);
      if (!query.success) throw invalidParameters(parameterFaultsOf(query.error.issues));
      const { type, contact, cursor, raw } = query.data;
      const context = { caller: callerOf(response), deployment: deployment(), response };
      const wanted = type && new Set(type);
      const page = await feeds.readPage({
        ...feedRequestOf("inbound", query.data, context),
        matches: (entry) => {
          if (!wanted && contact === undefined) return true;
          const said = inboundEntryOf(entry);
          return (!wanted || wanted.has(said.type)) && (contact === undefined || said.ids.includes(contact));
        },
      });
      sendJson(response, 200, {
        messages: page.entries.map((one) => inboundView(one, raw === "true")),
        nextCursor: cursorAfter("inbound", page, cursor),
        hasMore: page.hasMore,
      });
    },
};
