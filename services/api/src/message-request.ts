// What a caller asks for: the Cloud API's content and, beside it, whom it goes to, from which sender, when and how. Read
// in one pass; whatever is wrong is told at once.

import { LANES, type Lane } from "@tern/core";
import { BSUID_PATTERN, type Content, contentSchemaWith, type Fallback, fallbackSchema } from "@tern/dialog360";
import { z } from "zod";
import { FAULTS_MAX, faultsOf, invalidRequest, jsonPointer, UNKNOWN_SENDER, unknownSender } from "./faults.ts";
import { metadataSchema } from "./metadata.ts";
import type { ApiProblem, Fault } from "./problems.ts";
import { readRecipient } from "./recipient.ts";

const DAY_MS = 86_400_000;
const SEND_AHEAD_MAX_DAYS = 30;
const TTL_MAX_SECONDS = 30 * 86_400;
const REFERENCE_MAX = 128;
/** Unicode characters, none of them a control character or half of a pair. */
const REFERENCE = /^[^\p{Cc}\p{Cs}]{1,128}$/u;

/** Error texts for a field that is missing or of the wrong kind. */
function is(name: string, what: string) {
  return {
    error: ({ input }: { input?: unknown }) => (input === undefined ? `${name} is required` : `${name} is ${what}`),
  };
}

export function timeField(name: string) {
  const what = "a time in ISO 8601 with its zone, such as 2027-01-31T09:00:00Z";
  return z.iso.datetime({ offset: true, ...is(name, what) }).transform((text) => Date.parse(text));
}

export const senderField = z.string(is("sender", "the id of a sender")).meta({
  description: "Which of your numbers it is sent from: the id of a sender that your API key may use.",
  example: "demo",
});

export const toField = z
  .string(is("to", "a phone number as a text"))
  .transform((text, context) => {
    const recipient = readRecipient(text);
    if ("number" in recipient) return recipient.number;
    context.addIssue({ code: "custom", message: `to ${recipient.problem}` });
    return z.NEVER;
  })
  .meta({
    description: "The recipient in any international spelling with a plus; it is kept as + and digits.",
    example: "+4915112345678",
  });

const bsuidField = z
  .string(is("recipient", "a business-scoped user id"))
  .regex(BSUID_PATTERN, "recipient is a business-scoped user id, such as US.13491208655302741918")
  .meta({
    description:
      "The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts.",
    example: "US.13491208655302741918",
  });

/** For finding messages: either spelling. */
export const recipientField = z.union([z.string().regex(BSUID_PATTERN), toField], {
  error: "to is a phone number with a plus, or a business-scoped user id",
});

export const referenceField = z
  .string(is("reference", "a text"))
  .refine((text) => REFERENCE.test(text), `reference has 1 to ${REFERENCE_MAX} characters and no control characters`)
  .meta({
    description: "A name of your own, such as an order number; messages can be found by it. Need not be unique.",
    example: "order-4711",
    minLength: 1,
    maxLength: REFERENCE_MAX,
  });

export const laneField = z.enum(LANES, "lane is urgent, normal or bulk").meta({
  description:
    "urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); " +
    "normal is for the rest.",
});

const envelope = {
  sender: senderField,
  to: toField.optional(),
  recipient: bsuidField.optional(),
  fallback: fallbackSchema
    .meta({
      id: "Fallback",
      description:
        "A template that is sent instead if the recipient's customer service window is closed when the message would go. " +
        "For free-form messages only.",
    })
    .optional(),
  lane: laneField.default("normal"),
  reference: referenceField.optional(),
  metadata: metadataSchema.optional(),
  sendAt: timeField("sendAt")
    .optional()
    .meta({
      description: `Not sent before this time, at most ${SEND_AHEAD_MAX_DAYS} days ahead. A time that has passed means at once.`,
      example: "2027-01-31T09:00:00Z",
    }),
  expiresAt: timeField("expiresAt").optional().meta({
    description: "Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.",
    example: "2027-01-31T10:00:00Z",
  }),
  ttlSeconds: z
    .int(is("ttlSeconds", "a whole number of seconds"))
    .min(1, "ttlSeconds is at least 1")
    .max(TTL_MAX_SECONDS, `ttlSeconds is at most ${TTL_MAX_SECONDS} (30 days)`)
    .optional()
    .meta({
      description: "The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt.",
      example: 300,
    }),
  onDoubt: z
    .enum(["resend", "fail"], "onDoubt is resend or fail")
    .optional()
    .meta({
      description:
        "If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may " +
        "arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.",
    }),
};

export const messageRequestSchema = contentSchemaWith(envelope, "MessageRequest").meta({
  id: "MessageRequest",
  description: "A message in the shapes of the WhatsApp Cloud API, and how to send it.",
});

type ParsedRequest = z.output<typeof messageRequestSchema>;

/** A request that breaks no rule; times in epoch milliseconds. */
export interface MessageRequest {
  readonly sender: string;
  /** E.164, or a BSUID. */
  readonly to: string;
  readonly lane: Lane;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly sendAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly ttlSeconds: number | null;
  readonly onDoubt: "resend" | "fail" | null;
  readonly content: Content;
  readonly fallback: Fallback | null;
}

