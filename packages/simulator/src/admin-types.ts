// The bodies of the admin API, both ways. Absent optional fields take the default named here; a PUT replaces what it
// names, except PUT /_sim/behaviour, which merges.

export const providerProfiles = ["360dialog", "360dialog-sandbox", "meta"] as const;
/**
 * Whose API the number is reached by: 360dialog's (D360-API-KEY, paths without ids), its sandbox's (`/v1/messages`, one
 * phone, few calls), or Meta's Cloud API directly (`/v24.0/<phone number id>/messages`, Bearer token).
 */
export type ProviderProfile = (typeof providerProfiles)[number];

/** PUT /_sim/numbers: one business number as 360dialog and Meta know it. */
export interface NumberOptions {
  /** What the caller sends as D360-API-KEY, or with the profile `meta` as Bearer token; one key is one number. */
  apiKey: string;
  /** Default "360dialog". */
  profile?: ProviderProfile;
  /** Profile `meta`: the Bearer token instead of `apiKey`; several numbers may share it. Default null: the `apiKey`. */
  accessToken?: string | null;
  /** Profile `360dialog-sandbox`: the one phone it writes to, "+<E.164>". Default null: any. */
  sandboxPhone?: string | null;
  /** Profile `360dialog-sandbox`: how many messages it takes in all. Default 200. */
  sandboxMessagesMax?: number;
  phoneNumberId: string;
  displayPhoneNumber: string;
  wabaId: string;
  /** Numbers of one portfolio share its tier. */
  portfolio: string;
  /** Messages in any window of one second, inbound included; null: no limit. Default 80. */
  throughputPerSecond?: number | null;
  /** The portfolio's limit of out-of-window recipients in a moving 24 h; null: no limit (default). The last PUT wins; counted from then on. */
  tier?: number | null;
  /** The code of a message over the tier. Default 131048; the real code is not documented. */
  tierErrorCode?: number;
  /** Whether a message over the tier is refused at once (and costs nothing) instead of taken and failed later. Default false. */
  tierErrorSync?: boolean;
  /** Whether one more than 45 messages to one user is refused with 131056. Default true. */
  pairLimit?: boolean;
  /** What becomes of free-form messages outside the customer service window: failed status, HTTP 400, or nothing. Default "off". */
  windowEnforcement?: "async" | "sync" | "off";
  /** Whether biz_opaque_callback_data comes back in status webhooks. Default true. */
  echoCallbackData?: boolean;
  /** Signs each webhook with x-360dialog-signature, bare hex HMAC-SHA256 of the body. Default: no signature. */
  signatureSecret?: string | null;
  /** Profile `meta`: signs each webhook with X-Hub-Signature-256, `sha256=` and the hex HMAC-SHA256. Default null. */
  appSecret?: string | null;
  /** Webhooks without envelope, messages and statuses at the top, as sandboxes still sent them. Default false. */
  legacyWebhooks?: boolean;
  /** Whether fields about the account (templates, quality, ...) reach the number's webhook. Default true. */
  forwardAccountFields?: boolean;
  /** What GET /health_status says of the number, its account and its portfolio. Default "AVAILABLE". */
  canSendMessage?: SendAbility;
  /** Further nodes of GET /health_status, or other words for one of its own; the worst of all is the whole. Default none. */
  healthNodes?: HealthNode[];
  /** Whether mark-as-read and typing count as messages to the throughput limit, which is not documented. Default false. */
  readsCountToThroughput?: boolean;
  /** Whether marketing templates sent to POST /messages go through the marketing messages API. Default false. */
  marketingRouting?: boolean;
  /** Whether POST /messages refuses marketing templates with 131063. Default false. */
  marketingOnlyByMarketingApi?: boolean;
  /** Whether the terms of the marketing messages API are accepted; without, it answers 131005. Default true. */
  marketingTermsSigned?: boolean;
  /** What POST /marketing_messages answers to a template of another category: 131055 (default) or 134100. */
  notMarketingErrorCode?: number;
  /** Whether marketing to +1 numbers fails with 131049, as since 2025-04-01. Default false. */
  usMarketingPause?: boolean;
  /** Service messages a month that cost nothing, from 2026-10-01 on. Default 1,000. */
  serviceAllowancePerMonth?: number;
  /** How many templates the account may have: 250, or 6,000 when verified. Default 250. */
  templatesMax?: number;
  /** What becomes of created and edited templates. Default `{"afterMs":1000,"decision":"APPROVED"}`. */
  templateReview?: TemplateReview;
  /** Calls about templates, webhooks and numbers an hour before 80007. Default 5,000; null: no limit. */
  managementCallsPerHour?: number | null;
  /** How many users may be blocked. Default 64,000. */
  blockListMax?: number;
  /** Absent: what was configured before stays. */
  webhook?: WebhookTarget | null;
}

