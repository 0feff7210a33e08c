import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { packTrace, parseTraceparent, unpackTrace } from "./trace.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

describe("a traceparent", () => {
  test("names its trace, its span, and whether they are recorded", () => {
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true });
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-02`)?.isSampled).toBe(false);
  });

  test("of a later version is read as far as it is known", () => {
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes`)?.traceId).toBe(TRACE);
  });

  test.each([
    ["nothing", undefined],
    ["several at once", [`00-${TRACE}-${SPAN}-01`]],
    ["no ids", "00"],
    ["capitals", `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ["a trace of zeros", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["a span of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["the forbidden version", `ff-${TRACE}-${SPAN}-01`],
    ["version 00 with more behind it", `00-${TRACE}-${SPAN}-01-more`],
    ["a line break", `00-${TRACE}-${SPAN}-01\n`],
  ])("that is none is no fault of the request: %s", (_what, header) => {
    expect(parseTraceparent(header)).toBeNull();
  });
});

describe("a trace in a record", () => {
  const hex = (length: number) =>
    fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });

  test("comes back as it was, in 32 characters", () => {
    fc.assert(
      fc.property(hex(32), hex(16), (traceId, spanId) => {
        const packed = packTrace({ traceId, spanId });
        expect(packed).toHaveLength(32);
        expect(unpackTrace(packed)).toEqual({ traceId, spanId });
      }),
    );
  });

  test("that is damaged is none", () => {
    for (const packed of [null, "", "x", "é".repeat(32), `${"A".repeat(31)}=`]) expect(unpackTrace(packed)).toBeNull();
  });
});
