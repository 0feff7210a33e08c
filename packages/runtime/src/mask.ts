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

/** A WhatsApp message id holds the recipient's number in base64. */
const WAMID = /wamid\.[\w+/=-]+/g;

/**
 * Masks what looks like a phone number or a wamid in free text. Rather masks too much: a bare number of 8 to 15 digits
 * goes as well, so ids and times belong in fields of their own.
 */
export function maskNumbersIn(text: string): string {
  return text.replace(WAMID, maskWamid).replace(NUMBER, maskNumber);
}

/** "wamid.HBgLMTY1M…" -> "wamid.…" and its last 12 characters, which tell messages apart. */
export function maskWamid(wamid: string): string {
  return wamid.length > 24 ? `wamid.…${wamid.slice(-12)}` : "wamid.…";
}
