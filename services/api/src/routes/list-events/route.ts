// GET /v1/events: the feed of what happened, to messages and to everything else, with a cursor and a long poll.

import { z } from "zod";
import type { Endpoint } from "../../endpoint.ts";
import { invalidParameters, parameterFaultsOf } from "../../faults.ts";
import { eventSchema, eventTypeOf, eventView, exampleEvent } from "../../feeds/event-view.ts";
import {
  cursorAfter,
  FEED_DESCRIPTION,
  feedParameters,
  feedRequestOf,
  listParameter,
  pageFields,
} from "../../feeds/feed-query.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";

const querySchema = z.strictObject({
  ...feedParameters,
  type: listParameter("type", /^[a-z][a-z-]{0,40}$/).meta({
    description: "Only events of these types, with commas.",
    override: { type: "string", example: "message-status,template-status" },
  }),
});

export const eventsSchema = z.strictObject({ events: z.array(eventSchema), ...pageFields }).meta({ id: "Events" });

export const listEvents: Endpoint = {
  method: "get",
  path: "/v1/events",
  scopes: ["events:read"],
  operation: {
    operationId: "listEvents",
    tags: ["Feeds"],
    summary: "What happened",
    description: `Every change of a message's status, and what the provider reports besides. ${FEED_DESCRIPTION}`,
    requestParams: { query: querySchema },
    responses: {
      "200": {
        description: "A page of the feed, oldest first.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: eventsSchema,
            example: { events: [exampleEvent], nextCursor: "WyJldmVudHMiLHt9XQ", hasMore: false },
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
      const { type, cursor } = query.data;
      const context = { caller: callerOf(response), deployment: deployment(), response };
      const wanted = type && new Set(type);
      const page = await feeds.readPage({
        ...feedRequestOf("events", query.data, context),
        matches: (entry) => !wanted || wanted.has(eventTypeOf(entry)),
      });
      sendJson(response, 200, {
        events: page.entries.map(eventView),
        nextCursor: cursorAfter("events", page, cursor),
        hasMore: page.hasMore,
      });
    },
};
