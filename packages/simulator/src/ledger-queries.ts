// The questions asked of the ledger: a page of entries, what was taken more than once, and what overtook the answer
// before it.
import type { DuplicateMessage, LedgerPage, LedgerQuery, OverlappingMessage, OverlappingPair } from "./admin-types.ts";
import { callbackDataAt, type Ledger, type Segment, textRange, userAt } from "./ledger.ts";

const LIMIT_DEFAULT = 1000;
export const LIMIT_MAX = 10_000;
const DUPLICATES_SHOWN_MAX = 1000;
const OVERLAPS_SHOWN_MAX = 100;
const OPEN_SWEEP_SIZE_MIN = 1024;
const COLON = 58;

/** One page of the entries that match, oldest first; `nextCursor` is null when the end was reached. */
export function queryLedger(ledger: Ledger, query: LedgerQuery): LedgerPage {
  const limit = query.limit ?? LIMIT_DEFAULT;
  const exact = query.callbackData === undefined ? null : Buffer.from(query.callbackData);
  const prefix = query.callbackDataPrefix === undefined ? null : Buffer.from(query.callbackDataPrefix);
  const page: LedgerPage = { entries: [], nextCursor: null, dropped: ledger.dropped };

  ledger.scan((query.cursor ?? 0) + 1, (segment, row) => {
    if (query.since !== undefined && (segment.atMs[row] ?? 0) < query.since) return;
    if (query.to !== undefined && userAt(segment, row) !== query.to) return;
    if (exact && !textStartsWith(segment, row, exact, true)) return;
    if (prefix && !textStartsWith(segment, row, prefix, false)) return;
    page.entries.push(ledger.entryAt(segment, row));
    if (page.entries.length < limit) return;
    const seq = segment.firstSeq + row;
    page.nextCursor = seq < ledger.lastSeq ? seq : null;
    return false;
  });
  return page;
}

/** How many different recipients the kept entries name. */
export function countRecipients(ledger: Ledger): number {
  const users = new Set<number | string>();
  ledger.scan(1, (segment, row) => {
    const digits = segment.user[row] ?? 0;
    const user = digits === 0 ? segment.otherUser.get(row) : digits;
    if (user !== undefined) users.add(user);
  });
  return users.size;
}

/**
 * Finds the messages taken more than once, among the kept entries.
 *
 * Callback data has the form `<anything>:<messageId>:<n>`, n being the attempt: what stands before the last colon
 * names the message. Two passes: the first only hashes, so that two million entries need no two million strings;
 * the second reads those whose hash came up twice and compares them exactly.
 */
export function findDuplicates(ledger: Ledger): { count: number; shown: DuplicateMessage[] } {
  const seen = new Set<number>();
  const suspicious = new Set<number>();
  scanTaken(ledger, (segment, row) => {
    const hash = hashOfKey(segment, row);
    if (seen.has(hash)) suspicious.add(hash);
    else seen.add(hash);
  });

  const found = new Map<string, DuplicateMessage>();
  if (suspicious.size === 0) return { count: 0, shown: [] };
  scanTaken(ledger, (segment, row) => {
    if (!suspicious.has(hashOfKey(segment, row))) return;
    const callbackData = callbackDataAt(segment, row) ?? "";
    const lastColon = callbackData.lastIndexOf(":");
    const key = lastColon === -1 ? callbackData : callbackData.slice(0, lastColon);
    const message = found.get(key) ?? { callbackMessageId: key, count: 0, to: userAt(segment, row), entries: [] };
    const { seq, atMs, wamid } = ledger.entryAt(segment, row);
    message.count += 1;
    message.entries.push({ seq, atMs, callbackData, wamid: wamid ?? "" });
    found.set(key, message);
  });
  const duplicates = [...found.values()].filter((message) => message.count > 1);
  return { count: duplicates.length, shown: duplicates.slice(0, DUPLICATES_SHOWN_MAX) };
}

/** An entry as long as it is not answered. */
interface OpenEntry {
  untilMs: number;
  segment: Segment;
  row: number;
}

/**
 * Finds the pairs of messages taken from one number for one recipient of which the second arrived before the first was
 * answered, among the kept entries. One pass in order of arrival, with the entries not answered yet at hand; those
 * answered since are swept out whenever their number has doubled, so memory follows what is open at once.
 */
export function findOverlaps(ledger: Ledger): { count: number; shown: OverlappingPair[] } {
  const openByUser = new Map<number | string | undefined, OpenEntry[]>();
  const shown: OverlappingPair[] = [];
  let count = 0;
  let sweepAtSize = OPEN_SWEEP_SIZE_MIN;

  ledger.scan(1, (segment, row) => {
    if (segment.ordinal[row] === 0) return;
    const atMs = segment.atMs[row] ?? 0;
    const untilMs = segment.answeredAtMs[row] || Number.POSITIVE_INFINITY;
    const user = segment.user[row] || segment.otherUser.get(row);
    const open = openByUser.get(user)?.filter((entry) => entry.untilMs > atMs) ?? [];
    for (const first of open) {
      if (first.segment.number[first.row] !== segment.number[row]) continue;
      count += 1;
      if (shown.length < OVERLAPS_SHOWN_MAX) shown.push(pairOf(ledger, first, { segment, row }));
    }
    open.push({ untilMs, segment, row });
    openByUser.set(user, open);
    if (openByUser.size <= sweepAtSize) return;
    for (const [key, entries] of openByUser) {
      if (entries.every((entry) => entry.untilMs <= atMs)) openByUser.delete(key);
    }
    sweepAtSize = Math.max(OPEN_SWEEP_SIZE_MIN, openByUser.size * 2);
  });
  return { count, shown };
}

type Row = Pick<OpenEntry, "segment" | "row">;

function pairOf(ledger: Ledger, first: Row, second: Row): OverlappingPair {
  const { number, to, ...later } = ledger.entryAt(second.segment, second.row);
  return { number, to, first: partOf(ledger.entryAt(first.segment, first.row)), second: partOf(later) };
}

function partOf({ seq, atMs, answeredAtMs, callbackData }: OverlappingMessage): OverlappingMessage {
  return { seq, atMs, answeredAtMs, callbackData };
}

function scanTaken(ledger: Ledger, visit: (segment: Segment, row: number) => void): void {
  ledger.scan(1, (segment, row) => {
    if (segment.ordinal[row] !== 0 && segment.hasCallback[row] === 1) visit(segment, row);
  });
}

function hashOfKey(segment: Segment, row: number): number {
  const { start, end } = textRange(segment, row);
  let stop = end;
  while (stop > start && segment.text[stop - 1] !== COLON) stop -= 1;
  if (stop === start) stop = end + 1; // no colon: the whole text is the key
  let hash = 0x811c9dc5;
  for (let at = start; at < stop - 1; at += 1) hash = Math.imul(hash ^ (segment.text[at] ?? 0), 0x01000193);
  return hash;
}

function textStartsWith(segment: Segment, row: number, wanted: Buffer, isWhole: boolean): boolean {
  if (segment.hasCallback[row] !== 1) return false;
  const { start, end } = textRange(segment, row);
  const isLengthRight = isWhole ? end - start === wanted.length : end - start >= wanted.length;
  return isLengthRight && segment.text.compare(wanted, 0, wanted.length, start, start + wanted.length) === 0;
}
