// What became of a message, for whoever counts: told by the store about its own calls.

import type { Lane } from "./lane.ts";
import { OUTCOME_CLASSES, type OutcomeClass } from "./outcome.ts";
import type { Status } from "./status.ts";

/** How a message ends that was not delivered. */
export const END_STATUSES = ["failed", "expired", "canceled"] as const;
export type EndStatus = (typeof END_STATUSES)[number];

/** Why it failed; none when it did not, other for a class that this release does not know. */
export const END_CLASSES = [...OUTCOME_CLASSES, "none", "other"] as const;
export type EndClass = OutcomeClass | "none" | "other";

export type Change =
  /**
   * The provider reported a status that was not known of this message. `atMs` by its clock; `dueMs` when the message was
   * accepted, or its sendAt if that was later.
   */
  | {
      readonly kind: "status";
      readonly status: Status;
      readonly lane: Lane;
      readonly atMs: number;
      readonly dueMs: number;
    }
  /** It ended without being delivered, as far as anybody knows. */
  | { readonly kind: "end"; readonly status: EndStatus; readonly lane: Lane; readonly class: EndClass };
