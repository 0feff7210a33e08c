// What must hold after any scenario, whatever was broken in it (the promises in ARCHITECTURE.md): checked from the two sides that
// cannot agree by accident, Tern's records and the simulator's ledger of what reached it.

import { parseMessageId, STATUSES, TAKEN_RANK } from "@tern/core";
import { parseCallbackData } from "@tern/dialog360";
import type { LedgerEntry } from "@tern/simulator";
import type { MessageRecord, Store } from "@tern/store";

export interface Evidence {
  /** Every message the API answered 202 for. */
  readonly acceptedIds: readonly string[];
  readonly records: ReadonlyMap<string, MessageRecord | null>;
  readonly ledger: readonly LedgerEntry[];
}

/** Reads the records of all accepted messages. */
export async function readRecords(store: Store, ids: readonly string[]): Promise<Map<string, MessageRecord | null>> {
  const records = new Map<string, MessageRecord | null>();
  for (let at = 0; at < ids.length; at += 500) {
    await Promise.all(
      ids.slice(at, at + 500).map(async (id) => {
        const address = parseMessageId(id);
        records.set(id, address && (await store.read(address.sender, address.localId)));
      }),
    );
  }
  return records;
}

/** How often the provider took each message, by our message id. */
export function takenCounts(ledger: readonly LedgerEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of ledger) {
    const callback = entry.taken && entry.callbackData ? parseCallbackData(entry.callbackData) : null;
    if (callback) counts.set(callback.messageId, (counts.get(callback.messageId) ?? 0) + 1);
  }
  return counts;
}

/** The ways in which the promises were broken, as sentences; empty when all held. At most 20, the rest counted. */
export function brokenPromises({ acceptedIds, records, ledger }: Evidence): string[] {
  const broken: string[] = [];
  const taken = takenCounts(ledger);
  for (const id of acceptedIds) {
    const record = records.get(id);
    if (!record) {
      broken.push(`P1: ${id} was accepted and has no record`);
      continue;
    }
    const isWaitingVisibly = record.place !== "none";
    const isWithProvider = STATUSES[record.status].rank >= TAKEN_RANK;
    if (!isWaitingVisibly && !record.isFinal && !isWithProvider) {
      broken.push(`P1: ${id} is ${record.status} and in no place`);
    }
    const times = taken.get(id) ?? 0;
    if (times > 1 + record.resends) {
      broken.push(`P2: ${id} was taken ${times} times, its record knows of ${record.resends} resends`);
    }
    if (isWithProvider && times === 0) broken.push(`P7: ${id} is ${record.status}, and the provider never took it`);
  }
  for (const [id, times] of taken) {
    if (times > 0 && !records.has(id)) broken.push(`P2: ${id} was taken, and nobody accepted it`);
  }
  return broken.length > 20 ? [...broken.slice(0, 20), `and ${broken.length - 20} more`] : broken;
}
