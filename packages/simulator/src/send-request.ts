// A body of POST /messages, checked by hand because this is the hot path: from bytes to what the simulator needs to
// know, or to the error Meta would answer. Shapes and limits: Meta "send messages" and 360dialog "messages" API
// reference 1.44.0, which requires messaging_product, recipient_type, to and type.
import { type Complaint, isObject, missing, wrong } from "./complaint.ts";
import { checkTemplate, type TemplateUse } from "./template-request.ts";

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

export interface Send {
  kind: "send";
  /** "+<E.164>", or the BSUID when there is no phone number: the key of everything kept per user. */
  user: string;
  isBsuid: boolean;
  type: MessageType;
  callbackData: string | null;
  template: TemplateUse | null;
  isVoice: boolean;
}

export interface MarkRead {
  kind: "markRead";
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
const TEXT_CHARS_MAX = 4096;
const phoneNumber = /^\+[1-9]\d{6,14}$/;
const bsuid = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;
const knownTypes: ReadonlySet<string> = new Set(messageTypes);
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
const markReadKeys: ReadonlySet<string> = new Set(["messaging_product", "status", "message_id", "typing_indicator"]);

/**
 * Reads one body.
 *
 * body      the raw bytes of the request
 * returns   a send, a mark-as-read call, or what is wrong with it; never throws
 */
export function parseSendRequest(body: Buffer): Send | MarkRead | Invalid {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    return invalid({ code: 100, details: "The request body is not valid JSON" }, {});
  }
  if (!isObject(parsed)) return invalid({ code: 100, details: "The request body must be a JSON object" }, {});
  return "status" in parsed ? readMarkRead(parsed) : readSend(parsed);
}

function readSend(body: Record<string, unknown>): Send | Invalid {
  const complaint = checkEnvelope(body);
  if (complaint) return invalid(complaint, body);
  const type = body.type as MessageType; // checkEnvelope has seen to it
  const content = body[type];
  const typeComplaint = type === "text" ? checkText(content) : checkContent(type, content);
  if (typeComplaint) return invalid(typeComplaint, body);

  let template: TemplateUse | null = null;
  if (type === "template") {
    const checked = checkTemplate(content as Record<string, unknown>);
    if ("code" in checked) return invalid(checked, body);
    template = checked;
  }
  const isBsuid = body.to === undefined;
  return {
    kind: "send",
    user: (isBsuid ? body.recipient : body.to) as string,
    isBsuid,
    type,
    callbackData: (body.biz_opaque_callback_data as string | undefined) ?? null,
    template,
    isVoice: type === "audio" && (content as Record<string, unknown>).voice === true,
  };
}

function checkEnvelope(body: Record<string, unknown>): Complaint | null {
  for (const key in body) if (!knownKeys.has(key)) return wrong(100, `Unexpected key "${key}" in the request`);
  if (body.messaging_product !== "whatsapp") return wrong(100, "The parameter messaging_product must be whatsapp");
  if (body.recipient_type !== "individual") return checkRecipientType(body.recipient_type);
  return checkRecipient(body) ?? checkType(body) ?? checkExtras(body);
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
  if (context !== undefined && !(isObject(context) && typeof context.message_id === "string")) {
    return wrong(100, "Param context must be an object with a message_id");
  }
  return null;
}

function checkText(text: unknown): Complaint | null {
  if (!isObject(text)) return wrong(100, "Param text must be an object");
  for (const key in text) {
    if (key !== "body" && key !== "preview_url") return wrong(100, `Unexpected key "${key}" on param "text"`);
  }
  if (text.body === undefined || text.body === "") return missing("text.body");
  if (typeof text.body !== "string") return wrong(100, "Param text['body'] must be a string");
  if (text.body.length > TEXT_CHARS_MAX) {
    return wrong(100, `Param text['body'] must be at most ${TEXT_CHARS_MAX} characters long`);
  }
  if (text.preview_url !== undefined && typeof text.preview_url !== "boolean") {
    return wrong(100, "Param text['preview_url'] must be a boolean");
  }
  return null;
}

function checkContent(type: MessageType, content: unknown): Complaint | null {
  const isRight = type === "contacts" ? Array.isArray(content) && content.length > 0 : isObject(content);
  return isRight
    ? null
    : wrong(100, `Param ${type} must be ${type === "contacts" ? "a non-empty array" : "an object"}`);
}

function readMarkRead(body: Record<string, unknown>): MarkRead | Invalid {
  const complaint = checkMarkRead(body);
  return complaint ? invalid(complaint, {}) : { kind: "markRead" };
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