export interface WebhookTarget {
  url: string;
  headers?: Record<string, string>;
  /** Profile `meta`: the URL is asked for `hub.challenge` with this token first, and refused if it does not echo it. */
  verifyToken?: string;
}

export const sendAbilities = ["AVAILABLE", "LIMITED", "BLOCKED"] as const;
export type SendAbility = (typeof sendAbilities)[number];

/** A node of GET /health_status; one of the number's own types goes over that node. */
export interface HealthNode {
  entityType: "PHONE_NUMBER" | "WABA" | "BUSINESS" | "APP" | "MESSAGE_TEMPLATE";
  id?: string;
  canSendMessage: SendAbility;
  additionalInfo?: string[];
  errors?: { errorCode: number; errorDescription: string; possibleSolution: string }[];
}

export interface TemplateReview {
  /** null: never reviewed. */
  afterMs: number | null;
  decision: "APPROVED" | "REJECTED";
  /** Of a rejection. Default "INVALID_FORMAT". */
  reason?: string;
}

export const outageKinds = ["refuse", "http503", "silent"] as const;
/**
 * How the provider API is away: its own port refuses connections and the shared one resets them (`refuse`), a proxy
 * answers 503 with HTML (`http503`), or requests are taken in and never answered (`silent`).
 */
export type OutageKind = (typeof outageKinds)[number];

export interface Behaviour {
  /** An outage of the whole provider API, for all numbers; webhooks and the admin API go on. Default null: none. */
  down: OutageKind | null;
  /** Links that cannot be fetched, by their beginning ("" is all): messages with them fail later with 131053. Default none. */
  unreachableLinks: string[];
  /** Wait before each answer of POST /messages, plus up to the jitter. */
  answerDelayMs: number;
  answerJitterMs: number;
  statuses: StatusBehaviour;
  /** Chance (0..1) that a status is sent a second time, up to 250 ms later. */
  duplicateRate: number;
  /** Chance per message that its statuses are sent in another order than they happened. */
  reorderRate: number;
  /** Chance per message that its first status is delivered before the send is answered. */
  beforeAnswerRate: number;
  /** Chance per status that it is never sent. */
  dropStatusRate: number;
  /** Updates per webhook, 1..1000, and how long the first of a batch waits for more. */
  batchMax: number;
  batchWaitMs: number;
  /** A webhook not answered with 200 is sent again after base, base*factor, ... up to cap, for at most this long. */
  webhookRetryBaseMs: number;
  webhookRetryFactor: number;
  webhookRetryCapMs: number;
  webhookRetryForMs: number;
  /** How long the receiver has to answer. The platform's is 5,000. */
  webhookDeadlineMs: number;
  /** Webhooks on their way at once, per number. */
  webhookConcurrency: number;
}

/** Delays count from the answer of the send; null: that status never comes. */
export interface StatusBehaviour {
  enabled: boolean;
  sentAfterMs: number;
  deliveredAfterMs: number | null;
  readAfterMs: number | null;
  jitterMs: number;
}

/** PUT /_sim/behaviour: with apiKey for one number (over the global one), without for all; `down` is for all only. */
export interface BehaviourPatch extends Partial<Omit<Behaviour, "statuses">> {
  apiKey?: string;
  statuses?: Partial<StatusBehaviour>;
}

