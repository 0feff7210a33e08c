// The `template` object of a send: name, language and components, with the format rules that hold for every template.
// What a registered template adds (its state, which parameters it has) is checked in match.ts.
// Shapes and limits: Meta "templates/overview", "templates/components" and the send examples, read 2026-09.
import { type Complaint, isObject, missing, wrong } from "../complaint.ts";
import { checkText, type Fields, firstOf, isLongerThan } from "../messages/fields.ts";
import { checkProductSections } from "../messages/interactive.ts";
import { checkLocation } from "../messages/location.ts";
import { checkMedia } from "../messages/media.ts";

export interface TemplateUse {
  name: string;
  language: string;
  bodyParamsCount: number;
  headerParamsCount: number;
  /** As sent, found well formed. */
  components: Fields[];
}

const BODY_CHARS_MAX = 1024;
const HEADER_CHARS_MAX = 60;
const COUPON_CHARS_MAX = 15;
const URL_CHARS_MAX = 2000;
const PAYLOAD_CHARS_MAX = 256;
const templateName = /^[a-z0-9_]{1,512}$/;
export const languageCode = /^[a-z]{2,3}(_[A-Za-z0-9]{2,4}){0,2}$/;
const forbiddenInText = /[\n\t]| {5}/;
const buttonIndex = /^[0-9]$/;
const parameterTypesOf: Record<string, ReadonlySet<string>> = {
  header: new Set(["text", "image", "video", "document", "location", "product"]),
  body: new Set(["text", "currency", "date_time"]),
};
// Buttons that may stand without parameters, for they have defaults; a call's is known without index, too.
const bareButtons: ReadonlySet<string> = new Set(["flow", "catalog", "voice_call"]);
// The parameter type a button takes; null where the documentation read names none.
const buttonParameterTypes: Record<string, string | null> = {
  quick_reply: "payload",
  url: "text",
  copy_code: "coupon_code",
  flow: "action",
  catalog: "action",
  mpm: "action",
  voice_call: null,
  order_details: null,
};

/** Checks a template object; returns its use, or the complaint Meta would answer with. */
export function checkTemplate(template: Fields): TemplateUse | Complaint {
  const complaint = checkHead(template);
  if (complaint) return complaint;
  const use: TemplateUse = {
    name: template.name as string,
    language: (template.language as { code: string }).code,
    bodyParamsCount: 0,
    headerParamsCount: 0,
    components: [],
  };
  if (template.components === undefined) return use;
  if (!Array.isArray(template.components)) return wrong(100, "Param template['components'] must be an array");
  for (const component of template.components) {
    const wrongComponent = checkComponent(component, use);
    if (wrongComponent) return wrongComponent;
  }
  use.components = template.components;
  return use.components.length > 1 ? (checkRepetition(use.components) ?? use) : use;
}

function checkHead(template: Fields): Complaint | null {
  for (const key in template) {
    if (key !== "name" && key !== "language" && key !== "components") {
      return wrong(100, `Unexpected key "${key}" on param "template"`);
    }
  }
  if (template.name === undefined) return missing("template.name");
  if (typeof template.name !== "string" || !templateName.test(template.name)) {
    return wrong(100, "Param template['name'] must be 1-512 characters of a-z, 0-9 and _");
  }
  const language = template.language;
  if (language === undefined) return missing("template.language");
  if (!isObject(language)) {
    return wrong(100, "Param template['language'] must be an object");
  }
  const { code, policy } = language;
  if (code === undefined) return missing("template.language.code");
  if (typeof code !== "string" || !languageCode.test(code)) {
    return wrong(131009, "template.language.code must be a language such as en or en_US");
  }
  if (policy !== undefined && policy !== "deterministic") {
    return wrong(131009, "template.language.policy must be deterministic");
  }
  return null;
}

