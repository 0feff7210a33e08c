// What depends on more than a message's own form: whether its media can be had, and whether what it reacts to exists.
import type { SendCase } from "./admission.ts";
import { type Complaint, wrong } from "./complaint.ts";
import { fitsMessage } from "./media/kinds.ts";
import { mediaIn } from "./messages/content.ts";
import type { MediaUse } from "./messages/media.ts";
import type { NumberState } from "./number.ts";
import { ordinalOf } from "./wamid.ts";
import type { World } from "./world.ts";

const REACTION_REACHES_BACK_MS = 30 * 24 * 3600 * 1000;
const plainTypes: ReadonlySet<string> = new Set(["text", "location", "contacts", "reaction"]);

/** A media id that is not the number's, or not any more. A number that never had media takes every id. */
export function mediaRefusal(number: NumberState, { send, nowMs }: SendCase): Complaint | null {
  if (!number.media.isInUse || plainTypes.has(send.type)) return null;
  const unknown = mediaIn(send.content, send.type).find(({ id }) => id !== null && !number.media.find(id, nowMs));
  return unknown ? wrong(131009, `Media id ${unknown.id} does not exist or has expired`) : null;
}

/** The code that a message taken fails with because of what it names, or null. */
export function laterContentFailure(world: World, number: NumberState, { send, nowMs }: SendCase): number | null {
  if (send.type === "text") return null;
  if (send.type === "reaction") return reactionFailure(world, send.content, nowMs);
  const { unreachableLinks } = number.behaviour;
  if (unreachableLinks.length === 0 && !number.media.isInUse) return null;
  const cannotBeHad = (use: MediaUse) =>
    use.link !== null
      ? unreachableLinks.some((beginning) => use.link?.startsWith(beginning))
      : !fitsMessage(use.type, number.media.find(use.id ?? "", nowMs)?.mimeType);
  return mediaIn(send.content, send.type).some(cannotBeHad) ? 131053 : null;
}

/** The target must be a message, not a reaction, of the last 30 days (Meta "reaction-messages", 2026-09). */
function reactionFailure(world: World, content: unknown, nowMs: number): number | null {
  const wamid = (content as { message_id: string }).message_id;
  const ordinal = ordinalOf(world.seed, wamid);
  const target = world.inbound.find(wamid) ?? (ordinal === null ? null : world.ledger.messageOf(ordinal));
  const isRight = target !== null && target.type !== "reaction" && nowMs - target.atMs <= REACTION_REACHES_BACK_MS;
  return isRight ? null : 131009;
}
