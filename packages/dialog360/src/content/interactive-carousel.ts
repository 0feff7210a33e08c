// Cards side by side: each with a picture or a video and buttons, or each a product. The cards of one message are alike.
// Source: docs/sources.md, sending; M:messages/interactive-media-carousel-messages (May 2026; it gives 20 characters for URLs
// and ids, too, which its own examples exceed, so the limits of the other pages hold) and
// M:messages/interactive-product-carousel-messages.

import { z } from "zod";
import { CARD_BODY_MAX, CARD_LIMITS, cardIndex, refuseRepeatedCards } from "./cards.ts";
import { characters } from "./characters.ts";
import { reply } from "./interactive-choices.ts";
import { body, cardHeader } from "./interactive-parts.ts";
import { ctaUrlAction } from "./interactive-requests.ts";
import { list, type Refuse, refuseIn, refuseRepeats } from "./lists.ts";
import { product } from "./products.ts";

const CARD_LINE_BREAKS_MAX = 2;
/** Not documented; a bound of ours. */
const CARD_BUTTONS_MAX = 10;

const cardBody = z.strictObject({
  text: characters("the body text of a card", { max: CARD_BODY_MAX }).refine(
    (text) => text.split(/\r\n|\r|\n/).length - 1 <= CARD_LINE_BREAKS_MAX,
    `the body text of a card has at most ${CARD_LINE_BREAKS_MAX} line breaks`,
  ),
});

const quickReplies = list(
  "action.buttons",
  z.strictObject({ type: z.literal("quick_reply", "the type of a card's button is quick_reply"), quick_reply: reply }),
  { max: CARD_BUTTONS_MAX, items: ["button", "buttons"] },
).superRefine((buttons, context) => {
  const refuse = refuseIn(context);
  const all = (field: "id" | "title") => {
    return buttons.map(({ quick_reply }, at) => ({ value: quick_reply[field], path: [at, "quick_reply", field] }));
  };
  refuseRepeats(all("title"), "buttons of a card have the title", refuse);
  refuseRepeats(all("id"), "buttons of a card have the id", refuse);
});

const mediaCard = z.strictObject({
  card_index: cardIndex,
  // The cards with quick replies are of this type, too.
  type: z.literal("cta_url"),
  header: cardHeader,
  body: cardBody.optional(),
  action: z
    .strictObject({
      name: ctaUrlAction.name.optional(),
      parameters: ctaUrlAction.parameters.optional(),
      buttons: quickReplies.optional(),
    })
    .refine(
      ({ name, parameters, buttons }) =>
        (name === undefined) === (parameters === undefined) && (name === undefined) !== (buttons === undefined),
      "the action of a card has either a name and parameters, for a URL button, or quick-reply buttons",
    ),
});

const productCard = z.strictObject({ card_index: cardIndex, type: z.literal("product"), action: product });

const cards = list(
  "interactive.action.cards",
  z.discriminatedUnion("type", [mediaCard, productCard], { error: "the type of a card is cta_url or product" }),
  CARD_LIMITS,
).superRefine((all, context) => {
  const refuse = refuseIn(context);
  refuseRepeatedCards(all, refuse);
  const [first, ...rest] = all;
  for (const [position, card] of rest.entries()) {
    if (first !== undefined) refuseUnlike(first, card, (path, message) => refuse([position + 1, ...path], message));
  }
});

type Card = z.infer<typeof mediaCard> | z.infer<typeof productCard>;

function refuseUnlike(first: Card, card: Card, refuse: Refuse): void {
  if (first.type === "product" && card.type === "product") {
    if (first.action.catalog_id === card.action.catalog_id) return;
    refuse(["action", "catalog_id"], "the products of all cards are of the same catalogue");
  } else if (first.type === "cta_url" && card.type === "cta_url") {
    if (first.header.type !== card.header.type) {
      refuse(["header", "type"], "the headers of all cards are of the same type");
    }
    if (first.action.buttons?.length !== card.action.buttons?.length) {
      refuse(["action"], "all cards have buttons of the same kind and number");
    }
  } else refuse(["type"], "all cards are of the same type");
}

export const carouselMessage = z
  .strictObject({ type: z.literal("carousel"), body, action: z.strictObject({ cards }) })
  .meta({ description: "Two to ten cards side by side: with a picture or a video each, or a product each." });
