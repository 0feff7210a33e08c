// What is filled into a template: the parameters of its header, body and buttons. Source: docs/sources.md, templates and the
// template pages of developers.facebook.com/documentation/business-messaging/whatsapp/templates.

import { z } from "zod";
import { callPayload, callTtlMinutes } from "./call-button.ts";
import { CARD_BODY_MAX } from "./cards.ts";
import { characters, charactersIn, identifier, jsonObject, parameterCharacters } from "./characters.ts";
import { type Refuse, refuseIn, refuseRepeats } from "./lists.ts";
import { location } from "./location.ts";
import { documentFile, imageFile, videoFile } from "./media.ts";
import { product, productSections } from "./products.ts";

/** Header text in total; its one variable cannot be longer. */
const HEADER_TEXT_MAX = 60;
/** The schema's own limit; what counts is the filled-in component (1024 and less), which only the provider knows. */
const BODY_TEXT_MAX = 32_768;
const URL_MAX = 2_000;
const COUPON_MAX = 15;
/** Not documented; a bound of ours, beyond anything sensible. */
const OPAQUE_MAX = 4_096;

const parameterName = characters("parameter_name", { max: 512 })
  .regex(/^[a-z0-9_]+$/, "parameter_name is made of a-z, 0-9 and _")
  .optional()
  .meta({ description: "For templates with named parameters, such as first_name for {{first_name}}." });

const headerText = z.strictObject({
  type: z.literal("text"),
  text: parameterCharacters("the text of a header parameter", { max: HEADER_TEXT_MAX }),
  parameter_name: parameterName,
});
const imageParameter = z.strictObject({ type: z.literal("image"), image: imageFile });
const videoParameter = z.strictObject({ type: z.literal("video"), video: videoFile });
const documentParameter = z.strictObject({ type: z.literal("document"), document: documentFile });
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
export const bodyComponent = bodyOf("a body", BODY_TEXT_MAX);
export const cardBodyComponent = bodyOf("the body of a card", CARD_BODY_MAX);

/** The texts fill one component, so its limit holds for all of them together. */
function bodyOf(name: string, textMax: number) {
  return z.strictObject({
    type: z.literal("body"),
    parameters: z.array(bodyParameterOf(textMax)).superRefine((parameters, context) => {
      const refuse = refuseIn(context);
      if (parameters.length > 1 && fillMoreThan(textMax, parameters)) {
        refuse([], `the texts of ${name} have at most ${textMax} characters in total`);
      }
      refuseMixedNames(parameters, refuse);
    }),
  });
}

/** As the schemas of body parameters give them. */
interface BodyParameter {
  readonly type: string;
  readonly text?: string | undefined;
  readonly parameter_name?: string | undefined;
}

/** Whether the texts alone are longer than that; amounts and times are not counted, since WhatsApp words them itself. */
export function fillMoreThan(max: number, parameters: readonly BodyParameter[]): boolean {
  let units = 0;
  for (const { text } of parameters) units += text?.length ?? 0;
  // A text has at most as many characters as UTF-16 units, so most are judged without counting.
  return units > max && parameters.reduce((count, { text = "" }) => count + charactersIn(text), 0) > max;
}

/** A template has either numbered variables or named ones. */
function refuseMixedNames(parameters: readonly BodyParameter[], refuse: Refuse): void {
  const isNamed = parameters[0]?.parameter_name !== undefined;
  for (const [position, { parameter_name }] of parameters.entries()) {
    if ((parameter_name !== undefined) !== isNamed) {
      refuse([position, "parameter_name"], "either all parameters of a body have a parameter_name, or none");
    }
  }
  if (!isNamed) return;
  const names = parameters.map(({ parameter_name }, position) => {
    return { value: parameter_name, path: [position, "parameter_name"] };
  });
  refuseRepeats(names, "parameters have the parameter_name", refuse);
}

// One literal of both spellings, numbers and digits: Meta's pages show either.
const index = z
  .literal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], {
    error: "the index of a button is 0 to 9",
  })
  .meta({ description: "Position of the button in the template, from 0.", example: 0 });

const button = { type: z.literal("button"), index };
/** The only type that a parameter can have where it stands. */
const kind = <Type extends string>(type: Type) => z.literal(type, `the type of this parameter is ${type}`);
const ONE_PARAMETER = "this button takes exactly one parameter";
const one = <Parameter extends z.ZodType>(parameter: Parameter) => z.array(parameter).length(1, ONE_PARAMETER);
const action = <Action extends z.ZodType>(of: Action) => z.strictObject({ type: kind("action"), action: of });

const thumbnail = identifier("thumbnail_product_retailer_id").optional();

// Meta's pages print some sub types in capitals (CATALOG); both spellings work.
export const buttonComponent = z.discriminatedUnion(
  "sub_type",
  [
    z.strictObject({
      ...button,
      sub_type: z.literal(["quick_reply", "QUICK_REPLY"]),
      parameters: one(z.strictObject({ type: kind("payload"), payload: characters("payload", { max: OPAQUE_MAX }) })),
    }),
    z.strictObject({
      ...button,
      sub_type: z.literal(["url", "URL"]),
      parameters: one(
        z.strictObject({
          type: kind("text"),
          text: parameterCharacters("the text of a url button", { max: URL_MAX }),
        }),
      ),
    }),
    z.strictObject({
      ...button,
      sub_type: z.literal(["copy_code", "COPY_CODE"]),
      parameters: one(
        z.strictObject({
          type: kind("coupon_code"),
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
      parameters: one(action(z.strictObject({ thumbnail_product_retailer_id: thumbnail, sections: productSections }))),
    }),
    z.strictObject({
      type: z.literal("button"),
      sub_type: z.literal(["voice_call", "VOICE_CALL"]),
      index: index.optional(),
      parameters: z
        .array(
          z.discriminatedUnion(
            "type",
            [
              z.strictObject({ type: z.literal("ttl_minutes"), ttl_minutes: callTtlMinutes }),
              z.strictObject({ type: z.literal("payload"), payload: callPayload }),
            ],
            { error: "the type of this parameter is ttl_minutes or payload" },
          ),
        )
        .superRefine((parameters, context) => {
          const types = parameters.map(({ type }, position) => ({ value: type, path: [position, "type"] }));
          refuseRepeats(types, "parameters of a voice_call button have the type", refuseIn(context));
        })
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
