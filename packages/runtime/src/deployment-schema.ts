// What the deployment file may say. Strict objects: an unknown field is a misspelling, and a misspelt limit is no limit.
import { isTimeZone, DEFAULT_SENDING_POLICY as POLICY, SENDER_ID_PATTERN, type SendingPolicy } from "@tern/core";
import { z } from "zod";
import { KEYWORD_LENGTH_MAX } from "./consent-keywords.ts";

/**
 * What a caller may do. `messages:read` shows a caller its own messages, `messages:read-all` those of every
 * caller; `operate` pauses, resumes, retries, cancels and sets limits, whoever the caller of a message is. The others
 * concern what belongs to a sender and not to a caller: its templates, its media, its contacts and their consent, what
 * people write to it, everything else the provider reports, and what is said about a conversation (read, typing, block).
 */
export const SCOPES = [
  "messages:write",
  "messages:read",
  "messages:read-all",
  "operate",
  "templates:read",
  "templates:write",
  "media",
  "contacts:read",
  "contacts:write",
  "inbound:read",
  "events:read",
  "conversations:write",
] as const;
export type Scope = (typeof SCOPES)[number];

/** Ids stand in Redis keys, queue names and message ids. */
const id = z.string().regex(SENDER_ID_PATTERN, "expected 1 to 32 small letters, digits or inner hyphens");

const metaId = z.string().regex(/^\d{1,32}$/, "expected Meta's id, digits only, as a string");

const SECRET_HINT = 'expected {"env": "NAME"} or {"file": "/path"}: a secret itself never stands in this file';

/** Where a secret is; a relative file is looked for beside the deployment file. */
const secretRef = z
  .strictObject({ env: z.string().min(1).optional(), file: z.string().min(1).optional() }, { error: secretRefError })
  .refine((ref) => (ref.env === undefined) !== (ref.file === undefined), SECRET_HINT);
export type SecretRef = z.output<typeof secretRef>;

/** One secret, or two while the old one is being replaced. */
const secretRefs = z.array(secretRef).min(1).max(2);

/** Who is at the other end of a sender; what follows from it is in packages/dialog360/src/profiles.ts. */
export const PROFILE_NAMES = ["360dialog", "360dialog-sandbox", "meta"] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** Graph's version in Meta's paths, unless the file says another; the paths of 360dialog carry none. */
export const DEFAULT_API_VERSION = "v24.0";

const baseUrl = z
  .url({ protocol: /^https?$/, error: "expected an http or https address", abort: true })
  .refine((text) => isBareAddress(text), "expected an address without user, query or fragment")
  .transform((text) => text.replace(/\/+$/, ""));

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of the day, "00:00" to "23:59"');

/** The daily time, by the clock of one zone, in which this sender keeps bulk messages back. */
const quietHours = z
  .strictObject({
    from: timeOfDay,
    to: timeOfDay,
    timeZone: z.string().refine(isTimeZone, 'expected a time zone of the IANA database, such as "Europe/Berlin"'),
  })
  .refine((hours) => hours.from !== hours.to, "from and to are the same: leave quietHours out to have none");

/** Whether free-form content is checked against the customer service window, and how long before its end it counts as closed. */
const window = z
  .strictObject({
    check: z.enum(["refuse", "off"]).default("refuse"),
    marginSeconds: z.int().min(0).max(43_200).default(300),
  })
  .prefault({});

/** When a marketing template may go to a contact: after an opt-in only, unless there is an opt-out, or always. */
const consent = z
  .strictObject({ marketing: z.enum(["required", "optout-only", "off"]).default("optout-only") })
  .prefault({});

const senderFields = z.strictObject({
  id,
  phoneNumber: z.string().regex(/^\+[1-9]\d{6,14}$/, 'expected E.164, such as "+15550783881"'),
  phoneNumberId: metaId,
  wabaId: metaId,
  portfolio: id,
  profile: z.enum(PROFILE_NAMES).default("360dialog"),
  baseUrl: baseUrl.optional(),
  apiVersion: z
    .string()
    .regex(/^v\d{1,2}\.\d$/, 'expected a version of the Graph API, such as "v24.0"')
    .optional(),
  apiKey: secretRef,
  pace: z
    .custom<number | "unlimited">(isPace, 'expected a whole number of messages per second, 1 to 1000, or "unlimited"')
    .default(80),
  quietHours: quietHours.optional(),
  marketing: z.enum(["messages", "marketing_messages"]).default("messages"),
  window,
  consent,
  templateCheck: z.enum(["refuse", "off"]).default("refuse"),
});

const sender = senderFields
  .refine(({ profile, apiVersion }) => profile === "meta" || apiVersion === undefined, {
    path: ["apiVersion"],
    error: 'only the profile "meta" has a version in its paths',
  })
  .refine(({ profile, marketing }) => profile !== "360dialog-sandbox" || marketing === "messages", {
    path: ["marketing"],
    error: "the sandbox has no /marketing_messages",
  });

/** What the senders of a portfolio share (Meta counts recipients per business portfolio, docs/sources.md, limits). */
const portfolio = z
  .strictObject({
    id,
    tier: z.custom<number | "unlimited">(
      (value) =>
        value === "unlimited" || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 10_000_000),
      'expected how many different recipients may be reached in 24 h, 250 for instance, or "unlimited"',
    ),
    /** Places of the tier that bulk leaves to the other lanes; a tenth of it unless said otherwise. */
    reserve: z.int().min(0).optional(),
  })
  .refine(
    ({ tier, reserve = 0 }) => tier === "unlimited" || reserve <= tier,
    "reserve is above tier: bulk would never be sent",
  );

