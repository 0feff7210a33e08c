// Every error code that the provider documents, with what it means for a message and what a person can do about it.
// The one table: answers and failed statuses are judged by it, docs/errors.md is generated from it.
//
// How the classes were chosen: a code that says "may have gone out" is `unknown`, never `transient`, because nothing on
// this API is idempotent. Codes of the whole number or account (key, payment, registration, permission) are
// `misconfigured`: the sender stops and its messages wait until a person has acted. Codes that only management calls return are `rejected`; a send does
// not meet them. Build on the code, never on title, subcode or HTTP status (Meta says so); the status is here to read.

import type { Judgement } from "./judgement.ts";

/** One row: a code (or the range code … codeEnd), the HTTP status documented for it, and its judgement. */
export type ErrorCode = Judgement & {
  readonly code: number;
  /** The last code of a range; absent for a single code. */
  readonly codeEnd?: number;
  /** As documented in November 2025; null where none is. Not used for judging. */
  readonly httpStatus: number | null;
  readonly meaning: string;
  readonly hint: string;
  readonly source: string;
};

/** As written below: without a source of its own, a row's source is Meta's list of error codes. */
type Row = Omit<ErrorCode, "source" | keyof Judgement> & Judgement & { readonly source?: string };

const META = "https://developers.facebook.com/documentation/business-messaging/whatsapp";
const CODES = `${META}/support/error-codes`; // read 2026-09-11
const BSUID = `${META}/business-scoped-user-ids`; // read 2026-05-07
const MARKETING = `${META}/marketing-messages/send-marketing-messages`;
const BLOCKING = `${META}/block-users`;
const TEMPLATES = `${META}/templates/template-management`;
const GRAPH = "Graph API, general throttles; not on the WhatsApp page";
const FIELD = "not documented; seen by other gateways";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Maintenance lasts at most one minute (throughput upgrade); half a minute more so that one pause is enough. */
const MAINTENANCE_MS = 90_000;

const SLOW_HINT = "Nothing to do: Tern slows down and sends again. If it lasts, lower the sender's pace.";

// What several codes share.
const NO_ACCESS = {
  class: "misconfigured",
  hint: "Check the sender's API key and its permissions in the 360dialog Hub. The sender goes on when its key changes or when it is resumed.",
} as const;
const NOT_REGISTERED = {
  class: "misconfigured",
  hint: "Check the number's registration in the 360dialog Hub or ask 360dialog support. Then resume the sender.",
} as const;
const IN_DOUBT = {
  class: "unknown",
  grade: "ambiguous-answer",
  hint: "Nothing to do: Tern waits for a webhook and sends again if none comes. If it lasts, see 360dialog's status page.",
} as const;
const BAD_REQUEST = {
  class: "rejected",
  hint: "Correct the request and send a new message; sending the same one again gives the same error.",
} as const;
const BAD_TEMPLATE = {
  class: "rejected",
  hint: "Correct the template's definition and create it again.",
} as const;
const NOT_FOR_MARKETING = {
  class: "misrouted",
  way: "messages",
  hint: "Nothing to do: Tern sends it through /messages instead of the marketing messages API.",
  source: MARKETING,
} as const;
const ONLY_FOR_MARKETING = {
  class: "misrouted",
  way: "marketing_messages",
  hint: 'Tern sends it through the marketing messages API instead. If it happens often, set the sender\'s marketing to "marketing_messages".',
} as const;
const MANAGEMENT = {
  class: "rejected",
  hint: "Not an error of sending. Correct the management request that caused it.",
} as const;

