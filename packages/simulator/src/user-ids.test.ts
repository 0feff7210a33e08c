import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { phoneOf, userIdOf } from "./user-ids.ts";

const phone = fc.bigInt({ min: 1_000_000n, max: 999_999_999_999_999n }).map((digits) => `+${digits}`);

test("a BSUID has the documented form and leads back to its phone number within its portfolio alone", () => {
  fc.assert(
    fc.property(phone, fc.string(), (user, portfolio) => {
      const userId = userIdOf(portfolio, user);
      expect(userId).toMatch(/^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/);
      expect(phoneOf(portfolio, userId)).toBe(user);
      expect(userIdOf(`${portfolio} 2`, user)).not.toBe(userId);
    }),
  );
});

test("two users have different BSUIDs", () => {
  fc.assert(
    fc.property(phone, phone, (one, other) => {
      fc.pre(one !== other);
      expect(userIdOf("p", one)).not.toBe(userIdOf("p", other));
    }),
  );
});

test("a BSUID nobody made here leads nowhere", () => {
  for (const userId of ["US.1349", "US.13491208655302741918", "DE.ENT.1", ""]) expect(phoneOf("p", userId)).toBeNull();
});
