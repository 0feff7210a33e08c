// A template message: which template, in which language, filled with what (docs/sources.md, templates). Whether the parameters fit
// the approved template only the provider knows; what can be known from the request alone is checked here.

import { z } from "zod";
import { characters } from "./characters.ts";
import { messageContext } from "./message-context.ts";
import {
  bodyComponent,
  buttonComponent,
  cardBodyComponent,
  cardHeaderComponent,
  headerComponent,
} from "./template-parameters.ts";

const NAME_MAX = 512;
const BUTTONS_MAX = 10;
const CARD_BUTTONS_MAX = 2;
/** Limits per kind of button; the other kinds are limited by the total. */
const BUTTONS_MAX_BY_KIND: Readonly<Record<string, number>> = { copy_code: 1, url: 2 };
const CARDS_MIN = 2;
const CARDS_MAX = 10;

interface ComponentFacts {
  readonly type: string;
  readonly sub_type?: string | undefined;
  readonly index?: number | string | undefined;
}

interface ComponentRules {
  /** How the set is called in messages. */
  readonly name: string;
  readonly buttonsMax: number;
  readonly refuse: (path: (string | number)[], message: string) => void;
}

/** Says what is wrong with a set of components as a whole; each finding goes to the component that is one too many. */
function checkComponents(components: readonly ComponentFacts[], { name, buttonsMax, refuse }: ComponentRules): void {
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
}

const cardComponents = z
  .array(
    z.discriminatedUnion("type", [cardHeaderComponent, cardBodyComponent, buttonComponent], {
      error: "the type of a card's component is header, body or button",
    }),
  )
  .min(1, "a card has at least 1 component")
  .superRefine((components, context) => {
    checkComponents(components, {
      name: "a card",
      buttonsMax: CARD_BUTTONS_MAX,
      refuse: (path, message) => context.addIssue({ code: "custom", path, message }),
    });
  });

const card = z.strictObject({
  card_index: z
    .int("card_index is 0 to 9")
    .min(0, "card_index is 0 to 9")
    .max(CARDS_MAX - 1, "card_index is 0 to 9"),
  components: cardComponents,
});

const carouselComponent = z.strictObject({
  type: z.literal("carousel"),
  cards: z
    .array(card)
    .min(CARDS_MIN, `a carousel has at least ${CARDS_MIN} cards`)
    .max(CARDS_MAX, `a carousel has at most ${CARDS_MAX} cards`)
    .superRefine((cards, context) => {
      const seen = new Set<number>();
      for (const [position, { card_index }] of cards.entries()) {
        const message = `two cards have the card_index ${card_index}`;
        if (seen.has(card_index)) context.addIssue({ code: "custom", path: [position, "card_index"], message });
        seen.add(card_index);
      }
    })
    .meta({ description: "Exactly as many cards as the template was created with." }),
});

const limitedTimeOfferComponent = z.strictObject({
  type: z.literal("limited_time_offer"),
  parameters: z
    .array(
      z.strictObject({
        type: z.literal("limited_time_offer"),
        limited_time_offer: z.strictObject({
          expiration_time_ms: z
            .int("expiration_time_ms is a whole number")
            .min(1, "expiration_time_ms is a time in milliseconds since 1970"),
        }),
      }),
    )
    .length(1, "a limited_time_offer takes exactly one parameter"),
});

const components = z
  .array(
    z.discriminatedUnion(
      "type",
      [headerComponent, bodyComponent, buttonComponent, carouselComponent, limitedTimeOfferComponent],
      { error: "the type of a component is header, body, button, carousel or limited_time_offer" },
    ),
  )
  .superRefine((all, context) => {
    checkComponents(all, {
      name: "a template",
      buttonsMax: BUTTONS_MAX,
      refuse: (path, message) => context.addIssue({ code: "custom", path, message }),
    });
  });

/** A template message, as the Cloud API takes it: `{type: "template", template: {name, language, components?}}`. */
export const templateContentSchema = z
  .strictObject({
    type: z.literal("template"),
    template: z.strictObject({
      name: characters("template.name", { max: NAME_MAX })
        .regex(/^[a-z0-9_]+$/, "template.name is made of a-z, 0-9 and _")
        .meta({ description: "Name of an approved template of the sender's account.", example: "order_update" }),
      language: z.strictObject({
        code: characters("template.language.code", { max: 35 })
          .regex(/^[A-Za-z0-9_-]+$/, "template.language.code is a code such as en_US")
          .meta({ description: "Language and locale of the approved template.", example: "en_US" }),
        policy: z.literal("deterministic", "template.language.policy is deterministic or absent").optional(),
      }),
      components: components.optional().meta({ description: "What is filled into the template, if it has variables." }),
    }),
    context: messageContext.optional(),
  })
  .meta({
    description: "A message from an approved template; may be sent at any time.",
    example: {
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
    },
  });

export type TemplateContent = z.infer<typeof templateContentSchema>;
