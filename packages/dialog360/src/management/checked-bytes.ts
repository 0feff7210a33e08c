// The bytes of a download, looked at on their way: what arrives must be what the provider said it would be.

import { createHash } from "node:crypto";
import { Transform } from "node:stream";

export interface Expected {
  /** The SHA-256 as the provider writes it, in hex or in base64; null, or any other text: not compared. */
  readonly sha256: string | null;
  /** Compared when there is no hash; null: not compared. */
  readonly lengthBytes: number | null;
}

/** The code of the error that a stream of other bytes than expected ends with. */
export const MEDIA_CORRUPT = "MEDIA_CORRUPT";

/** A stream to pass the bytes through: it ends with an error of the code MEDIA_CORRUPT, after the last of them. */
export function checkedBytes({ sha256, lengthBytes }: Expected): Transform {
  const expected = digestOf(sha256);
  const hash = createHash("sha256");
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      const isWhole =
        expected === null ? lengthBytes === null || bytes === lengthBytes : hash.digest("hex") === expected;
      done(
        isWhole ? null : Object.assign(new Error("the bytes are not those of the media file"), { code: MEDIA_CORRUPT }),
      );
    },
  });
}

/** Which of the two it is written in is not documented, so both are read; lower-case hex of either. */
function digestOf(text: string | null): string | null {
  if (text === null) return null;
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  return /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, "base64").toString("hex") : null;
}
