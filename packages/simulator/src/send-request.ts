// A body of POST /messages or POST /marketing_messages, checked by hand because this is the hot path: from bytes to what
// the simulator needs to know, or to the error Meta would answer. Shapes and limits: Meta "send messages" and 360dialog
// "messages" API reference 1.44.0, which requires messaging_product, recipient_type, to and type.
import { type Complaint, isObject, missing, wrong } from "./complaint.ts";
import { checkContent, type PlainType } from "./messages/content.ts";
import { checkTemplate, type TemplateUse } from "./templates/use.ts";

const messageTypes = [
  "text",
  "template",
  "image",
  "video",
  "audio",
  "document",
  "sticker",
  "location",
  "contacts",
  "reaction",
  "interactive",
] as const;
type MessageType = (typeof messageTypes)[number];

/** The two ways of sending: any message, or a marketing template through the marketing messages API. */
export type SendPath = "messages" | "marketing";

export interface Send {
  kind: "send";
  /** "+<E.164>", or the BSUID when there is no phone number: as the caller wrote it. */
  user: string;
  isBsuid: boolean;
  type: MessageType;
  callbackData: string | null;
  template: TemplateUse | null;
  /** The object under the type's name. */
  content: unknown;
  isVoice: boolean;
  /** product_policy of a marketing message: whether it may go by the Cloud API instead. */
  mayFallBack: boolean;
}

export interface MarkRead {
  kind: "markRead";
  messageId: string;
  isTyping: boolean;
}

export interface Invalid {
  kind: "invalid";
  code: number;
  details: string;
  /** What can be told of the request, for the ledger. */
  user: string | null;
  type: string | null;
  callbackData: string | null;
}

const CALLBACK_DATA_CHARS_MAX = 512;
const phoneNumber = /^\+[1-9]\d{6,14}$/;
const bsuid = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;
const knownTypes: ReadonlySet<string> = new Set(messageTypes);
// Types that a user may send and a business may not.
const inboundTypes: ReadonlySet<string> = new Set([
  "button",
  "edit",
  "order",
  "request_welcome",
  "revoke",
  "system",
  "unsupported",
]);
const knownKeys: ReadonlySet<string> = new Set([
  "messaging_product",
  "recipient_type",
  "to",
  "recipient",
  "type",
  "context",
  "biz_opaque_callback_data",
  ...messageTypes,
]);
// OpenAPI MarketingMessageRequestPayload v23.0.
const marketingKeys: ReadonlySet<string> = new Set([...knownKeys, "product_policy", "message_activity_sharing"]);
const markReadKeys: ReadonlySet<string> = new Set(["messaging_product", "status", "message_id", "typing_indicator"]);

/**
 * Reads one body.
 *
 * body      the raw bytes of the request
 * path      which of the two ways of sending it came by
 * returns   a send, a mark-as-read call, or what is wrong with it; never throws
 */
export function parseSendRequest(body: Buffer, path: SendPath = "messages"): Send | MarkRead | Invalid {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    return invalid({ code: 100, details: "The request body is not valid JSON" }, {});
  }
  if (!isObject(parsed)) return invalid({ code: 100, details: "The request body must be a JSON object" }, {});
  return "status" in parsed && path === "messages" ? readMarkRead(parsed) : readSend(parsed, path);
}

function readSend(body: Record<string, unknown>, path: SendPath): Send | Invalid {
  const complaint = checkEnvelope(body, path) ?? (path === "marketing" ? checkMarketing(body) : null);
  if (complaint) return invalid(complaint, body);
  const type = body.type as MessageType; // checkEnvelope has seen to it
  const content = body[type];
  let template: TemplateUse | null = null;
  if (type === "template") {
    const checked = isObject(content) ? checkTemplate(content) : wrong(100, "Param template must be an object");
    if ("code" in checked) return invalid(checked, body);
    template = checked;
  } else {
    const typeComplaint = checkContent(type satisfies PlainType, content);
    if (typeComplaint) return invalid(typeComplaint, body);
  }
  const isBsuid = body.to === undefined;
  return {
    kind: "send",
    user: (isBsuid ? body.recipient : body.to) as string,
    isBsuid,
    type,
    callbackData: (body.biz_opaque_callback_data as string | undefined) ?? null,
    template,
    content,
    isVoice: type === "audio" && (content as Record<string, unknown>).voice === true,
    mayFallBack: body.product_policy === "CLOUD_API_FALLBACK",
  };
}

function checkEnvelope(body: Record<string, unknown>, path: SendPath): Complaint | null {
  const known = path === "messages" ? knownKeys : marketingKeys;
  for (const key in body) if (!known.has(key)) return unknownKey(body, key);
  if (body.messaging_product !== "whatsapp") return wrong(100, "The parameter messaging_product must be whatsapp");
  if (body.recipient_type !== "individual") return checkRecipientType(body.recipient_type);
  return checkRecipient(body) ?? checkType(body) ?? checkExtras(body);
}

