// What a definition asks of a send, worked out once per definition: which parameters header, body, buttons and cards take.
// Source: docs/sources.md, templates. What is not documented is left open, and the provider judges it.

import { asArray, asObject, asText, type JsonObject } from "../read.ts";
import { categoryOfDefinition, type TemplateDefinition } from "./definition.ts";

/** The variables of one text. */
export interface Variables {
  /** Their names, or numbers, each once, in order. */
  readonly names: readonly string[];
  /** Characters around them, and the most of the text when filled in; null: not known. */
  readonly fixedCharacters: number;
  readonly charactersMax: number | null;
}

export interface ExpectedButton {
  /** As `sub_type` has it; null for a kind that nobody documented. */
  readonly kind: string | null;
  readonly takes: "nothing" | "needed" | "optional";
  readonly variables: Variables;
}

export interface Expectations {
  /** none: it takes no parameter · any: not judged · text, image, …: the kind it takes */
  readonly header: { readonly kind: string; readonly variables: Variables };
  readonly body: Variables;
  readonly buttons: readonly ExpectedButton[];
  readonly cards: readonly Expectations[] | null;
  readonly offer: "none" | "needed" | "optional";
  readonly isNamed: boolean;
  /** A one-time password: the code is the body's parameter and the button's. */
  readonly isCode: boolean;
}

const HEADER_MAX = 60;
const BODY_MAX = 1_024;
const OFFER_BODY_MAX = 600;
const CARD_BODY_MAX = 160;
const URL_MAX = 2_000;
export const CODE_MAX = 15;
const TEXT_MAX = 40_000;

const VARIABLE = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;

/** The names (or numbers) of the variables of a text, each once, in order. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map((match) => match[1] ?? ""))];
}

/** The text without its variables. */
export function withoutVariables(text: string): string {
  return text.replace(VARIABLE, "");
}

/** Works out what a send of this template must bring. */
export function expectationsOf(definition: TemplateDefinition): Expectations {
  const isNamed = definition.parameterFormat === "NAMED";
  const isCode = categoryOfDefinition(definition) === "authentication";
  const expected = readComponents(definition.components, { isNamed, isCode, bodyMax: BODY_MAX });
  // The text of a code's body is WhatsApp's own: a definition from its creation does not have it.
  if (isCode && expected.body.names.length === 0) return { ...expected, body: { ...NO_LIMIT, names: ["1"] } };
  return expected;
}

const NOTHING: Variables = { names: [], fixedCharacters: 0, charactersMax: null };
const NO_LIMIT: Variables = NOTHING;

interface Form {
  readonly isNamed: boolean;
  readonly isCode: boolean;
  readonly bodyMax: number;
}

function readComponents(components: readonly JsonObject[], form: Form): Expectations {
  const byType = new Map(components.map((component) => [asText(component.type, 100)?.toUpperCase(), component]));
  const offer = asObject(byType.get("LIMITED_TIME_OFFER")?.limited_time_offer);
  const cards = asArray(byType.get("CAROUSEL")?.cards);
  const buttons = asArray(byType.get("BUTTONS")?.buttons) ?? [];
  const bodyMax = byType.has("LIMITED_TIME_OFFER") ? OFFER_BODY_MAX : form.bodyMax;
  return {
    header: readHeader(byType.get("HEADER")),
    body: variablesOf(byType.get("BODY")?.text, bodyMax),
    buttons: buttons.map((button) => readButton(asObject(button) ?? {})),
    cards:
      cards?.map((card) => {
        const inCard = (asArray(asObject(card)?.components) ?? []).map(asObject).filter((one) => one !== undefined);
        return readComponents(inCard, { ...form, bodyMax: CARD_BODY_MAX });
      }) ?? null,
    offer: !byType.has("LIMITED_TIME_OFFER") ? "none" : offer?.has_expiration === true ? "needed" : "optional",
    isNamed: form.isNamed,
    isCode: form.isCode,
  };
}

/** Kinds of header that are filled with a parameter of the same name. */
const HEADER_KINDS = new Set(["image", "video", "document", "location", "product"]);

function readHeader(header: JsonObject | undefined): Expectations["header"] {
  if (header === undefined) return { kind: "none", variables: NOTHING };
  const format = asText(header.format, 100)?.toLowerCase() ?? "text";
  if (format === "text") {
    const variables = variablesOf(header.text, HEADER_MAX);
    return { kind: variables.names.length > 0 ? "text" : "none", variables };
  }
  return { kind: HEADER_KINDS.has(format) ? format : "any", variables: NOTHING };
}

function readButton(button: JsonObject): ExpectedButton {
  const type = asText(button.type, 100)?.toLowerCase() ?? "";
  const of = (kind: string | null, takes: ExpectedButton["takes"], variables = NOTHING) => ({ kind, takes, variables });
  switch (type) {
    case "url": {
      const variables = variablesOf(button.url, URL_MAX);
      return of("url", variables.names.length > 0 ? "needed" : "nothing", variables);
    }
    case "otp":
      return of("url", "needed", { names: ["1"], fixedCharacters: 0, charactersMax: CODE_MAX });
    case "copy_code":
    case "mpm":
      return of(type, "needed");
    case "quick_reply":
    case "flow":
    case "catalog":
    case "voice_call":
    case "order_details":
      return of(type, "optional");
    case "phone_number":
      return of(type, "nothing");
    default:
      return of(null, "optional");
  }
}

function variablesOf(value: unknown, charactersMax: number): Variables {
  const text = asText(value, TEXT_MAX) ?? "";
  return { names: variablesIn(text), fixedCharacters: [...withoutVariables(text)].length, charactersMax };
}
