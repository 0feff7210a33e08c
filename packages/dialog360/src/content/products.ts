// Products of a catalogue, in sections: a list of them in an interactive message, or behind the button of a template
// (docs/sources.md, sending and templates).

import { z } from "zod";
import { characters, identifier } from "./characters.ts";
import { list, type Refuse, refuseIn } from "./lists.ts";

const SECTIONS_MAX = 10;
const PRODUCTS_MAX = 30;
/** Of products and of the rows of a list alike. */
export const SECTION_TITLE_MAX = 24;

export const product = z.strictObject({
  product_retailer_id: identifier("product_retailer_id"),
  catalog_id: identifier("catalog_id"),
});

const productSection = z.strictObject({
  title: characters("the title of a section", { max: SECTION_TITLE_MAX }).optional(),
  product_items: z
    .array(z.strictObject({ product_retailer_id: identifier("product_retailer_id") }))
    .min(1, "product_items has at least 1 product"),
});

export const productSections = list("sections", productSection, {
  max: SECTIONS_MAX,
  items: ["section", "sections"],
}).superRefine((sections, context) => {
  const refuse = refuseIn(context);
  const products = sections.reduce((count, { product_items }) => count + product_items.length, 0);
  if (products > PRODUCTS_MAX) refuse([], `sections have at most ${PRODUCTS_MAX} products in total`);
  refuseMissingTitles(sections, refuse);
});

/** With one section its title may be left out; with more, each has one. */
export function refuseMissingTitles(
  sections: readonly { readonly title?: string | undefined }[],
  refuse: Refuse,
): void {
  if (sections.length < 2) return;
  for (const [position, { title }] of sections.entries()) {
    if (title === undefined)
      refuse([position, "title"], "the title of a section is required if there is more than one");
  }
}
