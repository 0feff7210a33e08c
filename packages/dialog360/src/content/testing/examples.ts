// One content of every shape that Meta's pages show (docs/sources.md, sending and templates), as tests use them: the kinds by
// `type`, and within it by what makes them different.

const body = { text: "Which one?" };
const footer = { text: "Lucky Shrub" };
const cta = { name: "cta_url", parameters: { display_text: "See dates", url: "https://example.com/dates?a=b" } };
const quickReply = (id: string, title: string) => ({ type: "quick_reply", quick_reply: { id, title } });

function mediaCard(card_index: number, action: object, more: object = {}) {
  const header = { type: "image", image: { link: `https://example.com/${card_index}.jpeg` } };
  return { card_index, type: "cta_url", header, ...more, action };
}

const freeForm = {
  text: { type: "text", text: { body: "Hi" } },
  "text with a preview": { type: "text", text: { body: "https://example.com", preview_url: true } },
  "image by id": { type: "image", image: { id: "2762702990552401" } },
  "image by link": { type: "image", image: { link: "https://example.com/a.png", caption: "A" } },
  video: { type: "video", video: { id: "2762702990552401", caption: "B" } },
  audio: { type: "audio", audio: { id: "2762702990552401" } },
  "voice note": { type: "audio", audio: { link: "http://example.com/a.ogg", voice: true } },
  document: { type: "document", document: { id: "2762702990552401", caption: "C", filename: "bill.pdf" } },
  sticker: { type: "sticker", sticker: { id: "2762702990552401" } },
  "location in texts": {
    type: "location",
    location: { latitude: "37.44216251868683", longitude: "-122.16153582049394", name: "Soul", address: "1 Road" },
  },
  "location in numbers": { type: "location", location: { latitude: -90, longitude: 180 } },
  "contacts, the least": { type: "contacts", contacts: [{ name: { formatted_name: "Barbara" } }] },
  "contacts, the most": {
    type: "contacts",
    contacts: [
      {
        name: {
          formatted_name: "Barbara J. Johnson",
          first_name: "Barbara",
          last_name: "Johnson",
          middle_name: "Joana",
          suffix: "Esq.",
          prefix: "Dr.",
        },
        phones: [
          { phone: "+16505559999", type: "Landline" },
          { phone: "+19175559999", wa_id: "19175559999" },
        ],
        emails: [{ email: "bjohnson@example.com", type: "Work" }],
        addresses: [
          {
            street: "1 Lucky Shrub Way",
            city: "Menlo Park",
            state: "CA",
            zip: "94025",
            country: "United States",
            country_code: "US",
            type: "Office",
          },
        ],
        org: { company: "Lucky Shrub", department: "Legal", title: "Lead Counsel" },
        urls: [{ url: "https://example.com", type: "Company" }],
        birthday: "1999-01-23",
      },
    ],
  },
  reaction: { type: "reaction", reaction: { message_id: "wamid.1", emoji: "😀" } },
  "reaction taken back": { type: "reaction", reaction: { message_id: "wamid.1", emoji: "" } },
  "a quoted reply": { type: "text", text: { body: "Hi" }, context: { message_id: "wamid.1" } },
};

