// The quick way to read a number gives what the library gives, for every calling code there is.

import { expect, test } from "@jest/globals";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import metadata from "libphonenumber-js/min/metadata";
import { readRecipient } from "./recipient.ts";

/** Read with fewer countries than the library knows: see recipient.ts. */
const MORE_GENEROUS = new Set(["290", "599"]);

const callingCodes = [...Object.keys(metadata.country_calling_codes), ...Object.keys(metadata.nonGeographic)];

/** Every so many pairs of first digits is tried per code and length; other ones for the next. */
const STEP = 7;

/** National numbers of this length; some with 15 after their first digits, for countries that read that as a prefix. */
function* nationalNumbers(code: string, length: number): Generator<string> {
  for (let first = (Number(code) + length) % STEP; first < 100; first += STEP) {
    const start = String(first).padStart(2, "0");
    yield `${start}3456789012`.slice(0, length);
    yield `${start}15678901234`.slice(0, length);
  }
}

test("a number in E.164 is what the library makes of it, or refused as the library would", () => {
  let compared = 0;
  const differences: string[] = [];
  for (const code of callingCodes.filter((code) => !MORE_GENEROUS.has(code))) {
    for (let length = 4; length <= 12; length++) {
      for (const national of nationalNumbers(code, length)) {
        const text = `+${code}${national}`;
        if (text.length < 8 || text.length > 16) continue;
        const read = readRecipient(text);
        const parsed = parsePhoneNumberFromString(text, { extract: false });
        const expected = parsed?.isPossible() && /^\+\d{7,15}$/.test(parsed.number) ? parsed.number : null;
        if (("number" in read ? read.number : null) !== expected) differences.push(`${text}: not ${expected}`);
        compared += 1;
      }
    }
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(20_000);
});

test.each([
  ["+49 0151 12345678", "+4915112345678"], // the zero is dialled within Germany only
  ["+4901511234567", "+491511234567"],
  ["+54 11 15 1234-5678", "+5491112345678"], // Argentina's way to write a mobile number at home
  ["+39 06 698 12345", "+390669812345"], // Italy's zero belongs to the number
])("%s is %s", (text, number) => {
  expect(readRecipient(text)).toEqual({ number });
});
