// Locations and reactions (Meta "location-messages", "reaction-messages", read 2026-09).
import { type Complaint, isObject, missing, wrong } from "../complaint.ts";
import { checkKeys, checkText } from "./fields.ts";

const TEXT_CHARS_MAX = 1000; // none is documented
const locationKeys = new Set(["latitude", "longitude", "name", "address"]);
const reactionKeys = new Set(["message_id", "emoji"]);

/** Degrees come as numbers or as texts; the pages show texts. */
export function checkLocation(content: unknown, path = "location"): Complaint | null {
  if (!isObject(content)) return wrong(100, `Param ${path} must be an object`);
  return (
    checkKeys(content, path, locationKeys) ??
    checkDegrees(content.latitude, `${path}.latitude`, 90) ??
    checkDegrees(content.longitude, `${path}.longitude`, 180) ??
    checkText(content.name, `${path}.name`, { max: TEXT_CHARS_MAX, isOptional: true }) ??
    checkText(content.address, `${path}.address`, { max: TEXT_CHARS_MAX, isOptional: true })
  );
}

function checkDegrees(value: unknown, path: string, max: number): Complaint | null {
  if (value === undefined) return missing(path);
  const isRight = typeof value === "number" || (typeof value === "string" && value.trim() !== "");
  return isRight && Math.abs(Number(value)) <= max
    ? null
    : wrong(131009, `Param ${path} must be from -${max} to ${max}`);
}

/** An empty emoji takes the reaction back. */
export function checkReaction(content: unknown): Complaint | null {
  if (!isObject(content)) return wrong(100, "Param reaction must be an object");
  const complaint = checkKeys(content, "reaction", reactionKeys);
  if (complaint) return complaint;
  const { message_id, emoji } = content;
  if (message_id === undefined) return missing("reaction.message_id");
  if (typeof message_id !== "string" || !message_id.startsWith("wamid.")) {
    return wrong(131009, "Param reaction.message_id must be the wamid of a message");
  }
  if (emoji === undefined) return missing("reaction.emoji");
  const isOneEmoji =
    typeof emoji === "string" && (emoji === "" || /^(\p{RGI_Emoji}|\p{Extended_Pictographic}\uFE0F?)$/v.test(emoji));
  return isOneEmoji ? null : wrong(131009, "Param reaction.emoji must be one emoji or empty");
}