/** Counts the parameters of header and body into `use`, if given: the cards of a carousel have counts of their own. */
function checkComponent(component: unknown, use: TemplateUse | null): Complaint | null {
  if (!isObject(component)) {
    return wrong(100, "Each of template['components'] must be an object");
  }
  const { type, parameters, sub_type, index, cards } = component;
  switch (type) {
    case "header": {
      const complaint = checkParameters("header", parameters);
      if (complaint) return complaint;
      const { length } = parameters as unknown[];
      if (use) use.headerParamsCount += length;
      if (length > 1) return wrong(132000, "header: a header takes at most one parameter");
      return null;
    }
    case "body": {
      const complaint = checkParameters("body", parameters);
      if (complaint) return complaint;
      if (use) use.bodyParamsCount += (parameters as unknown[]).length;
      return null;
    }
    case "button":
      return checkButton(sub_type, index, parameters);
    case "carousel":
      return use ? checkCards(cards) : wrong(100, "A card cannot hold a carousel");
    case "limited_time_offer":
      return checkOffer(parameters);
    default:
      return wrong(
        100,
        "Each of template['components'] needs type header, body, button, carousel or limited_time_offer",
      );
  }
}

/** Each component once, each button index once. */
function checkRepetition(components: Fields[]): Complaint | null {
  const seen = new Set<string>();
  for (const { type, index } of components) {
    const key = type === "button" ? `button ${index}` : String(type);
    if (seen.has(key)) return wrong(131009, `template.components has ${key} twice`);
    seen.add(key);
  }
  return null;
}

function checkParameters(component: "header" | "body", parameters: unknown): Complaint | null {
  if (!Array.isArray(parameters)) return missing(`template.components.${component}.parameters`);
  let chars = 0;
  for (const parameter of parameters) {
    const complaint = checkParameter(component, parameter);
    if (complaint) return complaint;
    if (typeof parameter.text === "string") chars += parameter.text.length;
  }
  // The whole filled-in text is capped; the parameters alone already breaking the cap is what can be seen here.
  const charsMax = component === "body" ? BODY_CHARS_MAX : HEADER_CHARS_MAX;
  return chars > charsMax && areLongerThan(parameters, charsMax)
    ? wrong(132005, `${component}: more than ${charsMax} characters`)
    : null;
}

function areLongerThan(parameters: Fields[], charsMax: number): boolean {
  return isLongerThan(parameters.map(({ text }) => (typeof text === "string" ? text : "")).join(""), charsMax);
}