function unknownKey({ type }: Record<string, unknown>, key: string): Complaint {
  return typeof type === "string" && inboundTypes.has(type)
    ? wrong(131051, `A business cannot send messages of type ${type}`)
    : wrong(100, `Unexpected key "${key}" in the request`);
}

/** What the marketing messages API adds (Meta "send-marketing-messages"). */
function checkMarketing(body: Record<string, unknown>): Complaint | null {
  if (body.type !== "template") return wrong(100, "Message must be a template message");
  const { product_policy: policy, message_activity_sharing: sharing } = body;
  if (policy !== undefined && policy !== "CLOUD_API_FALLBACK" && policy !== "STRICT") {
    return wrong(100, "Param product_policy must be CLOUD_API_FALLBACK or STRICT");
  }
  return sharing === undefined || typeof sharing === "boolean"
    ? null
    : wrong(100, "Param message_activity_sharing must be a boolean");
}

function checkRecipientType(value: unknown): Complaint {
  if (value === undefined) return missing("recipient_type");
  return wrong(131009, "recipient_type must be individual (the simulator has no groups)");
}

function checkRecipient(body: Record<string, unknown>): Complaint | null {
  if (body.to !== undefined) {
    // Meta takes a number without "+", and reads it as one of the sender's own country: refused here on purpose.
    if (typeof body.to !== "string" || !phoneNumber.test(body.to)) {
      return wrong(131009, "to must be a phone number as +E.164; without the + it would reach another person");
    }
    return null;
  }
  if (body.recipient === undefined) return missing("to");
  if (typeof body.recipient !== "string" || !bsuid.test(body.recipient)) {
    return wrong(131009, "recipient must be a business-scoped user id such as US.13491208655302741918");
  }
  return null;
}

function checkType(body: Record<string, unknown>): Complaint | null {
  const type = body.type;
  if (type === undefined) return missing("type");
  if (typeof type !== "string" || !knownTypes.has(type)) {
    return wrong(100, `Param type must be one of {${messageTypes.join(", ")}}`);
  }
  return body[type] === undefined ? missing(type) : null;
}

function checkExtras(body: Record<string, unknown>): Complaint | null {
  const callbackData = body.biz_opaque_callback_data;
  if (callbackData !== undefined) {
    if (typeof callbackData !== "string") return wrong(100, "Param biz_opaque_callback_data must be a string");
    if (callbackData.length > CALLBACK_DATA_CHARS_MAX) {
      return wrong(100, "Param biz_opaque_callback_data must be at most 512 characters long");
    }
  }
  const context = body.context;
  if (context === undefined) return null;
  if (!isObject(context) || typeof context.message_id !== "string") {
    return wrong(100, "Param context must be an object with a message_id");
  }
  // "Not usable with reaction messages": Meta "contextual-replies", 2026-09.
  if (body.type === "reaction") return wrong(100, "A reaction cannot quote a message");
  return context.message_id.startsWith("wamid.") ? null : wrong(131009, "context.message_id must be a wamid");
}

function readMarkRead(body: Record<string, unknown>): MarkRead | Invalid {
  const complaint = checkMarkRead(body);
  if (complaint) return invalid(complaint, {});
  return { kind: "markRead", messageId: String(body.message_id), isTyping: body.typing_indicator !== undefined };
}

function checkMarkRead(body: Record<string, unknown>): Complaint | null {
  for (const key in body) if (!markReadKeys.has(key)) return wrong(100, `Unexpected key "${key}" in the request`);
  if (body.messaging_product !== "whatsapp") return wrong(100, "The parameter messaging_product must be whatsapp");
  if (body.status !== "read") return wrong(131009, "status must be read");
  if (body.message_id === undefined) return missing("message_id");
  if (typeof body.message_id !== "string" || !body.message_id.startsWith("wamid.")) {
    return wrong(131009, "message_id must be the wamid of a message received");
  }
  const indicator = body.typing_indicator;
  if (indicator !== undefined && !(isObject(indicator) && indicator.type === "text")) {
    return wrong(100, "Param typing_indicator must be an object with type text");
  }
  return null;
}

function invalid(complaint: Complaint, body: Record<string, unknown>): Invalid {
  const textOf = (value: unknown) => (typeof value === "string" ? value : null);
  return {
    kind: "invalid",
    ...complaint,
    user: textOf(body.to) ?? textOf(body.recipient),
    type: textOf(body.type),
    callbackData: textOf(body.biz_opaque_callback_data),
  };
}
