// A user's BSUID: the same for every number of a portfolio, different in another one, and another one once the user has
// changed the phone number (Meta "business-scoped user ids", 2026-05). It is the phone number itself, scrambled with a
// key of the portfolio, so that a BSUID leads back to its user without anything being remembered: a benchmark reaches a
// million users. Two check digits tell one made here from any other text of the same form.
import { hashText, mix32 } from "./prng.ts";

// The country in front; enough calling codes for test data, the rest shows the first.
const countryByCallingCode: [callingCode: string, country: string][] = [
  ["+1", "US"],
  ["+31", "NL"],
  ["+33", "FR"],
  ["+34", "ES"],
  ["+39", "IT"],
  ["+44", "GB"],
  ["+49", "DE"],
  ["+52", "MX"],
  ["+55", "BR"],
  ["+91", "IN"],
];

const HALF = 2 ** 26; // 15 digits are less than 2^50, so two halves of 26 bits hold a phone number
const ROUNDS = 4;
const DIGITS = 16;
const madeHere = /^[A-Z]{2}\.1(\d{16})(\d{2})$/;

/** The BSUID of "+<digits>" (at most 15) in a portfolio. */
export function userIdOf(portfolio: string, phone: string): string {
  const key = hashText(portfolio);
  const scrambled = scramble(Number(phone), key);
  return `${countryOf(phone)}.1${String(scrambled).padStart(DIGITS, "0")}${checkDigits(scrambled, key)}`;
}

/** The phone number that `userIdOf` made this BSUID of, as "+<digits>"; null for any other text. */
export function phoneOf(portfolio: string, userId: string): string | null {
  const match = madeHere.exec(userId);
  if (!match) return null;
  const key = hashText(portfolio);
  const scrambled = Number(match[1]);
  if (checkDigits(scrambled, key) !== match[2]) return null;
  const phone = `+${unscramble(scrambled, key)}`;
  return userId.startsWith(countryOf(phone)) && /^\+\d{7,15}$/.test(phone) ? phone : null;
}

function countryOf(phone: string): string {
  return countryByCallingCode.find(([callingCode]) => phone.startsWith(callingCode))?.[1] ?? "US";
}

function checkDigits(scrambled: number, key: number): string {
  return String(mix32((scrambled % 2 ** 32) ^ mix32(key)) % 100).padStart(2, "0");
}

/** A Feistel network: each round mixes one half with the other, and can be undone. */
function scramble(value: number, key: number): number {
  let left = Math.floor(value / HALF);
  let right = value % HALF;
  for (let round = 0; round < ROUNDS; round += 1) {
    const mixed = left ^ halfOf(right, key, round);
    left = right;
    right = mixed;
  }
  return left * HALF + right;
}

function unscramble(value: number, key: number): number {
  let left = Math.floor(value / HALF);
  let right = value % HALF;
  for (let round = ROUNDS - 1; round >= 0; round -= 1) {
    const mixed = right ^ halfOf(left, key, round);
    right = left;
    left = mixed;
  }
  return left * HALF + right;
}

function halfOf(half: number, key: number, round: number): number {
  return mix32(half ^ mix32(key + round)) % HALF;
}
