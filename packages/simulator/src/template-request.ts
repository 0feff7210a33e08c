// The `template` object of a send: name, language and components, with the format rules that hold for every template.
// What a registered template adds (its state, how many parameters it has) is checked in template-registry.ts.
// Shapes and limits: Meta "templates/overview", "templates/components" and the send examples, read 2026-09.
import { type Complaint, isObject, missing, wrong } from "./complaint.ts";

export interface TemplateUse {
  name: string;
  language: string;
  bodyParamsCount: number;
  headerParamsCount: number;
}

const BODY_CHARS_MAX = 1024;
const COUPON_CHARS_MAX = 15;
const templateName = /^[a-z0-9_]{1,512}$/;
const languageCode = /^[a-z]{2,3}(_[A-Za-z0-9]{2,4}){0,2}$/;
const forbiddenInText = /[\n\t]| {5}/;
const buttonIndex = /^[0-9]$/;
const parameterTypesOf: Record<string, ReadonlySet<string>> = {
  header: new Set(["text", "image", "video", "document", "location", "product"]),
  body: new Set(["text", "currency", "date_time"]),
};
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
export function checkTemplate(template: Record<string, unknown>): TemplateUse | Complaint {
  const complaint = checkHead(template);
  if (complaint) return complaint;
  const use: TemplateUse = {
    name: template.name as string,
    language: (template.language as { code: string }).code,
    bodyParamsCount: 0,
    headerParamsCount: 0,
  };
  if (template.components === undefined) return use;
  if (!Array.isArray(template.components)) return wrong(100, "Param template['components'] must be an array");
  for (const component of template.components) {
    const wrongComponent = checkComponent(component, use);
    if (wrongComponent) return wrongComponent;
  }
  return use;
}

function checkHead(template: Record<string, unknown>): Complaint | null {
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

function checkComponent(component: unknown, use: TemplateUse): Complaint | null {
  if (!isObject(component)) {
    return wrong(100, "Each of template['components'] must be an object");
  }
  const { type, parameters, sub_type, index, cards } = component;
  switch (type) {
    case "header": {
      const complaint = checkParameters("header", parameters);
      if (complaint) return complaint;
      use.headerParamsCount += (parameters as unknown[]).length;
      if (use.headerParamsCount > 1) return wrong(132000, "header: a header takes at most one parameter");
      return null;
    }
    case "body": {
      const complaint = checkParameters("body", parameters);
      if (complaint) return complaint;
      use.bodyParamsCount += (parameters as unknown[]).length;
      return null;
    }
    case "button":
      return checkButton(sub_type, index, parameters);
    case "carousel":
      return checkCards(cards);
    case "limited_time_offer":
      return Array.isArray(parameters) ? null : missing("template.components.parameters");
    default:
      return wrong(
        100,
        "Each of template['components'] needs type header, body, button, carousel or limited_time_offer",
      );
  }
}

function checkParameters(component: "header" | "body", parameters: unknown): Complaint | null {
  if (!Array.isArray(parameters)) return missing(`template.components.${component}.parameters`);
  let chars = 0;
  for (const parameter of parameters) {
    const complaint = checkParameter(component, parameter);
    if (complaint) return complaint;
    if (typeof parameter.text === "string") chars += parameter.text.length;
  }
  // The whole filled-in body is capped; the parameters alone already breaking the cap is what can be seen here.
  return chars > BODY_CHARS_MAX ? wrong(132005, `${component}: more than ${BODY_CHARS_MAX} characters`) : null;
}

function checkParameter(component: "header" | "body", parameter: unknown): Complaint | null {
  if (!isObject(parameter)) return wrong(132012, `${component}: a parameter must be an object`);
  const type = parameter.type;
  if (typeof type !== "string" || !parameterTypesOf[component]?.has(type)) {
    return wrong(132012, `${component}: parameter type ${JSON.stringify(type)} is not one of its types`);
  }
  const content = parameter[type];
  if (content === undefined) return missing(`template.components.${component}.parameters.${type}`);
  if (type !== "text") {
    return isObject(content) ? null : wrong(132012, `${component}: ${type} must be an object`);
  }
  if (typeof content !== "string") return wrong(132012, `${component}: text must be a string`);
  if (content === "") return missing(`template.components.${component}.parameters.text`);
  if (forbiddenInText.test(content)) {
    return wrong(132012, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces");
  }
  return null;
}

function checkButton(subType: unknown, index: unknown, parameters: unknown): Complaint | null {
  const parameterType = typeof subType === "string" ? buttonParameterTypes[subType] : undefined;
  if (parameterType === undefined) return wrong(131009, `button: sub_type ${JSON.stringify(subType)} is unknown`);
  if (index === undefined) return missing("template.components.button.index");
  if (!buttonIndex.test(String(index))) return wrong(131009, 'button: index must be "0" to "9"');
  if (!Array.isArray(parameters) || parameters.length === 0) return missing("template.components.button.parameters");
  if (parameterType === null) return null;
  for (const parameter of parameters) {
    if (!isObject(parameter) || parameter.type !== parameterType) {
      return wrong(132012, `button: a ${subType} button takes parameters of type ${parameterType}`);
    }
    const content = parameter[parameterType];
    if (content === undefined || content === "")
      return missing(`template.components.button.parameters.${parameterType}`);
    if (parameterType === "coupon_code" && String(content).length > COUPON_CHARS_MAX) {
      return wrong(131009, `button: coupon_code must be at most ${COUPON_CHARS_MAX} characters long`);
    }
  }
  return null;
}

function checkCards(cards: unknown): Complaint | null {
  if (!Array.isArray(cards)) return missing("template.components.carousel.cards");
  if (cards.length < 2 || cards.length > 10) return wrong(132000, "carousel: 2 to 10 cards");
  return null;
}
