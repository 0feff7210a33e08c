// A message as callers see it: the record in words and ISO times.

import { LANES, STATUSES, type Status, type WAIT_REASONS } from "@tern/core";
import type { MessageRecord, Send } from "@tern/store";
import { z } from "zod";
import { iso, isoOrNull } from "./times.ts";

/** Why a message waits, and what that means for whoever asks. */
const WAITING = {
  none: "It waits for its next step.",
  turn: "The message before it to the same recipient is not answered yet.",
  scheduled: "Its sendAt has not come.",
  retry: "The last try failed for a passing reason; it is tried again.",
  throttled: "The provider told this number to slow down.",
  "pair-throttled": "The provider told us to slow down for this recipient.",
  doubt: "It may have been sent: a webhook settles it, or else its onDoubt.",
  "sender-held": "The sender is stopped.",
  "template-held": "The template is paused.",
  pace: "It is ready: others go first, at the sender's pace.",
  pair: "This recipient has had as many messages as WhatsApp allows for now.",
  tier: "The portfolio has reached as many recipients as WhatsApp allows in 24 hours.",
  "provider-away": "No connection to the provider could be made.",
  upgrade: "A newer release of Tern took it in: it waits for a worker of that release.",
} as const satisfies Record<(typeof WAIT_REASONS)[number] | "turn", string>;

type WaitingReason = keyof typeof WAITING;

const statusNames = Object.keys(STATUSES) as [Status, ...Status[]];

export const statusField = z.enum(statusNames, `status is one of ${statusNames.join(", ")}`).meta({
  id: "Status",
  description: Object.entries(STATUSES)
    .map(([status, { meaning }]) => `\`${status}\`: ${meaning}`)
    .join("\n\n"),
});

const time = (description: string, example: string) => z.string().meta({ description, example, format: "date-time" });
const AT = "2027-01-31T09:00:00.000Z";

export const messageIdField = z.string().meta({
  description: "Tern's id of the message.",
  example: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd",
});

export const messageViewSchema = z
  .strictObject({
    id: messageIdField,
    status: statusField,
    isFinal: z.boolean().meta({ description: "Nothing more is done; the provider may still report (read, say)." }),
    waiting: z
      .strictObject({
        reason: z.enum(Object.keys(WAITING) as [WaitingReason, ...WaitingReason[]]),
        meaning: z.string(),
        until: time("When it is looked at again.", AT).nullable(),
      })
      .nullable()
      .meta({ description: "Why it waits; null when it does not." }),
    sender: z.string(),
    to: z.string().meta({
      description: "The recipient as it was given: a phone number in E.164, or a business-scoped user id.",
      example: "+4915112345678",
    }),
    contact: z.string().meta({
      description:
        "The person's spelling under which order, pair budget and window are kept: the same, unless WhatsApp names them otherwise.",
      example: "+4915112345678",
    }),
    lane: z.enum(LANES),
    type: z.string().meta({ example: "template" }),
    template: z.string().nullable().meta({ description: "Its name; null for other types." }),
    fallback: z
      .strictObject({ template: z.string(), language: z.string().nullable() })
      .nullable()
      .meta({ description: "The template that is sent instead where the customer service window is closed." }),
    sentAs: z
      .enum(["message", "fallback"])
      .nullable()
      .meta({ description: "Which of the two the last attempt sent; null before the first." }),
    passthrough: z.boolean().meta({ description: "It was taken in without its content being looked at." }),
    reference: z.string().nullable(),
    metadata: z.custom<unknown>().meta({
      description: "As the caller gave it.",
      override: { type: ["object", "null"], additionalProperties: true },
    }),
    caller: z.string().meta({ description: "Which caller's message it is." }),
    acceptedAt: time("When it was accepted.", AT),
    sendAt: time("Not sent before.", AT).nullable(),
    expiresAt: time("Not sent after.", AT).nullable(),
    onDoubt: z.enum(["resend", "fail"]),
    wamid: z.string().nullable().meta({ description: "WhatsApp's id; known from `submitted` on." }),
    attempts: z
      .array(
        z.strictObject({
          number: z.int().meta({ description: "1-based." }),
          at: time("When it was put on the wire.", AT),
          outcome: z.string().nullable().meta({ description: "What came of it; null while it is on the wire." }),
          tookMs: z.number().nullable(),
          code: z.int().nullable().meta({ description: "Meta's error code." }),
          httpStatus: z.int().nullable(),
        }),
      )
      .meta({ description: "Every time it was put on the wire, the throttled ones included." }),
    attemptsUsed: z.int().meta({ description: "Attempts that count; throttled ones do not." }),
    throttles: z.int().meta({ description: "Throttles in a row, the last ones." }),
    resends: z.int().meta({ description: "How often it was sent again after a doubt that nothing settled." }),
    error: z
      .strictObject({
        class: z.string(),
        code: z.int().nullable(),
        httpStatus: z.int().nullable(),
        reason: z.string(),
        hint: z.string().meta({ description: "What a person can do about it." }),
      })
      .nullable()
      .meta({ description: "The last thing that went wrong." }),
    pricing: z
      .strictObject({
        category: z.string().nullable(),
        type: z.string().nullable(),
        model: z.string().nullable(),
        billable: z.boolean().nullable(),
      })
      .nullable()
      .meta({ description: "As the provider reported it." }),
    timeline: z
      .array(z.strictObject({ status: statusField, at: time("When it got this status first.", AT) }))
      .meta({ description: "Statuses by rank, whatever the order in which they were reported." }),
  })
  .meta({ id: "Message" });

