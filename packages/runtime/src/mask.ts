// What a log may show of a person: enough of a number to recognise it, too little to call it.

/**
 * "+4915112345678" -> "+4915…78". Of 10 digits and more the first four and the last two stay, of 7 to 9 the first two,
 * of fewer only the last two. Works on any spelling of a number, and on a BSUID ("US.1349…18").
 */
export function maskNumber(text: string): string {
  const digits = text.match(/\d/g) ?? [];
  if (digits.length < 3) return "…";
  const lead = digits.length >= 10 ? 4 : digits.length >= 7 ? 2 : 0;
  const start = lead === 0 ? "" : (text.match(new RegExp(`^\\D*(?:\\d\\D*?){${lead}}`))?.[0] ?? "");
  return `${start}…${digits.slice(-2).join("")}`;
}

/** With a plus (spaces, dots, brackets and hyphens allowed inside), or 8 to 15 digits that stand alone. */
const NUMBER = /\+\d(?:[\s().-]{0,2}\d){6,14}|(?<![\w.+-])\d{8,15}(?![\w-])/g;

/** A business-scoped user id: "US.13491208655302741918", "US.ENT.…" (docs/sources.md, sending); with a digit, which words have not. */
const BSUID = /(?<![\w.])[A-Z]{2}\.(?:ENT\.)?(?=[A-Za-z]*\d)[A-Za-z0-9]{6,128}(?![\w])/g;

/** A WhatsApp message id holds the recipient's number in base64. */
const WAMID = /wamid\.[\w+/=-]+/g;

/**
 * Masks what looks like a phone number, a BSUID or a wamid in free text. Rather masks too much: a bare number of 8 to 15 digits
 * goes as well, so ids and times belong in fields of their own.
 */
export function maskNumbersIn(text: string): string {
  return text.replace(WAMID, maskWamid).replace(BSUID, maskBsuid).replace(NUMBER, maskNumber);
}

/** "wamid.HBgLMTY1M…" -> "wamid.…" and its last 12 characters, which tell messages apart. */
export function maskWamid(wamid: string): string {
  return wamid.length > 24 ? `wamid.…${wamid.slice(-12)}` : "wamid.…";
}

/**
 * Masks what is a number for sure: with its plus, in a wamid, a BSUID. For text that holds ids and times as well, which are
 * as long as numbers.
 */
export function maskSureNumbersIn(text: string): string {
  if (!SURE.test(text)) return text;
  return text.replace(WAMID, maskWamid).replace(BSUID, maskBsuid).replace(SURE_NUMBER, maskNumber);
}

const SURE = /\+\d|wamid\.|[A-Z]{2}\./;
const SURE_NUMBER = /\+\d(?:[\s().-]{0,2}\d){6,14}/g;

/** "US.…18" */
function maskBsuid(bsuid: string): string {
  return `${bsuid.slice(0, 3)}…${bsuid.slice(-2)}`;
}
