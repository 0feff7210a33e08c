// What a script did to messages, as it tells (lua/include/change.lua): for whoever counts, so that nobody asks Redis for what
// it has just done.

import { type Change, type EndClass, type EndStatus, LANES, OUTCOME_CLASSES, STATUSES, type Status } from "@tern/core";

/** Told after each call that changed something; must not throw. */
export type OnChanges = (senderId: string, changes: readonly Change[]) => void;

const CLASSES = new Set<string>(OUTCOME_CLASSES);

/** Reads what a script told; what it could not tell of a damaged record is left out. */
export function readChanges(text: string): Change[] {
  if (text === "") return [];
  return text.split(",").flatMap((entry): Change[] => {
    const [kind, status = "", laneNumber, ...rest] = entry.split(" ");
    const lane = LANES[Number(laneNumber || Number.NaN)];
    if (lane === undefined || !Object.hasOwn(STATUSES, status)) return [];
    if (kind === "s") {
      return [{ kind: "status", status: status as Status, lane, atMs: Number(rest[0]), dueMs: Number(rest[1]) }];
    }
    return [{ kind: "end", status: status as EndStatus, lane, class: endClassOf(rest[0] ?? "") }];
  });
}

function endClassOf(text: string): EndClass {
  if (text === "") return "none";
  return CLASSES.has(text) ? (text as EndClass) : "other";
}
