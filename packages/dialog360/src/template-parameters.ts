// What is filled into a template: the parameters of its header, body and buttons. Source: docs/sources.md, templates and the
// template pages of developers.facebook.com/documentation/business-messaging/whatsapp/templates.

import { z } from "zod";
import { characters, identifier, jsonObject, parameterCharacters } from "./characters.ts";

/** Header text in total; its one variable cannot be longer. */
const HEADER_TEXT_MAX = 60;
/** The schema's own limit; what counts is the filled-in component (1024 and less), which only the provider knows. */
const BODY_TEXT_MAX = 32_768;
const CARD_BODY_TEXT_MAX = 160;
const URL_MAX = 2_000;
const COUPON_MAX = 15;
/** Not documented; bounds of ours, beyond anything sensible. */
const LINK_MAX = 4_096;
const OPAQUE_MAX = 4_096;
const PLACE_MAX = 1_000;
const FILENAME_MAX = 240;
const CALL_PAYLOAD_MAX = 512;
const CALL_TTL_MAX_MINUTES = 43_200;
const SECTIONS_MAX = 10;
const PRODUCTS_MAX = 30;
const SECTION_TITLE_MAX = 24;

const parameterName = characters("parameter_name", { max: 512 })
  .regex(/^[a-z0-9_]+$/, "parameter_name is made of a-z, 0-9 and _")
  .optional()
  .meta({ description: "For templates with named parameters, such as first_name for {{first_name}}." });

const link = characters("link", { max: LINK_MAX })
  .refine(
    (text) => /^https?:\/\//i.test(text) && URL.canParse(text),
    "link is a URL that starts with http:// or https://",
  )
  .meta({ description: "A public URL. WhatsApp caches what it fetches for 10 minutes per URL.", format: "uri" });

const mediaShape = {
  id: identifier("id").optional().meta({ description: "Id of an uploaded file; faster than a link." }),
  link: link.optional(),
};
const ONE_SOURCE = "media has either an id or a link";
const hasOneSource = (media: { id?: string | undefined; link?: string | undefined }) =>
  (media.id === undefined) !== (media.link === undefined);

const media = z.strictObject(mediaShape).refine(hasOneSource, ONE_SOURCE);
const document = z
  .strictObject({ ...mediaShape, filename: characters("filename", { max: FILENAME_MAX }).optional() })
  .refine(hasOneSource, ONE_SOURCE);

const product = z.strictObject({
  product_retailer_id: identifier("product_retailer_id"),
  catalog_id: identifier("catalog_id"),
});

function degrees(name: string, limit: number) {
  return z
    .union([z.number(), z.string().regex(/^-?\d{1,3}(\.\d{1,20})?$/)], { error: `${name} is a number of degrees` })
    .refine((value) => Math.abs(Number(value)) <= limit, `${name} lies between -${limit} and ${limit}`);
}

const location = z.strictObject({
  latitude: degrees("latitude", 90),
  longitude: degrees("longitude", 180),
  name: characters("location.name", { max: PLACE_MAX }).optional(),
  address: characters("location.address", { max: PLACE_MAX }).optional(),
});

const headerText = z.strictObject({
  type: z.literal("text"),
  text: parameterCharacters("the text of a header parameter", { max: HEADER_TEXT_MAX }),
  parameter_name: parameterName,
});
const imageParameter = z.strictObject({ type: z.literal("image"), image: media });
const videoParameter = z.strictObject({ type: z.literal("video"), video: media });
const documentParameter = z.strictObject({ type: z.literal("document"), document });
const locationParameter = z.strictObject({ type: z.literal("location"), location });
const productParameter = z.strictObject({ type: z.literal("product"), product });

const currency = z.strictObject({
  fallback_value: parameterCharacters("currency.fallback_value", { max: BODY_TEXT_MAX }),
  code: z.string().regex(/^[A-Z]{3}$/, "currency.code is a code of three letters, such as EUR"),
  amount_1000: z.int("currency.amount_1000 is a whole number: the amount times 1000"),
});
const dateTime = z.strictObject({
  fallback_value: parameterCharacters("date_time.fallback_value", { max: BODY_TEXT_MAX }),
});

function bodyParameterOf(textMax: number) {
  const text = parameterCharacters("the text of a body parameter", { max: textMax });
  return z.discriminatedUnion(
    "type",
    [
      z.strictObject({ type: z.literal("text"), text, parameter_name: parameterName }),
      z.strictObject({ type: z.literal("currency"), currency, parameter_name: parameterName }),
      z.strictObject({ type: z.literal("date_time"), date_time: dateTime, parameter_name: parameterName }),
    ],
    { error: "the type of a body parameter is text, currency or date_time" },
  );
}

function headerOf<Parameter extends z.ZodType>(parameter: Parameter) {
  return z.strictObject({
    type: z.literal("header"),
    parameters: z.array(parameter).length(1, "a header takes exactly one parameter"),
  });
}

