import { describe, expect, test } from "@jest/globals";
import { checkInteractive } from "./interactive.ts";

const x = (count: number) => "x".repeat(count);
const body = { text: "Hello" };
const codeOf = (interactive: object) => checkInteractive(interactive)?.code ?? null;

const reply = (title: string, id = title) => ({ type: "reply", reply: { id, title } });
const buttons = (...titles: string[]) => ({
  type: "button",
  body,
  action: { buttons: titles.map((title) => reply(title)) },
});
const row = (id: string, over: object = {}) => ({ id, title: "Row", ...over });
const list = (...sections: object[]) => ({ type: "list", body, action: { button: "Choose", sections } });
const rows = (count: number, from = 0) => Array.from({ length: count }, (_, at) => row(`row-${from + at}`));
const cta = (parameters: object, over: object = {}) => ({
  type: "cta_url",
  body,
  action: { name: "cta_url", parameters: { display_text: "Open", url: "https://example.com", ...parameters } },
  ...over,
});
const flow = (parameters: object) => ({
  type: "flow",
  body,
  action: { name: "flow", parameters: { flow_message_version: "3", flow_id: "1", flow_cta: "Start", ...parameters } },
});
const products = (count: number) => ({
  title: "Shoes",
  product_items: Array.from({ length: count }, (_, at) => ({ product_retailer_id: `p${at}` })),
});
const productList = (...sections: object[]) => ({
  type: "product_list",
  header: { type: "text", text: "Shop" },
  body,
  action: { catalog_id: "c", sections },
});
const card = (card_index: number, over: object = {}) => ({
  card_index,
  type: "cta_url",
  header: { type: "image", image: { link: "https://example.com/a.jpg" } },
  body: { text: "A card" },
  action: { name: "cta_url", parameters: { display_text: "Open", url: "https://example.com" } },
  ...over,
});
const quickReplies = { action: { buttons: [{ type: "quick_reply", quick_reply: { id: "a", title: "More" } }] } };
const carousel = (...cards: object[]) => ({ type: "carousel", body, action: { cards } });
const productCard = (card_index: number, catalog_id = "c") => ({
  card_index,
  type: "product",
  action: { product_retailer_id: "p", catalog_id },
});

describe("taken", () => {
  test.each<[string, object]>([
    [
      "three buttons with an image above",
      { ...buttons("a", "b", x(20)), header: { type: "image", image: { id: "1" } } },
    ],
    ["a body of 1,024 and a footer of 60", { ...buttons("a"), body: { text: x(1024) }, footer: { text: x(60) } }],
    ["a list of ten rows in two sections", list({ title: "A", rows: rows(5) }, { title: x(24), rows: rows(5, 5) })],
    ["a list body of 4,096", { ...list({ rows: rows(1) }), body: { text: x(4096) } }],
    ["the longest row", list({ rows: [{ id: x(200), title: x(24), description: x(72) }] })],
    ["a link", cta({ display_text: x(20) })],
    ["a flow", flow({ flow_action: "navigate", flow_action_payload: { screen: "A" }, mode: "draft", flow_token: "t" })],
    ["a location request", { type: "location_request_message", body, action: { name: "send_location" } }],
    [
      "an address",
      { type: "address_message", body, action: { name: "address_message", parameters: { country: "IN" } } },
    ],
    ["a product without body", { type: "product", action: { catalog_id: "c", product_retailer_id: "p" } }],
    ["thirty products", productList(products(15), products(15))],
    ["a catalog", { type: "catalog_message", body, action: { name: "catalog_message" } }],
    ["ten cards", carousel(...Array.from({ length: 10 }, (_, at) => card(at)))],
    ["cards of quick replies", carousel(card(0, quickReplies), card(1, quickReplies))],
    ["product cards", carousel(productCard(0), productCard(1))],
    ["a call permission request", { type: "call_permission_request", action: { name: "call_permission_request" } }],
    [
      "a call button",
      { type: "voice_call", body, action: { name: "voice_call", parameters: { display_text: "Call" } } },
    ],
    ["a request for the number", { type: "request_contact_info", body, action: { name: "request_contact_info" } }],
  ])("%s", (_name, interactive) => {
    expect(codeOf(interactive)).toBeNull();
  });
});

