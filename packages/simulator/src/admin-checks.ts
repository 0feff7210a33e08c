// The check of each admin body; admin-types.ts says what the fields mean.
import {
  type BehaviourPatch,
  type CallRequest,
  type EventRequest,
  type FaultRequest,
  faultBodyPresets,
  faultKinds,
  type HealthNode,
  type InboundRequest,
  inboundTypes,
  type LedgerQuery,
  type NumberChange,
  type NumberOptions,
  type OutOfBandError,
  outageKinds,
  type PreferenceRequest,
  providerProfiles,
  type RawWebhookRequest,
  type RecipientProfile,
  type ResetRequest,
  recipientKinds,
  sendAbilities,
  type TemplateChange,
  type TemplateOptions,
  type TemplateReview,
  type TemplatesRequest,
  templateQualities,
  type WebhookTarget,
  type WindowRequest,
} from "./admin-types.ts";
import {
  anyText,
  anything,
  type Check,
  flag,
  InputError,
  integerBetween,
  listOf,
  nullable,
  numberBetween,
  object,
  oneOf,
  record,
  text,
  textMap,
} from "./input.ts";
import { LIMIT_MAX } from "./ledger-queries.ts";

const delayMs = numberBetween(0);
const rate = numberBetween(0, 1);
const metaCode = integerBetween(0);

const e164: Check<string> = (value, path) => {
  if (typeof value === "string" && /^\+[1-9]\d{6,14}$/.test(value)) return value;
  throw new InputError(`${path} must be a phone number as +E.164`);
};

const webhookUrl: Check<string> = (value, path) => {
  if (typeof value === "string" && /^https?:$/.test(URL.parse(value)?.protocol ?? "")) return value;
  throw new InputError(`${path} must be an http(s) URL`);
};

const numbersWebhook: Check<WebhookTarget> = object({ url: webhookUrl }, { headers: textMap, verifyToken: text });

const healthNode: Check<HealthNode> = object(
  {
    entityType: oneOf("PHONE_NUMBER", "WABA", "BUSINESS", "APP", "MESSAGE_TEMPLATE"),
    canSendMessage: oneOf(...sendAbilities),
  },
  {
    id: text,
    additionalInfo: listOf(text),
    errors: listOf(object({ errorCode: integerBetween(0), errorDescription: text, possibleSolution: anyText }, {})),
  },
);

const templateReview: Check<TemplateReview> = object(
  { afterMs: nullable(numberBetween(0)), decision: oneOf("APPROVED", "REJECTED") },
  { reason: text },
);

/** A user as "+<E.164>" or BSUID. */
const userId: Check<string> = (value, path) => {
  if (typeof value === "string" && /^(\+[1-9]\d{6,14}|[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128})$/.test(value)) return value;
  throw new InputError(`${path} must be a phone number as +E.164 or a BSUID`);
};

export const checkNumber: Check<NumberOptions> = object(
  { apiKey: text, phoneNumberId: text, displayPhoneNumber: text, wabaId: text, portfolio: text },
  {
    profile: oneOf(...providerProfiles),
    accessToken: nullable(text),
    sandboxPhone: nullable(e164),
    sandboxMessagesMax: integerBetween(0),
    throughputPerSecond: nullable(integerBetween(0)),
    tier: nullable(integerBetween(0)),
    tierErrorCode: metaCode,
    tierErrorSync: flag,
    pairLimit: flag,
    windowEnforcement: oneOf("async", "sync", "off"),
    echoCallbackData: flag,
    signatureSecret: nullable(text),
    appSecret: nullable(text),
    legacyWebhooks: flag,
    forwardAccountFields: flag,
    canSendMessage: oneOf(...sendAbilities),
    healthNodes: listOf(healthNode),
    readsCountToThroughput: flag,
    marketingRouting: flag,
    marketingOnlyByMarketingApi: flag,
    marketingTermsSigned: flag,
    notMarketingErrorCode: metaCode,
    usMarketingPause: flag,
    serviceAllowancePerMonth: integerBetween(0),
    templatesMax: integerBetween(0),
    templateReview,
    managementCallsPerHour: nullable(integerBetween(0)),
    blockListMax: integerBetween(0),
    webhook: nullable(numbersWebhook),
  },
);