function checkParameter(component: "header" | "body", parameter: unknown): Complaint | null {
  if (!isObject(parameter)) return wrong(132012, `${component}: a parameter must be an object`);
  const { type } = parameter;
  if (typeof type !== "string" || !parameterTypesOf[component]?.has(type)) {
    return wrong(132012, `${component}: parameter type ${JSON.stringify(type)} is not one of its types`);
  }
  const content = parameter[type];
  if (content === undefined) return missing(`template.components.${component}.parameters.${type}`);
  for (const key in parameter) {
    if (key !== "type" && key !== type && key !== "parameter_name") {
      return wrong(100, `Unexpected key "${key}" on a parameter of template.components.${component}`);
    }
  }
  if (type !== "text") return checkRichParameter(component, type, content);
  if (typeof content !== "string") return wrong(132012, `${component}: text must be a string`);
  if (content === "") return missing(`template.components.${component}.parameters.text`);
  if (forbiddenInText.test(content)) {
    return wrong(132012, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces");
  }
  const name = parameter.parameter_name;
  return name === undefined || (typeof name === "string" && /^[a-z0-9_]+$/.test(name))
    ? null
    : wrong(131009, `${component}: parameter_name must be of a-z, 0-9 and _`);
}

function checkRichParameter(component: string, type: string, content: unknown): Complaint | null {
  if (!isObject(content)) return wrong(132012, `${component}: ${type} must be an object`);
  const path = `template.components.${component}.parameters.${type}`;
  switch (type) {
    case "image":
    case "video":
    case "document":
      return content.caption === undefined
        ? checkMedia(type, content, path)
        : wrong(100, `Param ${path} has no caption`);
    case "location":
      return checkLocation(content, path);
    case "product":
      return checkText(content.product_retailer_id, `${path}.product_retailer_id`, { max: PAYLOAD_CHARS_MAX });
    case "currency":
      if (typeof content.code !== "string" || !/^[A-Z]{3}$/.test(content.code)) {
        return wrong(132012, `${path}.code must be a currency such as EUR`);
      }
      if (!Number.isInteger(content.amount_1000)) return wrong(132012, `${path}.amount_1000 must be a whole number`);
      return checkText(content.fallback_value, `${path}.fallback_value`, { max: BODY_CHARS_MAX });
    default: // date_time
      return checkText(content.fallback_value, `${path}.fallback_value`, { max: BODY_CHARS_MAX });
  }
}

function checkButton(subType: unknown, index: unknown, parameters: unknown): Complaint | null {
  const kind = String(subType).toLowerCase(); // the page on catalogs writes CATALOG
  const parameterType = typeof subType === "string" ? buttonParameterTypes[kind] : undefined;
  if (parameterType === undefined) return wrong(131009, `button: sub_type ${JSON.stringify(subType)} is unknown`);
  if (index === undefined && kind !== "voice_call") return missing("template.components.button.index");
  if (index !== undefined && !buttonIndex.test(String(index))) return wrong(131009, 'button: index must be "0" to "9"');
  if (parameters === undefined && bareButtons.has(kind)) return null;
  if (!Array.isArray(parameters) || parameters.length === 0) return missing("template.components.button.parameters");
  if (parameterType === null) return null;
  if (parameters.length > 1) return wrong(132000, "button: a button takes one parameter");
  return firstOf(parameters, (parameter) => checkButtonParameter(kind, parameterType, parameter));
}

function checkButtonParameter(subType: string, type: string, parameter: unknown): Complaint | null {
  if (!isObject(parameter) || parameter.type !== type) {
    return wrong(132012, `button: a ${subType} button takes parameters of type ${type}`);
  }
  const content = parameter[type];
  const path = `template.components.button.parameters.${type}`;
  if (content === undefined || content === "") return missing(path);
  if (type === "action") return checkAction(subType, content, path);
  if (typeof content !== "string") return wrong(132012, `button: ${type} must be a string`);
  if (type === "coupon_code" && content.length > COUPON_CHARS_MAX) {
    return wrong(131009, `button: coupon_code must be at most ${COUPON_CHARS_MAX} characters long`);
  }
  return checkText(content, path, { max: type === "payload" ? PAYLOAD_CHARS_MAX : URL_CHARS_MAX });
}

function checkAction(subType: string, action: unknown, path: string): Complaint | null {
  if (!isObject(action)) return wrong(132012, "button: action must be an object");
  if (subType !== "mpm") return null;
  if (!Array.isArray(action.sections) || action.sections.length === 0) return missing(`${path}.sections`);
  if (action.sections.length > 10) return wrong(131009, "mpm: at most 10 sections");
  return checkProductSections(action.sections, `${path}.sections`);
}

function checkOffer(parameters: unknown): Complaint | null {
  if (!Array.isArray(parameters)) return missing("template.components.parameters");
  const offer = isObject(parameters[0]) ? parameters[0].limited_time_offer : undefined;
  if (!isObject(offer)) return missing("template.components.parameters.limited_time_offer");
  return Number.isInteger(Number(offer.expiration_time_ms ?? Number.NaN))
    ? null
    : wrong(132012, "limited_time_offer: expiration_time_ms must be a whole number");
}

function checkCards(cards: unknown): Complaint | null {
  if (!Array.isArray(cards)) return missing("template.components.carousel.cards");
  if (cards.length < 2 || cards.length > 10) return wrong(132000, "carousel: 2 to 10 cards");
  const indices = new Set<unknown>();
  return firstOf(cards, (card) => {
    if (!isObject(card)) return wrong(100, "carousel: a card must be an object");
    const { card_index, components } = card;
    if (card_index === undefined) return missing("template.components.carousel.cards.card_index");
    if (!buttonIndex.test(String(card_index)) || indices.has(String(card_index))) {
      return wrong(131009, "carousel: each card_index must be 0 to 9 and occur once");
    }
    indices.add(String(card_index));
    if (!Array.isArray(components)) return missing("template.components.carousel.cards.components");
    return firstOf(components, (component) => checkComponent(component, null)) ?? checkRepetition(components);
  });
}
