// The object of an image, video, audio, document or sticker message: one of id and link, and what else belongs to the
// type (Meta "<type>-messages" pages, read 2026-09). Whether the id is known is for the media store to say.
import { type Complaint, isObject, missing, wrong } from "../complaint.ts";
import { checkHttpUrl, checkKeys, checkText, type Fields } from "./fields.ts";

export const mediaTypes = ["image", "video", "audio", "document", "sticker"] as const;
export type MediaType = (typeof mediaTypes)[number];

/** One medium that a message names. */
export interface MediaUse {
  type: MediaType;
  id: string | null;
  link: string | null;
}

const CAPTION_CHARS_MAX = 1024;
const FILENAME_CHARS_MAX = 240; // no limit is documented; this is what file systems bear
const keysOf: Record<MediaType, ReadonlySet<string>> = {
  image: new Set(["id", "link", "caption"]),
  video: new Set(["id", "link", "caption"]),
  audio: new Set(["id", "link", "voice"]),
  document: new Set(["id", "link", "caption", "filename"]),
  sticker: new Set(["id", "link"]),
};

export function checkMedia(type: MediaType, content: unknown, path: string = type): Complaint | null {
  if (!isObject(content)) return wrong(100, `Param ${path} must be an object`);
  return (
    checkKeys(content, path, keysOf[type]) ??
    checkSource(content, path) ??
    checkText(content.caption, `${path}.caption`, { max: CAPTION_CHARS_MAX, isOptional: true }) ??
    checkText(content.filename, `${path}.filename`, { max: FILENAME_CHARS_MAX, isOptional: true }) ??
    (content.voice === undefined || typeof content.voice === "boolean"
      ? null
      : wrong(100, `Param ${path}.voice must be a boolean`))
  );
}

/** Exactly one of id and link. */
function checkSource({ id, link }: Fields, path: string): Complaint | null {
  if (id === undefined && link === undefined) return missing(`${path}.id or ${path}.link`);
  if (id !== undefined && link !== undefined) return wrong(100, `Only one of ${path}.id and ${path}.link may be given`);
  if (link !== undefined) return checkHttpUrl(link, `${path}.link`);
  return typeof id === "string" && /^\d{1,32}$/.test(id) ? null : wrong(131009, `Param ${path}.id is no media id`);
}

/** The medium of an object that `checkMedia` has found right. */
export function mediaUseOf(type: MediaType, content: Fields): MediaUse {
  return { type, id: (content.id as string) ?? null, link: (content.link as string) ?? null };
}
