// Consent: what a person has allowed, by category, and what follows from it. A statement says that somebody opted in or
// out at some moment; the last statement of a category counts, and where two were made in one moment, the refusal.
//
// Only marketing is held back. An opt-out concerns marketing templates, and utility, authentication and free-form messages
// stay allowed (docs/sources.md, windows); a statement about those categories is kept and shown as evidence.

/** Meta's categories of templates. */
export const CONSENT_CATEGORIES = ["marketing", "utility", "authentication"] as const;
export type ConsentCategory = (typeof CONSENT_CATEGORIES)[number];

export const CONSENT_STATES = ["opted-in", "opted-out"] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

/** What a marketing template needs of its recipient: an opt-in, no opt-out, or nothing. */
export type ConsentPolicy = "required" | "optout-only" | "off";

export type ConsentAnswer = "allowed" | "opted-out" | "consent-missing";

const MARKETING = {
  required: { "opted-in": "allowed", "opted-out": "opted-out", unknown: "consent-missing" },
  "optout-only": { "opted-in": "allowed", "opted-out": "opted-out", unknown: "allowed" },
  off: { "opted-in": "allowed", "opted-out": "allowed", unknown: "allowed" },
} as const satisfies Record<ConsentPolicy, Record<ConsentState | "unknown", ConsentAnswer>>;

/** Whether the state of a contact matters at all: if not, nobody need look it up. */
export function asksForConsent(category: ConsentCategory, policy: ConsentPolicy): boolean {
  return category === "marketing" && policy !== "off";
}

/** Whether a template of this category may go to a contact; `state` null: nothing was ever said. */
export function consentAnswer(
  category: ConsentCategory,
  state: ConsentState | null,
  policy: ConsentPolicy,
): ConsentAnswer {
  return asksForConsent(category, policy) ? MARKETING[policy][state ?? "unknown"] : "allowed";
}