const behaviourFields: Check<BehaviourPatch> = object(
  {},
  {
    apiKey: text,
    down: nullable(oneOf(...outageKinds)),
    unreachableLinks: listOf(anyText),
    answerDelayMs: delayMs,
    answerJitterMs: delayMs,
    statuses: object(
      {},
      {
        enabled: flag,
        sentAfterMs: delayMs,
        deliveredAfterMs: nullable(delayMs),
        readAfterMs: nullable(delayMs),
        jitterMs: delayMs,
      },
    ),
    duplicateRate: rate,
    reorderRate: rate,
    beforeAnswerRate: rate,
    dropStatusRate: rate,
    batchMax: integerBetween(1, 1000), // "up to 1,000 updates": Meta "webhooks overview"
    batchWaitMs: delayMs,
    webhookRetryBaseMs: delayMs,
    webhookRetryFactor: numberBetween(1),
    webhookRetryCapMs: delayMs,
    webhookRetryForMs: delayMs,
    webhookDeadlineMs: numberBetween(1),
    webhookConcurrency: integerBetween(1),
  },
);

export const checkBehaviour: Check<BehaviourPatch> = (value, path) => {
  const patch = behaviourFields(value, path);
  if (patch.down !== undefined && patch.apiKey !== undefined) {
    throw new InputError(`${path}.down is an outage for all numbers: leave apiKey out`);
  }
  return patch;
};

const faultFields: Check<FaultRequest> = object(
  { kind: oneOf(...faultKinds) },
  {
    count: integerBetween(1),
    rate,
    forMs: delayMs,
    match: object({}, { call: text, to: text, toPrefix: text, apiKey: text, callbackDataPrefix: text }),
    delayMs,
    code: metaCode,
    httpStatus: integerBetween(200, 599),
    body: anyText,
    preset: oneOf(...faultBodyPresets),
    dropStatuses: flag,
  },
);

export const checkFault: Check<FaultRequest> = (value, path) => {
  const fault = faultFields(value, path);
  if (fault.kind === "metaError" && fault.code === undefined) {
    throw new InputError(`${path}.code is needed: the code a metaError answers with`);
  }
  return fault;
};

const digits: Check<string> = (value, path) => {
  if (typeof value === "string" && /^\d{7,15}$/.test(value)) return value;
  throw new InputError(`${path} must be the digits of a phone number`);
};

export const checkRecipient: Check<RecipientProfile> = object(
  { kind: oneOf(...recipientKinds) },
  { sync: flag, waId: digits, userId, parentUserId: text, username: text, profileName: text },
);

export const checkNumberChange: Check<NumberChange> = object({ apiKey: text, from: e164, to: e164 }, {});

const templateCategories = ["MARKETING", "UTILITY", "AUTHENTICATION"] as const;

const templateFields: Check<TemplateOptions> = object(
  {
    name: text,
    language: text,
    status: text,
    category: oneOf(...templateCategories),
  },
  {
    bodyParamsCount: integerBetween(0),
    headerParamsCount: integerBetween(0, 1),
    pausedForMs: delayMs,
    components: listOf(record),
    parameterFormat: oneOf("POSITIONAL", "NAMED"),
    id: text,
    quality: oneOf(...templateQualities),
    rejectedReason: text,
    messageSendTtlSeconds: integerBetween(-1),
    bidSpec: record,
    marketingUnavailable: flag,
  },
);

const template: Check<TemplateOptions> = (value, path) => {
  const options = templateFields(value, path);
  if (options.pausedForMs !== undefined && options.status !== "PAUSED") {
    throw new InputError(`${path}.pausedForMs is for the status PAUSED only`);
  }
  return options;
};

export const checkTemplates: Check<TemplatesRequest> = object({ apiKey: text, templates: listOf(template) }, {});

export const checkTemplateChange: Check<TemplateChange> = object(
  { apiKey: text, name: text },
  {
    language: text,
    status: text,
    reason: text,
    pausedForMs: delayMs,
    isPaced: flag,
    quality: oneOf(...templateQualities),
    category: oneOf(...templateCategories),
    correctCategory: oneOf(...templateCategories),
    components: listOf(record),
    marketingUnavailable: flag,
  },
);

