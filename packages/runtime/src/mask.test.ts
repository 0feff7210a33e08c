import { describe, expect, test } from "@jest/globals";
import { maskNumber, maskNumbersIn, maskSureNumbersIn, maskWamid } from "./mask.ts";

const WAMID = "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA";

test.each([
  ["+4915112345678", "+4915…78"],
  ["4915112345678", "4915…78"],
  ["+49 151 1234-5678", "+49 15…78"],
  ["(0151) 12345678", "(0151…78"],
  ["+1234567", "+12…67"],
  ["+123456", "…56"],
  ["12", "…"],
  ["", "…"],
  ["US.13491208655302741918", "US.1349…18"],
])("a number %p is shown as %p", (number, shown) => {
  expect(maskNumber(number)).toBe(shown);
});

describe("free text", () => {
  test.each([
    ["(#131026) +4915112345678 cannot be reached", "(#131026) +4915…78 cannot be reached"],
    ["recipient 4915112345678: not on WhatsApp", "recipient 4915…78: not on WhatsApp"],
    ["call +49 (151) 1234-5678, now", "call +49 (15…78, now"],
    ["two: +4915112345678,+4915112345679", "two: +4915…78,+4915…79"],
    ["user US.13491208655302741918 and DE.ENT.aB3xYz09", "user US.…18 and DE.…09"],
  ])("loses its numbers: %s", (text, shown) => {
    expect(maskNumbersIn(text)).toBe(shown);
  });

  test.each([
    "connect ECONNREFUSED 127.0.0.1:6379",
    "waited 25000 ms, 3 of 5 attempts, at 2026-11-22T10:47:29.897Z",
    "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd is unknown",
    "code 131056 in src/run-service.ts:1234:56",
    "1 + 1 = 2",
  ])("keeps what is no number of a person: %s", (text) => {
    expect(maskNumbersIn(text)).toBe(text);
  });

  test("loses the number inside a wamid", () => {
    expect(maskNumbersIn(`no record of ${WAMID}`)).toBe("no record of wamid.…zMzQ5MkEA".replace("zMz", "MzAzMz"));
  });
});

test("where ids and times are, only what is a number for sure is masked", () => {
  expect(maskSureNumbersIn("102290129340398 says +49 151 12345678 and US.13491208655302741918")).toBe(
    "102290129340398 says +49 15…78 and US.…18",
  );
});

test("a wamid keeps its last characters, by which messages differ", () => {
  expect(maskWamid(WAMID)).toBe(`wamid.…${WAMID.slice(-12)}`);
  expect(maskWamid("wamid.short")).toBe("wamid.…");
});