export const headerComponent = headerOf(
  z.discriminatedUnion(
    "type",
    [headerText, imageParameter, videoParameter, documentParameter, locationParameter, productParameter],
    { error: "the type of a header parameter is text, image, video, document, location or product" },
  ),
);
export const cardHeaderComponent = headerOf(
  z.discriminatedUnion("type", [imageParameter, videoParameter, productParameter], {
    error: "the type of a card's header parameter is image, video or product",
  }),
);
export const bodyComponent = z.strictObject({
  type: z.literal("body"),
  parameters: z.array(bodyParameterOf(BODY_TEXT_MAX)),
});
export const cardBodyComponent = z.strictObject({
  type: z.literal("body"),
  parameters: z.array(bodyParameterOf(CARD_BODY_TEXT_MAX)),
});

// One literal of both spellings, numbers and digits: Meta's pages show either.
const index = z
  .literal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], {
    error: "the index of a button is 0 to 9",
  })
  .meta({ description: "Position of the button in the template, from 0.", example: 0 });

const button = { type: z.literal("button"), index };
const ONE_PARAMETER = "this button takes exactly one parameter";
const one = <Parameter extends z.ZodType>(parameter: Parameter) => z.array(parameter).length(1, ONE_PARAMETER);
const action = <Action extends z.ZodType>(kind: Action) => z.strictObject({ type: z.literal("action"), action: kind });

const section = z.strictObject({
  title: characters("the title of a section", { max: SECTION_TITLE_MAX }).optional(),
  product_items: z.array(z.strictObject({ product_retailer_id: identifier("product_retailer_id") })).min(1),
});
const sections = z
  .array(section)
  .min(1, "sections has at least 1 section")
  .max(SECTIONS_MAX, `sections has at most ${SECTIONS_MAX} sections`)
  .refine(
    (all) => all.reduce((count, { product_items }) => count + product_items.length, 0) <= PRODUCTS_MAX,
    `sections have at most ${PRODUCTS_MAX} products in total`,
  );
const thumbnail = identifier("thumbnail_product_retailer_id").optional();

// Meta's pages print some sub types in capitals (CATALOG); both spellings work.
export const buttonComponent = z.discriminatedUnion(
  "sub_type",
  [
    z.strictObject({
      ...button,
      sub_type: z.literal(["quick_reply", "QUICK_REPLY"]),
      parameters: one(
        z.strictObject({ type: z.literal("payload"), payload: characters("payload", { max: OPAQUE_MAX }) }),
      ),
    }),
    z.strictObject({
      ...button,
      sub_type: z.literal(["url", "URL"]),
      parameters: one(
        z.strictObject({ type: z.literal("text"), text: characters("the text of a url button", { max: URL_MAX }) }),
      ),
    }),
    z.strictObject({
      ...button,
      sub_type: z.literal(["copy_code", "COPY_CODE"]),
      parameters: one(
        z.strictObject({
          type: z.literal("coupon_code"),
          coupon_code: characters("coupon_code", { max: COUPON_MAX }),
        }),
      ),
    }),
    z.strictObject({
      ...button,
      sub_type: z.literal(["flow", "FLOW"]),
      parameters: one(
        action(
          z.strictObject({
            flow_token: characters("flow_token", { max: OPAQUE_MAX }).optional(),
            flow_action_data: jsonObject("flow_action_data").optional(),
          }),
        ),
      ).optional(),
    }),
    z.strictObject({
      ...button,
      sub_type: z.literal(["catalog", "CATALOG"]),
      parameters: one(action(z.strictObject({ thumbnail_product_retailer_id: thumbnail }))).optional(),
    }),
    z.strictObject({
      ...button,
      sub_type: z.literal(["mpm", "MPM"]),
      parameters: one(action(z.strictObject({ thumbnail_product_retailer_id: thumbnail, sections }))),
    }),
    z.strictObject({
      type: z.literal("button"),
      sub_type: z.literal(["voice_call", "VOICE_CALL"]),
      index: index.optional(),
      parameters: z
        .array(
          z.discriminatedUnion("type", [
            z.strictObject({
              type: z.literal("ttl_minutes"),
              ttl_minutes: z
                .int("ttl_minutes is a whole number")
                .min(1, "ttl_minutes is at least 1")
                .max(CALL_TTL_MAX_MINUTES, `ttl_minutes is at most ${CALL_TTL_MAX_MINUTES}`),
            }),
            z.strictObject({
              type: z.literal("payload"),
              payload: characters("payload", { max: CALL_PAYLOAD_MAX }),
            }),
          ]),
        )
        .max(2, "a voice_call button takes ttl_minutes and payload, each at most once")
        .optional(),
    }),
    z.strictObject({
      ...button,
      sub_type: z.literal(["order_details", "ORDER_DETAILS"]),
      // Payments differ by country and are not modelled here: handed through as they are.
      parameters: one(action(z.strictObject({ order_details: jsonObject("order_details") }))),
    }),
  ],
  {
    error: "the sub_type of a button is quick_reply, url, copy_code, flow, catalog, mpm, voice_call or order_details",
  },
);
