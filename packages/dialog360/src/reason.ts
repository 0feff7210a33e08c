// The reason of a Failure: one short line for records, logs and people. What the provider writes goes through here, so
// that no phone number and no line break comes with it.

/** Longest reason, in UTF-16 units: a line of a terminal or two, and small in a record. */
const REASON_LENGTH_MAX = 300;

/**
 * Our words and the provider's in one line.
 *
 * meaning   our short description
 * details   the provider's text, if any; phone numbers in it are masked up to their last two digits, message ids wholly;
 *           control characters become spaces
 * returns   at most 300 characters, well-formed Unicode
 */
export function reasonText(meaning: string, details?: string): string {
  const said = details === undefined ? "" : cleanText(details);
  return shorten(said === "" || said.toLowerCase() === meaning.toLowerCase() ? meaning : `${meaning}: ${said}`);
}

// Digits in any script with what people put between them. Codes and counts are shorter, so they stay readable.
const DIGITS = /\+?\p{Nd}(?:[\s().\-/\u2010-\u2015]{0,3}\p{Nd}){6,}/gu;
/** E.164 numbers have 7 digits and more; error codes up to 7. With a plus sign, 7 digits are a number for sure. */
const PHONE_DIGITS_MIN = 8;

/** A WhatsApp message id holds the recipient's number in base64. */
const WAMID = /wamid\.[\w+/=-]+/g;

function maskPhoneNumbers(text: string): string {
  return text.replace(WAMID, "wamid.…").replace(DIGITS, (match) => {
    const digits = match.replace(/\P{Nd}/gu, "");
    const isNumber = match.startsWith("+") || [...digits].length >= PHONE_DIGITS_MIN;
    return isNumber ? `…${[...digits].slice(-2).join("")}` : match;
  });
}

function cleanText(details: string): string {
  // The prefix repeats the code, which has a field of its own. A text far longer than a reason is cut before any work.
  const text = details.slice(0, 4 * REASON_LENGTH_MAX).replace(/^\s*\(#\d+\)\s*/, "");
  return maskPhoneNumbers(text.replace(/[\p{Cc}\s]+/gu, " ")).trim();
}

function shorten(text: string): string {
  const whole = text.toWellFormed();
  return whole.length <= REASON_LENGTH_MAX
    ? whole
    : `${whole.slice(0, REASON_LENGTH_MAX - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
