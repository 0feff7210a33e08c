// Whether a send gives a template what its definition asks for. Counts are answered 132000, kinds and formats 132012, a
// filled-in text that is too long 132005, a button without its parameter 131008 (Meta "support/error-codes", 2026-09).
import { type Complaint, missing, wrong } from "../complaint.ts";
import { type Fields, firstOf } from "../messages/fields.ts";
import type { ButtonSlot, Definition, Slots } from "./definition.ts";
import type { TemplateUse } from "./use.ts";

/** What is wrong with this use of a template, or null. */
export function matchUse(definition: Definition, use: TemplateUse): Complaint | null {
  return matchComponents(definition, use.components, use.bodyParamsCount);
}

function matchComponents(definition: Definition, components: Fields[], bodyParamsCount: number): Complaint | null {
  const parametersOf = (type: string) =>
    (components.find((component) => component.type === type)?.parameters as Fields[] | undefined) ?? [];
  return (
    matchSlots("body", definition.body, parametersOf("body"), bodyParamsCount) ??
    matchHeader(definition, parametersOf("header")) ??
    matchButtons(definition.buttons, components) ??
    matchCards(definition.cards, components) ??
    (definition.needsOffer && parametersOf("limited_time_offer").length === 0
      ? missing("template.components.limited_time_offer")
      : null)
  );
}

function matchSlots(component: string, slots: Slots, parameters: Fields[], given: number): Complaint | null {
  if (given !== slots.count) {
    return wrong(
      132000,
      `${component}: number of localizable_params (${given}) does not match the expected number of params (${slots.count})`,
    );
  }
  if (given === 0) return null;
  let chars = slots.fixedChars;
  for (const parameter of parameters) {
    const name = parameter.parameter_name as string | undefined;
    if (slots.names !== null && (name === undefined || !slots.names.has(name))) {
      return wrong(132012, `${component}: parameter_name ${JSON.stringify(name)} is not a variable of the template`);
    }
    if (slots.names === null && name !== undefined) {
      return wrong(132012, `${component}: the variables of this template have no names`);
    }
    chars += textOf(parameter).length;
  }
  if (slots.names !== null && new Set(parameters.map((parameter) => parameter.parameter_name)).size < given) {
    return wrong(132012, `${component}: a variable is given twice`);
  }
  return chars > slots.charsMax && slots.fixedChars + [...parameters.map(textOf).join("")].length > slots.charsMax
    ? wrong(132005, `${component}: the text is longer than ${slots.charsMax} characters with its parameters`)
    : null;
}

function textOf(parameter: Fields): string {
  const rich = (parameter.currency ?? parameter.date_time) as { fallback_value?: string } | undefined;
  return typeof parameter.text === "string" ? parameter.text : (rich?.fallback_value ?? "");
}

function matchHeader({ header }: Definition, parameters: Fields[]): Complaint | null {
  const { kind, slots } = header;
  if (kind === "any" || kind === "none" || kind === "text") {
    const kindGiven = parameters[0]?.type;
    if (kind === "text" && kindGiven !== undefined && kindGiven !== "text") return wrongHeader(kind, kindGiven);
    return matchSlots("header", slots, parameters, parameters.length);
  }
  const given = parameters[0]?.type;
  return given === kind ? null : wrongHeader(kind, given);
}

function wrongHeader(expected: string, given: unknown): Complaint {
  return wrong(
    132012,
    `header: Format mismatch, expected ${expected.toUpperCase()}, received ${String(given ?? "UNKNOWN").toUpperCase()}`,
  );
}

function matchButtons(slots: ButtonSlot[] | null, components: Fields[]): Complaint | null {
  if (slots === null) return null;
  const given = components.filter((component) => component.type === "button");
  const complaint = firstOf(given, (button) => matchButton(slots, button));
  if (complaint) return complaint;
  const indices = new Set(given.map((button) => Number(button.index)));
  return firstOf(slots, ({ takes, subType }, at) =>
    takes === "needed" && !indices.has(at)
      ? missing(`buttons: Button at index ${at} of type ${subType} requires a parameter`)
      : null,
  );
}

function matchButton(slots: ButtonSlot[], { index: given, sub_type, parameters }: Fields): Complaint | null {
  const kind = String(sub_type).toLowerCase();
  const index = given ?? slots.findIndex((slot) => slot.subType === kind); // of a call button
  const slot = slots[Number(index)];
  if (slot === undefined) return wrong(132012, `buttons: the template has no button at index ${index}`);
  if (slot.takes === "nothing") return wrong(132000, `buttons: Button at index ${index} takes no parameter`);
  if (slot.subType !== kind) {
    return wrong(132012, `buttons: Button at index ${index} is of type ${slot.subType}, not ${kind}`);
  }
  const text = (parameters as Fields[] | undefined)?.[0]?.text;
  return typeof text === "string" && text.length > slot.charsMax
    ? wrong(132005, `buttons: the parameter of the button at index ${index} is longer than ${slot.charsMax} characters`)
    : null;
}

function matchCards(cards: Definition[] | null, components: Fields[]): Complaint | null {
  const given = components.find((component) => component.type === "carousel")?.cards as Fields[] | undefined;
  if (cards === null) return given === undefined ? null : wrong(132012, "carousel: the template has no cards");
  if (given?.length !== cards.length) {
    return wrong(132000, `carousel: ${given?.length ?? 0} cards were given, the template has ${cards.length}`);
  }
  return firstOf(given, (card) => {
    const definition = cards[Number(card.card_index)];
    if (definition === undefined) return wrong(132012, `carousel: the template has no card ${card.card_index}`);
    const inCard = card.components as Fields[];
    const body = inCard.find((component) => component.type === "body")?.parameters as Fields[] | undefined;
    return matchComponents(definition, inCard, body?.length ?? 0);
  });
}