const interactive = {
  button: {
    type: "button",
    header: { type: "image", image: { id: "2762702990552401" } },
    body,
    footer,
    action: {
      buttons: [
        { type: "reply", reply: { id: "change", title: "Change" } },
        { type: "reply", reply: { id: "cancel", title: "Cancel" } },
      ],
    },
  },
  list: {
    type: "list",
    header: { type: "text", text: "Choose" },
    body,
    footer,
    action: {
      button: "Shipping options",
      sections: [
        { title: "I want it ASAP!", rows: [{ id: "express", title: "Express", description: "Next day" }] },
        { title: "I can wait a bit", rows: [{ id: "mail", title: "Mail" }] },
      ],
    },
  },
  cta_url: { type: "cta_url", header: { type: "document", document: { id: "1", filename: "a" } }, body, action: cta },
  flow: {
    type: "flow",
    header: { type: "text", text: "Flow" },
    body,
    footer,
    action: {
      name: "flow",
      parameters: {
        flow_message_version: "3",
        flow_id: "1",
        flow_token: "AQAAAAACS5FpgQ_cAAAAAD0QI3s.",
        flow_cta: "Book!",
        flow_action: "navigate",
        flow_action_payload: { screen: "SCREEN", data: { product: { price: 100 } } },
        mode: "published",
      },
    },
  },
  "flow by name": {
    type: "flow",
    body,
    action: {
      name: "flow",
      parameters: { flow_message_version: "3", flow_name: "booking", flow_cta: "Book", flow_action: "data_exchange" },
    },
  },
  location_request_message: { type: "location_request_message", body, action: { name: "send_location" } },
  address_message: {
    type: "address_message",
    body,
    action: {
      name: "address_message",
      parameters: {
        country: "IN",
        values: { name: "Ada", phone_number: "+911234567890", in_pin_code: "666666" },
        saved_addresses: [{ id: "address1", value: { building_name: "", floor_number: "8", city: "Mumbai" } }],
        validation_errors: { in_pin_code: "We could not locate this pin code." },
      },
    },
  },
  product: { type: "product", body, footer, action: { catalog_id: "1", product_retailer_id: "p1" } },
  product_list: {
    type: "product_list",
    header: { type: "text", text: "Fruit" },
    body,
    footer,
    action: { catalog_id: "1", sections: [{ title: "Red", product_items: [{ product_retailer_id: "p1" }] }] },
  },
  catalog_message: {
    type: "catalog_message",
    body,
    footer,
    action: { name: "catalog_message", parameters: { thumbnail_product_retailer_id: "p1" } },
  },
  "catalog_message without a picture": { type: "catalog_message", body, action: { name: "catalog_message" } },
  "carousel with URLs": {
    type: "carousel",
    body,
    action: { cards: [mediaCard(0, cta, { body: { text: "*Blue*\n\nNice." } }), mediaCard(1, cta)] },
  },
  "carousel with quick replies": {
    type: "carousel",
    body,
    action: {
      cards: [0, 1].map((index) => {
        return mediaCard(index, {
          buttons: [quickReply(`more-${index}`, "More"), quickReply(`keep-${index}`, "Keep")],
        });
      }),
    },
  },
  "carousel of products": {
    type: "carousel",
    body,
    action: {
      cards: [0, 1].map((card_index) => {
        return { card_index, type: "product", action: { product_retailer_id: `p${card_index}`, catalog_id: "1" } };
      }),
    },
  },
  call_permission_request: { type: "call_permission_request", body, action: { name: "call_permission_request" } },
  voice_call: {
    type: "voice_call",
    body,
    action: { name: "voice_call", parameters: { display_text: "Call us", ttl_minutes: 100, payload: "data" } },
  },
  request_contact_info: { type: "request_contact_info", body, action: { name: "request_contact_info" } },
  contact_request: { type: "contact_request", body, action: { name: "request_contact_info" } },
};

const text = (value: string, more: object = {}) => ({ type: "text", text: value, ...more });
const button = (sub_type: string, index: number | string, parameter: object) => {
  return { type: "button", sub_type, index, parameters: [parameter] };
};
const header = (parameter: object) => ({ type: "header", parameters: [parameter] });
const picture = header({ type: "image", image: { id: "17" } });
const bodyOf = (...parameters: object[]) => ({ type: "body", parameters });

