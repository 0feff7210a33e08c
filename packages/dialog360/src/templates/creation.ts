// A template to be created or edited, in Meta's shape, checked against the documented limits before the provider is asked:
// it would count the attempt against the 100 an hour all the same. Source: docs/sources.md, templates.

import { z } from "zod";
import { characters, identifier, jsonObject } from "../content/characters.ts";
import { TEMPLATE_CATEGORIES, type TemplateCategory } from "./definition.ts";
import { variablesIn, withoutVariables } from "./expectations.ts";

const NAME_MAX = 512;
const HEADER_MAX = 60;
const BODY_MAX = 1_024;
const OFFER_BODY_MAX = 600;
const CARD_BODY_MAX = 160;
const FOOTER_MAX = 60;
const LABEL_MAX = 25;
const PHONE_MAX = 20;
const URL_MAX = 2_000;
const COUPON_MAX = 15;
const OFFER_TEXT_MAX = 16;
const BUTTONS_MAX = 10;
const CARD_BUTTONS_MAX = 2;
const CARDS = { min: 2, max: 10 } as const;
const COMPONENTS_MAX = 10;
const BUTTONS_MAX_BY_KIND: Readonly<Record<string, number>> = { PHONE_NUMBER: 1, COPY_CODE: 1, URL: 2, OTP: 1 };
const CODE_EXPIRES_MINUTES = { min: 1, max: 90 } as const;
/** Handles of resumable uploads are long; no length is documented. */
const HANDLE_MAX = 4_096;
/** Not documented; a bound of ours for the examples, as long as what they stand for. */
const EXAMPLE_MAX = BODY_MAX;

/** How long the provider may try to deliver, by category; -1: 30 days, where it is allowed. */
const SEND_TTL_SECONDS: Readonly<Record<TemplateCategory, { min: number; max: number; hasUnlimited: boolean }>> = {
  authentication: { min: 30, max: 900, hasUnlimited: true },
  utility: { min: 30, max: 43_200, hasUnlimited: true },
  marketing: { min: 43_200, max: 2_592_000, hasUnlimited: false },
};

const capital = <Word extends string>(word: Word) => [word, word.toLowerCase() as Lowercase<Word>] as const;
const kind = <Word extends string>(word: Word) => z.literal(capital(word)).transform(() => word);

const example = (name: string) => characters(name, { max: EXAMPLE_MAX });
const named = (name: string) =>
  z.array(z.strictObject({ param_name: example(`${name}.param_name`), example: example(`${name}.example`) })).min(1);

