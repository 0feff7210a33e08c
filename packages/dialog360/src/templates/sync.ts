// Brings what is known of an account's templates up to date with the provider's list, and what rests at its senders with it.
// Webhooks tell the same sooner, but which of them reach a number's webhook is not documented: a list is the truth.

import type { ManagementClient } from "../management/client.ts";
import type { ManagementResult } from "../management/result.ts";
import type { ProviderAccount } from "../profiles.ts";
import { collectTemplates } from "./collect.ts";
import { readKept, type TemplateDefinition } from "./definition.ts";
import { afterList, heedOf, orderAfterList, type TemplateHeedOf } from "./events.ts";

/** Of packages/store, what a sync needs. */
export interface TemplateStore {
  readTemplates(wabaId: string): Promise<{
    readonly entries: ReadonlyMap<string, { readonly definition: string; readonly saidAtMs: number }>;
  } | null>;
  replaceTemplates(
    wabaId: string,
    begunAtMs: number,
    list: readonly { readonly name: string; readonly language: string; readonly definition: string }[],
    byStatus: Readonly<Record<string, number>>,
  ): Promise<{ readonly changed: number; readonly count: number }>;
  readTemplateRests(
    senderId: string,
  ): Promise<ReadonlyMap<string, { readonly how: "rests" | "ended"; readonly untilMs: number }>>;
  heedTemplate(
    senderId: string,
    template: { readonly name: string; readonly language: string },
    heed: TemplateHeedOf,
  ): Promise<{ readonly changed: boolean; readonly call: boolean }>;
}

export interface SyncDeps {
  readonly store: TemplateStore;
  readonly provider: Pick<ManagementClient, "listTemplates">;
  readonly clock: { nowMs(): number };
}

export interface SyncOrder {
  /** Any sender of the account. */
  readonly account: ProviderAccount;
  /** All senders of the account. */
  readonly senderIds: readonly string[];
  /** How long a paused template rests unless another list says otherwise. */
  readonly restMs: number;
}

export interface Synced {
  readonly count: number;
  readonly changed: number;
  /** Senders for which something became ready: a worker is to be called. */
  readonly calls: readonly string[];
}

/** Reads the list and keeps it; rejects only when Redis does not take it. Safe to repeat, and for several at once. */
export async function syncTemplates(
  { store, provider, clock }: SyncDeps,
  { account, senderIds, restMs }: SyncOrder,
): Promise<ManagementResult<Synced>> {
  const begunAtMs = clock.nowMs();
  const listed = await collectTemplates(provider.listTemplates(account));
  if ("failure" in listed) return listed;
  const before = await store.readTemplates(account.wabaId);
  const definitions = listed.ok.map((definition) => {
    const known = before?.entries.get(`${definition.name}/${definition.language}`);
    return afterList(known ? readKept(known.definition) : null, definition);
  });
  const byStatus: Record<string, number> = {};
  for (const { status } of definitions) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const kept = definitions.map((one) => ({ name: one.name, language: one.language, definition: JSON.stringify(one) }));
  const { changed, count } = await store.replaceTemplates(account.wabaId, begunAtMs, kept, byStatus);
  // What is kept now, for a webhook that came meanwhile may have said something newer than the list.
  const now = [...((await store.readTemplates(account.wabaId))?.entries.values() ?? [])].flatMap((kept) => {
    const definition = readKept(kept.definition);
    return definition ? [{ definition, saidAtMs: kept.saidAtMs }] : [];
  });
  const calls: string[] = [];
  for (const senderId of senderIds) {
    if (await settleRests(senderId, now, { nowMs: clock.nowMs(), restMs, store })) calls.push(senderId);
  }
  return { ok: { count, changed, calls } };
}

interface Said {
  readonly definition: TemplateDefinition;
  readonly saidAtMs: number;
}

/** Lifts what rests for a template that may be sent, and stops what may not. Returns whether a worker is to be called. */
async function settleRests(
  senderId: string,
  templates: readonly Said[],
  { nowMs, restMs, store }: { nowMs: number; restMs: number; store: TemplateStore },
): Promise<boolean> {
  const rests = await store.readTemplateRests(senderId);
  let call = false;
  for (const { definition, saidAtMs } of templates) {
    const order = orderAfterList(definition);
    const rest = rests.get(`${definition.name}/${definition.language}`);
    if (order === null || !isNeeded(order.verb, rest, nowMs + restMs / 2)) continue;
    const heeded = await store.heedTemplate(senderId, definition, heedOf(order, { saidAtMs, nowMs, restMs }));
    call ||= heeded.call;
  }
  return call;
}

/** Whether an order would change anything; a rest is prolonged when it would be over before long. */
function isNeeded(
  verb: "rest" | "end" | "lift",
  rest: { readonly how: "rests" | "ended"; readonly untilMs: number } | undefined,
  soonMs: number,
): boolean {
  if (verb === "lift") return rest !== undefined;
  if (verb === "end") return rest?.how !== "ended";
  return rest === undefined || (rest.how === "rests" && rest.untilMs < soonMs);
}
