// Why a message waits, in words: what it waits for, what that means, and what can be done about it.

import { messageId, PLACES, type Place } from "@tern/core";
import { type Explained, WAITS_FOR } from "@tern/store";
import { z } from "zod";
import { wordsFor } from "./explanation-words.ts";
import { messageIdField, statusField } from "./message-view.ts";
import { isoOrNull } from "./times.ts";

const AT = "2027-01-31T09:00:00.000Z";

export const waitsForField = z.enum(WAITS_FOR).meta({ id: "WaitsFor", description: "What a message waits for." });
const placeField = z.enum(Object.keys(PLACES) as [Place, ...Place[]]).meta({
  description: Object.entries(PLACES)
    .map(([place, { holds }]) => `\`${place}\`: ${holds}`)
    .join("\n\n"),
});

export const explanationSchema = z
  .strictObject({
    id: messageIdField,
    status: statusField,
    place: placeField,
    waiting: z.strictObject({
      for: waitsForField,
      meaning: z.string().meta({ description: "The same in a sentence, for people; may change." }),
      until: z
        .string()
        .nullable()
        .meta({ description: "When what it waits for ends, if that is known.", format: "date-time", example: AT }),
      ahead: z
        .int()
        .nullable()
        .meta({ description: "How many messages go first; null when that is unknown or decides nothing." }),
      dueAt: z
        .string()
        .nullable()
        .meta({
          description:
            "When it will be on the wire, if nothing new comes in and the provider goes on as it does; null when somebody " +
            "must act first, or nobody can know.",
          format: "date-time",
          example: AT,
        }),
      hint: z.string().meta({ description: "What a person can do about it." }),
    }),
    blockedBy: messageIdField
      .nullable()
      .meta({ description: "The message whose answer it waits for, when it waits for its turn." }),
  })
  .meta({ id: "Explanation" });

export type ExplanationView = z.infer<typeof explanationSchema>;

export const exampleExplanation: ExplanationView = {
  id: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd",
  status: "queued",
  place: "backlog",
  waiting: {
    for: "pace",
    meaning: "501 messages go first at this sender's pace of 78.4 messages per second.",
    until: null,
    ahead: 501,
    dueAt: AT,
    hint: "Nothing is wrong. What cannot wait belongs into a more urgent lane.",
  },
  blockedBy: null,
};

export function explanationView(
  { message, explanation, sender }: Explained,
  paceInForce: number | null,
): ExplanationView {
  const { dueAtMs, untilMs, ahead, blockedBy } = explanation;
  const { meaning, hint } = wordsFor(explanation, { message, sender, paceInForce });
  return {
    id: message.id,
    status: message.status,
    place: message.place,
    waiting: {
      for: explanation.for,
      meaning,
      until: isoOrNull(untilMs === null ? null : Math.round(untilMs)),
      ahead,
      dueAt: isoOrNull(dueAtMs === null ? null : Math.round(dueAtMs)),
      hint,
    },
    blockedBy: blockedBy === null ? null : messageId({ sender: message.sender, localId: blockedBy }),
  };
}