const header = z.strictObject({
  type: kind("HEADER"),
  format: z
    .literal([...["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "PRODUCT", "GIF"].flatMap(capital)], {
      error: "the format of a header is TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION, PRODUCT or GIF",
    })
    .transform((text) => text.toUpperCase()),
  text: characters("the text of a header", { max: HEADER_MAX }).optional(),
  example: z
    .strictObject({
      header_text: z.array(example("header_text")).length(1, "header_text has one example").optional(),
      header_text_named_params: named("header_text_named_params").max(1, "a header has at most 1 variable").optional(),
      header_handle: z
        .array(characters("header_handle", { max: HANDLE_MAX }))
        .length(1, "header_handle has one handle")
        .optional(),
    })
    .optional(),
});
const bodyExample = z.strictObject({
  body_text: z
    .union([z.array(z.array(example("body_text"))).length(1), z.array(example("body_text"))], {
      error: "body_text is a list with one list of examples",
    })
    .optional(),
  body_text_named_params: named("body_text_named_params").optional(),
});
const body = z.strictObject({
  type: kind("BODY"),
  text: characters("the text of a body", { max: BODY_MAX }).optional(),
  add_security_recommendation: z.boolean("add_security_recommendation is true or false").optional(),
  example: bodyExample.optional(),
});
const EXPIRES = `code_expiration_minutes is ${CODE_EXPIRES_MINUTES.min} to ${CODE_EXPIRES_MINUTES.max}`;
const footer = z.strictObject({
  type: kind("FOOTER"),
  text: characters("the text of a footer", { max: FOOTER_MAX }).optional(),
  code_expiration_minutes: z
    .int(EXPIRES)
    .min(CODE_EXPIRES_MINUTES.min, EXPIRES)
    .max(CODE_EXPIRES_MINUTES.max, EXPIRES)
    .optional(),
});

const label = characters("the text of a button", { max: LABEL_MAX });
const oneOrList = (schema: z.ZodString) =>
  z.union([schema, z.array(schema).length(1)], { error: "the example of a button is one text" });
const button = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: kind("QUICK_REPLY"), text: label }),
    z.strictObject({
      type: kind("URL"),
      text: label,
      url: characters("the url of a button", { max: URL_MAX }).refine(
        (text) => /^https?:\/\//i.test(text),
        "the url of a button starts with http:// or https://",
      ),
      example: oneOrList(characters("the example of a button", { max: URL_MAX })).optional(),
    }),
    z.strictObject({
      type: kind("PHONE_NUMBER"),
      text: label,
      phone_number: characters("phone_number", { max: PHONE_MAX }).regex(/^\+?\d+$/, "phone_number is + and digits"),
    }),
    z.strictObject({
      type: kind("COPY_CODE"),
      text: label.optional(),
      example: oneOrList(characters("the example of a copy_code button", { max: COUPON_MAX })),
    }),
    z
      .strictObject({
        type: kind("FLOW"),
        text: label,
        flow_id: identifier("flow_id").optional(),
        flow_name: identifier("flow_name").optional(),
        flow_json: characters("flow_json", { max: 65_536 }).optional(),
        flow_action: z.literal(["navigate", "data_exchange"], "flow_action is navigate or data_exchange").optional(),
        navigate_screen: identifier("navigate_screen").optional(),
        icon: identifier("icon").optional(),
      })
      .refine(
        ({ flow_id, flow_name, flow_json }) => [flow_id, flow_name, flow_json].filter(Boolean).length === 1,
        "a flow button has one of flow_id, flow_name and flow_json",
      ),
    z.strictObject({ type: kind("CATALOG"), text: label }),
    z.strictObject({ type: kind("MPM"), text: label }),
    z.strictObject({ type: kind("SPM"), text: label }),
    z.strictObject({
      type: kind("VOICE_CALL"),
      text: label,
      ttl_minutes: z.int("ttl_minutes is a whole number").min(1, "ttl_minutes is at least 1").optional(),
    }),
    z.strictObject({ type: kind("ORDER_DETAILS"), text: label }),
    z.strictObject({
      type: kind("OTP"),
      otp_type: z
        .literal([...["COPY_CODE", "ONE_TAP", "ZERO_TAP"].flatMap(capital)], {
          error: "otp_type is COPY_CODE, ONE_TAP or ZERO_TAP",
        })
        .transform((text) => text.toUpperCase()),
      text: label.optional(),
      autofill_text: label.optional(),
      zero_tap_terms_accepted: z.boolean("zero_tap_terms_accepted is true or false").optional(),
      supported_apps: z
        .array(
          z.strictObject({
            package_name: identifier("package_name"),
            signature_hash: identifier("signature_hash"),
          }),
        )
        .min(1, "supported_apps has at least 1 app")
        .optional(),
    }),
  ],
  {
    error:
      "the type of a button is QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, FLOW, CATALOG, MPM, SPM, VOICE_CALL, ORDER_DETAILS or OTP",
  },
);
function buttonsOf(max: number) {
  return z.strictObject({
    type: kind("BUTTONS"),
    buttons: z.array(button).min(1, "buttons has at least 1 button").max(max, `buttons has at most ${max} buttons`),
  });
}

const card = z.strictObject({
  components: z
    .array(
      z.discriminatedUnion("type", [header, body, buttonsOf(CARD_BUTTONS_MAX)], {
        error: "the type of a card's component is HEADER, BODY or BUTTONS",
      }),
    )
    .min(1, "a card has at least 1 component")
    .max(3, "a card has at most 3 components"),
});
const carousel = z.strictObject({
  type: kind("CAROUSEL"),
  cards: z
    .array(card)
    .min(CARDS.min, `a carousel has at least ${CARDS.min} cards`)
    .max(CARDS.max, `a carousel has at most ${CARDS.max} cards`),
});
const offer = z.strictObject({
  type: kind("LIMITED_TIME_OFFER"),
  limited_time_offer: z.strictObject({
    text: characters("the text of a limited_time_offer", { max: OFFER_TEXT_MAX }),
    has_expiration: z.boolean("has_expiration is true or false").optional(),
  }),
});
const callPermission = z.strictObject({ type: kind("CALL_PERMISSION_REQUEST") });