describe("refused", () => {
  test.each<[string, number, object]>([
    ["an unknown sub-type", 131009, { ...buttons("a"), type: "poll" }],
    ["a sub-type of Object's own", 131009, { ...buttons("a"), type: "constructor" }],
    ["an unknown field", 100, { ...buttons("a"), title: "x" }],
    ["no body", 131008, { ...buttons("a"), body: undefined }],
    ["a body of 1,025", 131009, { ...buttons("a"), body: { text: x(1025) } }],
    ["a header of 61", 131009, { ...buttons("a"), header: { type: "text", text: x(61) } }],
    ["a footer of 61", 131009, { ...buttons("a"), footer: { text: x(61) } }],
    ["four buttons", 131009, buttons("a", "b", "c", "d")],
    ["no button", 131009, buttons()],
    ["a button title of 21", 131009, buttons(x(21))],
    ["a button title twice", 131009, { ...buttons(), action: { buttons: [reply("a", "1"), reply("a", "2")] } }],
    ["a button id twice", 131009, { ...buttons(), action: { buttons: [reply("a", "1"), reply("b", "1")] } }],
    ["a button id of 257", 131009, { ...buttons(), action: { buttons: [reply("a", x(257))] } }],
    ["an image above a list", 131009, { ...list({ rows: rows(1) }), header: { type: "image", image: { id: "1" } } }],
    ["a list button of 21", 131009, { type: "list", body, action: { button: x(21), sections: [{ rows: rows(1) }] } }],
    ["eleven rows in two sections", 131009, list({ title: "A", rows: rows(6) }, { title: "B", rows: rows(5, 6) })],
    ["eleven sections", 131009, list(...Array.from({ length: 11 }, (_, at) => ({ title: "A", rows: rows(1, at) })))],
    ["a section without title beside another", 131008, list({ rows: rows(1) }, { title: "B", rows: rows(1, 1) })],
    ["a section title of 25", 131009, list({ title: x(25), rows: rows(1) })],
    ["a row id of 201", 131009, list({ rows: [row(x(201))] })],
    ["a row title of 25", 131009, list({ rows: [row("a", { title: x(25) })] })],
    ["a row description of 73", 131009, list({ rows: [row("a", { description: x(73) })] })],
    ["a row id twice", 131009, list({ rows: [row("a"), row("a")] })],
    ["a link's text of 21", 131009, cta({ display_text: x(21) })],
    ["a link that is none", 131009, cta({ url: "example" })],
    ["another action than a link", 131009, cta({}, { action: { name: "url", parameters: {} } })],
    ["a flow button of 31", 131009, flow({ flow_cta: x(31) })],
    ["a flow of version 2", 131009, flow({ flow_message_version: "2" })],
    ["a flow with id and name", 100, flow({ flow_name: "a" })],
    ["a flow without either", 131008, flow({ flow_id: undefined })],
    ["a flow that does nothing known", 131009, flow({ flow_action: "stop" })],
    ["a location request by another name", 131009, { type: "location_request_message", body, action: { name: "x" } }],
    ["a header above a product", 131009, { type: "product", header: { type: "text", text: "x" }, action: {} }],
    ["products without header", 131008, { ...productList(products(1)), header: undefined }],
    ["31 products", 131009, productList(products(16), products(15))],
    ["eleven sections of products", 131009, productList(...Array.from({ length: 11 }, () => products(1)))],
    [
      "an address in words",
      131009,
      { type: "address_message", body, action: { name: "address_message", parameters: { country: "India" } } },
    ],
    ["one card", 131009, carousel(card(0))],
    ["eleven cards", 131009, carousel(...Array.from({ length: 11 }, (_, at) => card(at % 10)))],
    ["a card index twice", 131009, carousel(card(0), card(0))],
    ["a card index of 10", 131009, carousel(card(0), card(10))],
    ["a card body of 161", 131009, carousel(card(0), card(1, { body: { text: x(161) } }))],
    ["a card body with three line breaks", 131009, carousel(card(0), card(1, { body: { text: "a\nb\nc\nd" } }))],
    ["headers of two kinds", 131009, carousel(card(0), card(1, { header: { type: "video", video: { id: "1" } } }))],
    ["a card without header", 131008, carousel(card(0), card(1, { header: undefined }))],
    ["product cards of two catalogs", 131009, carousel(productCard(0), productCard(1, "d"))],
  ])("%s: %i", (_name, code, interactive) => {
    expect(codeOf(interactive)).toBe(code);
  });
});