const templates = {
  "no variables": undefined,
  "an empty list": [],
  "numbered texts": [bodyOf(text("Ada"), text("A-4711"))],
  "named texts": [
    header(text("17", { parameter_name: "order" })),
    bodyOf(text("Ada", { parameter_name: "first_name" }), text("A", { parameter_name: "number" })),
  ],
  "an amount and a time": [
    bodyOf(
      { type: "currency", currency: { fallback_value: "€10", code: "EUR", amount_1000: 10_000 } },
      { type: "date_time", date_time: { fallback_value: "Tuesday" } },
    ),
  ],
  "an image": [header({ type: "image", image: { link: "https://example.com/a.png" } })],
  "a video": [header({ type: "video", video: { id: "17" } })],
  "a named document": [header({ type: "document", document: { id: "17", filename: "bill.pdf" } })],
  "a place": [
    header({ type: "location", location: { latitude: 37.48, longitude: "-122.14", name: "HQ", address: "1 Road" } }),
  ],
  "a product": [header({ type: "product", product: { product_retailer_id: "p1", catalog_id: "17" } })],
  "quick replies and URLs": [
    button("quick_reply", 0, { type: "payload", payload: "a" }),
    button("quick_reply", 1, { type: "payload", payload: "b" }),
    button("url", "2", text("n3mtql")),
    button("url", "3", text("n3mtql")),
  ],
  "a coupon": [button("copy_code", 0, { type: "coupon_code", coupon_code: "CARIBE25" })],
  "a flow": [
    button("flow", 0, {
      type: "action",
      action: { flow_token: "t", flow_action_data: { screen: "START", answers: [1, { two: null }] } },
    }),
  ],
  "a flow with its defaults": [{ type: "button", sub_type: "flow", index: "0" }],
  "a catalogue": [button("CATALOG", 0, { type: "action", action: { thumbnail_product_retailer_id: "p1" } })],
  "a catalogue with its first picture": [{ type: "button", sub_type: "catalog", index: 0 }],
  products: [
    button("mpm", 0, {
      type: "action",
      action: {
        thumbnail_product_retailer_id: "p1",
        sections: [{ title: "Red", product_items: [{ product_retailer_id: "p1" }] }],
      },
    }),
  ],
  "a call": [
    {
      type: "button",
      sub_type: "voice_call",
      parameters: [
        { type: "ttl_minutes", ttl_minutes: 100 },
        { type: "payload", payload: "p" },
      ],
    },
  ],
  "an order": [
    button("order_details", 0, { type: "action", action: { order_details: { reference_id: "r", currency: "INR" } } }),
  ],
  "a one-time password": [bodyOf(text("123456")), button("url", "0", text("123456"))],
  "a limited offer": [
    picture,
    bodyOf(text("Ada")),
    {
      type: "limited_time_offer",
      parameters: [{ type: "limited_time_offer", limited_time_offer: { expiration_time_ms: 1_795_000_000_000 } }],
    },
    button("copy_code", 0, { type: "coupon_code", coupon_code: "CARIBE25" }),
    button("url", 1, text("n3mtql")),
  ],
  "a carousel": [
    bodyOf(text("Ada")),
    {
      type: "carousel",
      cards: [0, 1].map((card_index) => ({
        card_index,
        components: [
          picture,
          bodyOf(text("20%")),
          button("quick_reply", 0, { type: "payload", payload: "a" }),
          button("url", 1, text("b")),
        ],
      })),
    },
  ],
  "a carousel of products": [
    {
      type: "carousel",
      cards: [0, 1].map((card_index) => ({
        card_index,
        components: [header({ type: "product", product: { product_retailer_id: `p${card_index}`, catalog_id: "1" } })],
      })),
    },
  ],
};

function named<Of>(prefix: string, of: Readonly<Record<string, Of>>, build: (value: Of) => object): [string, object][] {
  return Object.entries(of).map(([name, value]) => [`${prefix}${name}`, build(value)]);
}

/** Name and content, each of which may be sent. */
export const EXAMPLES: readonly [name: string, content: object][] = [
  ...named("", freeForm, (content) => content),
  ...named("interactive: ", interactive, (value) => ({ type: "interactive", interactive: value })),
  ...named("template: ", templates, (components) => {
    const more = components === undefined ? {} : { components };
    return { type: "template", template: { name: "order_update", language: { code: "en_US" }, ...more } };
  }),
];