const component = z.discriminatedUnion(
  "type",
  [header, body, footer, buttonsOf(BUTTONS_MAX), carousel, offer, callPermission],
  {
    error:
      "the type of a component is HEADER, BODY, FOOTER, BUTTONS, CAROUSEL, LIMITED_TIME_OFFER or CALL_PERMISSION_REQUEST",
  },
);
type Component = z.output<typeof component>;

const CATEGORY = "category is MARKETING, UTILITY or AUTHENTICATION";
const category = z
  .string(CATEGORY)
  .transform((text) => text.toUpperCase())
  .refine((text) => TEMPLATE_CATEGORIES.some((known) => known.toUpperCase() === text), CATEGORY)
  .meta({ description: "MARKETING, UTILITY or AUTHENTICATION.", example: "UTILITY" });
const parameterFormat = z
  .string("parameter_format is POSITIONAL or NAMED")
  .transform((text) => text.toUpperCase())
  .pipe(z.literal(["POSITIONAL", "NAMED"], "parameter_format is POSITIONAL or NAMED"))
  .meta({ description: "Whether its variables are {{1}}, {{2}}, … (the default) or {{first_name}}, …" });
const components = z
  .array(component)
  .min(1, "components has at least 1 component")
  .max(COMPONENTS_MAX, `components has at most ${COMPONENTS_MAX} components`)
  .meta({ description: "In Meta's shape." });
const ttl = z.int("message_send_ttl_seconds is a whole number of seconds").meta({
  description: "How long the provider tries to deliver a message; its bounds depend on the category.",
});
const bidSpec = jsonObject("bid_spec");

type Refuse = (path: readonly (string | number)[], message: string) => void;

/** `POST /message_templates`: what is not allowed is told with its place and the limit. */
export const templateCreationSchema = z
  .strictObject({
    name: characters("name", { max: NAME_MAX })
      .regex(/^[a-z0-9_]+$/, "name is made of a-z, 0-9 and _")
      .meta({ description: "Unique per language in the account.", example: "order_update" }),
    language: characters("language", { max: 35 })
      .regex(/^[a-z]{2,3}(_[A-Za-z0-9]{2,4}){0,2}$/, "language is a code such as en or en_US")
      .meta({ example: "en_US" }),
    category,
    parameter_format: parameterFormat.optional(),
    allow_category_change: z.boolean("allow_category_change is true or false").optional(),
    message_send_ttl_seconds: ttl.optional(),
    bid_spec: bidSpec.optional(),
    components,
  })
  .superRefine((template, context) => {
    const refuse: Refuse = (path, message) => context.addIssue({ code: "custom", path: [...path], message });
    checkTtl(template.message_send_ttl_seconds, categoryOf(template.category), refuse);
    checkComponents(template.components, {
      category: categoryOf(template.category),
      isNamed: template.parameter_format === "NAMED",
      refuse,
    });
  })
  .meta({ id: "TemplateCreation", description: "A template in the shape of Meta's Business Management API." });

export type TemplateCreation = z.output<typeof templateCreationSchema>;

/** What must be known of a template to check an edit of it. */
export interface EditedTemplate {
  readonly category: TemplateCategory | null;
  readonly isNamed: boolean;
  readonly isApproved: boolean;
}

/** `POST /{template-id}` as documented, for a description of the API; {@link templateEditSchema} checks all of it. */
export const templateEditShape = z
  .strictObject({
    category: category.optional(),
    components: components.optional().meta({ description: "All of them: those that are left out are gone." }),
    message_send_ttl_seconds: ttl.optional(),
    bid_spec: bidSpec.optional(),
  })
  .meta({ id: "TemplateEdit", description: "What is to change of a template; its components as a whole." });

/** `POST /{template-id}`: the components replace those there were; the category of an approved template stays. */
export function templateEditSchema(known: EditedTemplate) {
  return templateEditShape.superRefine((edit, context) => {
    const refuse: Refuse = (path, message) => context.addIssue({ code: "custom", path: [...path], message });
    if (Object.values(edit).every((value) => value === undefined)) {
      refuse([], "an edit has components, category or message_send_ttl_seconds");
    }
    if (edit.category !== undefined && known.isApproved) {
      refuse(["category"], "the category of an approved template cannot be changed");
    }
    const after = edit.category === undefined ? known.category : categoryOf(edit.category);
    checkTtl(edit.message_send_ttl_seconds, after, refuse);
    if (edit.components) checkComponents(edit.components, { category: after, isNamed: known.isNamed, refuse });
  });
}

