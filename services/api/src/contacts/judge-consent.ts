// Whether messages that are about to be accepted are marketing, and whether their recipients want it. Asked so early for the
// caller's sake only: what counts is the answer right before a message goes (services/worker/src/consent.ts).

import type { ConsentAnswer } from "@tern/core";
import type { Sender } from "@tern/runtime";
import type { NewMessage, Store } from "@tern/store";
import type { TemplateCache } from "../template-cache.ts";

export type ConsentRefusal = Exclude<ConsentAnswer, "allowed">;

export interface JudgeConsentDeps {
  readonly store: Pick<Store, "checkConsent">;
  readonly templates: Pick<TemplateCache, "ready" | "categoryOf">;
}

export interface Judged {
  readonly message: NewMessage;
  /** Null when it may go. */
  readonly refusal: ConsentRefusal | null;
}

/**
 * Marks what is marketing, and what its recipient does not want. A fallback is only marked: whether it is needed is found
 * out when the message would go. Round trips: one, when a marketing template is among them and the policy asks for consent.
 *
 * sender   whose templates and policy count
 */
export async function judgeConsent(
  { store, templates }: JudgeConsentDeps,
  sender: Pick<Sender, "wabaId" | "portfolio" | "consent">,
  messages: readonly NewMessage[],
): Promise<readonly Judged[]> {
  if (!messages.some(({ template, fallback }) => template !== null || fallback)) return messages.map(asItIs);
  const reading = templates.ready(sender);
  if (reading !== null) await reading;

  const marked = messages.map((message) => ({ ...message, marketing: marketingPart(templates, sender, message) }));
  const asked = marked.filter(({ marketing }) => marketing === "content");
  const answers = await store.checkConsent(
    sender.portfolio.id,
    asked.map(({ to }) => [to]),
    { category: "marketing", policy: sender.consent.marketing },
  );
  const answerOf = new Map(asked.map((message, at) => [message, answers[at]]));
  return marked.map((message) => {
    const answer = answerOf.get(message) ?? "allowed";
    return { message, refusal: answer === "allowed" ? null : answer };
  });
}

function asItIs(message: NewMessage): Judged {
  return { message, refusal: null };
}

/** As far as the templates of the account are known. */
function marketingPart(
  templates: Pick<TemplateCache, "categoryOf">,
  sender: Pick<Sender, "wabaId">,
  { template, templateLanguage, fallback }: NewMessage,
): "content" | "fallback" | null {
  const isMarketing = (name: string, language: string) => templates.categoryOf(sender, name, language) === "marketing";
  if (template !== null) return templateLanguage && isMarketing(template, templateLanguage) ? "content" : null;
  return fallback && isMarketing(fallback.template, fallback.templateLanguage) ? "fallback" : null;
}
