import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createLedger, type LedgerRecord } from "./ledger.ts";
import { countRecipients, findDuplicates, findOverlaps, queryLedger } from "./ledger-queries.ts";
import { wamidOf } from "./wamid.ts";

function aRecord(over: Partial<LedgerRecord> = {}): LedgerRecord {
  return {
    atMs: 1000.25,
    number: "key-1",
    user: "+4915112345678",
    type: "text",
    callbackData: "tern:m1:1",
    ordinal: 1,
    answer: "ok",
    fault: null,
    httpStatus: 200,
    ...over,
  };
}

describe("the ledger", () => {
  test("gives back what was written, whatever it was", () => {
    const anyRecord = fc.record({
      atMs: fc.double({ min: 1, max: 2e12, noNaN: true }),
      number: fc.string({ maxLength: 40 }),
      user: fc.oneof(
        fc.constant(null),
        fc.constant("+491511"),
        fc.constant("+0491"),
        fc.constant("US.1349"),
        fc.constant(""),
      ),
      type: fc.oneof(fc.constant(null), fc.constant("text"), fc.constant("nonsense")),
      callbackData: fc.oneof(fc.constant(null), fc.string({ unit: "grapheme", maxLength: 100 })),
      ordinal: fc.nat({ max: 4_000_000 }),
      answer: fc.oneof(fc.constant("ok" as const), fc.integer({ min: 0, max: 2_600_000 })),
      fault: fc.constantFrom(null, "slow" as const, "held" as const),
      httpStatus: fc.integer({ min: 0, max: 599 }),
    });
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 50 }), (records) => {
        const ledger = createLedger({ entriesMax: 1000, seed: 3 });
        for (const record of records) ledger.add(record);

        const expected = records.map(({ user, ordinal, ...record }, at) => ({
          ...record,
          seq: at + 1,
          answeredAtMs: null,
          to: user,
          taken: ordinal > 0,
          wamid: ordinal > 0 ? wamidOf(3, ordinal, user ?? "") : null,
        }));
        expect(queryLedger(ledger, {}).entries).toEqual(expected);
      }),
    );
  });

  test("drops the oldest when it is full, and counts them", () => {
    const ledger = createLedger({ entriesMax: 20_000, seed: 1 });

    for (let nth = 1; nth <= 50_000; nth += 1) ledger.add(aRecord({ callbackData: `tern:m${nth}:1` }));

    const page = queryLedger(ledger, { limit: 1 });
    expect(ledger.dropped).toBe(30_000);
    expect(page.dropped).toBe(30_000);
    expect(page.entries[0]).toMatchObject({ seq: 30_001, callbackData: "tern:m30001:1" });
  });

  test("long texts stay whole across a full segment", () => {
    const ledger = createLedger({ entriesMax: 100_000, seed: 1 });
    for (let nth = 1; nth <= 17_000; nth += 1) ledger.add(aRecord({ callbackData: "x".repeat(500) + nth }));

    expect(queryLedger(ledger, { cursor: 16_998 }).entries.map((entry) => entry.callbackData)).toEqual([
      `${"x".repeat(500)}16999`,
      `${"x".repeat(500)}17000`,
    ]);
  });

  test("knows when each entry was answered, the first word counting, across segments and after dropping", () => {
    const ledger = createLedger({ entriesMax: 20_000, seed: 1 });
    for (let nth = 1; nth <= 50_000; nth += 1) ledger.add(aRecord({ callbackData: null }));

    for (const seq of [1, 30_001, 32_768, 32_769, 50_000]) ledger.answered(seq, seq + 0.25);
    ledger.answered(50_000, 99_999);

    expect(ledger.isAnswered(50_000)).toBe(true);
    expect(ledger.isAnswered(49_999)).toBe(false);
    const answeredAt = (seq: number) => queryLedger(ledger, { cursor: seq - 1, limit: 1 }).entries[0]?.answeredAtMs;
    expect([30_001, 30_002, 32_768, 32_769, 50_000].map(answeredAt)).toEqual([
      30_001.25,
      null,
      32_768.25,
      32_769.25,
      50_000.25,
    ]);
  });

  test("pages by limit and cursor, and says when it is through", () => {
    const ledger = createLedger({ entriesMax: 100, seed: 1 });
    for (let nth = 1; nth <= 5; nth += 1) ledger.add(aRecord());

    const first = queryLedger(ledger, { limit: 3 });
    const second = queryLedger(ledger, { limit: 3, cursor: first.nextCursor ?? 0 });

    expect(first.entries.map((entry) => entry.seq)).toEqual([1, 2, 3]);
    expect(second.entries.map((entry) => entry.seq)).toEqual([4, 5]);
    expect(second.nextCursor).toBeNull();
  });

  test("finds by recipient, by callback data, by its beginning and by time", () => {
    const ledger = createLedger({ entriesMax: 100, seed: 1 });
    ledger.add(aRecord({ callbackData: "tern:a:1", atMs: 10 }));
    ledger.add(aRecord({ callbackData: "tern:a:12", atMs: 20, user: "+15550001" }));
    ledger.add(aRecord({ callbackData: null, atMs: 30 }));

    const seqs = (query: Parameters<typeof queryLedger>[1]) => queryLedger(ledger, query).entries.map(({ seq }) => seq);
    expect(seqs({ to: "+15550001" })).toEqual([2]);
    expect(seqs({ callbackData: "tern:a:1" })).toEqual([1]);
    expect(seqs({ callbackDataPrefix: "tern:a:1" })).toEqual([1, 2]);
    expect(seqs({ since: 20 })).toEqual([2, 3]);
  });
});

