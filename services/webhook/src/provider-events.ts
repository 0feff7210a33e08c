// What the provider reports about templates and numbers, acted on: the definition that sends are checked against, the
// messages that wait for a template, and what is shown of a number. Called before the webhook is answered, so whatever
// Redis did not take comes again; everything here may come twice, late and in any order.

import {
  afterEvent,
  type BusinessCapabilityItem,
  heedOf,
  orderAfterEvent,
  type PhoneQualityItem,
  readKept,
  type TemplateItem,
  type WebhookItem,
} from "@tern/dialog360";
import type { Deployment, Sender } from "@tern/runtime";
import type { KeptTemplate, Store } from "@tern/store";

export interface ProviderEventDeps {
  readonly store: Pick<
    Store,
    "readTemplate" | "readTemplates" | "changeTemplate" | "heedTemplate" | "pollTemplatesIn" | "keepNumberReports"
  >;
  readonly clock: { nowMs(): number };
  /** Something became ready at a sender: a worker is to be called. */
  readonly call: (senderId: string) => void;
  /** How long a paused template rests unless somebody says otherwise (`sending.templatePausedMs`). */
  readonly restMs: () => number;
}

/**
 * Acts on those items of a body that tell of a template or a number of an account of ours; the others are not its business.
 * One after the other: they are few, and their order counts. Rejects when Redis does not take it.
 */
export async function applyProviderEvents(
  deps: ProviderEventDeps,
  items: readonly WebhookItem[],
  { sendersByWabaId }: Pick<Deployment, "sendersByWabaId">,
): Promise<void> {
  for (const item of items) {
    if (!("wabaId" in item) || item.wabaId === null) continue;
    const senders = sendersByWabaId.get(item.wabaId) ?? [];
    switch (item.kind) {
      case "template-status":
      case "template-quality":
      case "template-category":
      case "template-components":
        await applyTemplateEvent(deps, item, senders);
        break;
      case "phone-quality":
      case "business-capability":
        await applyNumberEvent(deps, item, senders);
        break;
      default:
        break;
    }
  }
}

/** The provider's clock and ours may differ by so much: a report is old when it is older than that. */
const CLOCKS_APART_MS = 10_000;
const LAST_OF_SECOND_MS = 999;
const TRIES = 5;

export type TemplateEventResult =
  /** It was news. */
  | "applied"
  /** It changed nothing. */
  | "same"
  /** Something newer is known. */
  | "old"
  /** Nothing is known of such a template here: the list is read soon. */
  | "unknown";

/**
 * Acts on a report about a template.
 *
 * senders   all senders of the account
 */
export async function applyTemplateEvent(
  deps: ProviderEventDeps,
  item: TemplateItem,
  senders: readonly Pick<Sender, "id" | "wabaId">[],
): Promise<TemplateEventResult> {
  const { store, clock } = deps;
  const wabaId = senders[0]?.wabaId;
  if (wabaId === undefined) return "unknown";
  // The provider tells whole seconds: the end of that one, or a list that was begun within it would count as newer.
  const saidAtMs = Math.min((item.atMs ?? clock.nowMs()) + LAST_OF_SECOND_MS, clock.nowMs());
  const named = await nameOf(deps, wabaId, item);
  if (named === null) {
    await store.pollTemplatesIn(wabaId, 0);
    return "unknown";
  }
  const result = await changeDefinition(deps, { wabaId, item, saidAtMs, ...named });
  if (result === "old") return result;
  const order = orderAfterEvent(item, clock.nowMs());
  if (order) {
    const heed = heedOf(order, { saidAtMs, nowMs: clock.nowMs(), restMs: deps.restMs() });
    for (const { id } of senders) {
      const { call } = await store.heedTemplate(id, named, heed);
      if (call) deps.call(id);
    }
  }
  // What reports do not tell is in the list: examples, new templates, what became of an edit.
  if (result !== "same" || item.kind === "template-components") await store.pollTemplatesIn(wabaId, 0);
  return result;
}

/** Reports name a template by name and language, or by its id alone; null when it is not known which. */
async function nameOf(
  { store }: ProviderEventDeps,
  wabaId: string,
  { template }: TemplateItem,
): Promise<{ name: string; language: string } | null> {
  const { id, name, language } = template;
  if (name !== null && language !== null) return { name, language };
  if (id === null) return null;
  for (const { definition } of (await store.readTemplates(wabaId))?.entries.values() ?? []) {
    const kept = readKept(definition);
    if (kept?.id === id) return { name: kept.name, language: kept.language };
  }
  return null;
}

interface Report {
  readonly wabaId: string;
  readonly item: TemplateItem;
  readonly saidAtMs: number;
  readonly name: string;
  readonly language: string;
}

/** Whoever was faster is read again; nothing is lost between several reports at once. */
async function changeDefinition(
  { store, clock }: ProviderEventDeps,
  { wabaId, item, saidAtMs, name, language }: Report,
): Promise<TemplateEventResult> {
  for (let tries = 0; tries < TRIES; tries++) {
    const kept: KeptTemplate | null = await store.readTemplate(wabaId, name, language);
    if (!kept) return "unknown";
    if (kept.saidAtMs > saidAtMs + CLOCKS_APART_MS) return "old";
    const known = readKept(kept.definition);
    if (!known) return "unknown"; // damaged: the list puts it right
    const after = afterEvent(known, item, clock.nowMs());
    if (after === known) return "same";
    const definition = after === null ? null : JSON.stringify(after);
    if (await store.changeTemplate(wabaId, { name, language, definition }, saidAtMs, kept)) return "applied";
  }
  throw new Error("the definition of a template changed again and again while a report was applied");
}

/**
 * Keeps what is reported about a number's quality, or about the messaging limit of its portfolio, to be shown.
 *
 * senders   all senders of the account; of them the number that the report names, or all when it names none
 */
export async function applyNumberEvent(
  { store, clock }: Pick<ProviderEventDeps, "store" | "clock">,
  item: PhoneQualityItem | BusinessCapabilityItem,
  senders: readonly Pick<Sender, "id" | "phoneNumber">[],
): Promise<void> {
  const atMs = item.atMs ?? clock.nowMs();
  const tier = item.tier === null ? {} : { tier: { atMs, tier: item.tier } };
  const phone = item.kind === "phone-quality" ? item.displayPhone : null;
  for (const { id, phoneNumber } of senders) {
    const isMeant = phone === null || phone === phoneNumber;
    const quality =
      item.kind === "phone-quality" && item.event && isMeant ? { quality: { atMs, event: item.event } } : {};
    const reports = { ...tier, ...quality };
    if (Object.keys(reports).length > 0) await store.keepNumberReports(id, reports);
  }
}
