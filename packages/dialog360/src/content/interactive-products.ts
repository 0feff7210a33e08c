// Interactive messages about a catalogue: one product, a list of them, the catalogue itself. Source: docs/sources.md, sending,
// and M:catalogs/sell-products-and-services/share-products.

import { z } from "zod";
import { identifier } from "./characters.ts";
import { body, footer, longBody, textHeader } from "./interactive-parts.ts";
import { product, productSections } from "./products.ts";

export const productMessage = z
  .strictObject({ type: z.literal("product"), body: body.optional(), footer, action: product })
  .meta({ description: "One product of your catalogue." });

export const productListMessage = z
  .strictObject({
    type: z.literal("product_list"),
    header: textHeader,
    body: longBody,
    footer,
    action: z.strictObject({ catalog_id: identifier("catalog_id"), sections: productSections }),
  })
  .meta({ description: "Up to 30 products of your catalogue, in up to 10 sections." });

export const catalogMessage = z
  .strictObject({
    type: z.literal("catalog_message"),
    body,
    footer,
    action: z.strictObject({
      name: z.literal("catalog_message", "the name of this action is catalog_message"),
      parameters: z
        .strictObject({ thumbnail_product_retailer_id: identifier("thumbnail_product_retailer_id").optional() })
        .optional(),
    }),
  })
  .meta({ description: "Your catalogue, with the picture of one product." });