describe("the summary's questions", () => {
  test("a message taken twice is a duplicate, one refused and then taken is not", () => {
    const ledger = createLedger({ entriesMax: 100, seed: 1 });
    ledger.add(aRecord({ callbackData: "tern:m1:1", ordinal: 1 }));
    ledger.add(aRecord({ callbackData: "tern:m2:1", ordinal: 0, answer: 130429 }));
    ledger.add(aRecord({ callbackData: "tern:m2:2", ordinal: 2 }));
    ledger.add(aRecord({ callbackData: "tern:m1:2", ordinal: 3 }));
    ledger.add(aRecord({ callbackData: "tern:m10:1", ordinal: 4 }));
    ledger.add(aRecord({ callbackData: null, ordinal: 5 }));
    ledger.add(aRecord({ callbackData: null, ordinal: 6 }));

    const { count, shown } = findDuplicates(ledger);

    expect(count).toBe(1);
    expect(shown).toMatchObject([
      {
        callbackMessageId: "tern:m1",
        count: 2,
        entries: [{ callbackData: "tern:m1:1" }, { callbackData: "tern:m1:2" }],
      },
    ]);
  });

  function ledgerOf(rows: { atMs: number; untilMs: number | null; over?: Partial<LedgerRecord> }[]) {
    const ledger = createLedger({ entriesMax: 10_000, seed: 1 });
    for (const { atMs, over } of rows) ledger.add(aRecord({ atMs, ...over }));
    for (const [at, { untilMs }] of rows.entries()) if (untilMs !== null) ledger.answered(at + 1, untilMs);
    return ledger;
  }

  test("a message that arrives before the one to the same recipient is answered overlaps with it", () => {
    const ledger = ledgerOf([
      { atMs: 10, untilMs: 20.5, over: { callbackData: "tern:m1:1" } },
      { atMs: 20.25, untilMs: 30, over: { callbackData: "tern:m2:1" } },
    ]);

    expect(findOverlaps(ledger)).toEqual({
      count: 1,
      shown: [
        {
          number: "key-1",
          to: "+4915112345678",
          first: { seq: 1, atMs: 10, answeredAtMs: 20.5, callbackData: "tern:m1:1" },
          second: { seq: 2, atMs: 20.25, answeredAtMs: 30, callbackData: "tern:m2:1" },
        },
      ],
    });
  });

  test.each([
    ["arriving as the first is answered", { atMs: 20, untilMs: 30 }],
    ["to another recipient", { atMs: 15, untilMs: 30, over: { user: "+15550001" } }],
    ["from another number", { atMs: 15, untilMs: 30, over: { number: "key-2" } }],
    ["that was refused", { atMs: 15, untilMs: 30, over: { ordinal: 0, answer: 131056 } }],
  ])("a message %s does not overlap", (_, second) => {
    expect(findOverlaps(ledgerOf([{ atMs: 10, untilMs: 20 }, second])).count).toBe(0);
  });

  test("overlaps are counted as looking at all pairs counts them, and the first hundred are shown", () => {
    const row = fc.record({
      afterMs: fc.integer({ min: 0, max: 3 }),
      openForMs: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 12 })),
      user: fc.constantFrom("+15550001", "+15550002", "US.1"),
      number: fc.constantFrom("key-1", "key-2"),
      isTaken: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), (given) => {
        let atMs = 1;
        const rows = given.map(({ afterMs, openForMs, user, number, isTaken }, at) => {
          atMs += afterMs;
          const untilMs = openForMs === null ? null : atMs + openForMs;
          return { atMs, untilMs, over: { user, number, ordinal: isTaken ? at + 1 : 0 } };
        });
        const pairs = rows.flatMap((second, at) =>
          rows
            .slice(0, at)
            .filter(({ over }) => over.user === second.over.user && over.number === second.over.number)
            .filter(({ over }) => over.ordinal !== 0 && second.over.ordinal !== 0)
            .filter(({ untilMs }) => untilMs === null || untilMs > second.atMs),
        );

        const { count, shown } = findOverlaps(ledgerOf(rows));

        expect(count).toBe(pairs.length);
        expect(shown.length).toBe(Math.min(100, pairs.length));
      }),
    );
  });

  test("overlaps are found among thousands of recipients", () => {
    const rows = Array.from({ length: 6000 }, (_, at) => ({
      atMs: at + 1,
      untilMs: at % 3000 === 0 ? 5500 : at + 3,
      over: { user: `+1555${at % 3000}` },
    }));

    expect(findOverlaps(ledgerOf(rows))).toMatchObject({ count: 1, shown: [{ to: "+15550", second: { seq: 3001 } }] });
  });

  test("counts a recipient once", () => {
    const ledger = createLedger({ entriesMax: 100, seed: 1 });
    for (const user of ["+4915112345678", "+4915112345678", "+15550001", "US.1", "US.1", null])
      ledger.add(aRecord({ user }));

    expect(countRecipients(ledger)).toBe(3);
  });
});
