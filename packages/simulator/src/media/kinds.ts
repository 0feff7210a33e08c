// Which media WhatsApp takes, and how large they may be (Meta "<type>-messages" and "business-phone-numbers/media", read
// 2026-09). A document may be of any type, so an unknown one counts as a document.
import type { MediaType } from "../messages/media.ts";

const KB = 1024;
const MB = 1024 * KB;

export const MEDIA_BYTES_MAX = 100 * MB;
const STICKER_BYTES_MAX = 100 * KB;
const ANIMATED_STICKER_BYTES_MAX = 500 * KB;

const typesOf: Record<Exclude<MediaType, "document">, { mimeTypes: ReadonlySet<string>; bytesMax: number }> = {
  image: { mimeTypes: new Set(["image/jpeg", "image/png"]), bytesMax: 5 * MB },
  video: { mimeTypes: new Set(["video/mp4", "video/3gpp"]), bytesMax: 16 * MB },
  audio: {
    mimeTypes: new Set(["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"]),
    bytesMax: 16 * MB,
  },
  sticker: { mimeTypes: new Set(["image/webp"]), bytesMax: ANIMATED_STICKER_BYTES_MAX },
};

/** `type/subtype` without parameters ("audio/ogg; codecs=opus"), in lower case. */
function bareType(mimeType: string): string {
  return (mimeType.split(";", 1)[0] ?? "").trim().toLowerCase();
}

/** Most bytes of a file of this type; null for what is no MIME type. */
export function bytesMaxOf(mimeType: string, bytes: Buffer): number | null {
  const bare = bareType(mimeType);
  if (!/^[a-z]+\/[a-z0-9.+-]+$/.test(bare)) return null;
  if (bare === "image/webp") return isAnimated(bytes) ? ANIMATED_STICKER_BYTES_MAX : STICKER_BYTES_MAX;
  const kind = Object.values(typesOf).find(({ mimeTypes }) => mimeTypes.has(bare));
  return kind?.bytesMax ?? MEDIA_BYTES_MAX;
}

/** Whether a message of this type may carry a file of this type. */
export function fitsMessage(type: MediaType, mimeType: string | undefined): boolean {
  if (mimeType === undefined || type === "document") return true;
  return typesOf[type].mimeTypes.has(bareType(mimeType));
}

/** The extended header of WebP has a flag for animation: byte 20, second bit. */
function isAnimated(bytes: Buffer): boolean {
  return bytes.toString("latin1", 8, 16) === "WEBPVP8X" && ((bytes[20] ?? 0) & 2) !== 0;
}
