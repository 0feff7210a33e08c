// The check of each admin body; admin-types.ts says what the fields mean.
import {
  type BehaviourPatch,
  type FaultRequest,
  faultBodyPresets,
  faultKinds,
  type InboundRequest,
  type LedgerQuery,
  type NumberOptions,
  outageKinds,
  type RawWebhookRequest,
  type RecipientProfile,
  type ResetRequest,
  recipientKinds,
  type TemplateOptions,
  type TemplatesRequest,
  type WebhookTarget,
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

const webhookTarget: Check<WebhookTarget> = object({ url: webhookUrl }, { headers: textMap });

export const checkNumber: Check<NumberOptions> = object(
  { apiKey: text, phoneNumberId: text, displayPhoneNumber: text, wabaId: text, portfolio: text },
  {
    throughputPerSecond: nullable(integerBetween(0)),
    tier: nullable(integerBetween(0)),
    tierErrorCode: metaCode,
    tierErrorSync: flag,
    pairLimit: flag,
    windowEnforcement: oneOf("async", "sync", "off"),
    echoCallbackData: flag,
    signatureSecret: nullable(text),
    canSendMessage: oneOf("AVAILABLE", "LIMITED", "BLOCKED"),
    webhook: nullable(webhookTarget),
  },
);

const behaviourFields: Check<BehaviourPatch> = object(
  {},
  {
    apiKey: text,
    down: nullable(oneOf(...outageKinds)),
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
    match: object({}, { to: text, toPrefix: text, apiKey: text, callbackDataPrefix: text }),
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

export const checkRecipient: Check<RecipientProfile> = object({ kind: oneOf(...recipientKinds) }, { sync: flag });

const templateFields: Check<TemplateOptions> = object(
  {
    name: text,
    language: text,
    status: text,
    category: oneOf("MARKETING", "UTILITY", "AUTHENTICATION"),
    bodyParamsCount: integerBetween(0),
  },
  { headerParamsCount: integerBetween(0, 1), pausedForMs: delayMs },
);

const template: Check<TemplateOptions> = (value, path) => {
  const options = templateFields(value, path);
  if (options.pausedForMs !== undefined && options.status !== "PAUSED") {
    throw new InputError(`${path}.pausedForMs is for the status PAUSED only`);
  }
  return options;
};

export const checkTemplates: Check<TemplatesRequest> = object({ apiKey: text, templates: listOf(template) }, {});

export const checkInbound: Check<InboundRequest> = (value, path) => {
  const inbound = object({ apiKey: text, from: e164 }, { text, message: record, profileName: text })(value, path);
  if ((inbound.text === undefined) === (inbound.message === undefined)) {
    throw new InputError(`${path} needs either text or message`);
  }
  return inbound;
};

export const checkRawWebhook: Check<RawWebhookRequest> = object({ apiKey: text, body: anything }, {});

export const checkReset: Check<ResetRequest> = object({}, { seed: integerBetween(-(2 ** 31), 2 ** 32 - 1) });

/** Body of POST /v1/configs/webhook: no underscore in the host, and no port (except on this machine). */
export const checkWebhookConfig: Check<WebhookTarget> = (value, path) => {
  const target = webhookTarget(value, path);
  const { hostname, port } = new URL(target.url);
  if (hostname.includes("_")) throw new InputError(`${path}.url must not have an underscore in its host`);
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  if (port !== "" && !isLoopback) throw new InputError(`${path}.url must not name a port`);
  return target;
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
