// A message id carries its sender, so that a request, a job or a webhook routes from the id alone:
//   msg_<sender>_<26 characters>, e.g. msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd
// The tail (the local id) is a UUIDv7 in Crockford's base 32, lower case: it sorts by time and is the only part that
// Redis stores, since the sender is in every key. No `:` (BullMQ refuses it in job ids) and no `.` (joins local ids to
// numbers in job ids and leases).

const SENDER = "[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?";
const LOCAL = "[0-9a-hjkmnp-tv-z]{26}";
export const SENDER_ID_PATTERN: RegExp = new RegExp(`^${SENDER}$`);
export const MESSAGE_ID_PATTERN: RegExp = new RegExp(`^msg_(${SENDER})_(${LOCAL})$`);
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export interface MessageAddress {
  readonly sender: string;
  readonly localId: string;
}

export function messageId({ sender, localId }: MessageAddress): string {
  return `msg_${sender}_${localId}`;
}

/** The sender and local id inside a message id, or null when the text is not one (never throws). */
export function parseMessageId(text: string): MessageAddress | null {
  const match = MESSAGE_ID_PATTERN.exec(text);
  return match?.[1] && match[2] ? { sender: match[1], localId: match[2] } : null;
}

/**
 * Writes the 16 bytes of a UUID as 26 characters that sort like the bytes.
 *
 * bytes     16 bytes, of a UUIDv7 for ids that sort by time
 * throws    RangeError on any other length
 */
export function encodeLocalId(bytes: Uint8Array): string {
  if (bytes.length !== 16) throw new RangeError(`a local id is made from 16 bytes, not ${bytes.length}`);
  let text = "";
  let carry = 0;
  let carryBits = 2; // 26 characters hold 130 bits: the first one starts with two zero bits
  for (const byte of bytes) {
    carry = (carry << 8) | byte;
    carryBits += 8;
    while (carryBits >= 5) {
      carryBits -= 5;
      text += ALPHABET[(carry >> carryBits) & 31];
    }
    carry &= (1 << carryBits) - 1;
  }
  return text;
}

/** The epoch milliseconds a local id was made at: the first 48 bits of a UUIDv7. */
export function localIdTimeMs(localId: string): number {
  let value = 0;
  for (const char of localId.slice(0, 10)) value = value * 32 + ALPHABET.indexOf(char);
  return value; // ten characters are 50 bits, of which the first two are zero: exactly the 48 bits of time
}
