// The object that a message carries under its type's name, for every type but template. Sources: beside each check.
import { type Complaint, isObject, wrong } from "../complaint.ts";
import { checkContacts } from "./contacts.ts";
import { isLongerThan } from "./fields.ts";
import { checkInteractive } from "./interactive.ts";
import { checkLocation, checkReaction } from "./location.ts";
import { checkMedia, type MediaUse, mediaTypes, mediaUseOf } from "./media.ts";

export type PlainType = (typeof mediaTypes)[number] | "text" | "location" | "contacts" | "reaction" | "interactive";

const TEXT_CHARS_MAX = 4096;

/** What is wrong with the content of a message of this type, or null. */
export function checkContent(type: PlainType, content: unknown): Complaint | null {
  switch (type) {
    case "text":
      return checkTextContent(content);
    case "location":
      return checkLocation(content);
    case "contacts":
      return checkContacts(content);
    case "reaction":
      return checkReaction(content);
    case "interactive":
      return checkInteractive(content);
    default:
      return checkMedia(type, content);
  }
}

function checkTextContent(text: unknown): Complaint | null {
  if (!isObject(text)) return wrong(100, "Param text must be an object");
  for (const key in text) {
    if (key !== "body" && key !== "preview_url") return wrong(100, `Unexpected key "${key}" on param "text"`);
  }
  if (text.body === undefined || text.body === "") return wrong(131008, "Required parameter is missing: text.body");
  if (typeof text.body !== "string") return wrong(100, "Param text['body'] must be a string");
  if (isLongerThan(text.body, TEXT_CHARS_MAX)) {
    return wrong(100, `Param text['body'] must be at most ${TEXT_CHARS_MAX} characters long`);
  }
  if (text.preview_url !== undefined && typeof text.preview_url !== "boolean") {
    return wrong(100, "Param text['preview_url'] must be a boolean");
  }
  return null;
}

/**
 * The media that right content names anywhere in it: its own, the header's, the cards'. Walks through everything, for
 * an object under the name of a media type with an id or a link can be nothing else.
 */
export function mediaIn(content: unknown, name = ""): MediaUse[] {
  if (Array.isArray(content)) return content.flatMap((element) => mediaIn(element));
  if (!isObject(content)) return [];
  const type = mediaTypes.find((known) => known === name);
  if (type && (typeof content.id === "string" || typeof content.link === "string")) return [mediaUseOf(type, content)];
  return Object.entries(content).flatMap(([key, value]) => mediaIn(value, key));
}
