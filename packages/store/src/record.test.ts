import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { packPricing, packSend, packWamid, readRecord } from "./record.ts";

const ADDRESS = { sender: "demo", localId: "01kkbswhg00000000000000000" };
const FIELDS = { to: "+491", l: "1", c: "shop", y: "text", k: "0", q: "1000" };
const read = (fields: Record<string, string> = {}) => readRecord(ADDRESS, { ...FIELDS, ...fields }, null, null);

test("no record is null", () => {
  expect(readRecord(ADDRESS, {}, null, null)).toBeNull();
});

// A script that wrote a field of a record that has ended would make one of these.
test("the rest of a record is none", () => {
  expect(readRecord(ADDRESS, { n: "3" }, null, null)).toBeNull();
});

describe("what is packed comes back as it was", () => {
  test("wamids", () => {
    const anyWamid = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `wamid.${rest}`),
      fc.string().map((rest) => `:${rest}`),
    );
    fc.assert(fc.property(anyWamid, (wamid) => expect(read({ w: packWamid(wamid) })?.wamid).toBe(wamid)));
  });

  test("prices", () => {
    const word = fc.constantFrom(null, "utility", "authentication-international", "regular", "PMP", "brand_new_word");
    const pricing = fc.record({
      category: word,
      type: word,
      model: word,
      billable: fc.constantFrom(null, true, false),
    });
    fc.assert(fc.property(pricing, (price) => expect(read({ pr: packPricing(price) })?.pricing).toEqual(price)));
  });

  test("sends", () => {
    const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some);
    const send = fc.record({
      tookMs: maybe(fc.nat()),
      outcome: maybe(fc.constantFrom("accepted", "rejected", "lost")),
      code: maybe(fc.nat()),
      httpStatus: maybe(fc.integer({ min: 100, max: 599 })),
    });
    fc.assert(
      fc.property(send, (one) => {
        expect(read({ o1: `250,${packSend(one)}` })?.sends).toEqual([{ number: 1, atMs: 1_250, ...one }]);
      }),
    );
  });
});

test("a send on the wire has only its beginning", () => {
  expect(read({ o1: "250" })?.sends).toEqual([
    { number: 1, atMs: 1_250, outcome: null, tookMs: null, code: null, httpStatus: null },
  ]);
});

test("sends are in order, also from the tenth on", () => {
  const sends = read({ o10: "30", o2: "20", o1: "10" })?.sends;
  expect(sends?.map(({ number }) => number)).toEqual([1, 2, 10]);
});

test("the timeline goes from queued up, by rank, in epoch time", () => {
  expect(read({ k: "80", o2: "20", o1: "10", t80: "900", t40: "30", t60: "700" })?.timeline).toEqual([
    { status: "queued", atMs: 1_000 },
    { status: "sending", atMs: 1_010 },
    { status: "submitted", atMs: 1_030 },
    { status: "failed", atMs: 1_700 },
    { status: "read", atMs: 1_900 },
  ]);
});

// The provider counts whole seconds, so its "sent" may bear a time before our "submitted".
test("the timeline never runs backwards", () => {
  expect(read({ k: "70", o1: "10", t40: "900", t50: "-5", t70: "995" })?.timeline).toEqual([
    { status: "queued", atMs: 1_000 },
    { status: "sending", atMs: 1_010 },
    { status: "submitted", atMs: 1_900 },
    { status: "sent", atMs: 1_900 },
    { status: "delivered", atMs: 1_995 },
  ]);
});

test("a failure that the provider reported reads as failed", () => {
  expect(read({ k: "60" })).toMatchObject({ status: "failed", isFinal: true });
});

test("metadata and failure are the JSON they came as", () => {
  const failure = { class: "rejected", code: 131026, httpStatus: 400, reason: "no", hint: "check" };
  const record = readRecord(ADDRESS, FIELDS, JSON.stringify(failure), '{"order":[7]}');
  expect(record).toMatchObject({ failure, metadata: { order: [7] } });
});

test("what is not there reads as its default", () => {
  expect(read()).toMatchObject({
    place: "none",
    waitReason: "none",
    waitUntilMs: null,
    attempts: 0,
    throttles: 0,
    resends: 0,
    doubtPolicy: "resend",
    wamid: null,
    pricing: null,
  });
});
