// GET /v1/contacts/:contact: what is known of a person: spellings, consent with its evidence, the customer service window.

import { consentAnswer, windowMarginMs } from "@tern/core";
import { z } from "zod";
import { consentView, consentViewSchema, exampleCategory } from "../../contacts/consent-view.ts";
import { contactOf, contactPath, ownSender, senderParameter, sendersOf } from "../../contacts/contact-path.ts";
import type { Endpoint } from "../../endpoint.ts";
import { invalidParameters, parameterFaultsOf } from "../../faults.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { isoOrNull } from "../../times.ts";

const AT = "2027-01-31T09:00:00.000Z";
const time = (description: string) => z.string().nullable().meta({ description, format: "date-time", example: AT });

export const contactViewSchema = z
  .strictObject({
    contact: z.string().meta({
      description:
        "The name under which order, budget, window and consent are kept: the phone number, where one is known.",
      example: "+4915112345678",
    }),
    spellings: z.array(z.string()).meta({ description: "Everything that is known to name this person." }),
    sender: z.string().meta({ description: "Whose window and policy are shown." }),
    window: z
      .strictObject({
        isOpen: z.boolean().meta({
          description: "Free-form messages may be sent by this sender now: its safety margin before the end is kept.",
        }),
        closesAt: time("When the customer service window closes, or closed; null when nothing is known of one."),
        freeUntil: time("When the free entry point window ends; null when there is none."),
        lastInboundAt: time("When the person last wrote to this sender or called it; kept for some days."),
      })
      .meta({ description: "Of this sender alone: each number has a window of its own." }),
    marketing: z
      .strictObject({
        policy: z.enum(["required", "optout-only", "off"]),
        answer: z.enum(["allowed", "opted-out", "consent-missing"]),
      })
      .meta({ description: "Whether this sender's policy lets a marketing template go to this contact now." }),
    consent: consentViewSchema,
  })
  .meta({ id: "Contact" });
const querySchema = z.strictObject({ sender: senderParameter });

const nothingSaid = { state: "unknown" as const, history: [] };
const exampleContact: z.infer<typeof contactViewSchema> = {
  contact: "+4915112345678",
  spellings: ["+4915112345678", "DE.13491208655302741918"],
  sender: "demo",
  window: { isOpen: true, closesAt: AT, freeUntil: null, lastInboundAt: "2027-01-30T09:00:00.000Z" },
  marketing: { policy: "required", answer: "allowed" },
  consent: { marketing: exampleCategory, utility: nothingSaid, authentication: nothingSaid },
};

export const getContact: Endpoint = {
  method: "get",
  path: "/v1/contacts/:contact",
  scopes: ["contacts:read"],
  operation: {
    operationId: "getContact",
    tags: ["Contacts"],
    summary: "What is known of a contact",
    description:
      "Consent with its evidence, spellings, and the customer service window of one sender. Nothing is masked. A contact " +
      "that nothing is known of is shown as just that.",
    requestParams: { path: z.object(contactPath), query: querySchema },
    responses: {
      "200": {
        description: "The contact.",
        headers: requestIdHeader,
        content: { "application/json": { schema: contactViewSchema, example: exampleContact } },
      },
      ...problemResponses("invalid-parameters"),
    },
  },
  createHandler:
    ({ store, deployment, clock }) =>
    async (request, response) => {
      const name = contactOf(request.params.contact ?? "");
      const query = querySchema.safeParse(request.query);
      if (!query.success) throw invalidParameters(parameterFaultsOf(query.error.issues));
      const sender = ownSender(callerOf(response), deployment(), query.data.sender);
      const { portfolio } = sender;

      const found = await store.findSpellings(portfolio.id, sendersOf(portfolio.id, deployment()), [name]);
      const [known, consent] = await Promise.all([
        store.readContact(sender.id, name),
        store.readConsent(portfolio.id, name),
      ]);
      const policy = sender.consent.marketing;
      const state = consent.statements.marketing[0]?.state ?? null;
      const contact = [known.contact, ...found].find((spelling) => spelling.startsWith("+")) ?? known.contact;
      const closesAtMs = known.windowClosesAtMs;
      const marginMs = windowMarginMs(sender.window) ?? 0;
      sendJson(response, 200, {
        contact,
        spellings: [contact, ...found.filter((spelling) => spelling !== contact)],
        sender: sender.id,
        window: {
          isOpen: closesAtMs !== null && closesAtMs - marginMs > clock.nowMs(),
          closesAt: isoOrNull(closesAtMs),
          freeUntil: isoOrNull(known.freeEntryPointUntilMs),
          lastInboundAt: isoOrNull(known.lastInboundAtMs),
        },
        marketing: { policy, answer: consentAnswer("marketing", state, policy) },
        consent: consentView(consent),
      });
    },
};
