// The storms are only as good as what is checked after them: each promise, broken on paper, must be noticed.

import { expect, test } from "@jest/globals";
import { formatCallbackData } from "@tern/dialog360";
import type { LedgerEntry } from "@tern/simulator";
import type { MessageRecord } from "@tern/store";
import { brokenPromises, type Evidence } from "./invariants.ts";

const ID = ["msg_demo_01kahz3n8qf6q9t0x2m4w7c5r0", "msg_demo_01kahz3n8qf6q9t0x2m4w7c5r1"] as const;

function aRecord(fields: Partial<MessageRecord> = {}): MessageRecord {
  return {
    id: ID[0],
    sender: "demo",
    to: "+491",
    lane: "normal",
    status: "read",
    isFinal: true,
    place: "none",
    attempts: 1,
    resends: 0,
    sends: [{ number: 1, atMs: 0, outcome: "accepted", tookMs: 1, code: null, httpStatus: 200 }],
    ...fields,
  } as MessageRecord;
}

function anEntry(id: string, seq: number, fields: Partial<LedgerEntry> = {}): LedgerEntry {
  const callbackData = formatCallbackData({ messageId: id, wireNumber: 1 });
  return { seq, atMs: seq, to: "+491", callbackData, taken: true, answer: "ok", fault: null, ...fields } as LedgerEntry;
}

const quiet = { overlaps: [], portfolios: {} };

function evidence(fields: Partial<Evidence> = {}): Evidence {
  return {
    acceptedIds: [ID[0]],
    records: new Map([[ID[0], aRecord()]]),
    ledger: [anEntry(ID[0], 1)],
    summary: quiet,
    paces: {},
    reportsAll: true,
    ...fields,
  };
}

const withRecord = (fields: Partial<MessageRecord>) => new Map([[ID[0] as string, aRecord(fields)]]);
const two = (fields: Partial<MessageRecord> = {}) =>
  new Map([
    [ID[0] as string, aRecord(fields)],
    [ID[1] as string, aRecord({ id: ID[1], ...fields })],
  ]);
const overlap = {
  number: "key",
  to: "+491",
  first: { seq: 1, atMs: 1, answeredAtMs: 3, callbackData: anEntry(ID[0], 1).callbackData },
  second: { seq: 2, atMs: 2, answeredAtMs: 4, callbackData: anEntry(ID[1], 2).callbackData },
};

test("a message that was sent once and read breaks nothing", () => {
  expect(brokenPromises(evidence())).toEqual([]);
});

test.each<[string, Partial<Evidence>, RegExp]>([
  ["a record that is gone", { records: new Map() }, /^P1: .* has no record/],
  [
    "a message in no place",
    { records: withRecord({ status: "queued", isFinal: false }), ledger: [] },
    /^P1: .* in no place/,
  ],
  ["a message taken twice", { ledger: [anEntry(ID[0], 1), anEntry(ID[0], 2)] }, /^P2: .* taken 2 times/],
  ["a message nobody accepted", { ledger: [anEntry(ID[0], 1), anEntry(ID[1], 2)] }, /^P2: .* nobody accepted it/],
  [
    "a canceled message that was sent",
    { records: withRecord({ status: "canceled", sends: [], attempts: 0 }) },
    /^P2: .* was canceled before any send/,
  ],
  [
    "more refusals for the pace than a busy machine explains",
    { ledger: [anEntry(ID[0], 1), ...[2, 3, 4].map((seq) => anEntry(ID[0], seq, { taken: false, answer: 130429 }))] },
    /^P3: 3 .* 130429/,
  ],
  [
    "a second with more than the pace",
    {
      records: two({ sends: [0, 989].map((atMs, at) => ({ ...aRecord().sends[0], number: at + 1, atMs }) as never) }),
      paces: { demo: 3 },
    },
    /^P3: demo wrote 4 messages/,
  ],
  [
    "a refusal for the recipient",
    { ledger: [anEntry(ID[0], 1), anEntry(ID[0], 2, { taken: false, answer: 131056 })] },
    /^P3: 1 .* 131056/,
  ],
  [
    "a tier that was exceeded",
    { summary: { ...quiet, portfolios: { p: { mostReached: 3, overTier: 2 } } } },
    /^P3: 2 .* tier of p/,
  ],
  [
    "a throttle that used up an attempt",
    {
      records: withRecord({ attempts: 2 }),
      ledger: [anEntry(ID[0], 1, { taken: false, answer: 130429, fault: "metaError" }), anEntry(ID[0], 2)],
    },
    /^P4: .* used 2 attempts/,
  ],
  [
    "two to one recipient on the wire at once",
    {
      acceptedIds: ID,
      records: two(),
      ledger: [anEntry(ID[0], 1), anEntry(ID[1], 2)],
      summary: { ...quiet, overlaps: [overlap] },
    },
    /^P6: .* before .* was answered/,
  ],
  [
    "two to one recipient in the wrong order",
    { acceptedIds: ID, records: two(), ledger: [anEntry(ID[1], 1), anEntry(ID[0], 2)] },
    /^P6: .* was taken after/,
  ],
  ["a status that nobody reported", { ledger: [] }, /^P7: .* never took it/],
  ["a status that is behind", { records: withRecord({ status: "sent", isFinal: false }) }, /^P7: .* reported it read/],
])("%s is noticed", (_, broken, expected) => {
  const found = brokenPromises(evidence(broken));
  expect(found.filter((sentence) => expected.test(sentence))).toHaveLength(1);
});

test("bulk has no order", () => {
  const records = two({ lane: "bulk" });
  const ledger = [anEntry(ID[1], 1), anEntry(ID[0], 2)];
  expect(
    brokenPromises(evidence({ acceptedIds: ID, records, ledger, summary: { ...quiet, overlaps: [overlap] } })),
  ).toEqual([]);
});

test("a limit that the provider was told to invent is nobody's fault", () => {
  const invented = anEntry(ID[0], 1, { taken: false, answer: 130429, fault: "metaError" });
  expect(brokenPromises(evidence({ ledger: [invented, anEntry(ID[0], 2)] }))).toEqual([]);
});
