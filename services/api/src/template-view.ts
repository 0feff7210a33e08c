// A template as callers see it, and what the routes of templates share.

import { readKept, sendabilityOf, type TemplateDefinition } from "@tern/dialog360";
import type { Deployment, Sender } from "@tern/runtime";
import { z } from "zod";
import { ApiProblem } from "./problems.ts";
import { iso, isoOrNull } from "./times.ts";

const AT = "2027-01-31T09:00:00.000Z";
const NAME = /^[a-z0-9_]{1,512}$/;
const LANGUAGE = /^[A-Za-z0-9_-]{1,35}$/;

export const templateNamePath = {
  name: z.string().meta({ description: "The template's name.", example: "order_update" }),
};
export const templateLanguagePath = {
  language: z.string().meta({ description: "The language's code.", example: "en_US" }),
};

export const templateViewSchema = z
  .strictObject({
    id: z.string().nullable().meta({ description: "The provider's id of this language of it." }),
    name: z.string(),
    language: z.string(),
    status: z.string().meta({ description: "The provider's word: APPROVED, PENDING, REJECTED, PAUSED, DISABLED, …" }),
    sendable: z.enum(["yes", "waits", "no"]).meta({
      description: "What becomes of a message with it: it is sent, it waits until the pause is over, or it is refused.",
    }),
    category: z.string().nullable().meta({ description: "MARKETING, UTILITY or AUTHENTICATION." }),
    categoryChange: z
      .strictObject({ category: z.string(), at: z.string().nullable().meta({ format: "date-time" }) })
      .nullable()
      .meta({ description: "A change of category that the provider has announced." }),
    quality: z.string().nullable().meta({ description: "GREEN, YELLOW, RED or UNKNOWN." }),
    reason: z.string().nullable().meta({ description: "Why it was rejected, paused or disabled." }),
    parameterFormat: z.enum(["POSITIONAL", "NAMED"]),
    components: z
      .array(z.record(z.string(), z.unknown()))
      .meta({ description: "In Meta's shape, as the provider has them." }),
    saidAt: z.string().meta({ description: "When the provider said so.", format: "date-time" }),
  })
  .meta({ id: "Template" });
export type TemplateView = z.infer<typeof templateViewSchema>;

export const exampleTemplate: TemplateView = {
  id: "1689556908129832",
  name: "order_update",
  language: "en_US",
  status: "APPROVED",
  sendable: "yes",
  category: "UTILITY",
  categoryChange: null,
  quality: "GREEN",
  reason: null,
  parameterFormat: "POSITIONAL",
  components: [{ type: "BODY", text: "Hello {{1}}, your order {{2}} is on its way." }],
  saidAt: AT,
};

export function templateView(definition: TemplateDefinition, saidAtMs: number): TemplateView {
  const { id, name, language, status, category, categoryChange, quality, reason, parameterFormat } = definition;
  const { kind } = sendabilityOf(definition);
  return {
    id,
    name,
    language,
    status,
    sendable: kind === "sendable" ? "yes" : kind === "waits" ? "waits" : "no",
    category,
    categoryChange: categoryChange && { category: categoryChange.category, at: isoOrNull(categoryChange.atMs) },
    quality,
    reason,
    parameterFormat,
    components: definition.components.map((component) => ({ ...component })),
    saidAt: iso(saidAtMs),
  };
}

interface Kept {
  readonly definition: string;
  readonly saidAtMs: number;
}

/** The templates that the store keeps, by name and language; what is damaged is left out. */
export function keptTemplates(entries: Iterable<readonly [string, Kept]>) {
  return [...entries]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([key, { definition: json, saidAtMs }]) => {
      const definition = readKept(json);
      return definition ? [{ key, definition, saidAtMs }] : [];
    });
}

/** The name and, where the path has one, the language; throws the problem of a path that can name no template. */
export function templateNamed(params: Readonly<Record<string, string>>): { name: string; language: string } {
  const { name = "", language = "en" } = params;
  if (!NAME.test(name)) throw nothingThere("A template's name has small letters, digits and underscores.");
  if (!LANGUAGE.test(language)) throw nothingThere("A template's language is a code such as en_US.");
  return { name, language };
}

export function nothingThere(detail: string): ApiProblem {
  return new ApiProblem("not-found", { detail });
}

/** All senders that share the account's templates, also those that the caller may not use. */
export function sendersOfAccount({ sendersByWabaId }: Deployment, { wabaId }: Sender): readonly Sender[] {
  return sendersByWabaId.get(wabaId) ?? [];
}

/** The problem of a change that the provider allows only so often. */
export function tooOften(what: string, nextMs: number, nowMs: number): ApiProblem {
  const seconds = Math.max(1, Math.ceil((nextMs - nowMs) / 1_000));
  return new ApiProblem("template-limit", {
    detail: `${what}; the next one may be made at ${iso(nextMs)}.`,
    headers: { "Retry-After": String(seconds) },
  });
}
