import { describe, expect, test } from "@jest/globals";
import { OUTCOME_CLASSES } from "@tern/core";
import { ERROR_CODES, errorCodeOf } from "./error-codes.ts";

// The provider's catalogue as it was read, kept apart from the table so that a slip of the hand in one shows.
const CATALOGUE: Readonly<Record<string, readonly number[]>> = {
  misconfigured: [
    0, 3, 10, 33, 190, 200, 250, 299, 131005, 131037, 131042, 131045, 133000, 133005, 133006, 133008, 133009, 133010,
    133015, 133016,
  ],
  unknown: [1, 2, 131000, 131016, 133004],
  throttled: [4, 17, 613, 80007, 130429, 131056],
  "number-paused": [368, 131031, 131048, 131057, 131064, 2494100],
  "template-paused": [132015],
  "template-disabled": [132016],
  transient: [132069],
  misrouted: [131055, 131061, 131063, 134100, 134101, 134102],
  rejected: [
    100, 130403, 130472, 130497, 131008, 131009, 131021, 131026, 131047, 131049, 131050, 131051, 131052, 131053, 131060,
    131062, 132000, 132001, 132005, 132007, 132012, 132018, 132068, 134011, 135000, 139100, 139101, 139102, 139103,
    1752041, 2388019, 2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299, 2593107, 2593108, 2593109,
  ],
};

describe("the table of error codes", () => {
  test.each(Object.entries(CATALOGUE))("has every code of the class %s", (outcomeClass, codes) => {
    const found = codes.map((code) => [code, errorCodeOf(code)?.class]);

    expect(found).toEqual(codes.map((code) => [code, outcomeClass]));
  });

  test("has no code that the catalogue does not have, and none twice", () => {
    const known = new Set(Object.values(CATALOGUE).flat());
    const codes = ERROR_CODES.flatMap(({ code, codeEnd }) => (codeEnd === undefined ? [code] : [code, codeEnd]));

    expect(codes.filter((code) => !known.has(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test.each([199, 300, 139104, 2593106, 999_999, -1, Number.NaN])("does not know %s", (code) => {
    expect(errorCodeOf(code)).toBeUndefined();
  });

  test("names for every code a class of core, a meaning, and what a person can do in at most two sentences", () => {
    for (const row of ERROR_CODES) {
      expect(OUTCOME_CLASSES).toContain(row.class);
      expect(row.meaning).toMatch(/^[a-z3].*[^.]$/);
      expect(row.hint).toMatch(/^[A-Z].*\.$/);
      expect(row.hint.match(/[.?] [A-Z]|\.$/g)?.length).toBeLessThanOrEqual(2);
      expect(row.source).not.toBe("");
    }
  });

  test.each([
    [4, "account"],
    [80007, "account"],
    [17, "number"],
    [613, "number"],
    [130429, "number"],
    [131056, "pair"],
  ])("code %s throttles the %s", (code, scope) => {
    expect(errorCodeOf(code)).toMatchObject({ class: "throttled", scope });
  });

  test.each([
    [131057, 90_000],
    [2494100, 90_000],
    [368, 3_600_000],
    [132069, 3_600_000],
  ])("code %s waits %s ms", (code, retryAfterMs) => {
    expect(errorCodeOf(code)).toMatchObject({ retryAfterMs });
  });
});
