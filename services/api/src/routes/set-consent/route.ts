// PUT /v1/contacts/:contact/consents/:category: keeps what a person said about one category.

import { CONSENT_CATEGORIES, type ConsentCategory } from "@tern/core";
import { z } from "zod";
import {
  categoryField,
  categoryView,
  categoryViewSchema,
  exampleCategory,
  resultField,
  statementFields,
  statementOf,
  timeFaults,
} from "../../contacts/consent-view.ts";
import { contactOf, contactPath, ownSender, senderParameter, sendersOf } from "../../contacts/contact-path.ts";
import type { Endpoint } from "../../endpoint.ts";
import { faultsOf, invalidParameters, invalidRequest, parameterFaultsOf } from "../../faults.ts";
import { callerOf, sendJson } from "../../http.ts";
import { wrongParameter } from "../../paging.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { readJsonBody } from "../../read-body.ts";

const BODY_BYTES_MAX = 16 * 1_024;

export const consentRequestSchema = z.strictObject(statementFields).meta({ id: "ConsentRequest" });
export const recordedConsentSchema = z
  .strictObject({ result: resultField, consent: categoryViewSchema })
  .meta({ id: "RecordedConsent" });
const querySchema = z.strictObject({ sender: senderParameter });

export const setConsent: Endpoint = {
  method: "put",
  path: "/v1/contacts/:contact/consents/:category",
  scopes: ["contacts:write"],
  operation: {
    operationId: "setConsent",
    tags: ["Contacts"],
    summary: "Record an opt-in or opt-out",
    description:
      "Keeps what a person said about one category of templates, with its time and its proof. It holds for all senders of " +
      "the portfolio, under every spelling of the contact, and is kept for years (`retention.consentDays`). Repeating it " +
      "with the same `at` changes nothing.",
    requestParams: { path: z.object({ ...contactPath, category: categoryField }), query: querySchema },
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: consentRequestSchema,
          example: { state: "opted-in", at: exampleCategory.history[0]?.at, proof: "Form 12, shop" },
        },
      },
    },
    responses: {
      "200": {
        description: "It is kept; the category after it.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: recordedConsentSchema,
            example: { result: "recorded", consent: exampleCategory },
          },
        },
      },
      ...problemResponses(
        "invalid-json",
        "invalid-parameters",
        "invalid-request",
        "too-large",
        "unsupported-media-type",
      ),
    },
  },
  createHandler:
    ({ store, deployment, clock, requireRoom }) =>
    async (request, response) => {
      const caller = callerOf(response);
      const contact = contactOf(request.params.contact ?? "");
      const category = categoryOf(request.params.category ?? "");
      const query = querySchema.safeParse(request.query);
      if (!query.success) throw invalidParameters(parameterFaultsOf(query.error.issues));
      const { portfolio } = ownSender(caller, deployment(), query.data.sender);

      const nowMs = clock.nowMs();
      const parsed = consentRequestSchema.safeParse(await readJsonBody(request, BODY_BYTES_MAX));
      if (!parsed.success) throw invalidRequest("the consent", faultsOf(parsed.error.issues));
      const faults = timeFaults(parsed.data.at, nowMs, "/at");
      if (faults.length > 0) throw invalidRequest("the consent", faults);
      if (parsed.data.state === "opted-in") requireRoom(); // an opt-out is taken in whatever room there is

      const spellings = await store.findSpellings(portfolio.id, sendersOf(portfolio.id, deployment()), [contact]);
      const statement = statementOf(parsed.data, category, { by: caller.id, nowMs });
      const [result] = await store.recordConsents(portfolio.id, [{ spellings, statement }]);
      const consent = await store.readConsent(portfolio.id, contact);
      sendJson(response, 200, { result, consent: categoryView(consent, category) });
    },
};

function categoryOf(text: string): ConsentCategory {
  const found = CONSENT_CATEGORIES.find((category) => category === text);
  if (!found) throw wrongParameter("category", `category is ${CONSENT_CATEGORIES.join(", ")}`);
  return found;
}
