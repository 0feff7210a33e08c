// A template as its account has it (docs/sources.md, templates). Its components are kept as they came, in Meta's shape. To
// the provider each language of a name is a template of its own.

import type { ProviderTemplate } from "../management/templates.ts";
import { asObject, type JsonObject, parseJson } from "../read.ts";

export interface TemplateDefinition {
  readonly id: string | null;
  readonly name: string;
  /** Such as en_US. */
  readonly language: string;
  /** In capitals, as the provider says it: APPROVED, PENDING, REJECTED, PAUSED, DISABLED, … */
  readonly status: string;
  /** MARKETING, UTILITY or AUTHENTICATION, or a word of the future; null when it is not told. */
  readonly category: string | null;
  readonly parameterFormat: "POSITIONAL" | "NAMED";
  /** As they came. */
  readonly components: readonly JsonObject[];
  /** GREEN, YELLOW, RED or UNKNOWN; null when it is not told. */
  readonly quality: string | null;
  /** Why it was rejected, paused or disabled, in the provider's words. */
  readonly reason: string | null;
  /** A change of category that the provider has announced. */
  readonly categoryChange: { readonly category: string; readonly atMs: number | null } | null;
}

export const TEMPLATE_CATEGORIES = ["marketing", "utility", "authentication"] as const;
export type TemplateCategory = (typeof TEMPLATE_CATEGORIES)[number];

const NAME = /^[a-z0-9_]{1,512}$/;
const LANGUAGE = /^[A-Za-z0-9_-]{1,35}$/;

/** From a template as the provider lists it; null when its name or language is none, so that nothing can send it. */
export function definitionOf(listed: ProviderTemplate): TemplateDefinition | null {
  const { id, name, language, status, category, quality, parameterFormat, components, rejectedReason } = listed;
  if (!NAME.test(name) || !LANGUAGE.test(language)) return null;
  return {
    id,
    name,
    language,
    status,
    category: category === "UNKNOWN" ? null : category,
    parameterFormat: parameterFormat === "NAMED" ? "NAMED" : "POSITIONAL",
    components,
    quality,
    reason: rejectedReason,
    categoryChange: null,
  };
}

/** A definition that was kept as JSON; null for what is damaged, which the next list puts right. */
export function readKept(json: string): TemplateDefinition | null {
  const kept = asObject(parseJson(json));
  const isWhole = typeof kept?.name === "string" && typeof kept.language === "string" && Array.isArray(kept.components);
  return isWhole ? (kept as unknown as TemplateDefinition) : null;
}

/** The category in the word that the rest of Tern uses; null for none and for one nobody knows yet. */
export function categoryOfDefinition({ category }: Pick<TemplateDefinition, "category">): TemplateCategory | null {
  const word = category?.toLowerCase();
  return TEMPLATE_CATEGORIES.find((known) => known === word) ?? null;
}

export type Sendability =
  /** It may be sent; also what nobody can judge: a status that is not documented. */
  | { readonly kind: "sendable" }
  /** It is paused: messages wait until it may be sent again. */
  | { readonly kind: "waits" }
  | { readonly kind: "refused"; readonly reason: string };

/** Only APPROVED can be sent (docs/sources.md, templates); these can not, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  PENDING: "is still under review: wait for its approval",
  IN_APPEAL: "was rejected and is under appeal: wait for its approval",
  REJECTED: "was rejected: edit it and have it reviewed again, or send another template",
  DISABLED: "is disabled for good: create a new one under another name",
  PENDING_DELETION: "is being deleted",
  DELETED: "was deleted",
  LIMIT_EXCEEDED: "was not taken in, since the account has as many templates as it may have",
  ARCHIVED: "is archived: unarchive it in the WhatsApp Manager",
};

/** Whether the status of a template lets it be sent. */
export function sendabilityOf({ status, reason }: Pick<TemplateDefinition, "status" | "reason">): Sendability {
  if (status === "PAUSED") return { kind: "waits" };
  const refused = REFUSED[status];
  if (refused === undefined) return { kind: "sendable" };
  return { kind: "refused", reason: `${refused}${reason ? ` (the provider says: ${reason})` : ""}` };
}
