// A template message: which template, in which language, filled with what (docs/sources.md, templates). Whether the parameters fit
// the approved template only the provider knows; what can be known from the request alone is checked here.

import { z } from "zod";
import { CARD_LIMITS, cardIndex, refuseRepeatedCards } from "./cards.ts";
import { characters } from "./characters.ts";
import { list, type Refuse, refuseIn } from "./lists.ts";
import { messageContext } from "./message-context.ts";
import { noPassthrough } from "./passthrough.ts";
import {
  bodyComponent,
  buttonComponent,
  cardBodyComponent,
  cardHeaderComponent,
  fillMoreThan,
  headerComponent,
} from "./template-parameters.ts";

const NAME_MAX = 512;
const LANGUAGE_MAX = 35;
const BUTTONS_MAX = 10;
const CARD_BUTTONS_MAX = 2;
/** Limits per kind of button; the other kinds are limited by the total. */
const BUTTONS_MAX_BY_KIND: Readonly<Record<string, number>> = { copy_code: 1, url: 2 };
/**
 * A body's own text counts as well, so these are passed only by what certainly does not fit. A body by itself may be longer:
 * Meta's schema says 32,768, and what else an approved template has its parameters do not show.
 */
const BODY_MAX = 1_024;
const OFFER_BODY_MAX = 600;

interface Component {
  readonly type: string;
  readonly sub_type?: string | undefined;
  readonly index?: number | string | undefined;
}

interface ComponentRules {
  /** How the set is called in messages. */
  readonly name: string;
  readonly buttonsMax: number;
}

/** Says what is wrong with a set of components as a whole; each finding goes to the component that is one too many. */
function checkComponents(components: readonly Component[], { name, buttonsMax }: ComponentRules, refuse: Refuse): void {
  const seen = new Set<string>();
  const buttonsByKind = new Map<string, number>();
  let buttons = 0;
  for (const [position, { type, sub_type, index }] of components.entries()) {
    if (type !== "button") {
      if (seen.has(type)) refuse([position], `${name} has at most one ${type}`);
      seen.add(type);
      continue;
    }
    const kind = sub_type?.toLowerCase() ?? "";
    const count = (buttonsByKind.get(kind) ?? 0) + 1;
    buttonsByKind.set(kind, count);
    const max = BUTTONS_MAX_BY_KIND[kind] ?? buttonsMax;
    buttons += 1;
    if (buttons > buttonsMax) refuse([position], `${name} has at most ${buttonsMax} buttons`);
    else if (count > max) refuse([position], `${name} has at most ${max} ${kind} ${max === 1 ? "button" : "buttons"}`);
    const place = `button ${index}`;
    if (index !== undefined && seen.has(place)) refuse([position, "index"], `two buttons have the index ${index}`);
    seen.add(place);
  }
  if ((buttonsByKind.get("quick_reply") ?? 0) > 1 && buttons > 2) refuseInterleaved(components, refuse);
}

/** Quick replies are next to each other; a button between them is told by its index, for not every button is filled. */
function refuseInterleaved(components: readonly Component[], refuse: Refuse): void {
  const isReply = ({ sub_type }: Component) => sub_type?.toLowerCase() === "quick_reply";
  const replies = components.filter(isReply).map(({ index }) => Number(index));
  const first = Math.min(...replies);
  const last = Math.max(...replies);
  for (const [position, component] of components.entries()) {
    if (component.type !== "button" || component.index === undefined || isReply(component)) continue;
    const index = Number(component.index);
    if (index > first && index < last) refuse([position, "index"], "no other button lies between quick_reply buttons");
  }
}

const cardComponents = z
  .array(
    z.discriminatedUnion("type", [cardHeaderComponent, cardBodyComponent, buttonComponent], {
      error: "the type of a card's component is header, body or button",
    }),
  )
  .min(1, "a card has at least 1 component")
  .superRefine((components, context) => {
    checkComponents(components, { name: "a card", buttonsMax: CARD_BUTTONS_MAX }, refuseIn(context));
  });

const card = z.strictObject({ card_index: cardIndex, components: cardComponents });

