// What happens to one authenticated webhook body: parse, route, apply. Redis has it before the answer is 200.
//
// Round trips: one script per sender in the body (nearly always one). If the process dies before the answer, the
// provider sends the body again and every part of apply is safe to repeat. Items we cannot use are set aside and
// answered 200 all the same: refusing would only bring the whole batch back for seven days and then lose it.

import type { Clock } from "@tern/core";
import { parseWebhook } from "@tern/dialog360";
import type { Producer } from "@tern/queue";
import type { Deployment } from "@tern/runtime";
import type { Applied, Store } from "@tern/store";
import { routeItems } from "./route-items.ts";

export interface ReceiveDeps {
  readonly store: Pick<Store, "apply" | "setAside">;
  readonly producer: Pick<Producer, "add">;
  readonly deployment: () => Deployment;
  readonly clock: Pick<Clock, "nowMs">;
  readonly onError: (error: unknown) => void;
}

/** How many items of each kind a body held, by what became of them. */
export type Received = Readonly<
  Record<Applied | "inbound" | "inbound-again" | "aside" | "unroutable" | "unreadable", number>
>;

/** Rejects when Redis does not take it; the caller answers 503 and the provider sends it again. */
export function createReceive({ store, producer, deployment, clock, onError }: ReceiveDeps) {
  return async function receive(body: Buffer): Promise<Received> {
    const counts = {
      applied: 0,
      same: 0,
      parked: 0,
      gone: 0,
      inbound: 0,
      "inbound-again": 0,
      aside: 0,
      unroutable: 0,
      unreadable: 0,
    };
    const parsed = parseWebhook(body);
    if ("unreadable" in parsed) {
      await store.setAside([{ reason: `unreadable: ${parsed.unreadable}`, json: "" }], body);
      return { ...counts, unreadable: 1 };
    }

    const { bySender, unroutable } = routeItems(parsed.items, deployment(), clock.nowMs());
    await Promise.all([
      ...[...bySender].map(async ([senderId, items]) => {
        const result = await store.apply(senderId, { ...items, raw: body });
        for (const applied of result.statuses) counts[applied] += 1;
        counts.inbound += result.newInbound;
        counts["inbound-again"] += items.inbound.length - result.newInbound;
        counts.aside += items.aside.length;
        // The turns that passed are in `due` already; adding their jobs here only saves them the sweep's delay.
        if (result.jobs.length > 0) producer.add(senderId, result.jobs).catch(onError);
      }),
      unroutable.length > 0 ? store.setAside(unroutable, bySender.size === 0 ? body : null) : null,
    ]);
    counts.unroutable = unroutable.length;
    return counts;
  };
}
