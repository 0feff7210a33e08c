// What a webhook says about consent: somebody stopped or resumed marketing in WhatsApp's own settings, wrote nothing but a
// stop or start word (or tapped a button that says so), or a send failed since the person had stopped marketing
// (docs/sources.md, windows and error codes).

import type { ConsentState } from "@tern/core";
import { BSUID_PATTERN, type InboundItem, type WebhookItem } from "@tern/dialog360";
import { type ConsentKeywords, consentWishOf } from "@tern/runtime";
import type { ConsentChange, ConsentSource } from "@tern/store";

/** Meta's code for a person who has stopped marketing messages of this business. */
const STOPPED_MARKETING = 131_050;
/** As the webhook names the category of `user_preferences`. */
const MARKETING_MESSAGES = "marketing_messages";
const PROOF_MAX = 1_024;
/** Clocks may differ by so much; a time beyond that is none, and would overrule all that is said until then. */
const AHEAD_MAX_MS = 60_000;
/** The provider's times are whole seconds: a refusal counts to the end of its second, against what was said within it. */
const END_OF_SECOND_MS = 999;

/** What an item says about consent, and all the names of the person in it; null when it says nothing. */
export function consentNewsOf(
  item: WebhookItem,
  keywords: ConsentKeywords,
  receivedAtMs: number,
): ConsentChange | null {
  switch (item.kind) {
    case "user-preferences": {
      const isMarketing = item.category === MARKETING_MESSAGES || (item.category === null && item.value === "stop");
      if (!isMarketing) return null;
      const { phone, bsuid } = item.contact;
      const state = item.value === "stop" ? "opted-out" : "opted-in";
      return newsOf([phone, bsuid], state, "user_preferences", item.detail, item.atMs, receivedAtMs);
    }
    case "status": {
      if (item.failure?.code !== STOPPED_MARKETING) return null;
      const names = [item.contact?.phone, item.recipientId, item.contact?.bsuid, item.recipientUserId];
      return newsOf(names, "opted-out", "131050", item.wamid, item.atMs, receivedAtMs);
    }
    case "inbound": {
      const text = item.groupId === null ? wordsOf(item) : null;
      const wish = text === null ? null : consentWishOf(keywords, text);
      if (!wish) return null;
      const { phone, bsuid } = item.contact;
      const state = wish.wish === "stop" ? "opted-out" : "opted-in";
      return newsOf([phone, bsuid], state, "keyword", text, item.atMs, receivedAtMs);
    }
    default:
      return null;
  }
}

/** What a person wrote or tapped, as the words it shows. */
function wordsOf({ content }: InboundItem): string | null {
  switch (content?.type) {
    case "text":
      return content.body;
    case "button":
      return content.text;
    case "interactive":
      return content.reply?.type === "button_reply" || content.reply?.type === "list_reply"
        ? content.reply.title
        : null;
    default:
      return null;
  }
}

function newsOf(
  names: readonly (string | null | undefined)[],
  state: ConsentState,
  source: ConsentSource,
  proof: string | null,
  saidAtMs: number | null,
  receivedAtMs: number,
): ConsentChange | null {
  const spellings = [...new Set(names.flatMap((name) => (name && isPersonal(name) ? [name] : [])))];
  if (spellings.length === 0) return null;
  const isTime = saidAtMs !== null && saidAtMs >= 0 && saidAtMs <= receivedAtMs + AHEAD_MAX_MS;
  const secondMs = isTime ? saidAtMs : receivedAtMs;
  const atMs = isTime && state === "opted-out" ? secondMs + END_OF_SECOND_MS : secondMs;
  return {
    spellings,
    statement: { category: "marketing", state, atMs, source, by: null, proof: proof?.slice(0, PROOF_MAX) ?? null },
  };
}

/** A phone number or a BSUID, not a group. */
function isPersonal(name: string): boolean {
  return /^\+\d{5,20}$/.test(name) || BSUID_PATTERN.test(name);
}