export type TemplateEdit = z.output<typeof templateEditShape>;

function categoryOf(text: string): TemplateCategory | null {
  return TEMPLATE_CATEGORIES.find((known) => known === text.toLowerCase()) ?? null;
}

function checkTtl(seconds: number | undefined, of: TemplateCategory | null, refuse: Refuse): void {
  const bounds = of && SEND_TTL_SECONDS[of];
  if (seconds === undefined || !bounds) return;
  const { min, max, hasUnlimited } = bounds;
  if ((seconds === -1 && hasUnlimited) || (seconds >= min && seconds <= max)) return;
  const or = hasUnlimited ? ", or -1 for 30 days" : "";
  refuse(["message_send_ttl_seconds"], `message_send_ttl_seconds of the category ${of} is ${min} to ${max}${or}`);
}

interface Rules {
  readonly category: TemplateCategory | null;
  readonly isNamed: boolean;
  readonly refuse: Refuse;
}

function checkComponents(all: readonly Component[], rules: Rules): void {
  const { refuse } = rules;
  const at = (type: Component["type"]) => all.findIndex((one) => one.type === type);
  const isCode = rules.category === "authentication";
  const offerAt = at("LIMITED_TIME_OFFER");
  refuseRepeated(all, ["components"], refuse);
  if (at("BODY") < 0) refuse(["components"], "a template has a body");
  for (const [position, one] of all.entries()) {
    const path = ["components", position];
    switch (one.type) {
      case "HEADER":
        checkHeader(one, path, rules);
        break;
      case "BODY":
        if (isCode) checkCodeBody(one, path, refuse);
        else checkBody(one, path, rules, offerAt < 0 ? BODY_MAX : OFFER_BODY_MAX);
        break;
      case "FOOTER":
        checkFooter(one, path, { isCode, hasOffer: offerAt >= 0, refuse });
        break;
      case "BUTTONS":
        checkButtons(one.buttons, path, rules);
        break;
      case "CAROUSEL":
        checkCards(one.cards, path, rules);
        break;
      default:
        break;
    }
  }
  if (isCode) checkCodeTemplate(all, refuse);
  if (offerAt >= 0 && rules.category !== null && rules.category !== "marketing") {
    refuse(["components", offerAt], "only a template of the category MARKETING has a limited_time_offer");
  }
}

function refuseRepeated(all: readonly { readonly type: string }[], path: readonly (string | number)[], refuse: Refuse) {
  const seen = new Set<string>();
  for (const [position, { type }] of all.entries()) {
    if (seen.has(type)) refuse([...path, position], `there is one ${type} at most`);
    seen.add(type);
  }
}

function checkHeader(
  { format, text, example: examples }: Extract<Component, { type: "HEADER" }>,
  path: readonly (string | number)[],
  { isNamed, refuse }: Rules,
): void {
  if (format === "TEXT") {
    if (text === undefined) {
      refuse([...path, "text"], "a header of the format TEXT has a text");
      return;
    }
    const names = variablesIn(text);
    if (names.length > 1) refuse([...path, "text"], "a header has at most 1 variable");
    checkNames(names, [...path, "text"], isNamed, refuse);
    const given = isNamed ? examples?.header_text_named_params?.map((one) => one.param_name) : examples?.header_text;
    checkExamples(names, given, { field: isNamed ? "header_text_named_params" : "header_text", path, isNamed, refuse });
    return;
  }
  if (text !== undefined) refuse([...path, "text"], `a header of the format ${format} has no text`);
  if (["IMAGE", "VIDEO", "DOCUMENT", "GIF"].includes(format) && examples?.header_handle === undefined) {
    refuse(
      [...path, "example"],
      `a header of the format ${format} has an example: header_handle, the handle of an uploaded sample`,
    );
  }
}

