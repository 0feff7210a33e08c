import { describe, expect, test } from "@jest/globals";
import { type Limit, letters, problemsOf as problemsAt, times } from "./testing/problems-of.ts";

function aTemplate(components?: unknown, more: object = {}) {
  return { type: "template", template: { name: "order_update", language: { code: "en_US" }, components, ...more } };
}

/** The places are those within the components. */
function problemsOf(input: unknown): string[] {
  return problemsAt(input).map((problem) => problem.replace("/template/components", ""));
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
const items = (count: number) => times(count, (index) => ({ product_retailer_id: `p${index}` }));
const offer = { type: "limited_time_offer", limited_time_offer: { expiration_time_ms: 1_795_000_000_000 } };

const carousel = (...cards: object[]) => [{ type: "carousel", cards }];
const payload = { type: "payload", payload: "p" };
const coupon = (coupon_code: string) => ({ type: "coupon_code", coupon_code });
const replies = (count: number) => times(count, (index) => button("quick_reply", payload, index));
const named = (value: string, parameter_name: string) => ({ ...text(value), parameter_name });
const products = (...sections: object[]) => button("mpm", action({ sections }));
const call = (...parameters: object[]) => ({ type: "button", sub_type: "voice_call", parameters });
const offerWith = (...parameters: object[]) => [
  { type: "limited_time_offer", parameters: [offer] },
  body(...parameters),
];

describe("a limit of a template message", () => {
  test.each<Limit>([
    [
      "name",
      (size) => aTemplate([], { name: letters(size) }),
      512,
      "/template/name: template.name is at most 512 characters",
    ],
    [
      "language",
      (size) => aTemplate([], { language: { code: letters(size) } }),
      35,
      "/template/language/code: template.language.code is at most 35 characters",
    ],
    [
      "text of a header",
      (size) => aTemplate([header(text(letters(size)))]),
      60,
      "/0/parameters/0/text: the text of a header parameter is at most 60 characters",
    ],
    [
      "text of a body by itself",
      (size) => aTemplate([body(text(letters(size)))]),
      32_768,
      "/0/parameters/0/text: the text of a body parameter is at most 32768 characters",
    ],
    [
      "texts of a body by itself",
      (size) => aTemplate([body(text(letters(size - 1)), text("x"))]),
      32_768,
      "/0/parameters: the texts of a body have at most 32768 characters in total",
    ],
    [
      "texts of a body beside others",
      (size) => aTemplate([body(text(letters(size - 3)), text("😀😀😀")), ...replies(1)]),
      1024,
      "/0/parameters: the texts of a body beside other components have at most 1024 characters in total",
    ],
    [
      "texts of a body with an offer",
      (size) => aTemplate(offerWith(text(letters(size - 1)), text("x"))),
      600,
      "/1/parameters: the texts of a body with a limited_time_offer have at most 600 characters in total",
    ],
    [
      "text of a URL button",
      (size) => aTemplate([button("url", text(letters(size)))]),
      2000,
      "/0/parameters/0/text: the text of a url button is at most 2000 characters",
    ],
    [
      "payload of a quick reply",
      (size) => aTemplate([button("quick_reply", { type: "payload", payload: letters(size) })]),
      4096,
      "/0/parameters/0/payload: payload is at most 4096 characters",
    ],
    [
      "coupon",
      (size) => aTemplate([button("copy_code", coupon(letters(size)))]),
      15,
      "/0/parameters/0/coupon_code: coupon_code is at most 15 characters",
    ],
    [
      "URL buttons",
      (size) => aTemplate(times(size, (index) => button("url", text("a"), index))),
      2,
      "/2: a template has at most 2 url buttons",
    ],
    [
      "coupons",
      (size) => aTemplate(times(size, (index) => button("copy_code", coupon("A"), index))),
      1,
      "/1: a template has at most 1 copy_code button",
    ],
    [
      "buttons, with a call that has no index",
      (size) => aTemplate([...replies(10), ...times(size - 10, () => call())]),
      10,
      "/10: a template has at most 10 buttons",
    ],
    [
      "index of a button",
      (size) => aTemplate([button("url", text("a"), size)]),
      9,
      "/0/index: the index of a button is 0 to 9",
    ],
    [
      "products",
      (size) => aTemplate([products({ product_items: items(size) })]),
      30,
      "/0/parameters/0/action/sections: sections have at most 30 products in total",
    ],
    [
      "sections of products",
      (size) => aTemplate([products(...times(size, (index) => ({ title: `${index}`, product_items: items(1) })))]),
      10,
      "/0/parameters/0/action/sections: sections has at most 10 sections",
    ],
    [
      "title of a section",
      (size) => aTemplate([products({ title: letters(size), product_items: items(1) })]),
      24,
      "/0/parameters/0/action/sections/0/title: the title of a section is at most 24 characters",
    ],
    [
      "ttl_minutes of a call",
      (size) => aTemplate([call({ type: "ttl_minutes", ttl_minutes: size })]),
      43_200,
      "/0/parameters/0/ttl_minutes: ttl_minutes is at most 43200 (30 days)",
    ],
    [
      "payload of a call",
      (size) => aTemplate([call({ type: "payload", payload: letters(size) })]),
      512,
      "/0/parameters/0/payload: payload is at most 512 characters",
    ],
    [
      "cards",
      (size) => aTemplate(carousel(...times(size, (index) => card(index)))),
      10,
      "/0/cards: a carousel has at most 10 cards",
    ],
    [
      "buttons of a card",
      (size) => aTemplate(carousel(card(0, ...replies(size)), card(1))),
      2,
      "/0/cards/0/components/3: a card has at most 2 buttons",
    ],
    [
      "texts of a card",
      (size) => aTemplate(carousel(card(0, body(text(letters(size - 1)), text("x"))), card(1))),
      160,
      "/0/cards/0/components/1/parameters: the texts of the body of a card have at most 160 characters in total",
    ],
    [
      "spaces in a row",
      (size) => aTemplate([body(text(`a${" ".repeat(size)}b`))]),
      4,
      "/0/parameters/0/text: the text of a body parameter has no line break, no tab and at most 4 spaces in a row",
    ],
  ])("is kept, and one more is refused: %s", (_name, build, limit, problem) => {
    expect(problemsOf(build(limit))).toEqual([]);
    expect(problemsOf(build(limit + 1))).toEqual([problem]);
  });
});

describe("the buttons of a template message", () => {
  const reply = (index: number) => button("quick_reply", payload, index);
  const url = (index: number) => button("url", text("a"), index);

  test.each([
    [[reply(0), reply(1), url(2)]],
    [[url(0), reply(1), reply(2)]],
    [[url(2), reply(1), reply(0)]],
    [[reply(0), reply(2)]],
    [[url(0), reply(1), url(2)]],
  ])("may have quick replies that are next to each other: %#", (components) => {
    expect(problemsOf(aTemplate(components))).toEqual([]);
  });

  test.each([
    [[reply(0), url(1), reply(2)], "/1/index"],
    [[reply(2), reply(0), button("URL", text("a"), "1")], "/2/index"],
    [[reply(0), reply(1), { type: "button", sub_type: "flow", index: 2 }, reply(3)], "/2/index"],
  ])("may not have another one between them: %#", (components, place) => {
    expect(problemsOf(aTemplate(components))).toEqual([`${place}: no other button lies between quick_reply buttons`]);
  });
});

describe("a template message is refused", () => {
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
    [aTemplate([header({ type: "image", image: {} })]), "/0/parameters/0/image: image has either an id or a link"],
    [
      aTemplate([header({ type: "image", image: { id: "1", link: "https://example.com" } })]),
      "/0/parameters/0/image: image has either an id or a link",
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
    [
      aTemplate([body(text("tab\tulator"))]),
      "/0/parameters/0/text: the text of a body parameter has no line break, no tab and at most 4 spaces in a row",
    ],
    [
      aTemplate([header(text("line\nbreak"))]),
      "/0/parameters/0/text: the text of a header parameter has no line break, no tab and at most 4 spaces in a row",
    ],
    [
      aTemplate([button("url", text("line\nbreak"))]),
      "/0/parameters/0/text: the text of a url button has no line break, no tab and at most 4 spaces in a row",
    ],
    [aTemplate([header(text("a")), header(text("b"))]), "/1: a template has at most one header"],
    [
      aTemplate([{ type: "header", parameters: [text("a"), text("b")] }]),
      "/0/parameters: a header takes exactly one parameter",
    ],
    [
      aTemplate([body(named("Ada", "first_name"), text("A-4711"))]),
      "/0/parameters/1/parameter_name: either all parameters of a body have a parameter_name, or none",
    ],
    [
      aTemplate([body(text("Ada"), named("A-4711", "number"))]),
      "/0/parameters/1/parameter_name: either all parameters of a body have a parameter_name, or none",
    ],
    [
      aTemplate([body(named("Ada", "name"), named("Eve", "name"))]),
      "/0/parameters/1/parameter_name: two parameters have the parameter_name name",
    ],
    [
      aTemplate([body(named("Ada", "First Name"))]),
      "/0/parameters/0/parameter_name: parameter_name is made of a-z, 0-9 and _",
    ],
    [
      aTemplate([body({ type: "currency", currency: { fallback_value: "€1", code: "euro", amount_1000: 1000 } })]),
      "/0/parameters/0/currency/code: currency.code is a code of three letters, such as EUR",
    ],
    [
      aTemplate([body({ type: "currency", currency: { fallback_value: "€1", code: "EUR", amount_1000: 1.5 } })]),
      "/0/parameters/0/currency/amount_1000: currency.amount_1000 is a whole number: the amount times 1000",
    ],
    [
      aTemplate(carousel(card(0), { card_index: 1, components: [header({ type: "video", video: { id: "17" } })] })),
      "/0/cards/1/components/0/parameters/0/type: the headers of all cards are of the same type",
    ],
    [aTemplate(carousel(card(0), card(10))), "/0/cards/1/card_index: card_index is 0 to 9"],
    [
      aTemplate([products({ title: "A", product_items: items(1) }, { product_items: items(1) })]),
      "/0/parameters/0/action/sections/1/title: the title of a section is required if there is more than one",
    ],
    [
      aTemplate([call({ type: "ttl_minutes", ttl_minutes: 0 })]),
      "/0/parameters/0/ttl_minutes: ttl_minutes is at least 1",
    ],
    [
      aTemplate([button("quick_reply", { ...payload, type: "text" })]),
      "/0/parameters/0/type: the type of this parameter is payload",
    ],
    [
      aTemplate([call({ type: "payload", payload: "a" }, { type: "payload", payload: "b" })]),
      "/0/parameters/1/type: two parameters of a voice_call button have the type payload",
    ],
    [aTemplate([call({ type: "text" })]), "/0/parameters/0/type: the type of this parameter is ttl_minutes or payload"],
    [
      aTemplate([{ type: "button", sub_type: "url", index: 0, parameters: [] }]),
      "/0/parameters: this button takes exactly one parameter",
    ],
  ])("%#", (content, problem) => {
    expect(problemsOf(content)).toEqual([problem]);
  });

  test("with each parameter that has no name where the first has one", () => {
    expect(problemsOf(aTemplate([body(named("Ada", "first_name"), text("a"), text("b"))]))).toEqual([
      "/0/parameters/1/parameter_name: either all parameters of a body have a parameter_name, or none",
      "/0/parameters/2/parameter_name: either all parameters of a body have a parameter_name, or none",
    ]);
  });

  test("with data nested a hundred thousand deep, without harm", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}`);

    expect(problemsOf(aTemplate([button("flow", action({ flow_action_data: deep }))]))).toEqual([
      "/0/parameters/0/action/flow_action_data: flow_action_data is nested at most 32 levels deep",
    ]);
  });
});
