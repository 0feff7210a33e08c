// A send against the definition of its template, as it was created.
import { describe, expect, test } from "@jest/globals";
import type { TemplateOptions } from "../admin-types.ts";
import { readDefinition } from "./definition.ts";
import { matchUse } from "./match.ts";
import { checkTemplate } from "./use.ts";

const common = { name: "t", language: "en", status: "APPROVED", category: "MARKETING" } as const;
const text = (value: string, parameter_name?: string) => ({
  type: "text",
  text: value,
  ...(parameter_name && { parameter_name }),
});
const body = (...parameters: object[]) => ({ type: "body", parameters });
const header = (...parameters: object[]) => ({ type: "header", parameters });
const button = (sub_type: string, index: string | number, parameter: object) => ({
  type: "button",
  sub_type,
  index,
  parameters: [parameter],
});
const image = { type: "image", image: { id: "1" } };

function codeOf(definition: Partial<TemplateOptions>, ...components: object[]): number | null {
  const use = checkTemplate({ name: "t", language: { code: "en" }, components });
  if ("code" in use) return use.code;
  return matchUse(readDefinition({ ...common, ...definition }), use)?.code ?? null;
}

const bodyOf = (value: string) => ({ type: "BODY", text: value });
const plain = { components: [bodyOf("Hello {{1}}, order {{2}} has been sent")] };
const named: Partial<TemplateOptions> = {
  parameterFormat: "NAMED",
  components: [bodyOf("Hello {{first_name}}, order {{order}} has been sent")],
};
const withImage = { components: [{ type: "HEADER", format: "IMAGE" }, bodyOf("Hello")] };
const withTitle = { components: [{ type: "HEADER", format: "TEXT", text: "For {{1}}" }, bodyOf("Hello")] };
const withButtons = {
  components: [
    bodyOf("Hello"),
    {
      type: "BUTTONS",
      buttons: [
        { type: "QUICK_REPLY", text: "Yes" },
        { type: "URL", text: "Track", url: "https://example.com/{{1}}" },
        { type: "URL", text: "Home", url: "https://example.com" },
        { type: "COPY_CODE", example: "ABC" },
      ],
    },
  ],
};
const withDefaults = {
  components: [
    bodyOf("Hello"),
    { type: "BUTTONS", buttons: [{ type: "FLOW" }, { type: "CATALOG" }, { type: "VOICE_CALL" }] },
  ],
};
const url = button("url", 1, text("abc"));
const code = button("copy_code", "3", { type: "coupon_code", coupon_code: "SAVE10" });
const otp: Partial<TemplateOptions> = {
  category: "AUTHENTICATION",
  components: [
    { type: "BODY", add_security_recommendation: true },
    { type: "BUTTONS", buttons: [{ type: "OTP", otp_type: "COPY_CODE", text: "Copy" }] },
  ],
};
const card = { components: [{ type: "HEADER", format: "IMAGE" }, bodyOf("Only {{1}}")] };
const cards = { components: [bodyOf("Look"), { type: "CAROUSEL", cards: [card, card] }] };
const givenCard = (card_index: number, ...components: object[]) => ({ card_index, components });
const carousel = (...given: object[]) => ({ type: "carousel", cards: given });
const goodCard = (at: number) => givenCard(at, header(image), body(text("9 €")));
const offer = {
  components: [
    bodyOf("Hello"),
    { type: "LIMITED_TIME_OFFER", limited_time_offer: { text: "Now", has_expiration: true } },
  ],
};
const expiry = {
  type: "limited_time_offer",
  parameters: [{ type: "limited_time_offer", limited_time_offer: { expiration_time_ms: 1 } }],
};

