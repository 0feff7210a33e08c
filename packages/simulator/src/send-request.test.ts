import { describe, expect, test } from "@jest/globals";
import { parseSendRequest } from "./send-request.ts";
import { templateTo, textTo } from "./test-world.ts";

const to = "+4915112345678";
const text = textTo(to);
const template = templateTo(to, "order_update", ["Ada", "A-1"]);
const { to: _to, ...textWithoutTo } = text;

function withTemplate(over: object) {
  return { ...template, template: { ...template.template, ...over } };
}

function withBody(...parameters: unknown[]) {
  return withTemplate({ components: [{ type: "body", parameters }] });
}

const button = (over: object) =>
  withTemplate({
    components: [{ type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "x" }], ...over }],
  });

const parse = (body: unknown) => parseSendRequest(Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));

describe("taken as they are", () => {
  const cases: [name: string, body: unknown][] = [
    ["a text", text],
    ["a text of 4,096 characters", { ...text, text: { body: "x".repeat(4096), preview_url: true } }],
    ["callback data of 512 characters", textTo(to, "x".repeat(512))],
    ["a quoted reply", { ...text, context: { message_id: "wamid.abc" } }],
    ["a template", template],
    ["a template without components", withTemplate({ components: undefined })],
    ["a template with a language policy", withTemplate({ language: { code: "en_US", policy: "deterministic" } })],
    [
      "a header with an image",
      withTemplate({ components: [{ type: "header", parameters: [{ type: "image", image: { id: "1" } }] }] }),
    ],
    ["a url button", button({})],
    ["a button whose index is a number", button({ index: 0 })],
    ["an image", { ...textWithoutTo, to, type: "image", image: { link: "https://example.com/a.png" } }],
    ["contacts", { ...textWithoutTo, to, type: "contacts", contacts: [{ name: { formatted_name: "Ada" } }] }],
    ["a BSUID instead of a number", { ...textWithoutTo, recipient: "US.13491208655302741918" }],
  ];
  test.each(cases)("%s", (_name, body) => {
    expect(parse(body)).toMatchObject({ kind: "send" });
  });
});

describe("refused as Meta refuses them", () => {
  const cases: [name: string, code: number, body: unknown][] = [
    ["no JSON", 100, "{"],
    ["an array", 100, []],
    ["an unknown field", 100, { ...text, foo: 1 }],
    ["no messaging_product", 100, { ...text, messaging_product: undefined }],
    ["no recipient_type", 131008, { ...text, recipient_type: undefined }],
    ["a group", 131009, { ...text, recipient_type: "group" }],
    ["no recipient", 131008, textWithoutTo],
    ["a number without +", 131009, { ...text, to: "4915112345678" }],
    ["a number with spaces", 131009, { ...text, to: "+49 151 12345678" }],
    ["a number that is a number", 131009, { ...text, to: 4915112345678 }],
    ["a number of 16 digits", 131009, { ...text, to: "+4915112345678901" }],
    ["what is no BSUID", 131009, { ...textWithoutTo, recipient: "us.1" }],
    ["no type", 131008, { ...text, type: undefined }],
    ["an unknown type", 100, { ...text, type: "fax" }],
    ["no object of the type's name", 131008, { ...text, type: "image" }],
    ["an image that is no object", 100, { ...text, type: "image", image: "x" }],
    ["no text body", 131008, { ...text, text: {} }],
    ["an empty text body", 131008, { ...text, text: { body: "" } }],
    ["4,097 characters", 100, { ...text, text: { body: "x".repeat(4097) } }],
    ["an unknown field of text", 100, { ...text, text: { body: "x", title: "y" } }],
    ["callback data of 513 characters", 100, textTo(to, "x".repeat(513))],
    ["callback data that is no string", 100, { ...text, biz_opaque_callback_data: { id: 1 } }],
    ["a context without message_id", 100, { ...text, context: {} }],
    ["no template name", 131008, withTemplate({ name: undefined })],
    ["a template name with capitals", 100, withTemplate({ name: "OrderUpdate" })],
    ["no language", 131008, withTemplate({ language: undefined })],
    ["a language that is a string", 100, withTemplate({ language: "en" })],
    ["no language code", 131008, withTemplate({ language: {} })],
    ["a component of unknown type", 100, withTemplate({ components: [{ type: "footer" }] })],
    ["a body without parameters", 131008, withTemplate({ components: [{ type: "body" }] })],
    [
      "two header parameters",
      132000,
      withTemplate({
        components: [
          {
            type: "header",
            parameters: [
              { type: "text", text: "a" },
              { type: "text", text: "b" },
            ],
          },
        ],
      }),
    ],
    ["a parameter of unknown type", 132012, withBody({ type: "number", number: 1 })],
    ["a text parameter that is no string", 132012, withBody({ type: "text", text: 1 })],
    ["an empty text parameter", 131008, withBody({ type: "text", text: "" })],
    ["a new line in a parameter", 132012, withBody({ type: "text", text: "a\nb" })],
    ["a tab in a parameter", 132012, withBody({ type: "text", text: "a\tb" })],
    ["five spaces in a parameter", 132012, withBody({ type: "text", text: "a     b" })],
    ["parameters of 1,025 characters", 132005, withBody({ type: "text", text: "x".repeat(1025) })],
    ["a button of unknown kind", 131009, button({ sub_type: "phone" })],
    ["a button without index", 131008, button({ index: undefined })],
    ["a button with index 10", 131009, button({ index: "10" })],
    ["a url button with a payload", 132012, button({ parameters: [{ type: "payload", payload: "x" }] })],
    [
      "a coupon of 16 characters",
      131009,
      button({ sub_type: "copy_code", parameters: [{ type: "coupon_code", coupon_code: "x".repeat(16) }] }),
    ],
    ["a carousel of one card", 132000, withTemplate({ components: [{ type: "carousel", cards: [{}] }] })],
    ["mark as read without an id", 131008, { messaging_product: "whatsapp", status: "read" }],
    ["another status than read", 131009, { messaging_product: "whatsapp", status: "seen", message_id: "wamid.x" }],
  ];
  test.each(cases)("%s: %i", (_name, code, body) => {
    expect(parse(body)).toMatchObject({ kind: "invalid", code });
  });
});

test("four spaces in a row and 1,024 characters are still allowed in a parameter", () => {
  expect(parse(withBody({ type: "text", text: `a    b${"x".repeat(1018)}` }))).toMatchObject({ kind: "send" });
});

test("mark as read, with and without the typing indicator", () => {
  const read = { messaging_product: "whatsapp", status: "read", message_id: "wamid.x" };

  expect(parse(read).kind).toBe("markRead");
  expect(parse({ ...read, typing_indicator: { type: "text" } }).kind).toBe("markRead");
});

test("a send says how many parameters its template was given", () => {
  expect(parse(template)).toMatchObject({
    template: { name: "order_update", language: "en", bodyParamsCount: 2, headerParamsCount: 0 },
  });
});
