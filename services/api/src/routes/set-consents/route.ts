// POST /v1/consents: up to 1,000 statements, each with a result of its own.

import { z } from "zod";
import { categoryField, resultField, statementFields, statementOf, timeFaults } from "../../contacts/consent-view.ts";
import { ownSender, readContactName, sendersOf } from "../../contacts/contact-path.ts";
import type { Endpoint } from "../../endpoint.ts";
import { faultsOf, invalidRequest, unknownSender } from "../../faults.ts";
import { callerOf, sendJson } from "../../http.ts";
import { senderField } from "../../message-request.ts";
import { problemResponses, problemSchema, requestIdHeader } from "../../problem-responses.ts";
import { type ProblemBody, problemBody } from "../../problems.ts";
import { readJsonBody } from "../../read-body.ts";

/** A thousand statements with the longest proofs, in four bytes a character. */
const BODY_BYTES_MAX = 5 * 1024 * 1024;
export const CONSENTS_MAX = 1_000;
const LENGTH = `consents has 1 to ${CONSENTS_MAX} statements`;

export const consentItemSchema = z
  .strictObject({
    contact: z
      .string("contact is a phone number or a BSUID")
      .transform((text, context) => {
        const read = readContactName(text);
        if ("contact" in read) return read.contact;
        context.addIssue({ code: "custom", message: `contact ${read.problem}` });
        return z.NEVER;
      })
      .meta({
        description: "A phone number in any international spelling with a plus, or a BSUID.",
        example: "+4915112345678",
      }),
    category: categoryField,
    ...statementFields,
  })
  .meta({ id: "ConsentItem" });

function bodyOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    sender: senderField,
    consents: z.array(item, LENGTH).min(1, LENGTH).max(CONSENTS_MAX, LENGTH),
  });
}

/** For reading: the statements themselves are read one by one. */
const bodySchema = bodyOf(z.unknown());
export const consentsRequestSchema = bodyOf(consentItemSchema).meta({ id: "ConsentsRequest" });

export const consentsResultSchema = z
  .strictObject({
    accepted: z.int().meta({ description: "How many were kept, now or before." }),
    refused: z.int(),
    results: z
      .array(
        z.union([
          z.strictObject({ index: z.int(), result: resultField }),
          z.strictObject({ index: z.int(), problem: problemSchema }),
        ]),
      )
      .meta({ description: "In the order of the request." }),
  })
  .meta({ id: "ConsentsResult" });

type ItemResult = { readonly index: number } & (
  | { readonly result: z.infer<typeof resultField> }
  | { readonly problem: ProblemBody }
);

const exampleItem = { contact: "+4915112345678", category: "marketing", state: "opted-in", source: "import" };

export const setConsents: Endpoint = {
  method: "post",
  path: "/v1/consents",
  scopes: ["contacts:write"],
  operation: {
    operationId: "setConsents",
    tags: ["Contacts"],
    summary: "Record up to 1,000 opt-ins and opt-outs",
    description:
      "Each statement by itself: one that is refused harms no other. All are for the portfolio of `sender`. Safe to repeat " +
      "when each has its own `at`. A body has at most 5 MiB.",
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: consentsRequestSchema,
          example: {
            sender: "demo",
            consents: [exampleItem, { ...exampleItem, contact: "+15550783881", state: "opted-out" }],
          },
        },
      },
    },
    responses: {
      "200": {
        description: "A result for each.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: consentsResultSchema,
            example: {
              accepted: 1,
              refused: 1,
              results: [
                { index: 0, result: "recorded" },
                {
                  index: 1,
                  problem: problemBody(
                    invalidRequest("the consent", [
                      { pointer: "/consents/1/state", detail: "state is opted-in or opted-out" },
                    ]),
                  ),
                },
              ],
            },
          },
        },
      },
      ...problemResponses("invalid-json", "invalid-request", "unknown-sender", "too-large", "unsupported-media-type"),
    },
  },
  createHandler:
    ({ store, deployment, clock, requireRoom }) =>
    async (request, response) => {
      const caller = callerOf(response);
      const nowMs = clock.nowMs();
      const parsed = bodySchema.safeParse(await readJsonBody(request, BODY_BYTES_MAX));
      if (!parsed.success) throw invalidRequest("the request", faultsOf(parsed.error.issues));
      requireRoom();
      const { sender: senderId, consents } = parsed.data;
      if (!caller.senderIds.has(senderId)) throw unknownSender("/sender");
      const { portfolio } = ownSender(caller, deployment(), senderId);
      const senderIds = sendersOf(portfolio.id, deployment());

      const results: ItemResult[] = [];
      const read = consents.flatMap((value, index) => {
        const base = ["consents", index];
        const item = consentItemSchema.safeParse(value);
        const faults = item.success
          ? timeFaults(item.data.at, nowMs, `/consents/${index}/at`)
          : faultsOf(item.error.issues, base);
        if (item.success && faults.length === 0) return [{ index, item: item.data }];
        results[index] = { index, problem: problemBody(invalidRequest("the consent", faults)) };
        return [];
      });
      const changes = await Promise.all(
        read.map(async ({ item: { contact, category, ...told } }) => ({
          spellings: await store.findSpellings(portfolio.id, senderIds, [contact]),
          statement: statementOf(told, category, { by: caller.id, nowMs }),
        })),
      );
      const recorded = await store.recordConsents(portfolio.id, changes);
      for (const [at, { index }] of read.entries()) results[index] = { index, result: recorded[at] ?? "same" };
      sendJson(response, 200, { accepted: read.length, refused: consents.length - read.length, results });
    },
};