function checkBody(
  { text, example: examples, add_security_recommendation }: Extract<Component, { type: "BODY" }>,
  path: readonly (string | number)[],
  { isNamed, refuse }: Rules,
  max: number,
): void {
  if (text === undefined) {
    refuse([...path, "text"], "a body has a text");
    return;
  }
  if (add_security_recommendation !== undefined) {
    refuse([...path, "add_security_recommendation"], "only an AUTHENTICATION template has add_security_recommendation");
  }
  if ([...text].length > max) refuse([...path, "text"], `the text of this body has at most ${max} characters`);
  const names = variablesIn(text);
  checkNames(names, [...path, "text"], isNamed, refuse);
  if (/^\s*\{\{|\}\}\s*$/.test(text)) {
    refuse([...path, "text"], "the text of a body neither begins nor ends with a variable");
  }
  const positional = examples?.body_text;
  const first = positional?.[0];
  const list = Array.isArray(first) ? first : (positional as readonly string[] | undefined);
  const given = isNamed ? examples?.body_text_named_params?.map((one) => one.param_name) : list;
  checkExamples(names, given, { field: isNamed ? "body_text_named_params" : "body_text", path, isNamed, refuse });
}

/** Numbered variables are {{1}}, {{2}}, … without a gap; names are made of small letters, digits and underscores. */
function checkNames(names: readonly string[], path: readonly (string | number)[], isNamed: boolean, refuse: Refuse) {
  if (isNamed) {
    const wrong = names.find((name) => !/^[a-z_][a-z0-9_]*$/.test(name));
    if (wrong !== undefined) {
      refuse(
        path,
        `the variable {{${wrong}}} of a NAMED template has a name of a-z, 0-9 and _, such as {{first_name}}`,
      );
    }
    return;
  }
  const numbers = names.map(Number).sort((one, other) => one - other);
  if (numbers.some((number, at) => number !== at + 1)) {
    refuse(path, "variables are numbered {{1}}, {{2}}, … without a gap; named ones need parameter_format NAMED");
  }
}

function checkExamples(
  names: readonly string[],
  given: readonly string[] | undefined,
  where: { field: string; path: readonly (string | number)[]; isNamed: boolean; refuse: Refuse },
): void {
  const { field, path, isNamed, refuse } = where;
  if (names.length === 0) {
    if (given && given.length > 0) refuse([...path, "example"], `${field} has no example: the text has no variables`);
    return;
  }
  const isComplete = isNamed
    ? names.every((name) => given?.includes(name)) && given?.length === names.length
    : given?.length === names.length;
  if (!isComplete) {
    const each = names.map((name) => `{{${name}}}`).join(", ");
    refuse([...path, "example"], `the example has ${field} with one value for each of ${each}`);
  }
}

function checkFooter(
  { text, code_expiration_minutes: minutes }: Extract<Component, { type: "FOOTER" }>,
  path: readonly (string | number)[],
  { isCode, hasOffer, refuse }: { isCode: boolean; hasOffer: boolean; refuse: Refuse },
): void {
  if (hasOffer) refuse(path, "a template with a limited_time_offer has no footer");
  if (isCode) {
    if (text !== undefined)
      refuse([...path, "text"], "the footer of an AUTHENTICATION template has no text of its own");
    return;
  }
  if (minutes !== undefined) {
    refuse([...path, "code_expiration_minutes"], "only an AUTHENTICATION template has code_expiration_minutes");
  }
  if (text === undefined) refuse([...path, "text"], "a footer has a text");
  else if (variablesIn(text).length > 0) refuse([...path, "text"], "a footer has no variables");
}

type Button = z.output<typeof button>;

function checkButtons(buttons: readonly Button[], path: readonly (string | number)[], { category: of, refuse }: Rules) {
  const counts = new Map<string, number>();
  for (const [at, one] of buttons.entries()) {
    const here = [...path, "buttons", at];
    const count = (counts.get(one.type) ?? 0) + 1;
    counts.set(one.type, count);
    const max = BUTTONS_MAX_BY_KIND[one.type];
    if (max !== undefined && count > max) {
      refuse(here, `there are at most ${max} buttons of the type ${one.type}`);
    }
    if (one.type === "URL") checkUrl(one, here, refuse);
    if (one.type === "OTP") checkOtp(one, here, of, refuse);
  }
  refuseScattered(buttons, path, refuse);
}

