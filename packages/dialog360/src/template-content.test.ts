import { describe, expect, test } from "@jest/globals";
import { contentSchema } from "./content.ts";

function aTemplate(components?: unknown, more: object = {}) {
  return { type: "template", template: { name: "order_update", language: { code: "en_US" }, components, ...more } };
}

function problemsOf(input: unknown): string[] {
  const result = contentSchema.safeParse(input);
  return (result.error?.issues ?? []).map(({ path, message }) => {
    return `/${path.join("/").replace("template/components/", "")}: ${message}`;
  });
}

const text = (value: string) => ({ type: "text", text: value });
const body = (...parameters: object[]) => ({ type: "body", parameters });
const header = (parameter: object) => ({ type: "header", parameters: [parameter] });
const button = (sub_type: string, parameter: object, index: number | string = 0) => ({
  type: "button",
  sub_type,
  index,
  parameters: [parameter],
});
const action = (of: object) => ({ type: "action", action: of });
const card = (card_index: number, ...components: object[]) => ({
  card_index,
  components: [header({ type: "image", image: { id: "17" } }), ...components],
});
const items = (count: number) => Array.from({ length: count }, (_, index) => ({ product_retailer_id: `p${index}` }));
const offer = { type: "limited_time_offer", limited_time_offer: { expiration_time_ms: 1_795_000_000_000 } };

describe("a template message may be sent", () => {
  test.each<[string, unknown]>([
    ["without components", undefined],
    ["with an empty list", []],
    ["with body texts", [body(text("Ada"), text("A-4711"))]],
    ["with named texts", [body({ ...text("Ada"), parameter_name: "first_name" })]],
    [
      "with an amount and a time",
      [
        body(
          { type: "currency", currency: { fallback_value: "€10", code: "EUR", amount_1000: 10_000 } },
          { type: "date_time", date_time: { fallback_value: "Tuesday" } },
        ),
      ],
    ],
    ["with a text header", [header(text("Order 17"))]],
    ["with an image by link", [header({ type: "image", image: { link: "https://example.com/a.png" } })]],
    ["with a video by id", [header({ type: "video", video: { id: "17" } })]],
    ["with a named document", [header({ type: "document", document: { id: "17", filename: "bill.pdf" } })]],
    [
      "with a place, in numbers or texts",
      [
        header({
          type: "location",
          location: { latitude: 37.48, longitude: "-122.14", name: "HQ", address: "1 Road" },
        }),
      ],
    ],
    ["with a product", [header({ type: "product", product: { product_retailer_id: "p1", catalog_id: "17" } })]],
    ["with quick replies", [0, 1, 2].map((i) => button("quick_reply", { type: "payload", payload: `p${i}` }, i))],
    ["with a url and its index as a text", [button("url", text("n3mtql"), "1")]],
    ["with a coupon", [button("copy_code", { type: "coupon_code", coupon_code: "CARIBE25" })]],
    [
      "with a flow",
      [button("flow", action({ flow_token: "t", flow_action_data: { screen: "START", answers: [1, { two: null }] } }))],
    ],
    ["with a flow and its defaults", [{ type: "button", sub_type: "flow", index: "0" }]],
    ["with a catalogue", [button("CATALOG", action({ thumbnail_product_retailer_id: "p1" }))]],
    ["with a catalogue and its first picture", [{ type: "button", sub_type: "catalog", index: 0 }]],
    [
      "with products",
      [
        button(
          "mpm",
          action({
            thumbnail_product_retailer_id: "p1",
            sections: [
              { title: "Fruit", product_items: items(15) },
              { title: "Bread", product_items: items(15) },
            ],
          }),
        ),
      ],
    ],
    [
      "with a call button, which has no index",
      [
        {
          type: "button",
          sub_type: "voice_call",
          parameters: [
            { type: "ttl_minutes", ttl_minutes: 100 },
            { type: "payload", payload: "p" },
          ],
        },
      ],
    ],
    ["with an order", [button("order_details", action({ order_details: { reference_id: "r", currency: "INR" } }))]],
    ["as a one-time password", [body(text("123456")), button("url", text("123456"), "0")]],
    [
      "as a limited offer",
      [
        header({ type: "image", image: { id: "17" } }),
        body(text("Ada")),
        { type: "limited_time_offer", parameters: [offer] },
        button("copy_code", { type: "coupon_code", coupon_code: "CARIBE25" }, 0),
        button("url", text("n3mtql"), 1),
      ],
    ],
    [
      "as a carousel",
      [
        body(text("Ada")),
        {
          type: "carousel",
          cards: [
            card(
              0,
              body(text("20%")),
              button("quick_reply", { type: "payload", payload: "a" }, 0),
              button("url", text("b"), 1),
            ),
            card(1, button("quick_reply", { type: "payload", payload: "a" }, 0)),
          ],
        },
      ],
    ],
  ])("%s", (_label, components) => {
    const content = aTemplate(components);

    expect(contentSchema.parse(content)).toEqual(content);
  });
});