export const faultKinds = [
  "metaError",
  "http",
  "timeoutBefore",
  "timeoutAfter",
  "resetBefore",
  "resetAfter",
  "errorAfter",
  "truncated",
  "slow",
  "endpointRateLimit",
  "asyncFail",
  "held",
  "beforeAnswer",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** POST /_sim/faults. Without count, rate and forMs it strikes every matching send until deleted. */
export interface FaultRequest {
  kind: FaultKind;
  /** Strikes this often, then is gone. */
  count?: number;
  /** Chance (0..1) for each matching send. */
  rate?: number;
  /** Strikes for so long from now, then is gone by itself: with metaError and match.apiKey, the pause of a number. */
  forMs?: number;
  /** All given conditions must hold. */
  match?: FaultMatch;
  /** Wait before the fault shows; for `held` until release or drop, for `asyncFail` until the failed status. */
  delayMs?: number;
  /** Meta's code: metaError (required), asyncFail (default 131000), errorAfter (default: 360dialog's own body), held (drop with it). */
  code?: number;
  /** http (default 500), errorAfter (default 500), metaError (default: the documented one). */
  httpStatus?: number;
  /** http, errorAfter: the text to answer with, or one of the bodies seen in the field by name. */
  body?: string;
  preset?: FaultBodyPreset;
  /** Of a message taken: none of its statuses is sent. Default false. */
  dropStatuses?: boolean;
}

export interface FaultMatch {
  /**
   * Beginning of method and path of another call than a send, as 360dialog has it: "GET /message_templates". Such a
   * fault strikes no sends, and only kinds that strike before a call is carried out, and `slow`.
   */
  call?: string;
  /** "+<E.164>" */
  to?: string;
  toPrefix?: string;
  apiKey?: string;
  callbackDataPrefix?: string;
}

export const faultBodyPresets = ["html", "empty", "error", "legacyMeta"] as const;
export type FaultBodyPreset = (typeof faultBodyPresets)[number];

export interface FaultState extends FaultRequest {
  id: string;
  /** How often it has struck. */
  struck: number;
}

export const recipientKinds = [
  "normal",
  "notOnWhatsApp",
  "optedOut",
  "marketingCapped",
  "blocked",
  "experiment",
  "offline",
  "readsInstantly",
  "receiptsOff",
  "usernameOnly",
  "numberChanged",
] as const;
export type RecipientKind = (typeof recipientKinds)[number];

/** PUT /_sim/recipients/:number. The kinds that fail do so by a failed status, or at once with `sync`. */
export interface RecipientProfile {
  kind: RecipientKind;
  sync?: boolean;
  /** The digits WhatsApp knows the user by where they differ from the number written, as in Brazil and Mexico. */
  waId?: string;
  /** The user's BSUID. Default: one made from portfolio and number. */
  userId?: string;
  /** The BSUID for businesses with several portfolios. */
  parentUserId?: string;
  username?: string;
  profileName?: string;
}

/** POST /_sim/users/change-number: old number and BSUID reach nobody any more, and webhooks say so. */
export interface NumberChange {
  apiKey: string;
  /** "+<E.164>" */
  from: string;
  to: string;
}

/** PUT /_sim/templates: replaces the registry of one number. An empty registry accepts every template. */
export interface TemplatesRequest {
  apiKey: string;
  templates: TemplateOptions[];
}

/** `components` as Meta writes them, or only how many parameters header and body take. */
export interface TemplateOptions {
  name: string;
  language: string;
  /** APPROVED, PAUSED, DISABLED, PENDING, REJECTED...; only APPROVED can be sent. */
  status: string;
  /** Of a PAUSED one: it becomes APPROVED by itself so long after this PUT. Absent: it stays paused. */
  pausedForMs?: number;
  category: TemplateCategory;
  bodyParamsCount?: number;
  headerParamsCount?: number;
  /** Meta's `[{"type":"BODY","text":"Hello {{1}}"}, ...]`; a send is held against them in full. */
  components?: Record<string, unknown>[];
  /** Default "POSITIONAL". */
  parameterFormat?: "POSITIONAL" | "NAMED";
  /** Digits. Default: made from name and language. */
  id?: string;
  quality?: TemplateQuality;
  rejectedReason?: string;
  messageSendTtlSeconds?: number;
  /** One with it must go through POST /marketing_messages (131061) and to a phone number (131062). */
  bidSpec?: Record<string, unknown>;
  /** Whether the marketing messages API answers 134102. */
  marketingUnavailable?: boolean;
}

export type TemplateCategory = "MARKETING" | "UTILITY" | "AUTHENTICATION";
export const templateQualities = ["GREEN", "YELLOW", "RED", "UNKNOWN"] as const;
export type TemplateQuality = (typeof templateQualities)[number];

/** PATCH /_sim/templates: what the platform does to a template of its own accord, with the webhook for it. */
export interface TemplateChange {
  apiKey: string;
  name: string;
  /** Default: its only language. */
  language?: string;
  /** PAUSED lasts 3 h, the second time 6 h, the third time it is DISABLED. */
  status?: string;
  /** Why, in the webhook. Default "NONE". */
  reason?: string;
  /** How long PAUSED lasts instead. */
  pausedForMs?: number;
  /** PAUSED by pacing: until it is unpaused by hand. */
  isPaced?: boolean;
  quality?: TemplateQuality;
  /** The category it has now. */
  category?: TemplateCategory;
  /** The category it will have in 24 h. */
  correctCategory?: TemplateCategory;
  components?: Record<string, unknown>[];
  /** Not told by webhook. */
  marketingUnavailable?: boolean;
}

export const inboundTypes = [
  "text",
  "image",
  "video",
  "audio",
  "document",
  "sticker",
  "location",
  "contacts",
  "button_reply",
  "list_reply",
  "nfm_reply",
  "call_permission_reply",
  "button",
  "order",
  "reaction",
  "system",
  "unsupported",
  "edit",
  "revoke",
  "request_welcome",
] as const;
/** A message's type; the four replies are the sub-types of `interactive`. */
export type InboundType = (typeof inboundTypes)[number];

/**
 * POST /_sim/inbound: a user writes to the number. Give `text`, or `type` with `fields`, or `message` with any type's
 * own fields.
 */
export interface InboundRequest {
  apiKey: string;
  /** "+<E.164>"; absent for a user known by BSUID alone. */
  from?: string;
  /** The BSUID. Default: the recipient's, or made from portfolio and number. */
  userId?: string;
  /** Whether `from` and `wa_id` are left out. Default: for a recipient of kind `usernameOnly`. */
  hidesPhone?: boolean;
  text?: string;
  type?: InboundType;
  /** Over the plausible content that the type has by itself. */
  fields?: Record<string, unknown>;
  message?: Record<string, unknown>;
  profileName?: string;
  username?: string;
  /** The wamid this answers to. */
  replyTo?: string;
  forwarded?: "once" | "often";
  /** From an ad: true for a plausible one, or fields over it. Opens a free entry point. */
  referral?: true | Record<string, unknown>;
  /** Of a media type: what can be downloaded. Default: a few bytes of a fitting type. */
  media?: InboundMedia;
}

export interface InboundMedia {
  base64?: string;
  mimeType?: string;
  /** Whether the message carries a download URL beside the id. Default false. */
  withUrl?: boolean;
}

/** POST /_sim/calls: a call between user and number, told by `calls` webhooks. */
export interface CallRequest {
  apiKey: string;
  /** "+<E.164>" or BSUID */
  user: string;
  /** "user": they call, which opens the window, answered or not; "business": opens it if answered. Default "user". */
  by?: "user" | "business";
  /** Default true. */
  answered?: boolean;
  durationS?: number;
}

/** PUT /_sim/window: opens a customer service window without a message, or closes it. */
export interface WindowRequest {
  apiKey: string;
  /** "+<E.164>" or BSUID */
  user: string;
  /** How long from now it is open; 0 closes it. Default 24 h. */
  forMs?: number;
}

/** POST /_sim/preferences: a user stops or resumes marketing. */
export interface PreferenceRequest {
  apiKey: string;
  user: string;
  value: "stop" | "resume";
  detail?: string;
}

/** POST /_sim/events: a webhook with another field than `messages`; README.md lists what each has by default. */
export interface EventRequest {
  apiKey: string;
  field: string;
  /** Over what the field has by default. */
  value?: Record<string, unknown>;
}

/** POST /_sim/errors: `value.errors` that belong to no message. */
export interface OutOfBandError {
  apiKey: string;
  /** Default 130429. */
  code?: number;
  details?: string;
}

/** POST /_sim/webhook: sends a body as it is, through the normal delivery; a string is sent byte for byte. */
export interface RawWebhookRequest {
  apiKey: string;
  body: unknown;
}

/** POST /_sim/reset: forgets everything but the port. */
export interface ResetRequest {
  /** Default: the seed of the start. */
  seed?: number;
}

/** One request to POST /messages or POST /marketing_messages, or, during an outage, any request of the provider API that arrived. */
export interface LedgerEntry {
  /** From 1, without gaps. */
  seq: number;
  /** Epoch ms with a fraction: when the whole request had arrived. */
  atMs: number;
  /**
   * Epoch ms with a fraction: when the answer was given, or the connection ended without one (reset, or the caller
   * gave up); null: not yet.
   */
  answeredAtMs: number | null;
  /** The API key it came with. */
  number: string;
  /** "+<E.164>", BSUID, or what was sent instead. */
  to: string | null;
  /** The message's type, "read", "typing", or in an outage method and path of another call ("GET /health_status"). */
  type: string | null;
  /** biz_opaque_callback_data; of a mark-as-read call the wamid it names. */
  callbackData: string | null;
  wamid: string | null;
  /** Whether the platform took the message, whatever the caller was told. */
  taken: boolean;
  /** "ok", Meta's code, "invalidApiKey", the kind of the fault that answered, or the outage as "down:<kind>". */
  answer: "ok" | number | string;
  /** The fault that struck, if any. */
  fault: FaultKind | null;
  /** 0: no answer was given. */
  httpStatus: number;
}

export interface LedgerQuery {
  to?: string;
  /** The whole callback data, or with `callbackDataPrefix` its beginning. */
  callbackData?: string;
  callbackDataPrefix?: string;
  /** Epoch ms: entries at or after it. */
  since?: number;
  /** 1..10000, default 1000. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: number;
}

export interface LedgerPage {
  entries: LedgerEntry[];
  nextCursor: number | null;
  /** Entries no longer kept. */
  dropped: number;
}

export interface LedgerSummary {
  requests: number;
  taken: number;
  refusedByCode: Record<string, number>;
  /** How often each kind of fault struck; an outage counts what reached it, as "down:<kind>". */
  byFault: Record<string, number>;
  distinctTo: number;
  /** How many message ids were taken more than once, and the first 1,000 of them. */
  duplicatesCount: number;
  duplicates: DuplicateMessage[];
  /**
   * Pairs of messages taken from one number for one recipient of which the second arrived before the first was
   * answered, and the first 100 of them. Needs answers that take time: an answer given at once cannot be overtaken.
   */
  overlapsCount: number;
  overlaps: OverlappingPair[];
  /** By API key. */
  maxPerSecond: Record<string, NumberRate>;
  limits: Record<string, NumberLimits>;
  portfolios: Record<string, PortfolioReach>;
  dropped: number;
}

export interface DuplicateMessage {
  /** Everything before the last colon of the callback data. */
  callbackMessageId: string;
  count: number;
  to: string | null;
  entries: { seq: number; atMs: number; callbackData: string; wamid: string }[];
}

export interface OverlappingPair {
  /** The API key. */
  number: string;
  to: string | null;
  first: OverlappingMessage;
  second: OverlappingMessage;
}

export type OverlappingMessage = Pick<LedgerEntry, "seq" | "atMs" | "answeredAtMs" | "callbackData">;

export interface NumberLimits {
  /** How often it was told to slow down: 130429, 80007, 4, HTTP 429, the endpoint rate limit; by a limit or a fault. */
  throttled: number;
  /** How often a message was refused with 131056. */
  pairRefused: number;
  /** The fewest tokens any recipient's pair budget was ever left with, 0..45, in fractions; below 1: used up. */
  pairTokensLeast: number;
}

/** Counted while the portfolio has a tier; a very high one counts without limiting. */
export interface PortfolioReach {
  /** The most different recipients outside a customer service window in any moving 24 h. */
  mostReached: number;
  /** Messages refused or failed because the tier was full. */
  overTier: number;
}

export interface NumberRate {
  /** The most messages taken in any sliding second. */
  most: number;
  /** The same with inbound messages counted in. */
  mostWithInbound: number;
  /** Messages per second between the first and the last one taken. */
  average: number;
}

export interface DeliveriesReport {
  /** Webhooks answered with 200 in time, and the updates in them. */
  sent: number;
  updatesSent: number;
  /** Attempts that were a repetition; attempts not answered with 200 in time; webhooks given up for good. */
  retried: number;
  failed: number;
  givenUp: number;
  /** Updates not sent because the number had no webhook. */
  withoutWebhook: number;
  /** Clones that a further destination answered with 200. */
  cloned: number;
  /** Updates scheduled, waiting or on their way. */
  outstanding: number;
  /** Over the last 65,536 attempts answered with 200; null when there was none. */
  medianMs: number | null;
  p99Ms: number | null;
}

export interface IdleReport {
  idle: boolean;
  outstanding: number;
}

/** What a number remembers beside its options. */
export interface NumberMemory {
  /** Users the business has blocked. */
  blocked: string[];
  /** Media that can be downloaded. */
  mediaCount: number;
  accountWebhook: WebhookTarget | null;
  /** Where clones of its webhooks go. */
  cloneWebhooks: WebhookTarget[];
}

export interface StateReport {
  seed: number;
  /** The provider API alone; while `down` is "refuse" nobody listens on it. */
  providerPort: number;
  numbers: (Required<NumberOptions> & NumberMemory & { behaviour: Behaviour; templates: TemplateOptions[] })[];
  behaviour: Behaviour;
  faults: FaultState[];
  recipients: Record<string, RecipientProfile>;
  portfolios: Record<string, { tier: number | null; reached: number }>;
  ledger: { entries: number; dropped: number };
  /** How often each call of the provider API but sends was made, as "GET /{id}"; refused ones included. */
  calls: Record<string, number>;
  outstanding: number;
}
