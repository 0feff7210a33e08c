// Consent as callers see it, and as they tell it.

import { CONSENT_CATEGORIES, CONSENT_STATES, type ConsentCategory } from "@tern/core";
import { CONSENT_SOURCES, type ConsentStatement, type ContactConsent } from "@tern/store";
import { z } from "zod";
import { timeField } from "../message-request.ts";
import type { Fault } from "../problems.ts";
import { iso } from "../times.ts";

const PROOF_MAX = 1_024;
const PROOF = `proof is a text of 1 to ${PROOF_MAX} characters`;
/** What clocks of callers may be ahead: a statement from the future would overrule all that is said until then. */
const AHEAD_MAX_MS = 60_000;
const AT = "2027-01-31T09:00:00.000Z";

/** What callers may say of where a statement comes from; the others are found out by Tern itself. */
const TOLD_SOURCES = ["api", "import"] as const;

const stateWords = `state is ${CONSENT_STATES.join(" or ")}`;

/** What a caller says of one contact and category. */
export const statementFields = {
  state: z.enum(CONSENT_STATES, stateWords).meta({ description: "What the person said.", example: "opted-in" }),
  at: timeField("at")
    .optional()
    .meta({
      description:
        "When the person said it; left out: now. Statements are ordered by this time, so an older one that arrives late " +
        "is kept and overrules nothing; of two of one moment the opt-out counts.",
      example: AT,
    }),
  source: z
    .enum(TOLD_SOURCES, `source is ${TOLD_SOURCES.join(" or ")}`)
    .default("api")
    .meta({ description: "`import` for evidence that was collected before." }),
  proof: z.string(PROOF).min(1, PROOF).max(PROOF_MAX, PROOF).optional().meta({
    description: "What shows it: the words of the form, an address, a recording's name.",
    example: "Form 12, shop",
  }),
};

export const categoryField = z
  .enum(CONSENT_CATEGORIES, `category is ${CONSENT_CATEGORIES.join(", ")}`)
  .meta({ description: "Of templates, as Meta sorts them. Only `marketing` is held back by what a contact said." });

const told = z.object(statementFields);

/** The statement as it is kept; `nowMs` when it has no time of its own. */
export function statementOf(
  { state, at, source, proof }: z.output<typeof told>,
  category: ConsentCategory,
  { by, nowMs }: { by: string; nowMs: number },
): ConsentStatement {
  return { category, state, atMs: at ?? nowMs, source, by, proof: proof ?? null };
}

/** What is wrong with the time of a statement, beside its form. */
export function timeFaults(at: number | undefined, nowMs: number, pointer: string): Fault[] {
  if (at === undefined) return [];
  if (at > nowMs + AHEAD_MAX_MS) return [{ pointer, detail: "at is a time to come: nobody has said it yet" }];
  return at < 0 ? [{ pointer, detail: "at is before 1970" }] : [];
}

export const statementViewSchema = z
  .strictObject({
    state: z.enum(CONSENT_STATES),
    at: z.string().meta({ description: "When it was said.", format: "date-time", example: AT }),
    source: z.enum(CONSENT_SOURCES).meta({
      description:
        "`api` and `import`: a caller told it · `user_preferences`: the stop or resume in WhatsApp's own settings · " +
        "`131050`: a send failed since the person stopped marketing · `keyword`: a message was nothing but such a word " +
        "· `erasure`: an opt-out that outlived the erasure of the contact.",
    }),
    by: z.string().nullable().meta({ description: "The caller that told it; null when the provider did." }),
    proof: z.string().nullable(),
  })
  .meta({ id: "ConsentStatement" });

export const categoryViewSchema = z
  .strictObject({
    state: z.enum([...CONSENT_STATES, "unknown"]).meta({ description: "`unknown`: nothing was ever said." }),
    history: z
      .array(statementViewSchema)
      .meta({ description: "The last statements, newest first: the first of them counts." }),
  })
  .meta({ id: "CategoryConsent" });

export const consentViewSchema = z
  .strictObject(
    Object.fromEntries(CONSENT_CATEGORIES.map((category) => [category, categoryViewSchema])) as Record<
      ConsentCategory,
      typeof categoryViewSchema
    >,
  )
  .meta({ id: "Consent" });

export function categoryView(
  { statements }: ContactConsent,
  category: ConsentCategory,
): z.infer<typeof categoryViewSchema> {
  const history = statements[category].map(({ state, atMs, source, by, proof }) => ({
    state,
    at: iso(atMs),
    source,
    by,
    proof,
  }));
  return { state: history[0]?.state ?? "unknown", history };
}

export function consentView(consent: ContactConsent): z.infer<typeof consentViewSchema> {
  return Object.fromEntries(
    CONSENT_CATEGORIES.map((category) => [category, categoryView(consent, category)]),
  ) as z.infer<typeof consentViewSchema>;
}

export const resultField = z.enum(["recorded", "older", "same"]).meta({
  description: "`recorded`: it counts now · `older`: kept, but a later statement counts · `same`: known already.",
});

export const exampleStatement: z.infer<typeof statementViewSchema> = {
  state: "opted-in",
  at: AT,
  source: "api",
  by: "crm",
  proof: "Form 12, shop",
};

export const exampleCategory: z.infer<typeof categoryViewSchema> = { state: "opted-in", history: [exampleStatement] };
