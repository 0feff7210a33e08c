// What a file is, from what the caller says and what its first bytes say: the bytes must not contradict the words.

import { mediaTypeOf, STATIC_STICKER_BYTES_MAX } from "./media-types.ts";
import type { Sniffed } from "./sniff.ts";

export interface FileKind {
  readonly mimeType: string;
  readonly bytesMax: number;
  /** For the words of a refusal: "an image", "a static sticker". */
  readonly called: string;
}

export type FileVerdict = FileKind | { readonly refusal: string };

const CALLED = {
  image: "an image",
  video: "a video",
  audio: "audio",
  document: "a document",
  sticker: "an animated sticker",
} as const;

/** Types whose files always begin in a way of their own: without it they are not what they are called. */
const RECOGNISABLE =
  /^(image\/(jpeg|png|webp)|video\/(mp4|3gpp)|audio\/(aac|amr|mpeg|mp4|ogg)|application\/(pdf|msword|vnd\..*)|application\/zip)$/;
const OFFICE = /^application\/(msword|vnd\.(ms-(excel|powerpoint)|openxmlformats-officedocument\..*))$/;

const SAY_WHICH = "say which with a Content-Type: for a document any type will do, such as application/zip or text/csv";
const TAKEN =
  "WhatsApp takes image/jpeg, image/png, image/webp (stickers), video/mp4, video/3gpp, audio/aac, audio/amr, audio/mpeg, audio/mp4, audio/ogg (Opus, mono) and documents";

/**
 * Judges a file.
 *
 * declared   the type the caller gives it (mimeTypeOf); null for none
 */
export function judgeFile(declared: string | null, sniffed: Sniffed): FileVerdict {
  if (sniffed.kind === "unsupported") return { refusal: `The file is ${sniffed.why}: ${TAKEN}.` };
  if (declared !== null && mediaTypeOf(declared) === null) return { refusal: `${declared} cannot be sent: ${TAKEN}.` };
  if (sniffed.kind === "known") return judgeKnown(declared, sniffed);
  if (declared !== null && isRecognisable(declared)) {
    return { refusal: `The content is not ${declared}: it does not begin as such a file does.` };
  }
  if (sniffed.kind === "text") return kindOf(declared ?? "text/plain");
  return declared === null
    ? { refusal: `What kind of file this is cannot be told from its content: ${SAY_WHICH}.` }
    : kindOf(declared);
}

function judgeKnown(declared: string | null, { mimeTypes, isAnimated }: Sniffed & { kind: "known" }): FileVerdict {
  if (declared === null) {
    const [only, ...others] = mimeTypes;
    // Of a container that may be video or audio the first name is the usual one; an OLE file may be anything.
    return others.length > 0 && OFFICE.test(only)
      ? { refusal: `The file may be ${mimeTypes.join(", ")}: ${SAY_WHICH}.` }
      : kindOf(only, isAnimated);
  }
  if (mimeTypes.includes(declared)) return kindOf(declared, isAnimated);
  // Many formats are ZIP archives or OLE containers under a name of their own.
  const isContainer = mimeTypes.includes("application/zip") || mimeTypes.includes("application/msword");
  if (isContainer && !isRecognisable(declared)) return kindOf(declared);
  return { refusal: `The content is not ${declared}, as the request says: it is ${mimeTypes.join(" or ")}.` };
}

function isRecognisable(mimeType: string): boolean {
  return RECOGNISABLE.test(mimeType) && (OFFICE.test(mimeType) || !mimeType.startsWith("application/vnd."));
}

function kindOf(mimeType: string, isAnimated = true): FileVerdict {
  const type = mediaTypeOf(mimeType);
  if (type === null) return { refusal: `${mimeType} cannot be sent: ${TAKEN}.` };
  if (type.family === "sticker" && !isAnimated) {
    return { mimeType, bytesMax: STATIC_STICKER_BYTES_MAX, called: "a static sticker" };
  }
  return { mimeType, bytesMax: type.bytesMax, called: CALLED[type.family] };
}
