// Whether a send gives a template what its definition asks for, told before anything is queued: after the queue the
// provider would say the same with 132000, 132005, 132012 or 131008, minutes later and once per message.

import { CODE_MAX, type Expectations, type ExpectedButton, type Variables } from "./expectations.ts";

/** One thing that is wrong: where in the content, from `template` on, and why in words. */
export interface TemplateFault {
  readonly path: readonly (string | number)[];
  readonly detail: string;
}

/** A template as a send has it; the content's schema has seen to its form. */
export interface TemplateUse {
  readonly name: string;
  readonly language: { readonly code: string };
  readonly components?: readonly UsedComponent[] | undefined;
}

interface UsedComponent {
  readonly type: string;
  readonly sub_type?: string | undefined;
  readonly index?: number | string | undefined;
  readonly parameters?: readonly UsedParameter[] | undefined;
  readonly cards?:
    | readonly { readonly card_index: number; readonly components: readonly UsedComponent[] }[]
    | undefined;
}

interface UsedParameter {
  readonly type: string;
  readonly text?: string | undefined;
  readonly parameter_name?: string | undefined;
  readonly currency?: { readonly fallback_value: string } | undefined;
  readonly date_time?: { readonly fallback_value: string } | undefined;
}

type Path = readonly (string | number)[];

/**
 * Compares the components of a send with what the definition expects.
 *
 * returns   every fault, with its path from `template` on; none when the send fits, as far as can be known
 */
export function checkAgainstDefinition(use: TemplateUse, expected: Expectations): TemplateFault[] {
  const faults: TemplateFault[] = [];
  const check = checker((path, detail) => faults.push({ path: ["template", ...path], detail }));
  check.components(use.components ?? [], expected, {
    path: ["components"],
    what: `the template ${use.name} (${use.language.code})`,
  });
  return faults;
}

interface Where {
  readonly path: Path;
  /** How the set of components is called: the template, or a card of it. */
  readonly what: string;
}

