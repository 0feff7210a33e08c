// The ledger: every request to POST /messages, in the order it came. It is what tests judge by ("what was taken,
// when, how often?") and what a benchmark fills at thousands per second, so it keeps no object per entry: columns of
// numbers and one buffer of text per segment, which the garbage collector never walks. Wamids are not stored: they
// are recomputed from their ordinal. When it is full the oldest entries are dropped, and counted.
import type { FaultKind, LedgerEntry } from "./admin-types.ts";
import { wamidOf } from "./wamid.ts";

export interface LedgerRecord {
  atMs: number;
  /** The API key as sent; "" when there was none. */
  number: string;
  user: string | null;
  type: string | null;
  callbackData: string | null;
  /** Which taken message it is, from 1; 0 if it was not taken. */
  ordinal: number;
  answer: "ok" | number | string;
  fault: FaultKind | null;
  httpStatus: number;
}

/** A run of entries in columns; entry `firstSeq + i` is row `i`. */
export interface Segment {
  firstSeq: number;
  length: number;
  atMs: Float64Array;
  /** 0: not yet. */
  answeredAtMs: Float64Array;
  /** The digits of a phone number as an integer; 0: see otherUser. */
  user: Float64Array;
  otherUser: Map<number, string>;
  ordinal: Uint32Array;
  /** Indices into the ledger's word list. */
  number: Uint16Array;
  type: Uint16Array;
  answer: Uint16Array;
  fault: Uint16Array;
  httpStatus: Uint16Array;
  hasCallback: Uint8Array;
  textEnd: Uint32Array;
  text: Buffer;
}

export interface Ledger {
  /** Writes an entry, not yet answered; returns its sequence number. */
  add(record: LedgerRecord): number;
  /** Notes when an entry was answered; only the first time counts, and an entry no longer kept is left alone. */
  answered(seq: number, atMs: number): void;
  isAnswered(seq: number): boolean;
  /** When the taken message of this ordinal arrived and of what type it was; null if it is not kept. */
  messageOf(ordinal: number): { atMs: number; type: string } | null;
  /** Rows from `fromSeq` on, oldest first, as long as `visit` does not return false. */
  scan(fromSeq: number, visit: (segment: Segment, row: number) => boolean | undefined): void;
  entryAt(segment: Segment, row: number): LedgerEntry;
  /** Sequence number of the newest entry; 0 when empty. They start at 1. */
  readonly lastSeq: number;
  readonly dropped: number;
}

const SEGMENT_ENTRIES = 16_384;
const TEXT_BYTES_FIRST = SEGMENT_ENTRIES * 64;
// A refused request may carry anything; what the ledger keeps of it is bounded.
const TEXT_CHARS_MAX = 512;
const USER_CHARS_MAX = 160;
const WORDS_MAX = 65_535;
const phoneNumber = /^\+[1-9]\d{0,14}$/;

/**
 * Makes an empty ledger.
 *
 * entriesMax   how many entries it keeps; older ones are dropped
 * seed         the seed wamids were made with
 */
export function createLedger({ entriesMax, seed }: { entriesMax: number; seed: number }): Ledger {
  const words = createWordList();
  let segments: Segment[] = [];
  let lastSeq = 0;

  const firstSeq = () => Math.max(1, lastSeq - entriesMax + 1);

  function segmentForNext(): Segment {
    const last = segments.at(-1);
    if (last !== undefined && last.length < SEGMENT_ENTRIES) return last;
    const oldestKept = firstSeq();
    segments = segments.filter((segment) => segment.firstSeq + segment.length > oldestKept);
    const fresh = createSegment(lastSeq + 1);
    segments.push(fresh);
    return fresh;
  }

  /** Every segment but the last is full, so that a division finds the one of `seq`. */
  function segmentOf(seq: number): Segment | undefined {
    const oldest = segments[0];
    return oldest && segments[Math.floor((seq - oldest.firstSeq) / SEGMENT_ENTRIES)];
  }

  return {
    add(record) {
      const segment = segmentForNext();
      const row = segment.length;
      segment.atMs[row] = record.atMs;
      segment.ordinal[row] = record.ordinal;
      segment.number[row] = words.indexOf(record.number);
      segment.type[row] = words.indexOf(record.type);
      segment.answer[row] = words.indexOf(record.answer);
      segment.fault[row] = words.indexOf(record.fault);
      segment.httpStatus[row] = record.httpStatus;
      if (record.user !== null && phoneNumber.test(record.user)) segment.user[row] = Number(record.user);
      else if (record.user !== null) segment.otherUser.set(row, record.user.slice(0, USER_CHARS_MAX));
      writeText(segment, row, record.callbackData);
      segment.length += 1;
      lastSeq += 1;
      return lastSeq;
    },
    answered(seq, atMs) {
      const segment = segmentOf(seq);
      if (segment && segment.answeredAtMs[seq - segment.firstSeq] === 0)
        segment.answeredAtMs[seq - segment.firstSeq] = atMs;
    },
    isAnswered(seq) {
      const segment = segmentOf(seq);
      return segment !== undefined && segment.answeredAtMs[seq - segment.firstSeq] !== 0;
    },
    messageOf(ordinal) {
      for (const segment of segments) {
        const row = segment.ordinal.subarray(0, segment.length).indexOf(ordinal);
        if (row !== -1 && segment.firstSeq + row >= firstSeq()) {
          return { atMs: segment.atMs[row] ?? 0, type: String(words.at(segment.type[row])) };
        }
      }
      return null;
    },
    scan(fromSeq, visit) {
      const start = Math.max(fromSeq, firstSeq());
      for (const segment of segments) {
        for (let row = Math.max(0, start - segment.firstSeq); row < segment.length; row += 1) {
          if (visit(segment, row) === false) return;
        }
      }
    },
    entryAt(segment, row) {
      const user = userAt(segment, row);
      const ordinal = segment.ordinal[row] ?? 0;
      return {
        seq: segment.firstSeq + row,
        atMs: segment.atMs[row] ?? 0,
        answeredAtMs: segment.answeredAtMs[row] || null,
        number: String(words.at(segment.number[row])),
        to: user,
        type: words.at(segment.type[row]) as string | null,
        callbackData: callbackDataAt(segment, row),
        wamid: ordinal === 0 ? null : wamidOf(seed, ordinal, user ?? ""),
        taken: ordinal !== 0,
        answer: words.at(segment.answer[row]) ?? "",
        fault: words.at(segment.fault[row]) as FaultKind | null,
        httpStatus: segment.httpStatus[row] ?? 0,
      };
    },
    get lastSeq() {
      return lastSeq;
    },
    get dropped() {
      return firstSeq() - 1;
    },
  };
}

