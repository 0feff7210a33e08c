// What was written, by type: from Meta's payload to the one shape of inbound-shape.ts. A payload without the thing that
// makes it one (the body of a text, the place of a location, the message that is reacted to) reads as null: the item
// says its type and keeps the provider's JSON. Source: docs/sources.md, webhook bodies.

import { asArray, asBoolean, asObject, type JsonObject, parseJson } from "../read.ts";
import { idOf, integerOf, numberOf, objectsOf, textOf, timeMsOf, wordOf } from "./fields.ts";
import type {
  InboundContent,
  InboundLocation,
  InboundMedia,
  InboundOrder,
  InteractiveReply,
  SharedContact,
  SystemNotice,
} from "./inbound-shape.ts";
import { bsuidOf, phoneOf } from "./people.ts";
import { printed } from "./print.ts";

/** The content of a message of this type; null for a type we do not know and a payload that does not read. */
export function readContent(type: string, message: JsonObject): InboundContent | null {
  switch (type) {
    case "text": {
      const body = textOf(asObject(message.text)?.body);
      return body === null ? null : { type, body };
    }
    case "image":
    case "video":
    case "document":
    case "sticker":
    case "audio":
      return readMedia(type, asObject(message[type]));
    case "location":
      return readLocation(asObject(message.location));
    case "contacts": {
      const contacts = asArray(message.contacts);
      return contacts === undefined ? null : { type, contacts: objectsOf(contacts).map(readSharedContact) };
    }
    case "interactive":
      return readInteractive(asObject(message.interactive));
    case "button": {
      const button = asObject(message.button);
      return button === undefined ? null : { type, payload: textOf(button.payload), text: textOf(button.text) };
    }
    case "order":
      return readOrder(asObject(message.order));
    case "reaction": {
      const reaction = asObject(message.reaction);
      const messageId = idOf(reaction?.message_id);
      return messageId === null ? null : { type, messageId, emoji: wordOf(reaction?.emoji) };
    }
    case "system":
      return readSystem(asObject(message.system));
    case "unsupported":
      return { type, unsupportedType: wordOf(asObject(message.unsupported)?.type) };
    case "edit":
      return readEdit(asObject(message.edit));
    case "revoke": {
      const originalMessageId = idOf(asObject(message.revoke)?.original_message_id);
      return originalMessageId === null ? null : { type, originalMessageId };
    }
    case "request_welcome":
      return { type };
    default:
      return null;
  }
}

function readMedia(type: InboundMedia["type"], media: JsonObject | undefined): InboundMedia | null {
  if (media === undefined) return null;
  return {
    type,
    id: idOf(media.id),
    mimeType: wordOf(media.mime_type),
    sha256: wordOf(media.sha256),
    url: textOf(media.url),
    caption: textOf(media.caption),
    filename: type === "document" ? textOf(media.filename) : null,
    isVoice: type === "audio" ? (asBoolean(media.voice) ?? null) : null,
    isAnimated: type === "sticker" ? (asBoolean(media.animated) ?? null) : null,
  };
}

function readLocation(location: JsonObject | undefined): InboundLocation | null {
  const latitude = numberOf(location?.latitude);
  const longitude = numberOf(location?.longitude);
  if (location === undefined || latitude === null || longitude === null) return null;
  const { name, address, url } = location;
  return { type: "location", latitude, longitude, name: textOf(name), address: textOf(address), url: textOf(url) };
}

function readSharedContact(contact: JsonObject): SharedContact {
  return {
    name: textOf(asObject(contact.name)?.formatted_name),
    phones: objectsOf(contact.phones).map(({ phone, wa_id, type }) => {
      return { phone: wordOf(phone), whatsappPhone: phoneOf(wa_id), type: wordOf(type) };
    }),
    emails: objectsOf(contact.emails)
      .map(({ email }) => textOf(email))
      .filter((email) => email !== null),
    vcard: textOf(contact.vcard),
    origin: wordOf(contact.origin),
  };
}

function readInteractive(interactive: JsonObject | undefined): InboundContent | null {
  if (interactive === undefined) return null;
  const interactiveType = wordOf(interactive.type);
  return { type: "interactive", interactiveType, reply: readReply(interactiveType, interactive) };
}

function readReply(type: string | null, interactive: JsonObject): InteractiveReply | null {
  switch (type) {
    case "button_reply": {
      const reply = asObject(interactive.button_reply);
      return reply === undefined ? null : { type, id: idOf(reply.id), title: textOf(reply.title) };
    }
    case "list_reply": {
      const reply = asObject(interactive.list_reply);
      if (reply === undefined) return null;
      return { type, id: idOf(reply.id), title: textOf(reply.title), description: textOf(reply.description) };
    }
    case "nfm_reply": {
      const reply = asObject(interactive.nfm_reply);
      if (reply === undefined) return null;
      return { type, name: wordOf(reply.name), body: textOf(reply.body), response: readResponse(reply.response_json) };
    }
    case "call_permission_reply": {
      const reply = asObject(interactive.call_permission_reply);
      if (reply === undefined) return null;
      return {
        type,
        response: wordOf(reply.response),
        isPermanent: asBoolean(reply.is_permanent) ?? null,
        expiresAtMs: timeMsOf(reply.expiration_timestamp),
        responseSource: wordOf(reply.response_source),
      };
    }
    default:
      return null;
  }
}

/** JSON within JSON: it may hold anything, be no JSON, or come as the value itself. */
function readResponse(responseJson: unknown): unknown {
  const response = typeof responseJson === "string" ? (parseJson(responseJson) ?? textOf(responseJson)) : responseJson;
  return response === undefined || printed(response) === undefined ? null : response;
}

function readOrder(order: JsonObject | undefined): InboundOrder | null {
  if (order === undefined) return null;
  return {
    type: "order",
    catalogId: idOf(order.catalog_id),
    text: textOf(order.text),
    products: objectsOf(order.product_items).map((product) => ({
      retailerId: idOf(product.product_retailer_id),
      quantity: integerOf(product.quantity),
      price: numberOf(product.item_price),
      currency: wordOf(product.currency),
    })),
  };
}

function readSystem(system: JsonObject | undefined): SystemNotice | null {
  if (system === undefined) return null;
  return {
    type: "system",
    systemType: wordOf(system.type),
    body: textOf(system.body),
    newPhone: phoneOf(system.wa_id),
    newBsuid: bsuidOf(system.user_id),
    newParentBsuid: bsuidOf(system.parent_user_id),
  };
}

function readEdit(edit: JsonObject | undefined): InboundContent | null {
  const originalMessageId = idOf(edit?.original_message_id);
  if (originalMessageId === null) return null;
  const message = asObject(edit?.message);
  const contentType = wordOf(message?.type);
  // What is edited was a message: an edit of an edit would only be somebody's attempt at an endless one.
  const isReadable = message !== undefined && contentType !== null && contentType !== "edit";
  const content = isReadable ? readContent(contentType, message) : null;
  return { type: "edit", originalMessageId, contentType, content };
}