function checkUrl(
  { url, example: given }: Extract<Button, { type: "URL" }>,
  path: readonly (string | number)[],
  refuse: Refuse,
) {
  const names = variablesIn(url);
  if (names.length > 1) refuse([...path, "url"], "the url of a button has at most 1 variable");
  if (names.length === 1 && !/\}\}$/.test(url)) refuse([...path, "url"], "the variable of a url stands at its end");
  if (names.length > 0 && given === undefined) refuse([...path, "example"], "a url with a variable has an example");
  if (names.length > 0 && !URL.canParse(`${withoutVariables(url)}x`))
    refuse([...path, "url"], "the url cannot be read");
}

function checkOtp(
  { otp_type: type, supported_apps: apps, zero_tap_terms_accepted: isAccepted }: Extract<Button, { type: "OTP" }>,
  path: readonly (string | number)[],
  of: TemplateCategory | null,
  refuse: Refuse,
): void {
  if (of !== null && of !== "authentication") refuse(path, "only an AUTHENTICATION template has an OTP button");
  if (type !== "COPY_CODE" && !apps)
    refuse([...path, "supported_apps"], `an OTP button of the type ${type} names its app`);
  if (type === "ZERO_TAP" && isAccepted !== true) {
    refuse([...path, "zero_tap_terms_accepted"], "zero_tap_terms_accepted must be true for ZERO_TAP");
  }
}

/** Quick replies stand next to each other. */
function refuseScattered(buttons: readonly Button[], path: readonly (string | number)[], refuse: Refuse): void {
  const replies = buttons.flatMap(({ type }, at) => (type === "QUICK_REPLY" ? [at] : []));
  const [first = 0, last = 0] = [replies[0], replies.at(-1)];
  if (replies.length > 0 && last - first + 1 !== replies.length) {
    refuse([...path, "buttons"], "quick replies stand next to each other, with no other button between them");
  }
}

type Card = z.output<typeof card>;

function checkCards(cards: readonly Card[], path: readonly (string | number)[], rules: Rules): void {
  const { refuse } = rules;
  const forms = cards.map((one) => one.components.map(formOf).sort().join(" "));
  for (const [at, one] of cards.entries()) {
    const inCard = [...path, "cards", at, "components"];
    refuseRepeated(one.components, inCard, refuse);
    if (forms[at] !== forms[0]) refuse(inCard, "all cards have the same components with the same formats and buttons");
    for (const [position, component] of one.components.entries()) {
      const here = [...inCard, position];
      if (component.type === "HEADER") {
        checkHeader(component, here, rules);
        if (!["IMAGE", "VIDEO", "PRODUCT"].includes(component.format)) {
          refuse([...here, "format"], "the format of a card's header is IMAGE, VIDEO or PRODUCT");
        }
      } else if (component.type === "BODY") checkBody(component, here, rules, CARD_BODY_MAX);
      else checkButtons(component.buttons, here, rules);
    }
    if (!one.components.some(({ type }) => type === "HEADER")) refuse(inCard, "a card has a header");
  }
}

function formOf(component: Card["components"][number]): string {
  if (component.type === "HEADER") return `${component.type}:${component.format}`;
  if (component.type === "BODY") return component.type;
  return `${component.type}:${component.buttons.map(({ type }) => type).join(",")}`;
}

function checkCodeBody(
  { text, example: examples }: Extract<Component, { type: "BODY" }>,
  path: readonly (string | number)[],
  refuse: Refuse,
): void {
  if (text !== undefined || examples !== undefined) {
    refuse(path, "the body of an AUTHENTICATION template has no text: WhatsApp writes it");
  }
}

function checkCodeTemplate(all: readonly Component[], refuse: Refuse): void {
  const ALLOWED = ["BODY", "FOOTER", "BUTTONS"];
  for (const [position, { type }] of all.entries()) {
    if (!ALLOWED.includes(type)) refuse(["components", position], `an AUTHENTICATION template has no ${type}`);
  }
  const buttonsAt = all.findIndex(({ type }) => type === "BUTTONS");
  const buttons = all[buttonsAt];
  if (buttons?.type !== "BUTTONS") refuse(["components"], "an AUTHENTICATION template has an OTP button");
  else if (buttons.buttons.length !== 1 || buttons.buttons[0]?.type !== "OTP") {
    refuse(["components", buttonsAt, "buttons"], "an AUTHENTICATION template has one button, of the type OTP");
  }
}
