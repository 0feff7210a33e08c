// Whether a message's template may be sent, and so: exists, is approved, in this language, with these parameters. Asked before
// it is queued, so that the caller is told at once what the provider would say later, message by message.

import {
  type Content,
  checkAgainstDefinition,
  type Fallback,
  isPassthrough,
  sendabilityOf,
  type TemplateUse,
} from "@tern/dialog360";
import type { Sender } from "@tern/runtime";
import type { Accepted, NewMessage, Store } from "@tern/store";
import { FAULTS_MAX, jsonPointer } from "./faults.ts";
import { ApiProblem, type Fault } from "./problems.ts";
import type { TemplateCache } from "./template-cache.ts";

const NAMES_TOLD = 5;

/**
 * What keeps this template from being sent by this sender.
 *
 * base      where the content stands in the body: what has `template` in it
 * returns   the problem, or null when nothing does as far as is known: an account whose list was never read, or is empty, is
 *           not judged, and what is paused waits
 */
export function templateProblem(
  cache: Pick<TemplateCache, "find">,
  sender: Pick<Sender, "id" | "wabaId" | "templateCheck">,
  use: TemplateUse,
  base: readonly PropertyKey[] = [],
): ApiProblem | null {
  if (sender.templateCheck === "off") return null;
  const { name, language } = use;
  const found = cache.find(sender, name, language.code);
  const at = (...path: PropertyKey[]) => jsonPointer([...base, "template", ...path]);
  switch (found.kind) {
    case "unknown":
      return null;
    case "missing":
      if (found.languages.length > 0) {
        const there = found.languages.toSorted().join(", ");
        return refused([
          { pointer: at("language", "code"), detail: `${name} exists in ${there}, and not in ${language.code}` },
        ]);
      }
      return refused([
        { pointer: at("name"), detail: `${sender.id} has no template ${name}${hint(name, found.names())}` },
      ]);
    case "found": {
      const sendability = sendabilityOf(found.definition);
      if (sendability.kind === "refused") {
        return refused([{ pointer: at("name"), detail: `${name} (${language.code}) ${sendability.reason}` }]);
      }
      const faults = checkAgainstDefinition(use, found.expectations);
      if (faults.length === 0) return null;
      return refused(
        faults.slice(0, FAULTS_MAX).map(({ path, detail }) => ({ pointer: jsonPointer([...base, ...path]), detail })),
      );
    }
    default:
      throw new Error(`no such lookup: ${JSON.stringify(found satisfies never)}`);
  }
}

function refused(errors: readonly Fault[]): ApiProblem {
  return new ApiProblem("template-not-sendable", {
    detail: `The template cannot be sent so: ${errors[0]?.detail}.`,
    errors,
  });
}

/** A message whose templates are checked: its own, and its fallback's. */
export interface CheckedMessage {
  readonly content: Content;
  readonly fallback: Fallback | null;
}

/**
 * Checks the templates of a message: null, nearly always at once, when nothing keeps it from being sent.
 *
 * base      where the message stands in the body
 * returns   a promise only when nothing is known of the account yet
 */
export function checkTemplates(
  cache: Pick<TemplateCache, "find" | "ready">,
  sender: Sender,
  { content, fallback }: CheckedMessage,
  base: readonly PropertyKey[] = [],
): ApiProblem | null | Promise<ApiProblem | null> {
  const isChecked = content.type === "template" && !isPassthrough(content);
  if (!isChecked && !fallback) return null;
  const check = () =>
    (isChecked ? templateProblem(cache, sender, content.template as TemplateUse, base) : null) ??
    (fallback ? templateProblem(cache, sender, fallback.template, [...base, "fallback"]) : null);
  const reading = sender.templateCheck === "off" ? null : cache.ready(sender);
  return reading === null ? check() : reading.then(check);
}

/**
 * What is answered to a message that is refused now: the same as before, if it was accepted before under its
 * idempotency key.
 *
 * throws    the problem, if it is new
 */
export async function refusedUnlessKnown(
  store: Pick<Store, "recall">,
  sender: Pick<Sender, "id">,
  message: NewMessage,
  problem: ApiProblem,
): Promise<Accepted> {
  const known = await store.recall(sender.id, message);
  if (known) return known;
  throw problem;
}

/** Names that might be meant. */
function hint(name: string, names: readonly string[]): string {
  const common = (other: string) => {
    let length = 0;
    while (length < name.length && other[length] === name[length]) length += 1;
    return length;
  };
  const near = [...names].sort((one, other) => common(other) - common(one) || (one < other ? -1 : 1));
  const more = near.length > NAMES_TOLD ? ", …" : "";
  return `; there are ${near.slice(0, NAMES_TOLD).join(", ")}${more}`;
}
