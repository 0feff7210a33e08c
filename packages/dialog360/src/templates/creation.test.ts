// Each limit just inside and just outside, and each combination that the provider would refuse.

import { describe, expect, test } from "@jest/globals";
import type { z } from "zod";
import { templateCreationSchema, templateEditSchema } from "./creation.ts";

type Fields = Record<string, unknown>;
const BODY = { type: "BODY", text: "Hello." };

function aTemplate(changes: Fields = {}): Fields {
  return { name: "order_update", language: "en_US", category: "UTILITY", components: [BODY], ...changes };
}
const withParts = (components: readonly Fields[], changes: Fields = {}) => aTemplate({ components, ...changes });

function faultsOf(value: unknown, schema: z.ZodType = templateCreationSchema): string[] {
  const parsed = schema.safeParse(value);
  return (parsed.error?.issues ?? []).map(({ path, message }) => `/${path.join("/")}: ${message}`);
}

const text = (length: number) => "a".repeat(length);
const bodyOf = (length: number) => ({ type: "BODY", text: text(length) });
const buttons = (...list: Fields[]) => ({ type: "BUTTONS", buttons: list });
const reply = (label = "Yes") => ({ type: "QUICK_REPLY", text: label });
const url = (more: Fields = {}) => ({ type: "URL", text: "Look", url: "https://shop.example/a", ...more });
const phone = (number = "+4915112345678") => ({ type: "PHONE_NUMBER", text: "Call", phone_number: number });
const otp = (more: Fields = {}) => ({ type: "OTP", otp_type: "COPY_CODE", ...more });
const offer = (length = 5) => ({ type: "LIMITED_TIME_OFFER", limited_time_offer: { text: text(length) } });
const image = { type: "HEADER", format: "IMAGE", example: { header_handle: ["4::aW"] } };
const card = (...more: Fields[]) => ({ components: [image, ...more] });
const carousel = (count: number, one: Fields = card()) => ({
  type: "CAROUSEL",
  cards: Array.from({ length: count }, () => one),
});
const MARKETING = { category: "MARKETING" };
const CODE = { category: "AUTHENTICATION" };
const codeParts = [{ type: "BODY" }, buttons(otp())];

test("a plain template passes, and so does one with everything", () => {
  expect(faultsOf(aTemplate())).toEqual([]);
  const parts = [
    { type: "HEADER", format: "TEXT", text: "Order {{1}}", example: { header_text: ["4711"] } },
    { type: "BODY", text: "Hello {{1}}, {{2}} is on its way.", example: { body_text: [["Ada", "It"]] } },
    { type: "FOOTER", text: "Reply STOP" },
    buttons(reply(), reply("No"), url({ url: "https://shop.example/{{1}}", example: ["a"] }), phone()),
  ];
  const all = { parameter_format: "POSITIONAL", allow_category_change: true, message_send_ttl_seconds: 60 };
  expect(faultsOf(withParts(parts, all))).toEqual([]);
});

test("small letters are taken as Meta's capitals", () => {
  const parsed = templateCreationSchema.parse(
    withParts(
      [
        { type: "body", text: "Hi." },
        { type: "buttons", buttons: [{ type: "quick_reply", text: "Yes" }] },
      ],
      {
        category: "utility",
      },
    ),
  );
  expect(parsed).toMatchObject({
    category: "UTILITY",
    components: [{ type: "BODY" }, { buttons: [{ type: "QUICK_REPLY" }] }],
  });
});

describe.each<[string, number, (size: number) => Fields]>([
  ["a name", 512, (size) => aTemplate({ name: text(size) })],
  ["a body", 1_024, (size) => withParts([bodyOf(size)])],
  ["the body of an offer", 600, (size) => withParts([bodyOf(size), offer()], MARKETING)],
  ["the body of a card", 160, (size) => withParts([BODY, carousel(2, card(bodyOf(size)))], MARKETING)],
  ["a header", 60, (size) => withParts([{ type: "HEADER", format: "TEXT", text: text(size) }, BODY])],
  ["a footer", 60, (size) => withParts([BODY, { type: "FOOTER", text: text(size) }])],
  ["a label", 25, (size) => withParts([BODY, buttons(reply(text(size)))])],
  ["a phone number", 20, (size) => withParts([BODY, buttons(phone("1".repeat(size)))])],
  ["a URL", 2_000, (size) => withParts([BODY, buttons(url({ url: `https://x.y/${text(size - 12)}` }))])],
  ["a coupon", 15, (size) => withParts([BODY, buttons({ type: "COPY_CODE", example: text(size) })])],
  ["the text of an offer", 16, (size) => withParts([BODY, offer(size)], MARKETING)],
  ["the quick replies", 10, (size) => withParts([BODY, buttons(...Array.from({ length: size }, () => reply()))])],
  ["the URL buttons", 2, (size) => withParts([BODY, buttons(...Array.from({ length: size }, () => url()))])],
  ["the phone buttons", 1, (size) => withParts([BODY, buttons(...Array.from({ length: size }, () => phone()))])],
  [
    "the copy_code buttons",
    1,
    (size) => withParts([BODY, buttons(...Array.from({ length: size }, () => ({ type: "COPY_CODE", example: "A" })))]),
  ],
  ["the cards", 10, (size) => withParts([BODY, carousel(size)], MARKETING)],
  [
    "the buttons of a card",
    2,
    (size) => withParts([BODY, carousel(2, card(buttons(...Array.from({ length: size }, () => reply()))))], MARKETING),
  ],
  [
    "the minutes of a code",
    90,
    (size) => withParts([...codeParts, { type: "FOOTER", code_expiration_minutes: size }], CODE),
  ],
  ["the seconds to deliver a code", 900, (size) => withParts(codeParts, { ...CODE, message_send_ttl_seconds: size })],
  ["the seconds to deliver utility", 43_200, (size) => aTemplate({ message_send_ttl_seconds: size })],
  [
    "the seconds to deliver marketing",
    2_592_000,
    (size) => aTemplate({ ...MARKETING, message_send_ttl_seconds: size }),
  ],
])("%s: at most %i", (_what, max, of) => {
  test("just inside", () => expect(faultsOf(of(max))).toEqual([]));
  test("just outside", () => {
    const faults = faultsOf(of(max + 1));
    expect(faults).not.toEqual([]);
    expect(faults.join()).toContain(String(max));
  });
});

