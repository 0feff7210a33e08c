// GET /v1/senders/:id/blocked: who is blocked, page by page, as the provider keeps it.

import { z } from "zod";
import { encodeCursor } from "../../cursor.ts";
import type { Endpoint } from "../../endpoint.ts";
import { invalidParameters, parameterFaultsOf } from "../../faults.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { afterOf, cursorParameter, limitParameter, nextCursorField } from "../../paging.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { providerProblem } from "../../provider-problem.ts";
import { blockedUserSchema, userViewOf } from "../block-users/block-list.ts";

const LIMIT_MAX = 1_000;
const LIMIT_DEFAULT = 100;
/** The provider's own cursor, whatever is in it. */
const PROVIDER_CURSOR = /^[\x21-\x7e]{1,4096}$/;

const querySchema = z.strictObject({ limit: limitParameter(LIMIT_MAX, LIMIT_DEFAULT), cursor: cursorParameter });

export const blockedSchema = z
  .strictObject({ users: z.array(blockedUserSchema), nextCursor: nextCursorField })
  .meta({ id: "BlockedUsers" });

export const listBlocked: Endpoint = {
  method: "get",
  path: "/v1/senders/:id/blocked",
  scopes: ["conversations:write"],
  operation: {
    operationId: "listBlocked",
    tags: ["Conversations"],
    summary: "Who is blocked",
    description: "The number's block list as the provider keeps it; Tern keeps none of its own.",
    requestParams: { path: senderIdPath, query: querySchema },
    responses: {
      "200": {
        description: "A page of the list.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: blockedSchema,
            example: { users: [{ input: null, waId: "4915112345678", userId: null }], nextCursor: null },
          },
        },
      },
      ...problemResponses("invalid-parameters", "not-found", "provider-failed", "provider-refused"),
    },
  },
  createHandler:
    ({ provider, deployment }) =>
    async (request, response) => {
      const sender = senderFor(callerOf(response), deployment(), request.params.id ?? "");
      const query = querySchema.safeParse(request.query);
      if (!query.success) throw invalidParameters(parameterFaultsOf(query.error.issues));
      const { limit = LIMIT_DEFAULT, cursor } = query.data;
      const filters = { what: "blocked", sender: sender.id };
      const after = afterOf(cursor, filters, PROVIDER_CURSOR);
      const result = await provider.listBlocked(sender, { limit, ...(after !== null && { after }) });
      if ("failure" in result) throw providerProblem(result.failure);
      sendJson(response, 200, {
        users: result.ok.users.map(userViewOf),
        nextCursor: result.ok.after === null ? null : encodeCursor(result.ok.after, filters),
      });
    },
};
