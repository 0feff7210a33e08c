// Interactive messages with one button that does something: opens a page or a flow, asks for a place, an address or a phone
// number, calls or asks to call. Source: docs/sources.md, sending; M:messages/interactive-cta-url-messages,
// M:flows/guides/sendingaflow, M:messages/location-request-messages, M:messages/address-messages,
// M:calling/user-call-permissions, M:calling/call-button-messages-deep-links, M:business-scoped-user-ids.

import { z } from "zod";
import { callPayload, callTtlMinutes } from "./call-button.ts";
import { characters, identifier, jsonObject } from "./characters.ts";
import { anyHeader, body, footer, LABEL_MAX, longBody } from "./interactive-parts.ts";
import { list } from "./lists.ts";
import { webAddress } from "./media.ts";

/** Meta's schema and page say 30, older pages 20: the wider one. */
const FLOW_CTA_MAX = 30;
const PIN_CODE_MAX = 6;
/** Not documented; bounds of ours, beyond anything sensible. */
const OPAQUE_MAX = 4_096;
const ADDRESS_TEXT_MAX = 1_000;
const SAVED_ADDRESSES_MAX = 100;

export const ctaUrlAction = {
  name: z.literal("cta_url", "the name of this action is cta_url"),
  parameters: z.strictObject({
    display_text: characters("display_text", { max: LABEL_MAX }).meta({ description: "What the button says." }),
    url: webAddress("url"),
  }),
};

export const ctaUrlMessage = z
  .strictObject({
    type: z.literal("cta_url"),
    header: anyHeader.optional(),
    body,
    footer,
    action: z.strictObject(ctaUrlAction),
  })
  .meta({
    description: "A button that opens a web page.",
    example: {
      type: "cta_url",
      body: { text: "Tap below to see the dates." },
      action: { name: "cta_url", parameters: { display_text: "See dates", url: "https://example.com/dates" } },
    },
  });

/** Shown as an emoji by itself, or turned into one by a variation selector. */
const EMOJI = /\p{Emoji_Presentation}|\u{fe0f}/u;

const flowParameters = z
  .strictObject({
    flow_message_version: z.literal("3", "flow_message_version is 3, as a text"),
    flow_id: identifier("flow_id").optional(),
    flow_name: identifier("flow_name").optional(),
    flow_token: characters("flow_token", { max: OPAQUE_MAX })
      .optional()
      .meta({ description: "Comes back in the answer." }),
    flow_cta: characters("flow_cta", { max: FLOW_CTA_MAX })
      .refine((text) => !EMOJI.test(text), "flow_cta has no emoji")
      .meta({ description: "What the button says." }),
    flow_action: z.enum(["navigate", "data_exchange"], "flow_action is navigate or data_exchange").optional(),
    flow_action_payload: z
      .strictObject({ screen: identifier("screen").optional(), data: jsonObject("data").optional() })
      .optional(),
    mode: z.enum(["draft", "published"], "mode is draft or published").optional(),
  })
  .refine(({ flow_id, flow_name }) => (flow_id === undefined) !== (flow_name === undefined), {
    message: "a flow has either a flow_id or a flow_name",
  });

export const flowMessage = z
  .strictObject({
    type: z.literal("flow"),
    header: anyHeader.optional(),
    body: longBody,
    footer,
    action: z.strictObject({
      name: z.literal("flow", "the name of this action is flow"),
      parameters: flowParameters,
    }),
  })
  .meta({
    description: "A button that opens a flow.",
    example: {
      type: "flow",
      body: { text: "Book your table." },
      action: {
        name: "flow",
        parameters: {
          flow_message_version: "3",
          flow_id: "1234567890",
          flow_cta: "Book",
          flow_action: "navigate",
          flow_action_payload: { screen: "BOOKING" },
        },
      },
    },
  });

export const locationRequestMessage = z
  .strictObject({
    type: z.literal("location_request_message"),
    body,
    action: z.strictObject({ name: z.literal("send_location", "the name of this action is send_location") }),
  })
  .meta({ description: "A button to send one's location with." });

const addressText = (name: string, max = ADDRESS_TEXT_MAX) => characters(name, { min: 0, max }).optional();

/** The documented fields, all of them of Indian addresses. */
const address = z.strictObject({
  name: addressText("name"),
  phone_number: addressText("phone_number"),
  in_pin_code: addressText("in_pin_code", PIN_CODE_MAX),
  house_number: addressText("house_number"),
  floor_number: addressText("floor_number"),
  tower_number: addressText("tower_number"),
  building_name: addressText("building_name"),
  address: addressText("address"),
  landmark_area: addressText("landmark_area"),
  city: addressText("city"),
  state: addressText("state"),
});

const addressErrors = z.record(z.string(), characters("a validation error", { max: ADDRESS_TEXT_MAX }), {
  error: "validation_errors is an object of texts",
});

const savedAddress = z.strictObject({ id: identifier("the id of a saved address"), value: address });

export const addressMessage = z
  .strictObject({
    type: z.literal("address_message"),
    header: anyHeader.optional(),
    body: longBody,
    footer,
    action: z.strictObject({
      name: z.literal("address_message", "the name of this action is address_message"),
      parameters: z.strictObject({
        country: z.string("country is required").regex(/^[A-Z]{2}$/, "country is a code of two letters, such as IN"),
        values: address.optional(),
        saved_addresses: list("saved_addresses", savedAddress, {
          max: SAVED_ADDRESSES_MAX,
          items: ["address", "addresses"],
        }).optional(),
        validation_errors: addressErrors.optional(),
      }),
    }),
  })
  .meta({ description: "A form for a delivery address; for businesses and customers in India." });

export const callPermissionRequestMessage = z
  .strictObject({
    type: z.literal("call_permission_request"),
    body: longBody.optional(),
    action: z.strictObject({
      name: z.literal("call_permission_request", "the name of this action is call_permission_request"),
    }),
  })
  .meta({ description: "Asks for the permission to call; at most once in 24 hours and twice in 7 days per person." });

export const voiceCallMessage = z
  .strictObject({
    type: z.literal("voice_call"),
    header: anyHeader.optional(),
    body: longBody,
    footer,
    action: z.strictObject({
      name: z.literal("voice_call", "the name of this action is voice_call"),
      parameters: z
        .strictObject({
          display_text: characters("display_text", { max: LABEL_MAX }).optional(),
          ttl_minutes: callTtlMinutes.optional(),
          payload: callPayload.optional(),
        })
        .optional(),
    }),
  })
  .meta({ description: "A button that calls you on WhatsApp." });

export const contactInfoRequestMessage = z
  .strictObject({
    // Meta's example prints contact_request, others report that request_contact_info is what works: both are let through.
    type: z.literal(["request_contact_info", "contact_request"]),
    body: longBody,
    action: z.strictObject({
      name: z.literal("request_contact_info", "the name of this action is request_contact_info"),
    }),
  })
  .meta({ description: "Asks for the phone number of someone who is known by user name only." });
