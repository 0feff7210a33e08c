// Orders that concern all messages of a filter: done page by page, so that a million of them hold nobody up. Each page is
// one line in the audit trail.

import type { Caller, Sender } from "@tern/runtime";
import type { MessageRecord } from "@tern/store";
import { z } from "zod";
import { decodeCursor, encodeCursor, type Filters } from "./cursor.ts";
import type { ApiStore, EndpointDeps } from "./endpoint.ts";
import { faultsOf, invalidRequest, unknownSender } from "./faults.ts";
import type { ApiRequest } from "./http.ts";
import { laneField, referenceField, senderField, timeField } from "./message-request.ts";
import { nextCursorField } from "./paging.ts";
import { requestIdHeader } from "./problem-responses.ts";
import { readJsonBody } from "./read-body.ts";

const BODY_BYTES_MAX = 16 * 1_024;
export const PAGE_MAX = 1_000;
const LIMIT = `limit is a whole number from 1 to ${PAGE_MAX}`;
const CLASS = "class is an error class, such as transient";
const AT = "2027-01-31T09:00:00Z";

/** The filter as a body has it; `status` is what the order can be about. */
export function filterSchema<Status extends z.ZodType<string>>(status: Status) {
  return z.strictObject({
    sender: senderField,
    status: status.optional(),
    class: z
      .string(CLASS)
      .regex(/^[a-z-]{1,40}$/, CLASS)
      .optional()
      .meta({ description: "The class of what went wrong last.", example: "transient" }),
    code: z
      .int("code is a whole number")
      .optional()
      .meta({ description: "Meta's code of what went wrong last.", example: 131000 }),
    template: z.string("template is a name").max(512, "template is a name").optional(),
    lane: laneField.optional(),
    caller: z.string("caller is the id of a caller").max(64, "caller is the id of a caller").optional(),
    reference: referenceField.optional(),
    acceptedFrom: timeField("acceptedFrom")
      .optional()
      .meta({ description: "Accepted at this time or later.", example: AT }),
    acceptedTo: timeField("acceptedTo").optional().meta({ description: "Accepted before this time.", example: AT }),
    limit: z
      .int(LIMIT)
      .min(1, LIMIT)
      .max(PAGE_MAX, LIMIT)
      .default(PAGE_MAX)
      .meta({ description: "The most messages of one page." }),
    cursor: z
      .string("cursor is a text")
      .optional()
      .meta({ description: "From the answer before: its nextCursor, with the same filter." }),
  });
}

export type Filter = z.output<ReturnType<typeof filterSchema>>;

export const manyResultSchema = z
  .strictObject({
    matched: z.int().meta({ description: "How many messages of this page the filter found." }),
    done: z.int(),
    refused: z
      .record(z.string(), z.int())
      .meta({ description: "How many could not be, by reason.", example: { "on-wire": 2 } }),
    nextCursor: nextCursorField.meta({
      description:
        "For the cursor of the next request; null when all are done. A page may match few, even none, and have one.",
    }),
  })
  .meta({ id: "ManyResult" });

export const manyResponse = {
  description: "This page is done.",
  headers: requestIdHeader,
  content: {
    "application/json": {
      schema: manyResultSchema,
      example: {
        matched: 1_000,
        done: 998,
        refused: { "on-wire": 2 },
        nextCursor: encodeCursor("01kahz3n8qf6q9t0x2m4w7c5rd", {}),
      },
    },
  },
};

export interface Page {
  readonly messages: readonly MessageRecord[];
  readonly next: string | null;
}

export interface Work<F extends Filter> {
  readonly what: "retry" | "cancel";
  readonly schema: z.ZodType<F>;
  /** What a cursor's position looks like, unless it is a local id. */
  readonly position?: RegExp;
  readonly find: (store: ApiStore, filter: F, after: string | null, nowMs: number) => Promise<Page>;
  /** Does it to messages of one sender; a reason for each that it was not done to, and null for the others. */
  readonly doTo: (
    store: ApiStore,
    senderId: string,
    messages: readonly MessageRecord[],
  ) => Promise<{ refusals: (string | null)[]; call: boolean }>;
}

/** One page of such an order. */
export async function doToMany<F extends Filter>(
  { store, deployment, clock }: Pick<EndpointDeps, "store" | "deployment" | "clock">,
  work: Work<F>,
  request: ApiRequest,
  caller: Caller,
): Promise<{ result: z.infer<typeof manyResultSchema>; sender: Sender; call: boolean }> {
  const parsed = work.schema.safeParse(await readJsonBody(request, BODY_BYTES_MAX));
  if (!parsed.success) throw invalidRequest("the filter", faultsOf(parsed.error.issues));
  const { limit: _limit, cursor, ...filter } = parsed.data;
  const sender = caller.senderIds.has(filter.sender) ? deployment().senderById.get(filter.sender) : undefined;
  if (!sender) throw unknownSender("/sender");

  const filters: Filters = { what: work.what, filter: JSON.stringify(Object.entries(filter).sort()) };
  const after = cursor === undefined ? null : decodeCursor(cursor, filters, work.position);
  if (cursor !== undefined && after === null) {
    throw invalidRequest("the filter", [
      { pointer: "/cursor", detail: "cursor belongs to another filter, or to none" },
    ]);
  }
  const page = await work.find(store, parsed.data, after, clock.nowMs());
  const { refusals, call } =
    page.messages.length > 0 ? await work.doTo(store, sender.id, page.messages) : { refusals: [], call: false };
  const refused: Record<string, number> = {};
  for (const reason of refusals) if (reason !== null) refused[reason] = (refused[reason] ?? 0) + 1;
  const done = refusals.filter((reason) => reason === null).length;
  if (page.messages.length > 0) {
    await store.audit(
      sender.id,
      caller.id,
      `${work.what} ${done} of ${page.messages.length} with ${JSON.stringify(filter)}`,
    );
  }
  const nextCursor = page.next === null ? null : encodeCursor(page.next, filters);
  return { result: { matched: page.messages.length, done, refused, nextCursor }, sender, call };
}
