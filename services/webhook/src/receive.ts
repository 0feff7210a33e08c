// What happens to one authenticated webhook body: parse, route, apply. Redis has it before the answer is 200.
//
// Round trips: one script per sender in the body (nearly always one) and thousand of its items, and some more for what tells
// of templates and numbers, which is rare (provider-events.ts). If the process dies before the answer, the
// provider sends the body again and every part of apply is safe to repeat. Items we cannot use are set aside and
// answered 200 all the same: refusing would only bring the whole batch back for seven days and then lose it.

import { isUtf8 } from "node:buffer";
import type { Clock } from "@tern/core";
import { parseWebhook } from "@tern/dialog360";
import type { Producer } from "@tern/queue";
import type { Deployment, Sender } from "@tern/runtime";
import type { Applied, LearnedPerson, SetAside, Store } from "@tern/store";
import { type KeepConsentStore, keepConsent } from "./keep-consent.ts";
import { applyProviderEvents, type ProviderEventDeps } from "./provider-events.ts";
import { routeItems, type SenderItems } from "./route-items.ts";
import type { TellWebhooks, WebhookRequest } from "./tell-webhooks.ts";

export interface ReceiveDeps {
  readonly store: Pick<Store, "apply" | "setAside"> & KeepConsentStore & ProviderEventDeps["store"];
  readonly producer: Pick<Producer, "call">;
  readonly deployment: () => Deployment;
  readonly clock: Pick<Clock, "nowMs">;
  readonly onError: (error: unknown) => void;
  readonly tell: Pick<TellWebhooks, "applied">;
}

/** How many items of each kind a body held, by what became of them. */
export type Received = Readonly<
  Record<Applied | "inbound" | "inbound-again" | "event" | "aside" | "unroutable" | "unreadable", number>
>;

/** Rejects when Redis does not take it; the caller answers 503 and the provider sends it again. */
export function createReceive({ store, producer, deployment, clock, onError, tell }: ReceiveDeps) {
  const events: ProviderEventDeps = {
    store,
    clock,
    call: (senderId) => void producer.call(senderId).catch(onError),
    restMs: () => deployment().sending.templatePausedMs,
  };
  return async function receive(body: Buffer, request: WebhookRequest): Promise<Received> {
    const counts = {
      applied: 0,
      same: 0,
      parked: 0,
      gone: 0,
      damaged: 0,
      inbound: 0,
      "inbound-again": 0,
      event: 0,
      aside: 0,
      unroutable: 0,
      unreadable: 0,
    };
    // As text a body goes to Redis in one write with everything else; bytes that are no text are kept as they are.
    const raw = isUtf8(body) ? body.toString("utf8") : body;
    const parsed = parseWebhook(raw);
    if ("unreadable" in parsed) {
      await store.setAside([{ reason: `unreadable: ${parsed.unreadable}`, json: "" }], raw);
      return { ...counts, unreadable: 1 };
    }

    const current = deployment();
    const { bySender, unroutable, unusable } = routeItems(parsed.items, current, clock.nowMs());
    counts.unroutable = unroutable.length;
    counts.aside = unusable.length;

    async function applyOf(senderId: string, items: SenderItems): Promise<void> {
      const sender = current.senderById.get(senderId) as Sender;
      let kept: Buffer | string | null = raw; // once, with the first of them
      const learned: LearnedPerson[] = [];
      for (const batch of inBatches(items)) {
        const result = await store.apply(sender, { ...batch, raw: kept });
        kept = null;
        for (const applied of result.statuses) counts[applied] += 1;
        tell.applied(request, senderId, batch.statuses, result.statuses);
        counts.inbound += result.newInbound;
        counts["inbound-again"] += batch.inbound.length - result.newInbound;
        counts.event += batch.events.length;
        counts.aside += batch.aside.length;
        // A turn has passed; workers would find it by themselves a moment later.
        if (result.call) producer.call(senderId).catch(onError);
        learned.push(...result.learned);
      }
      await keepConsent(store, sender, current, { news: items.consent, learned });
    }
    async function keepApart(items: readonly SetAside[]): Promise<void> {
      let kept = bySender.size === 0 ? raw : null;
      for (let at = 0; at < items.length; at += ITEMS_MOST) {
        await store.setAside(items.slice(at, at + ITEMS_MOST), kept);
        kept = null;
      }
    }
    const perSender = [...bySender].map(([senderId, items]) => applyOf(senderId, items));
    const ofAccounts = applyProviderEvents(events, parsed.items, current);
    await Promise.all([...perSender, ofAccounts, keepApart([...unroutable, ...unusable])]);
    return counts;
  };
}

/**
 * The most items of a kind in one script call: what the provider says a request holds at most (docs/sources.md, webhook delivery). A body
 * with more must not fail, for it would come again and again, nor keep Redis from everybody else for long.
 */
const ITEMS_MOST = 1_000;

function* inBatches(items: SenderItems): Generator<Omit<SenderItems, "consent">> {
  const { statuses, inbound, calls, spellings, events, aside, isThrottled } = items;
  const longest = Math.max(...[statuses, inbound, calls, spellings, events, aside].map(({ length }) => length));
  for (let at = 0; at < longest; at += ITEMS_MOST) {
    const end = at + ITEMS_MOST;
    yield {
      statuses: statuses.slice(at, end),
      inbound: inbound.slice(at, end),
      calls: calls.slice(at, end),
      spellings: spellings.slice(at, end),
      events: events.slice(at, end),
      aside: aside.slice(at, end),
      isThrottled: isThrottled && at === 0,
    };
  }
}