describe.each<[string, number, (size: number) => Fields]>([
  ["a name", 1, (size) => aTemplate({ name: text(size) })],
  ["the cards", 2, (size) => withParts([BODY, carousel(size)], MARKETING)],
  [
    "the minutes of a code",
    1,
    (size) => withParts([...codeParts, { type: "FOOTER", code_expiration_minutes: size }], CODE),
  ],
  ["the seconds to deliver a code", 30, (size) => withParts(codeParts, { ...CODE, message_send_ttl_seconds: size })],
  ["the seconds to deliver utility", 30, (size) => aTemplate({ message_send_ttl_seconds: size })],
  ["the seconds to deliver marketing", 43_200, (size) => aTemplate({ ...MARKETING, message_send_ttl_seconds: size })],
])("%s: at least %i", (_what, min, of) => {
  test("just inside", () => expect(faultsOf(of(min))).toEqual([]));
  test("just outside", () => expect(faultsOf(of(min - 1))).not.toEqual([]));
});

test("-1 means 30 days to deliver, but not for marketing", () => {
  const ttl = { message_send_ttl_seconds: -1 };
  expect(faultsOf(aTemplate(ttl))).toEqual([]);
  expect(faultsOf(withParts(codeParts, { ...CODE, ...ttl }))).toEqual([]);
  expect(faultsOf(aTemplate({ ...MARKETING, ...ttl }))).toHaveLength(1);
});