export type MessageView = z.infer<typeof messageViewSchema>;

export function messageView(record: MessageRecord): MessageView {
  return {
    id: record.id,
    status: record.status,
    isFinal: record.isFinal,
    waiting: waitingOf(record),
    sender: record.sender,
    to: record.to,
    contact: record.contact,
    lane: record.lane,
    type: record.type,
    template: record.template,
    fallback: record.fallback && {
      template: record.fallback.template ?? "",
      language: record.fallback.templateLanguage,
    },
    sentAs: record.sentAs,
    passthrough: record.isPassthrough,
    reference: record.reference,
    metadata: record.metadata,
    caller: record.caller,
    acceptedAt: iso(record.acceptedAtMs),
    sendAt: isoOrNull(record.sendAtMs),
    expiresAt: isoOrNull(record.expiresAtMs),
    onDoubt: record.doubtPolicy,
    wamid: record.wamid,
    attempts: record.sends.map(attemptOf),
    attemptsUsed: record.attempts,
    throttles: record.throttles,
    resends: record.resends,
    error: record.failure && {
      class: record.failure.class,
      code: record.failure.code,
      httpStatus: record.failure.httpStatus,
      reason: record.failure.reason,
      hint: record.failure.hint,
    },
    pricing: record.pricing,
    timeline: record.timeline.map(({ status, atMs }) => ({ status, at: iso(atMs) })),
  };
}

function waitingOf({ place, waitReason, waitUntilMs }: MessageRecord): MessageView["waiting"] {
  switch (place) {
    case "none":
    case "wire":
      return null;
    case "later":
      return { reason: waitReason, meaning: WAITING[waitReason], until: isoOrNull(waitUntilMs) };
    case "held":
      return { reason: "template-held", meaning: WAITING["template-held"], until: null };
    case "backlog":
      return { reason: "pace", meaning: WAITING.pace, until: null };
    case "turn":
      return { reason: "turn", meaning: WAITING.turn, until: null };
    default:
      throw new Error(`no reason for ${place satisfies never}`);
  }
}

function attemptOf({ number, atMs, outcome, tookMs, code, httpStatus }: Send): MessageView["attempts"][number] {
  return { number, at: iso(atMs), outcome, tookMs, code, httpStatus };
}