/** Who the entry was for: "+<E.164>", whatever else was sent, or null. */
export function userAt(segment: Segment, row: number): string | null {
  const digits = segment.user[row] ?? 0;
  return digits === 0 ? (segment.otherUser.get(row) ?? null) : `+${digits}`;
}

/** Where the entry's callback data lies in the segment's text. */
export function textRange(segment: Segment, row: number): { start: number; end: number } {
  return { start: row === 0 ? 0 : (segment.textEnd[row - 1] ?? 0), end: segment.textEnd[row] ?? 0 };
}

export function callbackDataAt(segment: Segment, row: number): string | null {
  if (segment.hasCallback[row] !== 1) return null;
  const { start, end } = textRange(segment, row);
  return segment.text.toString("utf8", start, end);
}

function createSegment(firstSeq: number): Segment {
  return {
    firstSeq,
    length: 0,
    atMs: new Float64Array(SEGMENT_ENTRIES),
    answeredAtMs: new Float64Array(SEGMENT_ENTRIES),
    user: new Float64Array(SEGMENT_ENTRIES),
    otherUser: new Map(),
    ordinal: new Uint32Array(SEGMENT_ENTRIES),
    number: new Uint16Array(SEGMENT_ENTRIES),
    type: new Uint16Array(SEGMENT_ENTRIES),
    answer: new Uint16Array(SEGMENT_ENTRIES),
    fault: new Uint16Array(SEGMENT_ENTRIES),
    httpStatus: new Uint16Array(SEGMENT_ENTRIES),
    hasCallback: new Uint8Array(SEGMENT_ENTRIES),
    textEnd: new Uint32Array(SEGMENT_ENTRIES),
    text: Buffer.allocUnsafe(TEXT_BYTES_FIRST),
  };
}

function writeText(segment: Segment, row: number, callbackData: string | null): void {
  const start = row === 0 ? 0 : (segment.textEnd[row - 1] ?? 0);
  let written = 0;
  if (callbackData !== null) {
    const text = callbackData.length > TEXT_CHARS_MAX ? callbackData.slice(0, TEXT_CHARS_MAX) : callbackData;
    if (start + text.length * 3 > segment.text.length) {
      const larger = Buffer.allocUnsafe(segment.text.length * 2);
      segment.text.copy(larger, 0, 0, start);
      segment.text = larger;
    }
    written = segment.text.write(text, start, "utf8");
    segment.hasCallback[row] = 1;
  }
  segment.textEnd[row] = start + written;
}

/** The few words that repeat (keys, types, answers), each by a 16-bit index; 0 stands for whatever did not fit. */
function createWordList() {
  const words: (string | number | null)[] = ["(other)"];
  const indexByWord = new Map<string | number | null, number>();
  return {
    indexOf(word: string | number | null): number {
      const found = indexByWord.get(word);
      if (found !== undefined) return found;
      if (words.length > WORDS_MAX) return 0;
      const kept = typeof word === "string" ? word.slice(0, USER_CHARS_MAX) : word;
      words.push(kept);
      indexByWord.set(word, words.length - 1);
      return words.length - 1;
    },
    at: (index: number | undefined) => words[index ?? 0] ?? null,
  };
}
