// GET /v1/senders/:id/audit: who ordered what, newest first.

import { LANES } from "@tern/core";
import { AUDIT_POSITION } from "@tern/store";
import { z } from "zod";
import { encodeCursor } from "../../cursor.ts";
import type { Endpoint } from "../../endpoint.ts";
import { invalidParameters, parameterFaultsOf } from "../../faults.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { afterOf, cursorParameter, limitParameter, nextCursorField } from "../../paging.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { iso } from "../../times.ts";

const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;
const AT = "2027-01-31T09:00:00.000Z";

const querySchema = z.strictObject({ limit: limitParameter(LIMIT_MAX, LIMIT_DEFAULT), cursor: cursorParameter });

export const auditSchema = z
  .strictObject({
    entries: z.array(
      z.strictObject({
        at: z.string().meta({ format: "date-time", example: AT }),
        who: z.string().meta({ description: "The caller, or `configuration` for a changed deployment file." }),
        verb: z.string().meta({ description: "pause, resume, set, configured, or note for what concerns messages." }),
        kind: z.string().meta({ description: "sender, lane or template." }),
        name: z.string().meta({ description: "The lane, the template's name, or what was set." }),
        value: z.string().meta({ description: "What it was set to, or the text of a note." }),
        changed: z.boolean(),
      }),
    ),
    nextCursor: nextCursorField,
  })
  .meta({ id: "Audit" });

export const readAudit: Endpoint = {
  method: "get",
  path: "/v1/senders/:id/audit",
  scopes: ["operate"],
  operation: {
    operationId: "readAudit",
    tags: ["Operating"],
    summary: "Who ordered what",
    description:
      "What operators ordered about this sender and its messages, newest first; the last 10,000 orders are kept.",
    requestParams: { path: senderIdPath, query: querySchema },
    responses: {
      "200": {
        description: "A page of the trail.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: auditSchema,
            example: {
              entries: [{ at: AT, who: "ops", verb: "pause", kind: "sender", name: "", value: "", changed: true }],
              nextCursor: null,
            },
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
      const { limit = LIMIT_DEFAULT, cursor } = query.data;
      const filters = { what: "audit", sender: sender.id };
      const entries = await store.readAudit(sender.id, limit, afterOf(cursor, filters, AUDIT_POSITION));
      const last = entries.length === limit ? entries.at(-1) : undefined;
      sendJson(response, 200, {
        entries: entries.map(({ atMs, who, verb, kind, name, value, changed }) => ({
          at: iso(atMs),
          who,
          verb,
          kind,
          name: nameOf(kind, name),
          value,
          changed,
        })),
        nextCursor: last === undefined ? null : encodeCursor(last.position, filters),
      });
    },
};

/** What the trail names by its place in Redis, in words. */
function nameOf(kind: string, name: string): string {
  if (kind === "lane") return LANES[Number(name)] ?? name;
  return /^full\d$/.test(name) ? "tier-full" : name;
}
