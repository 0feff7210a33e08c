// Consent at the last moment: between its acceptance and its slot a marketing template may have waited for days, and its
// recipient may have opted out meanwhile. And what a send's answer says about consent.

import { asksForConsent, type ConsentAnswer, type ConsentPolicy, type Failure } from "@tern/core";
import type { ConsentChange, Store, Taken } from "@tern/store";
import type { SendOutcome } from "./send-message.ts";

/** Meta's code for a person who has stopped marketing messages of this business (docs/sources.md, error codes). */
const STOPPED_MARKETING = 131_050;

const FAILURES = {
  "opted-out": {
    code: null,
    httpStatus: null,
    reason: "the recipient opted out of marketing",
    hint: "It was not put on the wire. Utility and authentication templates may still go to this contact.",
  },
  "consent-missing": {
    code: null,
    httpStatus: null,
    reason: "the recipient has not opted in to marketing",
    hint: "It was not put on the wire: the sender's policy requires an opt-in. Record it, then order the message again.",
  },
} as const satisfies Record<Exclude<ConsentAnswer, "allowed">, Failure>;

export interface ConsentingSender {
  readonly portfolio: { readonly id: string };
  readonly consent: { readonly marketing: ConsentPolicy };
}

/**
 * Why this message must not be sent, as far as consent goes; null when it may be.
 *
 * rejects   when Redis cannot say: then nobody may say that it is allowed
 */
export async function consentFailure(
  store: Pick<Store, "checkConsent">,
  sender: ConsentingSender,
  { marketingTo }: Pick<Taken, "marketingTo">,
): Promise<Failure | null> {
  const policy = sender.consent.marketing;
  if (marketingTo === null || !asksForConsent("marketing", policy)) return null;
  const [answer] = await store.checkConsent(sender.portfolio.id, [marketingTo], { category: "marketing", policy });
  return answer === undefined || answer === "allowed" ? null : FAILURES[answer];
}

/** The opt-out that the answer to a send tells of; null when it tells of none. */
export function optOutIn(
  outcome: SendOutcome,
  { to, contact }: Pick<Taken, "to" | "contact">,
  nowMs: number,
): ConsentChange | null {
  if (!("failure" in outcome) || outcome.failure.code !== STOPPED_MARKETING) return null;
  return {
    spellings: [...new Set([contact, to])],
    statement: { category: "marketing", state: "opted-out", atMs: nowMs, source: "131050", by: null, proof: null },
  };
}