/** All cards of a template have the same components, so their headers are of one type. */
function refuseUnlikeHeaders(cards: readonly z.infer<typeof card>[], refuse: Refuse): void {
  let type: string | undefined;
  for (const [at, { components }] of cards.entries()) {
    for (const [position, component] of components.entries()) {
      const own = component.type === "header" ? component.parameters[0]?.type : undefined;
      type ??= own;
      if (own === undefined || own === type) continue;
      const path = [at, "components", position, "parameters", 0, "type"];
      refuse(path, "the headers of all cards are of the same type");
    }
  }
}

const carouselComponent = z.strictObject({
  type: z.literal("carousel"),
  cards: list("a carousel", card, CARD_LIMITS)
    .superRefine((cards, context) => {
      const refuse = refuseIn(context);
      refuseRepeatedCards(cards, refuse);
      refuseUnlikeHeaders(cards, refuse);
    })
    .meta({ description: "Exactly as many cards as the template was created with." }),
});

const limitedTimeOfferComponent = z.strictObject({
  type: z.literal("limited_time_offer"),
  parameters: z
    .array(
      z.strictObject({
        type: z.literal("limited_time_offer", "the type of this parameter is limited_time_offer"),
        limited_time_offer: z.strictObject({
          expiration_time_ms: z
            .int("expiration_time_ms is a whole number")
            .min(1, "expiration_time_ms is a time in milliseconds since 1970"),
        }),
      }),
    )
    .length(1, "a limited_time_offer takes exactly one parameter"),
});

const component = z.discriminatedUnion(
  "type",
  [headerComponent, bodyComponent, buttonComponent, carouselComponent, limitedTimeOfferComponent],
  { error: "the type of a component is header, body, button, carousel or limited_time_offer" },
);

const components = z.array(component).superRefine((all, context) => {
  const refuse = refuseIn(context);
  checkComponents(all, { name: "a template", buttonsMax: BUTTONS_MAX }, refuse);
  if (all.length > 1) refuseLongBody(all, refuse);
});

function refuseLongBody(all: readonly z.infer<typeof component>[], refuse: Refuse): void {
  const hasOffer = all.some(({ type }) => type === "limited_time_offer");
  const max = hasOffer ? OFFER_BODY_MAX : BODY_MAX;
  const kind = hasOffer ? "with a limited_time_offer" : "beside other components";
  for (const [position, part] of all.entries()) {
    if (part.type === "body" && fillMoreThan(max, part.parameters)) {
      refuse([position, "parameters"], `the texts of a body ${kind} have at most ${max} characters in total`);
    }
  }
}

const template = z.strictObject({
  name: characters("template.name", { max: NAME_MAX })
    .regex(/^[a-z0-9_]+$/, "template.name is made of a-z, 0-9 and _")
    .meta({ description: "Name of an approved template of the sender's account.", example: "order_update" }),
  language: z.strictObject({
    code: characters("template.language.code", { max: LANGUAGE_MAX })
      .regex(/^[A-Za-z0-9_-]+$/, "template.language.code is a code such as en_US")
      .meta({ description: "Language and locale of the approved template.", example: "en_US" }),
    policy: z.literal("deterministic", "template.language.policy is deterministic or absent").optional(),
  }),
  components: components.optional().meta({ description: "What is filled into the template, if it has variables." }),
});

const shape = { type: z.literal("template", "type is template"), template, context: messageContext.optional() };
const example = {
  type: "template",
  template: {
    name: "order_update",
    language: { code: "en_US" },
    components: [
      {
        type: "body",
        parameters: [
          { type: "text", text: "Ada" },
          { type: "text", text: "A-4711" },
        ],
      },
    ],
  },
};

/** A template message, as the Cloud API takes it: `{type: "template", template: {name, language, components?}}`. */
export const templateContentSchema = z.strictObject({ ...shape, passthrough: noPassthrough }).meta({
  description: "A message from an approved template; may be sent at any time.",
  example,
});

/** A template that is sent in place of a free-form content whose customer service window is closed. */
export const fallbackSchema = z.strictObject(shape).meta({
  description: "Sent in place of the message if the customer service window is closed: a template.",
  example,
});

export type TemplateContent = z.infer<typeof templateContentSchema>;
export type Fallback = z.infer<typeof fallbackSchema>;