const count = (most: number) => z.int().min(1).max(most);

/** How much a caller may ask for; what is not named is not limited. Bursts are what may come at once. */
const quota = z
  .strictObject({
    requestsPerSecond: count(100_000).optional(),
    requestsBurst: count(1_000_000).optional(),
    messagesPerSecond: count(100_000).optional(),
    messagesBurst: count(1_000_000).optional(),
    messagesPerDay: count(1_000_000_000).optional(),
  })
  .refine(({ requestsPerSecond, requestsBurst }) => requestsBurst === undefined || requestsPerSecond !== undefined, {
    path: ["requestsBurst"],
    error: "means nothing without requestsPerSecond",
  })
  .refine(({ messagesPerSecond, messagesBurst }) => messagesBurst === undefined || messagesPerSecond !== undefined, {
    path: ["messagesBurst"],
    error: "means nothing without messagesPerSecond",
  });

const caller = z.strictObject({
  id,
  keySha256: z
    .array(
      z
        .string()
        .regex(/^[0-9a-f]{64}$/i, "expected the SHA-256 of the caller's key as 64 hex digits")
        .toLowerCase(),
    )
    .min(1)
    .max(2),
  scopes: z.array(z.enum(SCOPES)).min(1),
  senders: z
    .array(
      z
        .string()
        .refine((text) => text === "*" || SENDER_ID_PATTERN.test(text), 'expected ids of senders, or "*" for all'),
    )
    .min(1),
  quota: quota.optional(),
});

const webhook = z
  .strictObject({
    path: secretRef,
    header: z
      .strictObject({
        name: z
          .string()
          .regex(/^[a-z0-9-]+$/i, "expected the name of a header")
          .toLowerCase(),
        secrets: secretRefs,
      })
      .optional(),
    signatureSecrets: secretRefs.optional(),
    metaVerifyToken: secretRef.optional(),
    metaAppSecrets: secretRefs.optional(),
  })
  .refine(
    (value) => value.header || value.signatureSecrets || value.metaAppSecrets,
    "needs header, signatureSecrets, metaAppSecrets or several of them",
  );

const waitMs = z.int().min(0).max(86_400_000);
const doubtPolicy = z.enum(["resend", "fail"]);

/** Every field may be left out, at both levels: what is given is laid over the defaults of @tern/core. */
const sending = z
  .strictObject({
    attemptsMax: z.int().min(1).max(100).default(POLICY.attemptsMax),
    backoffBaseMs: waitMs.default(POLICY.backoffBaseMs),
    backoffFactor: z.number().min(1).max(10).default(POLICY.backoffFactor),
    backoffMaxMs: waitMs.default(POLICY.backoffMaxMs),
    ambiguousWaitMs: waitMs.default(POLICY.ambiguousWaitMs),
    reconcileMs: perLane(waitMs, POLICY.reconcileMs),
    doubtPolicy: perLane(doubtPolicy, POLICY.doubtPolicy),
    throttledWaitMs: waitMs.default(POLICY.throttledWaitMs),
    unreachableWaitMs: waitMs.default(POLICY.unreachableWaitMs),
    templatePausedMs: waitMs.default(POLICY.templatePausedMs),
  })
  .refine((policy) => policy.backoffBaseMs <= policy.backoffMaxMs, "backoffBaseMs is above backoffMaxMs")
  .prefault({}) satisfies z.ZodType<SendingPolicy>;

const retention = z
  .strictObject({
    messageDays: z.int().min(1).max(365).default(30),
    bodyDays: z.int().min(1).max(365).default(1),
    inboundDays: z.int().min(1).max(365).default(30),
    /** Five years. */
    consentDays: z.int().min(1).max(3_660).default(1_826),
  })
  .refine((days) => days.bodyDays <= days.messageDays, "bodyDays is above messageDays")
  .refine(
    (days) => days.messageDays <= days.consentDays,
    "consentDays is below messageDays: evidence outlives messages",
  )
  .prefault({});

const admission = z
  .strictObject({
    waitingMaxPerCaller: z.int().min(1).max(100_000_000).default(1_000_000),
    redisMemoryMax: z.number().min(0.1).max(1).default(0.9),
  })
  .prefault({});

const keywords = z.record(
  z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'expected a language, such as "en" or "pt-BR"'),
  z.array(z.string().trim().min(1).max(KEYWORD_LENGTH_MAX)).max(50),
);

/** A language given here replaces that language of the defaults; an empty list takes it out. */
const consentKeywords = z.strictObject({ stop: keywords.default({}), start: keywords.default({}) }).prefault({});

export const deploymentFileSchema = z.strictObject({
  senders: z.array(sender).min(1),
  portfolios: z.array(portfolio).default([]),
  callers: z.array(caller),
  webhook,
  sending,
  retention,
  admission,
  consentKeywords,
});
export type DeploymentFile = z.output<typeof deploymentFileSchema>;

function perLane<T>(value: z.ZodType<T, T>, defaults: { urgent: T; normal: T; bulk: T }) {
  const { urgent, normal, bulk } = defaults;
  return z
    .strictObject({ urgent: value.prefault(urgent), normal: value.prefault(normal), bulk: value.prefault(bulk) })
    .prefault({});
}

function isPace(value: unknown): boolean {
  return value === "unlimited" || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1000);
}

function isBareAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && !url.username && !url.password && !url.search && !url.hash;
}

function secretRefError(issue: { code: string; input?: unknown }): string | undefined {
  return issue.code === "invalid_type" && issue.input !== undefined ? SECRET_HINT : undefined;
}