const inboundFields: Check<InboundRequest> = object(
  { apiKey: text },
  {
    from: e164,
    userId,
    hidesPhone: flag,
    text,
    type: oneOf(...inboundTypes),
    fields: record,
    message: record,
    profileName: text,
    username: text,
    replyTo: text,
    forwarded: oneOf("once", "often"),
    referral: (referral, path): true | Record<string, unknown> => (referral === true ? true : record(referral, path)),
    media: object({}, { base64: anyText, mimeType: text, withUrl: flag }),
  },
);

export const checkInbound: Check<InboundRequest> = (value, path) => {
  const inbound = inboundFields(value, path);
  if (inbound.from === undefined && inbound.userId === undefined) {
    throw new InputError(`${path}.from must be a phone number as +E.164, or userId a BSUID`);
  }
  const said = [inbound.text, inbound.type, inbound.message].filter((way) => way !== undefined);
  if (said.length !== 1) throw new InputError(`${path} needs either text or message or type`);
  return inbound;
};

export const checkCall: Check<CallRequest> = object(
  { apiKey: text, user: userId },
  { by: oneOf("user", "business"), answered: flag, durationS: integerBetween(0) },
);

export const checkWindow: Check<WindowRequest> = object({ apiKey: text, user: userId }, { forMs: delayMs });

export const checkPreference: Check<PreferenceRequest> = object(
  { apiKey: text, user: userId, value: oneOf("stop", "resume") },
  { detail: text },
);

export const checkEvent: Check<EventRequest> = object({ apiKey: text, field: text }, { value: record });

export const checkOutOfBandError: Check<OutOfBandError> = object({ apiKey: text }, { code: metaCode, details: text });

export const checkRawWebhook: Check<RawWebhookRequest> = object({ apiKey: text, body: anything }, {});

export const checkReset: Check<ResetRequest> = object({}, { seed: integerBetween(-(2 ** 31), 2 ** 32 - 1) });

/** What 360dialog takes as a webhook's URL: no underscore in the host, and no port (except on this machine). */
const publicUrl: Check<string> = (value, path) => {
  const url = webhookUrl(value, path);
  const { hostname, port } = new URL(url);
  if (hostname.includes("_")) throw new InputError(`${path} must not have an underscore in its host`);
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  if (port !== "" && !isLoopback) throw new InputError(`${path} must not name a port`);
  return url;
};

/** Body of POST /v1/configs/webhook. */
export const checkWebhookConfig: Check<WebhookTarget> = object({ url: publicUrl }, { headers: textMap });

/** Body of POST /waba_webhook. */
export const checkAccountWebhook: Check<WebhookTarget & { override_all?: boolean }> = object(
  { url: publicUrl },
  { headers: textMap, override_all: flag },
);

const CLONES_MAX = 3; // per number, "not raisable": 360dialog "multiple-webhooks-per-phone-number"
const clonesFields = object(
  {},
  { enabled: flag, destinations: listOf(object({ name: text, url: publicUrl }, { headers: textMap })) },
);

/** Body of the calls to /multi_webhook. */
export const checkClones: typeof clonesFields = (value, path) => {
  const clones = clonesFields(value, path);
  const names = (clones.destinations ?? []).map(({ name }) => name);
  if (names.length > CLONES_MAX) throw new InputError(`${path}.destinations has at most ${CLONES_MAX} elements`);
  if (new Set(names).size < names.length) throw new InputError(`${path}.destinations must have different names`);
  return clones;
};

const count: Check<number> = (value, path) => integerBetween(0)(Number(value), path);

/** The query of GET /_sim/ledger; its values arrive as text. */
export const checkLedgerQuery: Check<LedgerQuery> = object(
  {},
  {
    to: text,
    callbackData: text,
    callbackDataPrefix: text,
    since: (value, path) => numberBetween(0)(Number(value), path),
    limit: (value, path) => integerBetween(1, LIMIT_MAX)(Number(value), path),
    cursor: count,
  },
);

export const checkIdleQuery: Check<{ timeoutMs?: number }> = object({}, { timeoutMs: count });
