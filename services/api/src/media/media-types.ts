// The types of file that WhatsApp takes, and how large each may be. Source: docs/sources.md, media (the table of
// supported media types). A megabyte is 1,048,576 bytes here: the documents do not say, and the provider has the last word.

const KB = 1_024;
const MB = 1_024 * KB;

/** The most of anything; documents may have it. */
export const MEDIA_BYTES_MAX: number = 100 * MB;

export type MediaFamily = "image" | "video" | "audio" | "document" | "sticker";

interface MediaType {
  readonly family: MediaFamily;
  readonly bytesMax: number;
}

const IMAGE: MediaType = { family: "image", bytesMax: 5 * MB };
const VIDEO: MediaType = { family: "video", bytesMax: 16 * MB };
const AUDIO: MediaType = { family: "audio", bytesMax: 16 * MB };
const DOCUMENT: MediaType = { family: "document", bytesMax: MEDIA_BYTES_MAX };
/** An animated one; a static one may have less. */
const STICKER: MediaType = { family: "sticker", bytesMax: 500 * KB };
export const STATIC_STICKER_BYTES_MAX: number = 100 * KB;

const OFFICE = "application/vnd.openxmlformats-officedocument";

/** The documented types. Any other type is taken for a document, unless its name says image, video or audio. */
export const MEDIA_TYPES = {
  "image/jpeg": IMAGE,
  "image/png": IMAGE,
  "image/webp": STICKER,
  "video/mp4": VIDEO,
  "video/3gpp": VIDEO,
  "audio/aac": AUDIO,
  "audio/amr": AUDIO,
  "audio/mpeg": AUDIO,
  "audio/mp4": AUDIO,
  "audio/ogg": AUDIO,
  "text/plain": DOCUMENT,
  "application/pdf": DOCUMENT,
  "application/msword": DOCUMENT,
  "application/vnd.ms-excel": DOCUMENT,
  "application/vnd.ms-powerpoint": DOCUMENT,
  [`${OFFICE}.wordprocessingml.document`]: DOCUMENT,
  [`${OFFICE}.spreadsheetml.sheet`]: DOCUMENT,
  [`${OFFICE}.presentationml.presentation`]: DOCUMENT,
} as const satisfies Record<string, MediaType>;

const BY_NAME: ReadonlyMap<string, MediaType> = new Map(Object.entries(MEDIA_TYPES));

/** Other spellings that are about. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["image/jpg", "image/jpeg"],
  ["audio/mp3", "audio/mpeg"],
  ["audio/x-m4a", "audio/mp4"],
  ["audio/m4a", "audio/mp4"],
  ["audio/x-aac", "audio/aac"],
  ["audio/opus", "audio/ogg"],
  ["application/x-pdf", "application/pdf"],
]);

const MIME_TYPE = /^[a-z0-9!#$&^_.+-]{1,63}\/[a-z0-9!#$&^_.+-]{1,127}$/;

/**
 * What a Content-Type says, without parameters and in its usual spelling.
 *
 * returns   null when it says nothing: absent, `application/octet-stream`, or no type at all
 */
export function mimeTypeOf(contentType: string | undefined): string | null {
  const [name = ""] = (contentType ?? "").toLowerCase().split(";");
  const type = name.trim();
  if (!MIME_TYPE.test(type) || type === "application/octet-stream" || type === "binary/octet-stream") return null;
  return ALIASES.get(type) ?? type;
}

/** The family and limit of a type; null when WhatsApp takes no such file. */
export function mediaTypeOf(mimeType: string): MediaType | null {
  return BY_NAME.get(mimeType) ?? (/^(image|video|audio)\//.test(mimeType) ? null : DOCUMENT);
}
