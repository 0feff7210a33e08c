// The body of a template's creation or edit, as Meta takes it (Meta "templates/overview", "templates/components",
// "limited-time-offer-templates", "media-card-carousel-templates", "time-to-live", read 2026-09). Codes: 100 for what
// has the wrong form, 2388040 for what is too long, 2388047, 2388072 and 2388073 for header, body and footer.
import type { TemplateOptions } from "../admin-types.ts";
import { type Complaint, isObject, missing, wrong } from "../complaint.ts";
import { checkKeys, checkList, checkText, type Fields, firstOf } from "../messages/fields.ts";
import { variablesIn } from "./definition.ts";
import { languageCode } from "./use.ts";

const NAME = /^[a-z0-9_]{1,512}$/;
const TOO_LONG = 2388040;
const BODY_CHARS_MAX = 1024;
const OFFER_BODY_CHARS_MAX = 600;
const OFFER_CHARS_MAX = 16;
const CARD_BODY_CHARS_MAX = 160;
const HEADER_CHARS_MAX = 60;
const FOOTER_CHARS_MAX = 60;
const LABEL_CHARS_MAX = 25;
const BUTTONS_MAX = 10;
const CARD_BUTTONS_MAX = 2;
const mostOf: Record<string, number> = { PHONE_NUMBER: 1, COPY_CODE: 1, URL: 2, QUICK_REPLY: 10 };
const headerFormats = ["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "PRODUCT", "GIF"];
const componentTypes = ["HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER"];
const buttonTypes = [
  "URL",
  "QUICK_REPLY",
  "PHONE_NUMBER",
  "COPY_CODE",
  "OTP",
  "FLOW",
  "CATALOG",
  "MPM",
  "SPM",
  "VOICE_CALL",
  "ORDER_DETAILS",
  "REQUEST_CONTACT_INFO",
];
const categories = ["MARKETING", "UTILITY", "AUTHENTICATION"] as const;
// Seconds a message of the category may wait; -1 stands for 30 days, but not for marketing.
const ttlOf: Record<(typeof categories)[number], [min: number, max: number]> = {
  AUTHENTICATION: [30, 900],
  UTILITY: [30, 43_200],
  MARKETING: [43_200, 2_592_000],
};
const creationKeys = new Set([
  "name",
  "category",
  "language",
  "components",
  "parameter_format",
  "allow_category_change",
  "message_send_ttl_seconds",
  "bid_spec",
]);
const editKeys = new Set(["category", "components", "parameter_format", "message_send_ttl_seconds"]);

/** A creation's body as a template still to be reviewed, or what is wrong with it. */
export function readCreation(body: unknown): TemplateOptions | Complaint {
  if (!isObject(body)) return wrong(100, "The request body must be a JSON object");
  const { name, language, category, components } = body;
  const complaint =
    checkKeys(body, "template", creationKeys) ??
    (name === undefined ? missing("name") : null) ??
    (typeof name === "string" && NAME.test(name)
      ? null
      : wrong(100, "Param name must be 1-512 characters of a-z, 0-9 and _")) ??
    (language === undefined ? missing("language") : null) ??
    (typeof language === "string" && languageCode.test(language) ? null : wrong(100, "Param language is not known")) ??
    checkCategory(category) ??
    checkFields(body, String(category));
  if (complaint) return complaint;
  return {
    name: name as string,
    language: language as string,
    category: category as TemplateOptions["category"],
    status: "PENDING",
    components: components as NonNullable<TemplateOptions["components"]>,
    ...optionalFields(body),
    ...(body.bid_spec !== undefined && { bidSpec: body.bid_spec as Fields }),
  };
}

/** An edit's body as the fields it changes, or what is wrong with it. `current` is the template as it is now. */
export function readEdit(body: unknown, current: TemplateOptions): Partial<TemplateOptions> | Complaint {
  if (!isObject(body)) return wrong(100, "The request body must be a JSON object");
  const { category = current.category, components } = body;
  const complaint =
    checkKeys(body, "template", editKeys) ??
    checkCategory(category) ??
    (Object.keys(body).length === 0 ? missing("components") : null) ??
    checkFields(
      { parameter_format: current.parameterFormat, components: current.components, ...body },
      String(category),
    );
  if (complaint) return complaint;
  return {
    category: category as TemplateOptions["category"],
    ...(components !== undefined && { components: components as NonNullable<TemplateOptions["components"]> }),
    ...optionalFields(body),
  };
}

function optionalFields(body: Fields): Partial<TemplateOptions> {
  const { parameter_format: format, message_send_ttl_seconds: ttl } = body;
  return {
    ...(format !== undefined && { parameterFormat: String(format).toUpperCase() as "NAMED" | "POSITIONAL" }),
    ...(ttl !== undefined && { messageSendTtlSeconds: ttl as number }),
  };
}

function checkCategory(category: unknown): Complaint | null {
  if (category === undefined) return missing("category");
  return categories.some((known) => known === category)
    ? null
    : wrong(100, `Param category must be one of {${categories.join(", ")}}`);
}

/** What creation and edit share. `category` is one of the three. */
function checkFields(body: Fields, category: string): Complaint | null {
  const { parameter_format: format, message_send_ttl_seconds: ttl, components } = body;
  if (format !== undefined && !["NAMED", "POSITIONAL"].includes(String(format).toUpperCase())) {
    return wrong(100, "Param parameter_format must be NAMED or POSITIONAL");
  }
  const [ttlMin, ttlMax] = ttlOf[category as keyof typeof ttlOf];
  const isTtlRight =
    ttl === undefined ||
    (Number.isInteger(ttl) && Number(ttl) >= ttlMin && Number(ttl) <= ttlMax) ||
    (ttl === -1 && category !== "MARKETING");
  if (!isTtlRight) return wrong(100, `Param message_send_ttl_seconds must be from ${ttlMin} to ${ttlMax}`);
  const isNamed = String(format).toUpperCase() === "NAMED";
  return (
    checkList(components, "components", { min: 1, max: componentTypes.length, code: 100 }) ??
    checkComponents(components as unknown[], category, { isNamed, isCard: false })
  );
}

interface Place {
  isNamed: boolean;
  isCard: boolean;
}

function checkComponents(components: unknown[], category: string, place: Place): Complaint | null {
  const types = new Set<string>();
  const complaint = firstOf(components, (component, at) => {
    if (!isObject(component)) return wrong(100, `Param components[${at}] must be an object`);
    const type = String(component.type).toUpperCase();
    if (!componentTypes.includes(type)) {
      return wrong(100, `Param components[${at}].type must be one of {${componentTypes.join(", ")}}`);
    }
    if (types.has(type)) return wrong(100, `There may be one ${type} component only`);
    types.add(type);
    return null;
  });
  if (complaint) return complaint;
  const isOffer = types.has("LIMITED_TIME_OFFER");
  if (!types.has("BODY") && !place.isCard) return wrong(2388072, "A template needs a BODY component");
  if (isOffer && (category !== "MARKETING" || types.has("FOOTER"))) {
    return wrong(100, "A limited-time offer is for MARKETING and has no footer");
  }
  return firstOf(components as Fields[], (component) => checkComponent(component, category, { ...place, isOffer }));
}

function checkComponent(component: Fields, category: string, place: Place & { isOffer: boolean }): Complaint | null {
  switch (String(component.type).toUpperCase()) {
    case "HEADER":
      return checkHeader(component, place.isNamed);
    case "BODY": {
      if (category === "AUTHENTICATION") return null; // Meta writes the text itself
      const most = place.isCard ? CARD_BODY_CHARS_MAX : place.isOffer ? OFFER_BODY_CHARS_MAX : BODY_CHARS_MAX;
      return (
        checkText(component.text, "BODY.text", { max: most, tooLong: TOO_LONG }) ??
        checkVariables(String(component.text), place.isNamed, 2388072) ??
        checkEnds(String(component.text))
      );
    }
    case "FOOTER": {
      if (category === "AUTHENTICATION") return checkCodeExpiration(component);
      const tooLong = checkText(component.text, "FOOTER.text", { max: FOOTER_CHARS_MAX, tooLong: TOO_LONG });
      if (tooLong) return tooLong;
      return variablesIn(String(component.text)).length > 0 ? wrong(2388073, "A footer has no variables") : null;
    }
    case "BUTTONS":
      return checkButtons(component.buttons, place.isCard);
    case "CAROUSEL":
      return checkCards(component.cards, category, place.isNamed);
    default: {
      const offer = component.limited_time_offer;
      if (!isObject(offer)) return missing("limited_time_offer");
      return checkText(offer.text, "limited_time_offer.text", { max: OFFER_CHARS_MAX, tooLong: TOO_LONG });
    }
  }
}

function checkHeader(header: Fields, isNamed: boolean): Complaint | null {
  const format = String(header.format ?? "").toUpperCase();
  if (!headerFormats.includes(format)) {
    return wrong(2388047, `Param HEADER.format must be one of {${headerFormats.join(", ")}}`);
  }
  if (format !== "TEXT") return null;
  const text = String(header.text);
  return (
    checkText(header.text, "HEADER.text", { max: HEADER_CHARS_MAX, tooLong: TOO_LONG }) ??
    (variablesIn(text).length > 1 ? wrong(2388047, "A header has at most one variable") : null) ??
    checkVariables(text, isNamed, 2388047)
  );
}

/** Positions go from 1 without gaps; names are of a-z, 0-9 and _ and are no numbers. */
function checkVariables(text: string, isNamed: boolean, code: number): Complaint | null {
  const names = variablesIn(text);
  const isRight = isNamed
    ? names.every((name) => /^[a-z_][a-z0-9_]*$/.test(name))
    : names.every((name) => Number(name) >= 1 && Number(name) <= names.length);
  return isRight ? null : wrong(code, `The variables ${names.join(", ")} do not fit the parameter_format`);
}

function checkEnds(text: string): Complaint | null {
  return /^\s*\{\{|\}\}\s*$/.test(text) ? wrong(2388299, "A body cannot begin or end with a variable") : null;
}

function checkCodeExpiration({ code_expiration_minutes: minutes }: Fields): Complaint | null {
  return minutes === undefined || (Number.isInteger(minutes) && Number(minutes) >= 1 && Number(minutes) <= 90)
    ? null
    : wrong(100, "Param code_expiration_minutes must be from 1 to 90");
}

function checkButtons(buttons: unknown, isCard: boolean): Complaint | null {
  const complaint = checkList(buttons, "BUTTONS.buttons", {
    min: 1,
    max: isCard ? CARD_BUTTONS_MAX : BUTTONS_MAX,
    code: 100,
  });
  if (complaint) return complaint;
  const counts = new Map<string, number>();
  const types = (buttons as unknown[]).map((button) => (isObject(button) ? String(button.type).toUpperCase() : ""));
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  for (const [type, count] of counts) {
    if (!buttonTypes.includes(type)) return wrong(100, `A button's type must be one of {${buttonTypes.join(", ")}}`);
    if (count > (mostOf[type] ?? BUTTONS_MAX))
      return wrong(100, `A template has at most ${mostOf[type]} ${type} buttons`);
  }
  const first = types.indexOf("QUICK_REPLY");
  if (first !== -1 && types.lastIndexOf("QUICK_REPLY") - first + 1 !== counts.get("QUICK_REPLY")) {
    return wrong(100, "Quick reply buttons must stand together");
  }
  return firstOf(buttons as Fields[], checkButton);
}

function checkButton(button: Fields): Complaint | null {
  const type = String(button.type).toUpperCase();
  const label = { max: LABEL_CHARS_MAX, tooLong: TOO_LONG };
  if (type === "COPY_CODE")
    return checkText(button.example, "button.example", { max: 15, isOptional: true, tooLong: TOO_LONG });
  if (type === "OTP" || type === "REQUEST_CONTACT_INFO") {
    return checkText(button.text, "button.text", { ...label, isOptional: true });
  }
  const complaint = checkText(button.text, "button.text", label);
  if (complaint) return complaint;
  if (type === "PHONE_NUMBER")
    return checkText(button.phone_number, "button.phone_number", { max: 20, tooLong: TOO_LONG });
  if (type !== "URL") return null;
  const tooLong = checkText(button.url, "button.url", { max: 2000, tooLong: TOO_LONG });
  if (tooLong) return tooLong;
  const url = String(button.url);
  const isRight = variablesIn(url).length === 0 || (variablesIn(url).length === 1 && /\{\{\w+\}\}$/.test(url));
  return isRight ? null : wrong(100, "A button's url has at most one variable, at its end");
}

function checkCards(cards: unknown, category: string, isNamed: boolean): Complaint | null {
  return (
    checkList(cards, "CAROUSEL.cards", { min: 2, max: 10, code: 100 }) ??
    firstOf(cards as unknown[], (card) =>
      isObject(card) && Array.isArray(card.components)
        ? checkComponents(card.components, category, { isNamed, isCard: true })
        : missing("CAROUSEL.cards.components"),
    )
  );
}
