// Interactive messages, told apart by their `type`. Payments (order_details, order_status) are not modelled; they differ by
// country and can be sent with `passthrough`.

import { z } from "zod";
import { carouselMessage } from "./interactive-carousel.ts";
import { buttonMessage, listMessage } from "./interactive-choices.ts";
import { catalogMessage, productListMessage, productMessage } from "./interactive-products.ts";
import {
  addressMessage,
  callPermissionRequestMessage,
  contactInfoRequestMessage,
  ctaUrlMessage,
  flowMessage,
  locationRequestMessage,
  voiceCallMessage,
} from "./interactive-requests.ts";

const TYPES =
  "interactive.type is button, list, cta_url, flow, location_request_message, address_message, product, " +
  "product_list, catalog_message, carousel, call_permission_request, voice_call or request_contact_info; " +
  "another one can be sent with passthrough";

export const interactive = z.discriminatedUnion(
  "type",
  [
    buttonMessage,
    listMessage,
    ctaUrlMessage,
    flowMessage,
    locationRequestMessage,
    addressMessage,
    productMessage,
    productListMessage,
    catalogMessage,
    carouselMessage,
    callPermissionRequestMessage,
    voiceCallMessage,
    contactInfoRequestMessage,
  ],
  {
    error: ({ input }) => (input === undefined ? "interactive is required" : TYPES),
  },
);
