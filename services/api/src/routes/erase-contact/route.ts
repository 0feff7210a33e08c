// DELETE /v1/contacts/:contact: everything about a person goes, at all senders of the caller's portfolios.

import { z } from "zod";
import { callWorker } from "../../accept-messages.ts";
import { contactOf, contactPath, wholePortfolios } from "../../contacts/contact-path.ts";
import type { Endpoint } from "../../endpoint.ts";
import { invalidParameters, parameterFaultsOf } from "../../faults.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { ApiProblem } from "../../problems.ts";

/** A send is answered, or its lease runs out, within some seconds. */
const RETRY_AFTER_SECONDS = 10;

export const erasedContactSchema = z
  .strictObject({
    messages: z.int().meta({ description: "Messages erased, those that waited among them: they are not sent." }),
    entries: z.int().meta({
      description: "Entries of feeds, raw webhook bodies, items set aside and audit trails that were removed.",
    }),
    optOutsKept: z.int().meta({
      description: "Opt-outs that still hold, under digests that name nobody, counted by portfolio and category.",
    }),
  })
  .meta({ id: "ErasedContact" });

const querySchema = z.strictObject({
  forget: z.literal("consent", "forget is consent").optional().meta({
    description:
      "Forgets the opt-outs as well. Then nothing keeps marketing from this person any more, should somebody send it.",
  }),
});

export const eraseContact: Endpoint = {
  method: "delete",
  path: "/v1/contacts/:contact",
  scopes: ["contacts:write"],
  operation: {
    operationId: "eraseContact",
    tags: ["Contacts"],
    summary: "Erase a contact",
    description:
      "Removes all that is kept of a person, under every spelling that is known: messages that wait (they are not sent), " +
      "records, contents, failures, metadata, indices, inbound messages, events, raw bodies, windows, budgets, consent. " +
      "Your API key must be one that may use all senders of its portfolios. Opt-outs go on protecting the person, under " +
      "digests that name nobody. If a message is on its way to the provider the answer is 409: all other messages are " +
      "gone then, and the rest goes when you repeat the request. Stop sending to the person first. Safe to repeat.",
    requestParams: { path: z.object(contactPath), query: querySchema },
    responses: {
      "200": {
        description: "Nothing names the person any more.",
        headers: requestIdHeader,
        content: {
          "application/json": { schema: erasedContactSchema, example: { messages: 12, entries: 31, optOutsKept: 1 } },
        },
      },
      ...problemResponses("invalid-parameters", "contact-busy"),
    },
  },
  createHandler:
    ({ store, deployment, producer, metrics, log }) =>
    async (request, response) => {
      const caller = callerOf(response);
      const contact = contactOf(request.params.contact ?? "");
      const query = querySchema.safeParse(request.query);
      if (!query.success) throw invalidParameters(parameterFaultsOf(query.error.issues));
      const optOuts = query.data.forget === "consent" ? "forget" : "keep";

      const sum = { messages: 0, entries: 0, optOutsKept: 0 };
      let left = 0;
      for (const { portfolio, senderIds } of wholePortfolios(caller, deployment())) {
        const spellings = await store.findSpellings(portfolio.id, senderIds, [contact]);
        const { digest } = await store.nameContact(portfolio.id, spellings);
        for (const id of senderIds) await store.audit(id, caller.id, `erasure of the contact ${digest} ordered`);
        const erased = await store.eraseContact({ portfolioId: portfolio.id, senderIds, spellings, optOuts });
        for (const id of erased.call) void callWorker({ producer, metrics, log }, id);
        sum.messages += erased.messages;
        if (erased.kind === "busy") {
          left += erased.left;
        } else {
          sum.entries += erased.entries;
          sum.optOutsKept += erased.optOutsKept;
        }
      }
      if (left > 0) throw contactBusy(left);
      sendJson(response, 200, sum);
    },
};

function contactBusy(left: number): ApiProblem {
  return new ApiProblem("contact-busy", {
    detail:
      `${left} messages to this contact are on their way or came in meanwhile; the others are erased. Stop sending to ` +
      `it, and repeat this in ${RETRY_AFTER_SECONDS} s.`,
    headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
    members: { left },
  });
}