const ROWS: readonly Row[] = [
  // Access
  { code: 0, httpStatus: 401, ...NO_ACCESS, meaning: "the provider could not authenticate us" },
  { code: 3, httpStatus: 500, ...NO_ACCESS, meaning: "the account lacks the capability or permission" },
  { code: 10, httpStatus: 403, ...NO_ACCESS, meaning: "permission denied" },
  {
    code: 33,
    httpStatus: 400,
    class: "misconfigured",
    meaning: "the business number was deleted",
    hint: "Remove the sender from the configuration, or connect the number again and resume the sender.",
  },
  {
    code: 190,
    httpStatus: 401,
    class: "misconfigured",
    meaning: "the access token has expired",
    hint: "The token is 360dialog's: put a new API key from the Hub into the configuration. If that does not help, ask 360dialog support and resume the sender.",
  },
  { code: 200, codeEnd: 299, httpStatus: 403, ...NO_ACCESS, meaning: "permission missing or withdrawn" },
  { code: 131005, httpStatus: 403, ...NO_ACCESS, meaning: "access denied" },

  // The provider's own trouble: may have been taken
  {
    code: 1,
    httpStatus: 400,
    class: "unknown",
    grade: "ambiguous-answer",
    meaning: "invalid request or server error; the provider does not say which",
    hint: "Tern sends again a few times. If it keeps failing, compare the message with the API documentation.",
  },
  { code: 2, httpStatus: 503, ...IN_DOUBT, meaning: "the service is down or overloaded" },
  { code: 131000, httpStatus: 500, ...IN_DOUBT, meaning: "unknown error at the provider" },
  { code: 131016, httpStatus: 500, ...IN_DOUBT, meaning: "a service of the provider is unavailable" },
  { code: 133004, httpStatus: 503, ...IN_DOUBT, meaning: "the server is temporarily unavailable" },

  // Throttles
  {
    code: 4,
    httpStatus: 400,
    class: "throttled",
    scope: "account",
    meaning: "the app's call limit is reached",
    hint: "The app is 360dialog's and shared with its other clients. Tern slows down and sends again; if it lasts, ask 360dialog.",
  },
  {
    code: 17,
    httpStatus: 400,
    class: "throttled",
    scope: "number",
    meaning: "call limit reached",
    hint: SLOW_HINT,
    source: GRAPH,
  },
  {
    code: 613,
    httpStatus: 400,
    class: "throttled",
    scope: "number",
    meaning: "call limit reached",
    hint: SLOW_HINT,
    source: GRAPH,
  },
  {
    code: 80007,
    httpStatus: 400,
    class: "throttled",
    scope: "account",
    meaning: "the WhatsApp Business Account's call limit is reached",
    hint: SLOW_HINT,
  },
  {
    code: 130429,
    httpStatus: 400,
    class: "throttled",
    scope: "number",
    meaning: "the number's throughput is reached",
    hint: SLOW_HINT,
  },
  {
    code: 131056,
    httpStatus: 400,
    class: "throttled",
    scope: "pair",
    meaning: "too many messages from this number to this recipient in a short time",
    hint: "Nothing to do: only this recipient waits. One message per 6 seconds is the lasting rate, 45 the burst.",
    source: `${META}/about-the-platform#rate-limits`,
  },

  // The number is paused or stopped
  {
    code: 368,
    httpStatus: 403,
    class: "number-paused",
    retryAfterMs: HOUR_MS,
    meaning: "the account is temporarily blocked for a policy violation",
    hint: "Read the violation in WhatsApp Manager and appeal there if it is wrong. The sender rests and tries again by the hour.",
    source: `${META}/policy-enforcement`,
  },
  {
    code: 131031,
    httpStatus: 403,
    class: "number-paused",
    meaning: "the account is locked (policy, or a wrong two-step PIN)",
    hint: "Unlock the account in WhatsApp Manager or with 360dialog support, then resume the sender: until then its messages wait.",
  },
  {
    code: 131048,
    httpStatus: 400,
    class: "number-paused",
    meaning: "too many messages from this number were blocked or reported as spam",
    hint: "Check the number's quality in WhatsApp Manager and what was sent lately, then resume the sender: until then its messages wait.",
  },
  {
    code: 131057,
    httpStatus: 500,
    class: "number-paused",
    retryAfterMs: MAINTENANCE_MS,
    meaning: "the account is in maintenance, for instance a throughput upgrade",
    hint: "Nothing to do: it lasts about a minute.",
    source: `${META}/throughput`,
  },
  {
    code: 131064,
    httpStatus: null,
    class: "number-paused",
    retryAfterMs: HOUR_MS,
    meaning: "the account is limited because templates were misclassified",
    hint: "Correct the templates' categories in WhatsApp Manager; the limit lifts itself when its period ends. The sender rests and tries again by the hour.",
  },
  {
    code: 2494100,
    httpStatus: 400,
    class: "number-paused",
    retryAfterMs: MAINTENANCE_MS,
    meaning: "the number is in maintenance mode",
    hint: "Nothing to do: it lasts about a minute.",
  },
  {
    code: 131037,
    httpStatus: 400,
    class: "misconfigured",
    meaning: "the number needs an approved display name",
    hint: "Have the display name approved in WhatsApp Manager, then resume the sender.",
  },
  {
    code: 131042,
    httpStatus: 400,
    class: "misconfigured",
    meaning: "there is a problem with the payment method or credit line",
    hint: "Settle the billing of the WhatsApp Business Account (Hub and WhatsApp Manager), then resume the sender.",
  },
  { code: 131045, httpStatus: 500, ...NOT_REGISTERED, meaning: "the number's registration or certificate is faulty" },
  { code: 133000, httpStatus: 500, ...NOT_REGISTERED, meaning: "an earlier deregistration was not completed" },
  { code: 133005, httpStatus: 400, ...NOT_REGISTERED, meaning: "the two-step PIN does not match" },
  { code: 133006, httpStatus: 400, ...NOT_REGISTERED, meaning: "the number has to be verified again" },
  { code: 133008, httpStatus: 400, ...NOT_REGISTERED, meaning: "too many wrong two-step PINs" },
  { code: 133009, httpStatus: 400, ...NOT_REGISTERED, meaning: "the two-step PIN was entered too quickly" },
  { code: 133010, httpStatus: 400, ...NOT_REGISTERED, meaning: "the number is not registered" },
  { code: 133015, httpStatus: 400, ...NOT_REGISTERED, meaning: "the number was deleted recently and is not free yet" },
  {
    code: 133016,
    httpStatus: 400,
    class: "misconfigured",
    meaning: "too many registrations or deregistrations; locked for 72 hours",
    hint: "Wait until the lock ends and register once, then resume the sender.",
  },

  // The template cannot be sent now
  {
    code: 131063,
    httpStatus: null,
    ...ONLY_FOR_MARKETING,
    meaning: "marketing templates are switched off on the Cloud API for this account",
  },
  {
    code: 132015,
    httpStatus: 400,
    class: "template-paused",
    meaning: "the template is paused for low quality, or its paced messages were dropped",
    hint: "A quality pause ends by itself after 3 or 6 hours; a pause by pacing must be lifted in WhatsApp Manager.",
    source: `${META}/templates/template-pausing`,
  },
  {
    code: 132016,
    httpStatus: 400,
    class: "template-disabled",
    meaning: "the template is disabled for low quality, for good",
    hint: "Create a new template and send with it. All messages that waited for this one have failed.",
    source: `${META}/templates/template-pausing`,
  },

  // The template or its parameters are wrong
  {
    code: 132000,
    httpStatus: 400,
    class: "rejected",
    meaning: "the number of parameters differs from the template's",
    hint: "Compare the parameters with the approved template and send a new message.",
  },
  {
    code: 132001,
    httpStatus: 404,
    class: "rejected",
    meaning: "the template does not exist in this language or is not approved",
    hint: "Check name and language code against the approved templates of the sender's account.",
  },
  {
    code: 132005,
    httpStatus: 400,
    class: "rejected",
    meaning: "the text with its parameters filled in is too long",
    hint: "Shorten the parameters; they count against the length of the component.",
  },
  {
    code: 132007,
    httpStatus: 400,
    class: "rejected",
    meaning: "the template violates a WhatsApp policy",
    hint: "Stop using the template and correct it in WhatsApp Manager; every message with it will be refused.",
  },
  {
    code: 132012,
    httpStatus: 400,
    class: "rejected",
    meaning: "a parameter has the wrong format",
    hint: "Compare kind and format of the parameters with the approved template.",
  },
  {
    code: 132018,
    httpStatus: 400,
    class: "rejected",
    meaning: "the template failed validation",
    hint: "Compare the parameters with the approved template and send a new message.",
  },
  {
    code: 132068,
    httpStatus: 400,
    class: "rejected",
    meaning: "the flow is blocked",
    hint: "Correct the flow in WhatsApp Manager.",
  },
  {
    code: 132069,
    httpStatus: 400,
    class: "transient",
    retryAfterMs: HOUR_MS,
    meaning: "the flow is throttled: 10 messages were sent with it within the hour",
    hint: "Correct the flow's errors in WhatsApp Manager; until then at most 10 messages per hour go out.",
  },
  {
    code: 134100,
    httpStatus: 400,
    ...NOT_FOR_MARKETING,
    meaning: "the marketing messages API takes only marketing templates",
  },
  {
    code: 134101,
    httpStatus: 400,
    ...NOT_FOR_MARKETING,
    meaning:
      "the template is still being synchronised with the marketing messages API, for about 10 minutes after its creation or after 7 days without use",
  },
  {
    code: 134102,
    httpStatus: 500,
    ...NOT_FOR_MARKETING,
    meaning: "the template is not available on the marketing messages API",
  },
  {
    code: 131055,
    httpStatus: 400,
    ...NOT_FOR_MARKETING,
    meaning: "the marketing messages API supports only marketing templates",
  },
  {
    code: 131061,
    httpStatus: null,
    ...ONLY_FOR_MARKETING,
    meaning: "a template with a maximum price must go through the marketing messages API",
  },

  // The message is wrong
  { code: 100, httpStatus: 400, ...BAD_REQUEST, meaning: "a parameter is unknown, malformed or too long" },
  { code: 131008, httpStatus: 400, ...BAD_REQUEST, meaning: "a required parameter is missing" },
  {
    code: 131009,
    httpStatus: 400,
    ...BAD_REQUEST,
    meaning: "a parameter has a value that is not allowed, or a reaction has no valid target",
  },
  { code: 131051, httpStatus: 400, ...BAD_REQUEST, meaning: "the message type is not supported" },
  {
    code: 131052,
    httpStatus: 400,
    class: "rejected",
    meaning: "a media file could not be downloaded",
    hint: "Check that the link answers quickly, without login, and that the file is at most 100 MB.",
  },
  {
    code: 131053,
    httpStatus: 400,
    class: "rejected",
    meaning: "a media file could not be taken: wrong type, too large, or its link failed",
    hint: "Check type, size and link of the file. If the link failed only for a moment, send the message again.",
  },
  {
    code: 134011,
    httpStatus: 400,
    class: "rejected",
    meaning: "the terms of WhatsApp payments are not accepted",
    hint: "Accept the payment terms in WhatsApp Manager.",
  },
  {
    code: 135000,
    httpStatus: 400,
    class: "rejected",
    meaning: "generic error; also used when held messages of the portfolio are dropped",
    hint: "After a hold, stop the campaign and check the portfolio's quality in WhatsApp Manager; else compare the message with the documentation.",
    source: `${CODES}; ${META}/templates/portfolio-pacing`,
  },

  // The recipient cannot or must not get it
  {
    code: 130403,
    httpStatus: null,
    class: "rejected",
    meaning: "this business has blocked the recipient",
    hint: "Unblock the recipient if the message is wanted.",
    source: BLOCKING,
  },
  {
    code: 130472,
    httpStatus: 400,
    class: "rejected",
    meaning: "the recipient is held out of marketing messages by an experiment of Meta's",
    hint: "Do not send it again: the error stays until the recipient writes first. It is not charged.",
  },
  {
    code: 130497,
    httpStatus: 403,
    class: "rejected",
    meaning: "this business may not message people in this country",
    hint: "Do not send to this country from this account.",
  },
  {
    code: 131021,
    httpStatus: 400,
    class: "rejected",
    meaning: "recipient and sender are the same number",
    hint: "Send to another number.",
  },
  {
    code: 131026,
    httpStatus: 400,
    class: "rejected",
    meaning: "the message cannot be delivered: not on WhatsApp, terms not accepted, or an old app",
    hint: "Check the number with the recipient, or use another channel.",
  },
  {
    code: 131047,
    httpStatus: 400,
    class: "rejected",
    isWindowClosed: true,
    meaning: "the recipient's last message is more than 24 hours old",
    hint: "Send an approved template instead, or give free-form messages one as their fallback.",
  },
  {
    code: 131049,
    httpStatus: 400,
    class: "rejected",
    meaning: "the recipient has had enough marketing messages for now, Meta decided",
    hint: "Wait at least 24 hours before sending marketing to this recipient again; trying sooner prolongs it.",
    source: `${META}/templates/marketing-templates/per-user-limits`,
  },
  {
    code: 131050,
    httpStatus: 400,
    class: "rejected",
    meaning: "the recipient has stopped marketing messages from this business",
    hint: "Record the opt-out. Utility, authentication and service messages stay allowed.",
  },
  {
    code: 131060,
    httpStatus: null,
    class: "rejected",
    meaning: "message unavailable; seen in inbound messages only",
    hint: "Nothing to do: ask the person to send it again if it matters.",
    source: FIELD,
  },
  {
    code: 131062,
    httpStatus: null,
    class: "rejected",
    meaning: "this message cannot go to a business-scoped user id",
    hint: "Send it to the phone number if it is known.",
    source: BSUID,
  },

  // Management: a send does not meet these
  {
    code: 139100,
    codeEnd: 139103,
    httpStatus: 400,
    ...MANAGEMENT,
    meaning: "blocking or unblocking users failed",
    source: BLOCKING,
  },
  { code: 1752041, httpStatus: 400, ...MANAGEMENT, meaning: "the number is already being onboarded" },
  {
    code: 2388019,
    httpStatus: 400,
    class: "rejected",
    meaning: "the account's template count is reached",
    hint: "Delete templates that are not used any more.",
    source: TEMPLATES,
  },
  {
    code: 2388039,
    codeEnd: 2388040,
    httpStatus: 400,
    ...BAD_TEMPLATE,
    meaning: "a template's definition is malformed or too long",
    source: TEMPLATES,
  },
  { code: 2388047, httpStatus: 400, ...BAD_TEMPLATE, meaning: "a template's header is malformed", source: TEMPLATES },
  {
    code: 2388072,
    codeEnd: 2388073,
    httpStatus: 400,
    ...BAD_TEMPLATE,
    meaning: "a template's body or footer is malformed",
    source: TEMPLATES,
  },
  {
    code: 2388293,
    httpStatus: 400,
    ...BAD_TEMPLATE,
    meaning: "a template has too many variables for its length",
    source: TEMPLATES,
  },
  {
    code: 2388299,
    httpStatus: 400,
    ...BAD_TEMPLATE,
    meaning: "a template's body begins or ends with a variable",
    source: TEMPLATES,
  },
  {
    code: 2593107,
    codeEnd: 2593109,
    httpStatus: 400,
    ...MANAGEMENT,
    meaning: "the synchronisation with the WhatsApp Business app failed",
  },
];

export const ERROR_CODES: readonly ErrorCode[] = ROWS.map((row) => ({ source: CODES, ...row }));

const rowByCode = new Map(ERROR_CODES.flatMap((row) => codesOf(row).map((code) => [code, row] as const)));

/** The row of a code, or undefined for a code that is not documented. */
export function errorCodeOf(code: number): ErrorCode | undefined {
  return rowByCode.get(code);
}

function codesOf({ code, codeEnd = code }: ErrorCode): number[] {
  return Array.from({ length: codeEnd - code + 1 }, (_, index) => code + index);
}