export interface ReadContext {
  readonly nowMs: number;
  /** Whether the caller may use this sender; no if there is none of that name. */
  readonly isOwnSender: (id: string) => boolean;
  /** Where the message stands in the body, for the pointers; nothing when it is the body. */
  readonly base?: readonly PropertyKey[];
}

export type ReadRequest = { readonly request: MessageRequest } | { readonly problem: ApiProblem };

/**
 * Reads one message of a request body; never throws.
 *
 * returns   the request; or `unknown-sender` if its sender is all that is wrong, else `invalid-request` with every fault
 */
export function readMessageRequest(value: unknown, context: ReadContext): ReadRequest {
  const parsed = messageRequestSchema.safeParse(value);
  if (!parsed.success) {
    const faults = [...faultsOf(parsed.error.issues, context.base), ...furtherFaults(value, parsed.error, context)];
    return { problem: invalidRequest("the message", faults.slice(0, FAULTS_MAX)) };
  }
  const { to, recipient, fallback, ...rest } = parsed.data;
  const { sender, lane, reference, metadata, sendAt, expiresAt, ttlSeconds, onDoubt, ...content } = rest;
  const { type } = content;
  const faults = ruleFaults({ sender, sendAt, expiresAt, ttlSeconds, to, recipient, fallback, type }, context);
  if (faults.length === 1 && !context.isOwnSender(sender)) {
    return { problem: unknownSender(jsonPointer([...(context.base ?? []), "sender"])) };
  }
  if (faults.length > 0) return { problem: invalidRequest("the message", faults) };
  return {
    request: {
      sender,
      to: (to ?? recipient) as string, // one of them is there: the rules say so
      lane,
      reference: reference ?? null,
      metadata: metadata ?? null,
      sendAtMs: sendAt ?? null,
      expiresAtMs: expiresAt ?? null,
      ttlSeconds: ttlSeconds ?? null,
      onDoubt: onDoubt ?? null,
      content,
      fallback: fallback ?? null,
    },
  };
}

/** When the message expires, epoch ms; a TTL counts from the moment it may be sent. */
export function expiryMs(request: MessageRequest, nowMs: number): number | null {
  if (request.ttlSeconds === null) return request.expiresAtMs;
  return Math.max(nowMs, request.sendAtMs ?? nowMs) + request.ttlSeconds * 1_000;
}

type RuleFields = { [Field in "sender" | "sendAt" | "expiresAt" | "ttlSeconds"]?: ParsedRequest[Field] | undefined } & {
  /** Whatever stands there; what is wrong with it in itself, the schema says. */
  readonly [Field in "to" | "recipient" | "fallback" | "type"]?: unknown;
};

/** The rules that a schema cannot tell: those that need the time, the deployment or two fields at once. */
function ruleFaults(fields: RuleFields, { nowMs, isOwnSender, base = [] }: ReadContext): Fault[] {
  const faults: Fault[] = [];
  const fault = (field: string, detail: string) => faults.push({ pointer: jsonPointer([...base, field]), detail });
  const { sender, sendAt, expiresAt, ttlSeconds } = fields;
  if (fields.to === undefined && fields.recipient === undefined) {
    fault("to", "to is required, or recipient where the number is not known");
  }
  if (fields.fallback !== undefined && fields.type === "template") {
    fault("fallback", "fallback is for free-form messages: a template can be sent at any time");
  }
  if (sender !== undefined && !isOwnSender(sender)) {
    fault("sender", UNKNOWN_SENDER);
  }
  if (sendAt !== undefined && sendAt > nowMs + SEND_AHEAD_MAX_DAYS * DAY_MS) {
    fault("sendAt", `sendAt is at most ${SEND_AHEAD_MAX_DAYS} days ahead`);
  }
  if (expiresAt !== undefined && expiresAt <= nowMs) fault("expiresAt", "expiresAt has passed");
  else if (expiresAt !== undefined && sendAt !== undefined && expiresAt <= sendAt) {
    fault("expiresAt", "expiresAt is after sendAt");
  }
  if (expiresAt !== undefined && ttlSeconds !== undefined) {
    fault("ttlSeconds", "ttlSeconds and expiresAt exclude each other: give one of them");
  }
  return faults;
}

/** All of the envelope, whatever the content is. */
const envelopeSchema = z.object(envelope);
/** Of the fields that rules look at, those that are right in themselves. */
const readableFields = z.object({
  sender: envelope.sender.optional().catch(undefined),
  sendAt: envelope.sendAt.catch(undefined),
  expiresAt: envelope.expiresAt.catch(undefined),
  ttlSeconds: envelope.ttlSeconds.catch(undefined),
  to: z.unknown().optional(),
  recipient: z.unknown().optional(),
  fallback: z.unknown().optional(),
  type: z.unknown().optional(),
});

/** What the schema did not come to say once something else was wrong, so that a caller need not come back for it. */
function furtherFaults(value: unknown, error: z.ZodError<ParsedRequest>, context: ReadContext): Fault[] {
  const readable = readableFields.safeParse(value);
  if (!readable.success) return [];
  const hasNoType = error.issues.some((issue) => issue.code === "invalid_union" && issue.path.length === 1);
  const rest = hasNoType ? envelopeSchema.safeParse(value) : null;
  return [...faultsOf(rest?.error?.issues ?? [], context.base), ...ruleFaults(readable.data, context)];
}