describe("taken", () => {
  test.each<[string, Partial<TemplateOptions>, object[]]>([
    ["two variables", plain, [body(text("Ada"), text("A-1"))]],
    ["named variables in any order", named, [body(text("A-1", "order"), text("Ada", "first_name"))]],
    [
      "currency and date",
      plain,
      [
        body(
          { type: "currency", currency: { fallback_value: "€9", code: "EUR", amount_1000: 9000 } },
          { type: "date_time", date_time: { fallback_value: "today" } },
        ),
      ],
    ],
    ["an image", withImage, [header(image)]],
    ["a title with a variable", withTitle, [header(text("Ada"))]],
    ["the buttons that need something", withButtons, [url, code]],
    [
      "a quick reply's payload too",
      withButtons,
      [button("quick_reply", 0, { type: "payload", payload: "y" }), url, code],
    ],
    ["the code in body and button", otp, [body(text("123456")), button("url", 0, text("123456"))]],
    ["as many cards as it has", cards, [carousel(goodCard(0), goodCard(1))]],
    ["an offer's end", offer, [expiry]],
    [
      "buttons with defaults, bare or in capitals",
      withDefaults,
      [
        { type: "button", sub_type: "flow", index: "0" },
        button("CATALOG", 1, { type: "action", action: { thumbnail_product_retailer_id: "p" } }),
        { type: "button", sub_type: "voice_call" },
      ],
    ],
    ["counts alone, any header", { bodyParamsCount: 1, headerParamsCount: 1 }, [header(image), body(text("a"))]],
    ["1,024 characters in all", { components: [bodyOf(`${"x".repeat(1019)}{{1}}`)] }, [body(text("y".repeat(5)))]],
  ])("%s", (_name, definition, components) => {
    expect(codeOf(definition, ...components)).toBeNull();
  });
});

describe("refused", () => {
  test.each<[string, number, Partial<TemplateOptions>, object[]]>([
    ["a call button it does not have", 132012, withButtons, [url, code, { type: "button", sub_type: "voice_call" }]],
    ["one variable too few", 132000, plain, [body(text("Ada"))]],
    ["no body at all", 132000, plain, []],
    ["names where there are none", 132012, plain, [body(text("Ada", "first_name"), text("A-1", "order"))]],
    ["no names where there are some", 132012, named, [body(text("Ada"), text("A-1"))]],
    ["an unknown name", 132012, named, [body(text("Ada", "last_name"), text("A-1", "order"))]],
    ["a name twice", 132012, named, [body(text("Ada", "order"), text("A-1", "order"))]],
    ["no image", 132012, withImage, []],
    ["a video for an image", 132012, withImage, [header({ type: "video", video: { id: "1" } })]],
    ["an image for a title", 132012, withTitle, [header(image)]],
    ["no title", 132000, withTitle, []],
    ["an image nobody asked for", 132000, plain, [header(image), body(text("a"), text("b"))]],
    ["a title of 61", 132005, withTitle, [header(text("x".repeat(57)))]],
    [
      "1,025 characters in all",
      132005,
      { components: [bodyOf(`${"x".repeat(1019)}{{1}}`)] },
      [body(text("y".repeat(6)))],
    ],
    ["no link's end", 131008, withButtons, [code]],
    ["no coupon", 131008, withButtons, [url]],
    ["something for a fixed link", 132000, withButtons, [url, code, button("url", 2, text("x"))]],
    ["a button it does not have", 132012, withButtons, [url, code, button("url", 5, text("x"))]],
    ["another kind of button", 132012, withButtons, [url, code, button("url", 0, text("x"))]],
    ["the same button twice", 131009, withButtons, [url, url, code]],
    ["no code in the button", 131008, otp, [body(text("123456"))]],
    ["no code in the body", 132000, otp, [button("url", 0, text("123456"))]],
    ["a code of 16", 132005, otp, [body(text("1".repeat(16))), button("url", 0, text("1".repeat(16)))]],
    ["three cards for two", 132000, cards, [carousel(goodCard(0), goodCard(1), goodCard(2))]],
    ["no cards", 132000, cards, []],
    ["a card without its variable", 132000, cards, [carousel(goodCard(0), givenCard(1, header(image)))]],
    ["a card without its image", 132012, cards, [carousel(goodCard(0), givenCard(1, body(text("a"))))]],
    ["a card index twice", 131009, cards, [carousel(goodCard(0), goodCard(0))]],
    ["cards for a plain one", 132012, { components: [bodyOf("Hello")] }, [carousel(goodCard(0), goodCard(1))]],
    ["an offer without end", 131008, offer, []],
    [
      "a currency that is none",
      132012,
      plain,
      [body(text("a"), { type: "currency", currency: { fallback_value: "x", code: "euro", amount_1000: 1 } })],
    ],
    ["an unknown field of a parameter", 100, plain, [body(text("a"), { ...text("b"), name: "c" })]],
  ])("%s: %i", (_name, expected, definition, components) => {
    expect(codeOf(definition, ...components)).toBe(expected);
  });
});
