// Message ids shaped like Meta's: base64 of a fixed frame around the user's digits and an 18-digit hex number. They
// come from (seed, ordinal) alone, so a seed gives the same ids again and the ledger need not store them. The first
// eight hex digits are a bijection of the ordinal: no two messages of a run share an id.
import { mix32, unmix32 } from "./prng.ts";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, "0"));
const frame = Buffer.alloc(64);

/**
 * The id of one taken message.
 *
 * ordinal   which taken message of the run it is, from 1
 * to        "+<digits>"; for a user known by BSUID any text, of which only the digits are used
 */
export function wamidOf(seed: number, ordinal: number, to: string): string {
  const digits = to.charCodeAt(0) === 43 ? to.slice(1) : to.replace(/\D/g, "").slice(0, 15);
  const id =
    hex8(mix32(ordinal ^ mix32(seed))) + hex8(mix32(seed ^ Math.imul(ordinal, 0x9e3779b9))) + HEX[ordinal & 255];
  let at = frame.write("\x1c\x18", 0, "latin1");
  frame[at] = digits.length;
  at += 1;
  at += frame.write(digits, at, "latin1");
  at += frame.write("\x15\x02\x00\x11\x18\x12", at, "latin1");
  at += frame.write(id, at, "latin1");
  frame[at] = 0;
  return `wamid.${frame.toString("base64", 0, at + 1)}`;
}

function hex8(value: number): string {
  return `${HEX[value >>> 24]}${HEX[(value >>> 16) & 255]}${HEX[(value >>> 8) & 255]}${HEX[value & 255]}`;
}

/** Which message of the run has this id, from 1; null for an id of another run or of no run at all. */
export function ordinalOf(seed: number, wamid: string): number | null {
  if (!wamid.startsWith("wamid.")) return null;
  const text = Buffer.from(wamid.slice(6), "base64").toString("latin1");
  const digits = text.slice(3, 3 + text.charCodeAt(2));
  const hex = text.slice(digits.length + 9, digits.length + 17); // 3 bytes before the digits, 6 after them
  const ordinal = (unmix32(Number.parseInt(hex, 16)) ^ mix32(seed)) >>> 0;
  return ordinal > 0 && wamidOf(seed, ordinal, `+${digits}`) === wamid ? ordinal : null;
}