test.each([
  ["a name in capitals", aTemplate({ name: "Order" }), "/name: name is made of a-z, 0-9 and _"],
  ["a language that is none", aTemplate({ language: "English" }), "/language: language is a code such as en or en_US"],
  [
    "an unknown category",
    aTemplate({ category: "SPAM" }),
    "/category: category is MARKETING, UTILITY or AUTHENTICATION",
  ],
  ["no body", withParts([{ type: "FOOTER", text: "x" }]), "/components: a template has a body"],
  ["two bodies", withParts([BODY, BODY]), "/components/1: there is one BODY at most"],
  [
    "two variables in the header",
    withParts([{ type: "HEADER", format: "TEXT", text: "{{1}} {{2}}", example: { header_text: ["a"] } }, BODY]),
    "/components/0/text: a header has at most 1 variable",
  ],
  [
    "an image without a sample",
    withParts([{ type: "HEADER", format: "IMAGE" }, BODY]),
    "/components/0/example: a header of the format IMAGE has an example: header_handle, the handle of an uploaded sample",
  ],
  [
    "variables without examples",
    withParts([{ type: "BODY", text: "A {{1}} b." }]),
    "/components/0/example: the example has body_text with one value for each of {{1}}",
  ],
  [
    "fewer examples than variables",
    withParts([{ type: "BODY", text: "A {{1}} b {{2}} c.", example: { body_text: [["x"]] } }]),
    "/components/0/example: the example has body_text with one value for each of {{1}}, {{2}}",
  ],
  [
    "variables with a gap",
    withParts([{ type: "BODY", text: "A {{1}} b {{3}} c.", example: { body_text: [["x", "y"]] } }]),
    "/components/0/text: variables are numbered {{1}}, {{2}}, … without a gap; named ones need parameter_format NAMED",
  ],
  [
    "a body that begins with a variable",
    withParts([{ type: "BODY", text: "{{1}} is here.", example: { body_text: [["x"]] } }]),
    "/components/0/text: the text of a body neither begins nor ends with a variable",
  ],
  [
    "a body that ends with a variable",
    withParts([{ type: "BODY", text: "Here is {{1}}", example: { body_text: [["x"]] } }]),
    "/components/0/text: the text of a body neither begins nor ends with a variable",
  ],
  [
    "a footer with a variable",
    withParts([BODY, { type: "FOOTER", text: "Hi {{1}}" }]),
    "/components/1/text: a footer has no variables",
  ],
  [
    "a URL whose variable is not at its end",
    withParts([BODY, buttons(url({ url: "https://x.y/{{1}}/z", example: "a" }))]),
    "/components/1/buttons/0/url: the variable of a url stands at its end",
  ],
  [
    "a URL with a variable and no example",
    withParts([BODY, buttons(url({ url: "https://x.y/{{1}}" }))]),
    "/components/1/buttons/0/example: a url with a variable has an example",
  ],
  [
    "quick replies with another button between them",
    withParts([BODY, buttons(reply(), url(), reply("No"))]),
    "/components/1/buttons: quick replies stand next to each other, with no other button between them",
  ],
  [
    "an offer that is not marketing",
    withParts([BODY, offer()]),
    "/components/1: only a template of the category MARKETING has a limited_time_offer",
  ],
  [
    "an offer with a footer",
    withParts([BODY, offer(), { type: "FOOTER", text: "x" }], MARKETING),
    "/components/2: a template with a limited_time_offer has no footer",
  ],
  [
    "cards that differ",
    withParts([BODY, { type: "CAROUSEL", cards: [card(), card(buttons(reply()))] }], MARKETING),
    "/components/1/cards/1/components: all cards have the same components with the same formats and buttons",
  ],
  [
    "a code whose body has a text",
    withParts([BODY, buttons(otp())], CODE),
    "/components/0: the body of an AUTHENTICATION template has no text: WhatsApp writes it",
  ],
  [
    "a code without its button",
    withParts([{ type: "BODY" }], CODE),
    "/components: an AUTHENTICATION template has an OTP button",
  ],
  [
    "a code with a header",
    withParts([...codeParts, { type: "HEADER", format: "TEXT", text: "x" }], CODE),
    "/components/2: an AUTHENTICATION template has no HEADER",
  ],
  [
    "a one-tap code without its app",
    withParts([{ type: "BODY" }, buttons(otp({ otp_type: "ONE_TAP" }))], CODE),
    "/components/1/buttons/0/supported_apps: an OTP button of the type ONE_TAP names its app",
  ],
  [
    "an OTP button elsewhere",
    withParts([BODY, buttons(otp())]),
    "/components/1/buttons/0: only an AUTHENTICATION template has an OTP button",
  ],
])("%s is told", (_what, value, fault) => {
  expect(faultsOf(value)).toContain(fault);
});

describe("named variables", () => {
  const named = { parameter_format: "NAMED" };
  const part = (words: string, ...names: string[]) => ({
    type: "BODY",
    text: words,
    example: { body_text_named_params: names.map((param_name) => ({ param_name, example: "x" })) },
  });

  test("have an example each", () => {
    expect(faultsOf(withParts([part("Hi {{first_name}}!", "first_name")], named))).toEqual([]);
    expect(faultsOf(withParts([part("Hi {{first_name}}!", "name")], named))).toEqual([
      "/components/0/example: the example has body_text_named_params with one value for each of {{first_name}}",
    ]);
  });

  test("are refused without parameter_format, and numbers with it", () => {
    expect(faultsOf(withParts([part("Hi {{first_name}}!", "first_name")]))).toContainEqual(
      expect.stringContaining("need parameter_format NAMED"),
    );
    expect(faultsOf(withParts([part("Hi {{1}}!", "1")], named))).toContainEqual(
      expect.stringContaining("has a name of a-z, 0-9 and _"),
    );
  });
});

describe("an edit", () => {
  const of = (known: Partial<Parameters<typeof templateEditSchema>[0]> = {}) =>
    templateEditSchema({ category: "utility", isNamed: false, isApproved: true, ...known });

  test("replaces the components, which are checked as at the creation", () => {
    expect(faultsOf({ components: [bodyOf(1_024)] }, of())).toEqual([]);
    expect(faultsOf({ components: [bodyOf(1_025)] }, of())).not.toEqual([]);
    expect(faultsOf({ components: [BODY, offer()] }, of())).not.toEqual([]);
    expect(faultsOf({ components: [BODY, offer()] }, of({ category: "marketing" }))).toEqual([]);
  });

  test("of the category is for templates that are not approved", () => {
    expect(faultsOf({ category: "MARKETING" }, of())).toEqual([
      "/category: the category of an approved template cannot be changed",
    ]);
    expect(faultsOf({ category: "MARKETING" }, of({ isApproved: false }))).toEqual([]);
  });

  test("that changes nothing, or a name, is none", () => {
    expect(faultsOf({}, of())).toEqual(["/: an edit has components, category or message_send_ttl_seconds"]);
    expect(faultsOf({ name: "other" }, of())).not.toEqual([]);
  });
});
