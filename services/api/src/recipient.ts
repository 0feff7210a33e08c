// Whom a message goes to: a phone number in any international spelling, written as E.164 ("+4915112345678") from here on.

import {
  type CountryCode,
  Metadata,
  type MetadataJson,
  type NumberingPlan,
  parsePhoneNumberFromString,
} from "libphonenumber-js/core";
import metadata from "libphonenumber-js/min/metadata";

export type Recipient = { readonly number: string } | { readonly problem: string };

/** A number with all its spaces and brackets; anything longer is not one. */
const TEXT_MAX = 40;
/** E.164: 15 digits at most; the shortest numbers that WhatsApp knows have 7. */
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * Reads a phone number.
 *
 * text      with a plus; spaces, dots, hyphens and brackets may be anywhere
 * returns   the number as "+" and 7 to 15 digits, possible in its country's numbering plan (its length is; nobody
 *           checks whether somebody has it); or what is wrong with it, to follow the name of the field
 */
export function readRecipient(text: string): Recipient {
  if (isPlainNumber(text)) return { number: text };
  const trimmed = text.trim();
  if (!trimmed.startsWith("+")) return { problem: withoutPlus(trimmed) };
  if (trimmed.length > TEXT_MAX) return { problem: "is not a phone number" };
  const parsed = parsePhoneNumberFromString(trimmed, { extract: false }, plans);
  if (!parsed) return { problem: "is not a phone number of a known country: write it like +4915112345678" };
  if (parsed.ext) return { problem: "has an extension, which WhatsApp cannot dial" };
  if (!E164.test(parsed.number) || !parsed.isPossible()) {
    return { problem: `has a length that no number with the calling code +${parsed.countryCallingCode} has` };
  }
  return { number: parsed.number };
}

/**
 * The numbering plans with one country per calling code. The library otherwise finds out to which of the 25 countries of
 * +1 a number belongs, which costs 25 µs instead of 4 and matters to nobody here: the lengths are the same, except that
 * +290 and +599 are read a little more generously.
 */
const plans: MetadataJson = {
  ...metadata,
  country_calling_codes: mapValues(metadata.country_calling_codes, (countries) => countries.slice(0, 1)),
};

function mapValues<K extends string, V>(record: Partial<Record<K, V>>, change: (value: V) => V): Record<K, V> {
  const entries = Object.entries(record) as [K, V][];
  return Object.fromEntries(entries.map(([key, value]) => [key, change(value)])) as Record<K, V>;
}

function withoutPlus(text: string): string {
  const digits = text.replace(/[\s().-]/g, "");
  if (/^00\d{7,15}$/.test(digits)) return "starts with + and the country's calling code, not with 00";
  return "starts with + and the country's calling code, like +4915112345678";
}

/** What a number of one calling code must look like to need no second look. */
interface PlainNumbers {
  readonly lengths: ReadonlySet<number>;
  /** Digits dialled within the country only, which parsing strips or rewrites. */
  readonly nationalPrefix: RegExp | null;
}

/**
 * Whether the text is E.164 already, of a possible length, and without anything that parsing would change. Most numbers
 * are, and parsing costs more than the rest of reading a message.
 */
function isPlainNumber(text: string): boolean {
  if (!E164.test(text)) return false;
  for (let end = 2; end <= 4; end++) {
    // No calling code is the beginning of another.
    const plain = plainNumbersOf(text.slice(1, end));
    if (!plain) continue;
    const national = text.slice(end);
    return plain.lengths.has(national.length) && !plain.nationalPrefix?.test(national);
  }
  return false;
}

const plainNumbersByCode = new Map<string, PlainNumbers | null>();

function plainNumbersOf(callingCode: string): PlainNumbers | null {
  let plain = plainNumbersByCode.get(callingCode);
  if (plain === undefined) {
    plain = callingCode in plans.country_calling_codes ? readPlan(callingCode) : null;
    plainNumbersByCode.set(callingCode, plain);
  }
  return plain;
}

function readPlan(callingCode: string): PlainNumbers | null {
  const metadata = new Metadata(plans);
  metadata.selectNumberingPlan(callingCode as CountryCode); // takes either, whatever its type says
  // Not in the library's types, so perhaps not in its next version: without it every number is parsed.
  const plan: (NumberingPlan & { nationalPrefixForParsing?: () => string | undefined }) | undefined =
    metadata.numberingPlan;
  if (!plan?.nationalPrefixForParsing) return null;
  const prefix = plan.nationalPrefixForParsing();
  return { lengths: new Set(plan.possibleLengths()), nationalPrefix: prefix ? new RegExp(`^(?:${prefix})`) : null };
}
