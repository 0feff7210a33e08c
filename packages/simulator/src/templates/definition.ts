// What a registered template asks of a send, read from its definition once: which parameters header, body, buttons and
// cards take. Definitions have Meta's shape (`components` with HEADER, BODY, FOOTER, BUTTONS, CAROUSEL,
// LIMITED_TIME_OFFER); one given by counts alone leaves buttons and the kind of header open.
// Sources: Meta "templates/components", "authentication-templates", "media-card-carousel-templates", read 2026-09.
import type { TemplateOptions } from "../admin-types.ts";
import { isObject } from "../complaint.ts";
import type { Fields } from "../messages/fields.ts";

/** The variables of one text. */
export interface Slots {
  count: number;
  /** Their names; null: they go by position. */
  names: ReadonlySet<string> | null;
  /** What stands around them, and how long the whole may get. */
  fixedChars: number;
  charsMax: number;
}

export type HeaderKind = "none" | "any" | "text" | "image" | "video" | "document" | "location" | "product";

/** What one button takes: nothing, a parameter it needs, or one it may have. */
export interface ButtonSlot {
  subType: string;
  takes: "nothing" | "needed" | "optional";
  /** Most characters of its parameter. */
  charsMax: number;
}

export interface Definition {
  header: { kind: HeaderKind; slots: Slots };
  body: Slots;
  /** By index; null: not known. */
  buttons: ButtonSlot[] | null;
  cards: Definition[] | null;
  needsOffer: boolean;
}

const HEADER_CHARS_MAX = 60;
const BODY_CHARS_MAX = 1024;
const OFFER_BODY_CHARS_MAX = 600;
const CARD_BODY_CHARS_MAX = 160;
const CODE_CHARS_MAX = 15;
const URL_CHARS_MAX = 2000;
const variable = /\{\{\s*([a-zA-Z0-9_]+)\s*\}\}/g;

/** Reads a definition. What is malformed in it counts as absent: admin bodies and creations are checked elsewhere. */
export function readDefinition(options: TemplateOptions): Definition {
  const { components, bodyParamsCount = 0, headerParamsCount = 0 } = options;
  if (components === undefined) {
    return {
      header: { kind: headerParamsCount > 0 ? "any" : "none", slots: counted(headerParamsCount, HEADER_CHARS_MAX) },
      body: counted(bodyParamsCount, BODY_CHARS_MAX),
      buttons: null,
      cards: null,
      needsOffer: false,
    };
  }
  const isNamed = options.parameterFormat === "NAMED";
  const definition = readComponents(components, isNamed, BODY_CHARS_MAX);
  if (options.category === "AUTHENTICATION" && definition.body.count === 0) {
    definition.body = counted(1, BODY_CHARS_MAX); // the text of these is Meta's own, with the code in it
  }
  return definition;
}

/** The names (or numbers) of the variables of a text, each once, in order. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(variable)].map((match) => match[1] ?? ""))];
}

function readComponents(components: readonly Fields[], isNamed: boolean, bodyCharsMax: number): Definition {
  const find = (type: string) => components.find((component) => String(component.type).toUpperCase() === type);
  const header = find("HEADER");
  const cards = find("CAROUSEL")?.cards;
  const offer = find("LIMITED_TIME_OFFER");
  const buttons = find("BUTTONS")?.buttons;
  return {
    header: readHeader(header, isNamed),
    body: slotsOf(find("BODY")?.text, isNamed, offer ? OFFER_BODY_CHARS_MAX : bodyCharsMax),
    buttons: (Array.isArray(buttons) ? buttons : []).filter(isObject).map(readButton),
    cards: Array.isArray(cards)
      ? cards.map((card) => readComponents(componentsOf(card), isNamed, CARD_BODY_CHARS_MAX))
      : null,
    needsOffer: isObject(offer?.limited_time_offer) && offer.limited_time_offer.has_expiration === true,
  };
}

function componentsOf(card: unknown): Fields[] {
  return isObject(card) && Array.isArray(card.components) ? card.components.filter(isObject) : [];
}

function readHeader(header: Fields | undefined, isNamed: boolean): Definition["header"] {
  const format = String(header?.format ?? "TEXT").toLowerCase();
  const slots = slotsOf(format === "text" ? header?.text : undefined, isNamed, HEADER_CHARS_MAX);
  if (header === undefined || (format === "text" && slots.count === 0)) return { kind: "none", slots };
  return { kind: format === "gif" ? "video" : (format as HeaderKind), slots };
}

function slotsOf(text: unknown, isNamed: boolean, charsMax: number): Slots {
  if (typeof text !== "string") return counted(0, charsMax);
  const names = variablesIn(text);
  const fixedChars = [...text.replace(variable, "")].length;
  return { count: names.length, names: isNamed ? new Set(names) : null, fixedChars, charsMax };
}

function counted(count: number, charsMax: number): Slots {
  return { count, names: null, fixedChars: 0, charsMax };
}

function readButton(button: Fields): ButtonSlot {
  const type = String(button.type).toUpperCase();
  const slot = (subType: string, takes: ButtonSlot["takes"], charsMax = URL_CHARS_MAX) => ({
    subType,
    takes,
    charsMax,
  });
  switch (type) {
    case "URL":
      return slot("url", typeof button.url === "string" && variablesIn(button.url).length > 0 ? "needed" : "nothing");
    case "OTP":
      return slot("url", "needed", CODE_CHARS_MAX); // the code a second time
    case "COPY_CODE":
      return slot("copy_code", "needed", CODE_CHARS_MAX);
    case "MPM":
      return slot("mpm", "needed");
    case "QUICK_REPLY":
      return slot("quick_reply", "optional");
    case "FLOW":
    case "CATALOG":
    case "VOICE_CALL":
    case "ORDER_DETAILS":
      return slot(type.toLowerCase(), "optional");
    default:
      return slot(type.toLowerCase(), "nothing"); // PHONE_NUMBER, SPM, REQUEST_CONTACT_INFO...
  }
}