function checker(refuse: (path: Path, detail: string) => void) {
  function components(given: readonly UsedComponent[], expected: Expectations, { path, what }: Where): void {
    const placed = given.map((component, at) => ({ component, path: [...path, at] }));
    const find = (type: string) => placed.find(({ component }) => component.type === type);

    checkHeader(find("header"), expected, { path, what });
    const body = find("body");
    const at = body ? [...body.path, "parameters"] : path;
    checkVariables(
      body?.component.parameters ?? [],
      expected.body,
      { path: at, what: `the body of ${what}` },
      expected,
    );
    if (expected.isCode) checkCode(body?.component.parameters ?? [], at);
    checkButtons(
      placed.filter(({ component }) => component.type === "button"),
      expected.buttons,
      { path, what },
    );
    const carousel = find("carousel");
    checkCards(carousel?.component.cards, expected, { path: carousel ? [...carousel.path, "cards"] : path, what });
    const offer = find("limited_time_offer");
    if (expected.offer === "none" && offer) refuse(offer.path, `${what} is no limited-time offer`);
    if (expected.offer === "needed" && !offer) {
      refuse(path, `${what} needs a limited_time_offer with the time at which the offer ends`);
    }
  }

  function checkHeader(
    header: { component: UsedComponent; path: Path } | undefined,
    expected: Expectations,
    { path, what }: Where,
  ): void {
    const { kind, variables } = expected.header;
    const given = header?.component.parameters ?? [];
    if (kind === "any") return;
    if (kind === "none") {
      if (header && given.length > 0) refuse(header.path, `the header of ${what} takes no parameter`);
      return;
    }
    if (!header || given.length === 0) {
      const needed =
        kind === "text" ? `a header with a text for ${braced(variables.names)}` : `a header with ${an(kind)}`;
      refuse(header?.path ?? path, `${what} needs ${needed}`);
      return;
    }
    const first = given[0] as UsedParameter;
    const at = [...header.path, "parameters"];
    if (first.type !== kind)
      refuse([...at, 0, "type"], `the header of ${what} takes ${an(kind)}, not ${an(first.type)}`);
    else if (kind === "text") checkVariables(given, variables, { path: at, what: `the header of ${what}` }, expected);
  }

  function checkVariables(
    given: readonly UsedParameter[],
    { names, fixedCharacters, charactersMax }: Variables,
    { path, what }: Where,
    { isNamed }: Pick<Expectations, "isNamed">,
  ): void {
    if (isNamed) {
      if (!checkNames(given, names, { path, what })) return;
    } else {
      const named = given.findIndex((parameter) => parameter.parameter_name !== undefined);
      if (named >= 0) {
        refuse([...path, named, "parameter_name"], `the variables of ${what} are numbered: leave parameter_name out`);
        return;
      }
      if (given.length !== names.length) {
        refuse(path, `${what} takes ${count(names.length, "parameter")}, not ${given.length}${listOf(names)}`);
        return;
      }
    }
    if (charactersMax === null || names.length === 0) return;
    const filled = given.reduce((sum, parameter) => sum + [...filling(parameter)].length, fixedCharacters);
    if (filled > charactersMax) {
      refuse(path, `${what} has at most ${charactersMax} characters when it is filled in, and would have ${filled}`);
    }
  }

  /** Whether the names are right. */
  function checkNames(given: readonly UsedParameter[], names: readonly string[], { path, what }: Where): boolean {
    const known = new Set(names);
    const seen = new Set<string>();
    let isRight = true;
    const wrong = (at: Path, detail: string) => {
      isRight = false;
      refuse(at, detail);
    };
    for (const [at, { parameter_name: name }] of given.entries()) {
      if (name === undefined) wrong([...path, at], `parameter_name is required: ${what} has ${braced(names)}`);
      else if (!known.has(name)) {
        const has = names.length === 0 ? "no variables" : braced(names);
        wrong([...path, at, "parameter_name"], `${what} has no variable {{${name}}}: it has ${has}`);
      } else if (seen.has(name)) wrong([...path, at, "parameter_name"], `{{${name}}} is given twice`);
      if (name !== undefined) seen.add(name);
    }
    if (!isRight) return false;
    const missing = names.filter((name) => !seen.has(name));
    if (missing.length > 0) wrong(path, `${what} needs ${braced(missing)} as well`);
    return isRight;
  }

  function checkButtons(
    given: readonly { component: UsedComponent; path: Path }[],
    expected: readonly ExpectedButton[],
    { path, what }: Where,
  ): void {
    const seen = new Set<number>();
    for (const { component, path: at } of given) {
      const index = component.index === undefined ? onlyOf(expected, component.sub_type) : Number(component.index);
      if (index === null) continue;
      seen.add(index);
      const button = expected[index];
      if (!button) {
        const last = expected.length === 0 ? "no buttons" : `${count(expected.length, "button")}, counted from 0`;
        refuse([...at, "index"], `${what} has no button ${index}: it has ${last}`);
      } else if (button.takes === "nothing") {
        refuse(
          at,
          `button ${index} of ${what} takes no parameter${button.kind === "url" ? ": its URL has no variable" : ""}`,
        );
      } else if (button.kind !== null && button.kind !== component.sub_type?.toLowerCase()) {
        refuse(
          [...at, "sub_type"],
          `button ${index} of ${what} is ${an(button.kind)} button, not ${an(component.sub_type ?? "")} one`,
        );
      } else if (button.kind === "url") {
        checkSuffix(component.parameters?.[0], button.variables, {
          path: [...at, "parameters", 0, "text"],
          what: `button ${index} of ${what}`,
        });
      }
    }
    for (const [index, { takes, kind }] of expected.entries()) {
      if (takes === "needed" && !seen.has(index)) {
        refuse(path, `${what} needs a button component of the sub_type ${kind} with the index ${index}`);
      }
    }
  }

  function checkSuffix(
    parameter: UsedParameter | undefined,
    { fixedCharacters, charactersMax }: Variables,
    { path, what }: Where,
  ): void {
    const filled = fixedCharacters + [...(parameter?.text ?? "")].length;
    if (charactersMax !== null && filled > charactersMax) {
      refuse(path, `${what} has at most ${charactersMax} characters when it is filled in, and would have ${filled}`);
    }
  }

  function checkCards(cards: UsedComponent["cards"], expected: Expectations, { path, what }: Where): void {
    if (expected.cards === null) {
      if (cards) refuse(path, `${what} has no cards`);
      return;
    }
    if (!cards || cards.length !== expected.cards.length) {
      const given = cards ? `, not ${cards.length}` : "";
      refuse(path, `${what} needs a carousel of exactly ${count(expected.cards.length, "card")}${given}`);
      return;
    }
    for (const [at, card] of cards.entries()) {
      const definition = expected.cards[card.card_index];
      if (!definition) {
        refuse([...path, at, "card_index"], `${what} has no card ${card.card_index}: its cards are counted from 0`);
        continue;
      }
      const where = { path: [...path, at, "components"], what: `card ${card.card_index} of ${what}` };
      components(card.components, definition, where);
    }
  }

  /** A one-time password: short, and nothing but a code (docs/sources.md, templates). */
  function checkCode(given: readonly UsedParameter[], path: Path): void {
    const text = given[0]?.text ?? "";
    if ([...text].length > CODE_MAX) refuse([...path, 0, "text"], `a one-time code has at most ${CODE_MAX} characters`);
    else if (/\p{Extended_Pictographic}|https?:|www\./iu.test(text)) {
      refuse([...path, 0, "text"], "a one-time code has no URL and no emoji");
    }
  }

  return { components };
}

/** The index of the one button of its kind, for kinds whose index may be left out; null when there is no telling. */
function onlyOf(expected: readonly ExpectedButton[], subType: string | undefined): number | null {
  const index = expected.findIndex(({ kind }) => kind === subType?.toLowerCase());
  return index >= 0 ? index : null;
}

function filling({ text, currency, date_time: dateTime }: UsedParameter): string {
  return text ?? currency?.fallback_value ?? dateTime?.fallback_value ?? "";
}

function braced(names: readonly string[]): string {
  return names.map((name) => `{{${name}}}`).join(", ");
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? "" : `: ${braced(names)}`;
}

function count(number: number, word: string): string {
  if (number === 0) return `no ${word}`;
  return number === 1 ? `1 ${word}` : `${number} ${word}s`;
}

function an(word: string): string {
  return `${/^[aeio]/i.test(word) ? "an" : "a"} ${word}`;
}
