// The error codes of the Cloud API with the HTTP status each is documented with, and the two bodies they appear in:
// the synchronous answer and the error object of a webhook. Codes and statuses: developers.facebook.com,
// .../whatsapp/support/error-codes (2025-11 page for the statuses, 2026-09 page for the codes).

export interface MetaError {
  httpStatus: number;
  title: string;
  details: string;
}

const known: Record<number, readonly [httpStatus: number, title: string, details?: string]> = {
  0: [401, "AuthException", "We were unable to authenticate the app user."],
  1: [400, "API Unknown", "Invalid request or possible server error."],
  2: [503, "API Service", "Temporary due to downtime or due to being overloaded."],
  3: [500, "API Method", "Capability or permissions issue."],
  4: [400, "API Too Many Calls", "The app has reached its API call rate limit."],
  10: [403, "Permission Denied", "Permission is either not granted or has been removed."],
  17: [400, "User request limit reached"],
  33: [400, "Parameter value is not valid", "The business phone number has been deleted."],
  100: [400, "Invalid parameter"],
  190: [401, "Access token has expired"],
  200: [403, "API Permission"],
  368: [403, "Temporarily blocked for policies violations"],
  613: [400, "Calls to this api have exceeded the rate limit"],
  80007: [400, "Rate limit issues", "The WhatsApp Business Account has reached its rate limit."],
  130403: [400, "User blocked by business", "This business has blocked the recipient."],
  130429: [
    400,
    "Rate limit hit",
    "Message failed to send because there were too many messages sent from this phone number in a short period of time",
  ],
  130472: [400, "User's number is part of an experiment", "The message was not sent as part of an experiment."],
  130497: [403, "Business account is restricted from messaging users in this country"],
  131000: [500, "Something went wrong", "Message failed to send due to an unknown error."],
  131005: [403, "Access denied", "Permission is either not granted or has been removed."],
  131008: [400, "Required parameter is missing"],
  131009: [400, "Parameter value is not valid"],
  131016: [500, "Service unavailable", "A service is temporarily unavailable."],
  131021: [400, "Recipient cannot be sender", "Sender and recipient phone number is the same."],
  131026: [400, "Message undeliverable", "Unable to deliver message: the recipient may not be on WhatsApp."],
  131031: [403, "Account has been locked"],
  131037: [400, "Display name approval needed before sending"],
  131042: [400, "Business eligibility payment issue"],
  131045: [500, "Incorrect certificate", "Message failed to send due to a phone number registration error."],
  131047: [
    400,
    "Re-engagement message",
    "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
  ],
  131048: [
    400,
    "Spam rate limit hit",
    "Message failed to send because there are restrictions on how many messages can be sent from this phone number.",
  ],
  131049: [
    400,
    "Meta chose not to deliver.",
    "This message was not delivered to maintain healthy ecosystem engagement.",
  ],
  131050: [400, "User has stopped marketing messages from this business"],
  131051: [400, "Message type unknown", "Message type is currently not supported."],
  131052: [400, "Media download error"],
  131053: [400, "Media upload error"],
  131055: [400, "Method not allowed", "Only marketing template messages are supported."],
  131056: [
    400,
    "(Business Account, Consumer Account) pair rate limit hit",
    "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.",
  ],
  131057: [500, "Account in maintenance mode"],
  131061: [400, "Template with bid_spec must be sent through the marketing messages API"],
  131062: [400, "Business-scoped user id recipients are not supported for this message"],
  131063: [400, "Marketing messages are disabled on the Cloud API for this account"],
  131064: [400, "Account limited for template misclassification"],
  132000: [400, "Number of parameters does not match the expected number of params"],
  132001: [404, "Template name does not exist in the translation"],
  132005: [400, "Translated text too long"],
  132007: [400, "Template format character policy violated"],
  132012: [400, "Parameter format does not match format in the created template"],
  132015: [400, "Template is paused", "Template is paused due to low quality so it cannot be sent."],
  132016: [400, "Template is disabled", "Template has been paused too many times and is now permanently disabled."],
  132018: [400, "Template validation error"],
  132068: [400, "Flow is blocked"],
  132069: [400, "Flow is throttled"],
  133000: [500, "Incomplete deregistration"],
  133004: [503, "Server temporarily unavailable"],
  133010: [400, "Phone number not registered"],
  133016: [400, "Account register deregister rate limit exceeded"],
  134100: [400, "Only marketing messages supported"],
  134101: [400, "Template is still syncing"],
  134102: [500, "Template unavailable for use"],
  135000: [400, "Generic user error"],
  139100: [400, "Failed to block or unblock users"],
  139101: [400, "Block list limit reached"],
  139102: [400, "Block list concurrent update"],
  139103: [400, "Block list internal error"],
  2388019: [400, "Template limit exceeded"],
  2388039: [400, "Template format"],
  2388040: [400, "Template character limit exceeded"],
  2388047: [400, "Template header format"],
  2388072: [400, "Template body format"],
  2388073: [400, "Template footer format"],
  2388293: [400, "Template parameters to words ratio"],
  2388299: [400, "Template parameter at the beginning or end"],
  2494100: [400, "Number in maintenance mode"],
};

/** What is known of a code; an unknown code gets HTTP 400, as most of the catalogue has. */
export function metaError(code: number, details?: string): MetaError {
  const [httpStatus, title, defaultDetails] = known[code] ?? [400, "Unknown error"];
  return { httpStatus, title, details: details ?? defaultDetails ?? title };
}

/** The body of a synchronous error answer, as Meta writes it and 360dialog relays it. */
export function metaErrorBody(code: number, details?: string): string {
  const error = metaError(code, details);
  return JSON.stringify({
    error: {
      message: `(#${code}) ${error.title}`,
      type: "OAuthException",
      code,
      error_data: { messaging_product: "whatsapp", details: error.details },
      fbtrace_id: "ASimulatedTraceOfMeta00",
    },
  });
}

/** The error object inside a webhook; `title` equals `message` there. */
export function webhookErrorJson(code: number, details?: string): string {
  const error = metaError(code, details);
  return JSON.stringify({
    code,
    title: error.title,
    message: error.title,
    error_data: { details: error.details },
    href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
  });
}