describe("a template message is refused", () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => card(i % 10));
  const carousel = (...cards: object[]) => [{ type: "carousel", cards }];
  const replies = (count: number) => {
    return Array.from({ length: count }, (_, i) => ({
      ...button("quick_reply", { type: "payload", payload: "p" }),
      index: i < 10 ? i : undefined,
    }));
  };

  test.each<[unknown, string]>([
    [aTemplate([], { name: "Order Update" }), "/template/name: template.name is made of a-z, 0-9 and _"],
    [aTemplate([], { name: "x".repeat(513) }), "/template/name: template.name is at most 512 characters"],
    [aTemplate([], { language: {} }), "/template/language/code: template.language.code is required"],
    [
      aTemplate([], { language: { code: "en", policy: "fallback" } }),
      "/template/language/policy: template.language.policy is deterministic or absent",
    ],
    [aTemplate([], { namespace: "x" }), '/template: Unrecognized key: "namespace"'],
    [
      aTemplate([{ type: "footer" }]),
      "/0/type: the type of a component is header, body, button, carousel or limited_time_offer",
    ],
    [aTemplate([{ type: "header", parameters: [] }]), "/0/parameters: a header takes exactly one parameter"],
    [
      aTemplate([header(text("x".repeat(61)))]),
      "/0/parameters/0/text: the text of a header parameter is at most 60 characters",
    ],
    [aTemplate([header({ type: "image", image: {} })]), "/0/parameters/0/image: media has either an id or a link"],
    [
      aTemplate([header({ type: "image", image: { id: "1", link: "https://example.com" } })]),
      "/0/parameters/0/image: media has either an id or a link",
    ],
    [
      aTemplate([header({ type: "image", image: { link: "javascript:alert(1)" } })]),
      "/0/parameters/0/image/link: link is a URL that starts with http:// or https://",
    ],
    [
      aTemplate([header({ type: "location", location: { latitude: 91, longitude: 0 } })]),
      "/0/parameters/0/location/latitude: latitude lies between -90 and 90",
    ],
    [
      aTemplate([body(text("line\nbreak"))]),
      "/0/parameters/0/text: the text of a body parameter has no line break, no tab and at most 4 spaces in a row",
    ],
    [
      aTemplate([body(text("five     spaces"))]),
      "/0/parameters/0/text: the text of a body parameter has no line break, no tab and at most 4 spaces in a row",
    ],
    [
      aTemplate([body({ type: "gif" })]),
      "/0/parameters/0/type: the type of a body parameter is text, currency or date_time",
    ],
    [aTemplate([body(), body()]), "/1: a template has at most one body"],
    [
      aTemplate([button("url", text("x".repeat(2001)))]),
      "/0/parameters/0/text: the text of a url button is at most 2000 characters",
    ],
    [
      aTemplate([button("copy_code", { type: "coupon_code", coupon_code: "x".repeat(16) })]),
      "/0/parameters/0/coupon_code: coupon_code is at most 15 characters",
    ],
    [aTemplate([button("url", text("a"), 10)]), "/0/index: the index of a button is 0 to 9"],
    [aTemplate([button("url", text("a")), button("url", text("b"))]), "/1/index: two buttons have the index 0"],
    [aTemplate([button("url", text("a"), 0), button("url", text("b"), "0")]), "/1/index: two buttons have the index 0"],
    [aTemplate([0, 1, 2].map((i) => button("url", text("a"), i))), "/2: a template has at most 2 url buttons"],
    [
      aTemplate([0, 1].map((i) => button("copy_code", { type: "coupon_code", coupon_code: "A" }, i))),
      "/1: a template has at most 1 copy_code button",
    ],
    [
      aTemplate([button("spin", text("a"))]),
      "/0/sub_type: the sub_type of a button is quick_reply, url, copy_code, flow, catalog, mpm, voice_call or order_details",
    ],
    [
      aTemplate([button("flow", action({ flow_action_data: { deep: { text: "a\0b" } } }))]),
      "/0/parameters/0/action/flow_action_data: flow_action_data contains the character U+0000, which WhatsApp cannot carry",
    ],
    [
      aTemplate([button("mpm", action({ sections: [{ product_items: items(31) }] }))]),
      "/0/parameters/0/action/sections: sections have at most 30 products in total",
    ],
    [aTemplate(carousel(card(0))), "/0/cards: a carousel has at least 2 cards"],
    [aTemplate(carousel(card(0), card(0))), "/0/cards/1/card_index: two cards have the card_index 0"],
    [
      aTemplate(carousel(card(0, body(text("x".repeat(161)))), card(1))),
      "/0/cards/0/components/1/parameters/0/text: the text of a body parameter is at most 160 characters",
    ],
    [aTemplate(carousel(card(0, ...replies(3)), card(1))), "/0/cards/0/components/3: a card has at most 2 buttons"],
    [
      aTemplate([{ type: "limited_time_offer", parameters: [{ ...offer, limited_time_offer: {} }] }]),
      "/0/parameters/0/limited_time_offer/expiration_time_ms: expiration_time_ms is a whole number",
    ],
  ])("%#", (content, problem) => {
    expect(problemsOf(content)).toEqual([problem]);
  });

  test("with eleven cards or eleven buttons", () => {
    expect(problemsOf(aTemplate(carousel(...many(11))))).toContain("/0/cards: a carousel has at most 10 cards");
    expect(problemsOf(aTemplate(replies(11)))).toContain("/10/index: the index of a button is 0 to 9");
  });

  test("with data nested a hundred thousand deep, without harm", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}`);

    expect(problemsOf(aTemplate([button("flow", action({ flow_action_data: deep }))]))).toEqual([
      "/0/parameters/0/action/flow_action_data: flow_action_data is nested at most 32 levels deep",
    ]);
  });
});
