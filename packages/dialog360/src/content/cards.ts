// What the cards of carousels have in common, in interactive messages and in templates (docs/sources.md, sending and templates).

import { z } from "zod";
import { type ListLimits, type Refuse, refuseRepeats } from "./lists.ts";

const CARDS_MAX = 10;
export const CARD_LIMITS: ListLimits = { min: 2, max: CARDS_MAX, items: ["card", "cards"] };
export const CARD_BODY_MAX = 160;

export const cardIndex = z
  .int("card_index is 0 to 9")
  .min(0, "card_index is 0 to 9")
  .max(CARDS_MAX - 1, "card_index is 0 to 9")
  .meta({ description: "Place of the card, from 0." });

export function refuseRepeatedCards(cards: readonly { readonly card_index: number }[], refuse: Refuse): void {
  const indices = cards.map(({ card_index }, position) => ({ value: card_index, path: [position, "card_index"] }));
  refuseRepeats(indices, "cards have the card_index", refuse);
}
