// What must hold after any scenario, whatever was broken in it (the promises in ARCHITECTURE.md): checked from the two sides
// that cannot agree by accident, Tern's records and the simulator's ledger of what reached it.

import { parseMessageId, STATUSES, TAKEN_RANK } from "@tern/core";
import { parseCallbackData } from "@tern/dialog360";
import type { LedgerEntry, LedgerSummary } from "@tern/simulator";
import type { MessageRecord, Store } from "@tern/store";

export interface Evidence {
  /** Every message the API answered 202 for, in the order it was accepted. */
  readonly acceptedIds: readonly string[];
  readonly records: ReadonlyMap<string, MessageRecord | null>;
  readonly ledger: readonly LedgerEntry[];
  readonly summary: Pick<LedgerSummary, "overlaps" | "portfolios">;
  /** Messages per second, by sender; none for a sender without a pace. */
  readonly paces: Readonly<Record<string, number>>;
  /** The provider reports every message it took until `read`: a record that says less is behind. */
  readonly reportsAll: boolean;
}

/** Codes that mean "slow down": they must use up no attempt. */
const THROTTLES = new Set<unknown>([4, 80007, 130429, 131056, "endpointRateLimit"]);

/** A second, less the 10 ms by which a message may be written later than its slot (send-message.ts in services/worker). */
const KEPT_WINDOW_MS = 990;
const LATE_ARRIVALS_MOST = 2;

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

/** The requests about each message, by our message id. */
function requestsOf(ledger: readonly LedgerEntry[]): Map<string, LedgerEntry[]> {
  const requests = new Map<string, LedgerEntry[]>();
  for (const entry of ledger) {
    const id = entry.callbackData ? parseCallbackData(entry.callbackData)?.messageId : undefined;
    if (id === undefined) continue;
    const known = requests.get(id);
    if (known) known.push(entry);
    else requests.set(id, [entry]);
  }
  return requests;
}

/** The ways in which the promises were broken, as sentences; empty when all held. At most 20, the rest counted. */
export function brokenPromises(evidence: Evidence): string[] {
  const requests = requestsOf(evidence.ledger);
  const broken = [
    ...evidence.acceptedIds.flatMap((id) => brokenFor(id, evidence, requests.get(id) ?? [])),
    ...[...requests]
      .filter(([id, entries]) => !evidence.records.has(id) && entries.some((entry) => entry.taken))
      .map(([id]) => `P2: ${id} was taken, and nobody accepted it`),
    ...brokenLimits(evidence),
    ...brokenOrder(evidence),
  ];
  return broken.length > 20 ? [...broken.slice(0, 20), `and ${broken.length - 20} more`] : broken;
}

function brokenFor(id: string, { records, reportsAll }: Evidence, requests: readonly LedgerEntry[]): string[] {
  const record = records.get(id);
  if (!record) return [`P1: ${id} was accepted and has no record`];
  const broken: string[] = [];
  const isWithProvider = STATUSES[record.status].rank >= TAKEN_RANK;
  if (record.place === "none" && !record.isFinal && !isWithProvider) {
    broken.push(`P1: ${id} is ${record.status} and in no place`);
  }
  const times = requests.filter((entry) => entry.taken).length;
  if (times > 1 + record.resends) {
    broken.push(`P2: ${id} was taken ${times} times, its record knows of ${record.resends} resends`);
  }
  if (record.status === "canceled" && times > 0 && record.sends.length === 0) {
    broken.push(`P2: ${id} was canceled before any send, and taken`);
  }
  // What reached nobody (a worker that died before it wrote) was declared lost, and counts as it says.
  const lost = record.sends.filter((send) => send.outcome === "lost").length;
  const counted = requests.filter((entry) => !THROTTLES.has(entry.answer)).length + lost;
  if (record.attempts > counted) {
    broken.push(`P4: ${id} has used ${record.attempts} attempts, and ${counted} of its sends were no throttles`);
  }
  if (isWithProvider && times === 0) broken.push(`P7: ${id} is ${record.status}, and the provider never took it`);
  if (reportsAll && times > 0 && record.status !== "read") {
    broken.push(`P7: ${id} is ${record.status}, and the provider has reported it read`);
  }
  return broken;
}

/**
 * P3: what Tern wrote within a second, and refusals for a limit that it keeps, unless the provider was told to invent them.
 * The provider counts by arrival, and a machine that does much else delays some arrivals by more than the margin of the
 * pace covers: a refusal or two for the pace are its doing, as long as Tern wrote each at its time.
 */
function brokenLimits({ records, ledger, summary, paces }: Evidence): string[] {
  const broken: string[] = [];
  for (const [sender, pace] of Object.entries(paces)) {
    const atMs = [...records.values()]
      .flatMap((record) => (record?.sender === sender ? record.sends.map((send) => send.atMs) : []))
      .sort((a, b) => a - b);
    const most = mostWithin(KEPT_WINDOW_MS, atMs);
    if (most > pace) broken.push(`P3: ${sender} wrote ${most} messages within a second, at a pace of ${pace}`);
  }
  const invented = new Set(ledger.filter((entry) => entry.fault !== null));
  const refused = (code: number) => ledger.filter((entry) => entry.answer === code && !invented.has(entry)).length;
  if (refused(130429) > LATE_ARRIVALS_MOST) broken.push(`P3: ${refused(130429)} messages were refused with 130429`);
  if (refused(131056) > 0) broken.push(`P3: ${refused(131056)} messages were refused with 131056`);
  for (const [portfolio, { overTier }] of Object.entries(summary.portfolios)) {
    if (overTier > 0) broken.push(`P3: ${overTier} messages were over the tier of ${portfolio}`);
  }
  return broken;
}

/** The most of these ascending moments in any window. */
export function mostWithin(windowMs: number, atMs: readonly number[]): number {
  let [from, most] = [0, 0];
  for (const [to, ms] of atMs.entries()) {
    while (ms - (atMs[from] ?? 0) >= windowMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

/** P6: to one recipient of a lane (bulk is exempt), none before the one before it was answered, and in order. */
function brokenOrder({ acceptedIds, records, ledger, summary }: Evidence): string[] {
  const lineOf = (id: string): string | null => {
    const record = records.get(id);
    return record && record.lane !== "bulk" ? `${record.sender} ${record.lane} ${record.to}` : null;
  };
  const idOf = (callbackData: string | null) => (callbackData && parseCallbackData(callbackData)?.messageId) || "";
  const broken = summary.overlaps
    .map(({ first, second }) => ({ first: idOf(first.callbackData), second: idOf(second.callbackData) }))
    .filter(({ first, second }) => first !== second && lineOf(first) !== null && lineOf(first) === lineOf(second))
    .map(({ first, second }) => `P6: ${second} was on the wire before ${first} was answered`);
  const positionOf = new Map(acceptedIds.map((id, at) => [id, at]));
  const lastOf = new Map<string, string>();
  for (const entry of ledger) {
    if (!entry.taken) continue;
    const id = idOf(entry.callbackData);
    const line = lineOf(id);
    if (line === null) continue;
    const last = lastOf.get(line) ?? id;
    if ((positionOf.get(last) ?? 0) > (positionOf.get(id) ?? 0)) broken.push(`P6: ${id} was taken after ${last}`);
    else lastOf.set(line, id);
  }
  return broken;
}
