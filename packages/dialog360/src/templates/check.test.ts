import { describe, expect, test } from "@jest/globals";
import { checkAgainstDefinition, type TemplateUse } from "./check.ts";
import type { TemplateDefinition } from "./definition.ts";
import { expectationsOf } from "./expectations.ts";

const BODY = { type: "BODY", text: "Hello {{1}}, your order {{2}} is on its way." };

function aDefinition(fields: Partial<TemplateDefinition> = {}): TemplateDefinition {
  return {
    id: "1",
    name: "order_update",
    language: "en_US",
    status: "APPROVED",
    category: "UTILITY",
    parameterFormat: "POSITIONAL",
    components: [BODY],
    quality: null,
    reason: null,
    categoryChange: null,
    ...fields,
  };
}

type Components = NonNullable<TemplateUse["components"]>;

const text = (value: string, name?: string) => ({ type: "text", text: value, ...(name && { parameter_name: name }) });
const body = (...texts: string[]) => ({ type: "body", parameters: texts.map((one) => text(one)) });
const button = (sub_type: string, index: number | string, value = "x") => ({
  type: "button",
  sub_type,
  index,
  parameters: [text(value)],
});

/** The faults of a send, each as "pointer: words". */
function faultsOf(definition: Partial<TemplateDefinition>, components: Components | undefined): string[] {
  const use = { name: "order_update", language: { code: "en_US" }, components };
  return checkAgainstDefinition(use, expectationsOf(aDefinition(definition))).map(
    ({ path, detail }) => `/${path.join("/")}: ${detail}`,
  );
}

const whole = "the template order_update (en_US)";
const ofBody = `the body of ${whole}`;

describe("numbered variables", () => {
  test("as many as the body has fit", () => {
    expect(faultsOf({}, [body("Ada", "4711")])).toEqual([]);
  });

  test("one too few, one too many, or none at all do not, and the words say how many there are", () => {
    const at = "/template/components/0/parameters";
    expect(faultsOf({}, [body("Ada")])).toEqual([`${at}: ${ofBody} takes 2 parameters, not 1: {{1}}, {{2}}`]);
    expect(faultsOf({}, [body("Ada", "4711", "x")])).toEqual([
      `${at}: ${ofBody} takes 2 parameters, not 3: {{1}}, {{2}}`,
    ]);
    expect(faultsOf({}, undefined)).toEqual([
      `/template/components: ${ofBody} takes 2 parameters, not 0: {{1}}, {{2}}`,
    ]);
  });

  test("a body without variables takes none; without a body component there is nothing wrong", () => {
    const components = [{ type: "BODY", text: "Hello." }];
    expect(faultsOf({ components }, undefined)).toEqual([]);
    expect(faultsOf({ components }, [body()])).toEqual([]);
    expect(faultsOf({ components }, [body("Ada")])).toEqual([
      `/template/components/0/parameters: ${ofBody} takes no parameter, not 1`,
    ]);
  });

  test("a variable that stands twice in the text is given once", () => {
    expect(faultsOf({ components: [{ type: "BODY", text: "A {{1}} is a {{1}}." }] }, [body("rose")])).toEqual([]);
  });

  test("names are refused, since they would not decide which variable is meant", () => {
    const named = { type: "body", parameters: [text("4711", "order"), text("Ada", "name")] };
    expect(faultsOf({}, [named])).toEqual([
      `/template/components/0/parameters/0/parameter_name: the variables of ${ofBody} are numbered: leave parameter_name out`,
    ]);
  });
});

describe("named variables", () => {
  const definition = {
    parameterFormat: "NAMED",
    components: [{ type: "BODY", text: "Hello {{first_name}}, your code is {{code}}." }],
  } as const;
  const given = (...names: (string | undefined)[]) => [
    { type: "body", parameters: names.map((name) => text("x", name)) },
  ];

  test("fit in any order", () => {
    expect(faultsOf(definition, given("code", "first_name"))).toEqual([]);
  });

  test("one that is unknown, missing, given twice or has no name is told", () => {
    const at = "/template/components/0/parameters";
    const both = "{{first_name}}, {{code}}";
    expect(faultsOf(definition, given("first_name", "cod"))).toEqual([
      `${at}/1/parameter_name: ${ofBody} has no variable {{cod}}: it has ${both}`,
    ]);
    expect(faultsOf(definition, given("first_name"))).toEqual([`${at}: ${ofBody} needs {{code}} as well`]);
    expect(faultsOf(definition, given("code", "code"))).toEqual([`${at}/1/parameter_name: {{code}} is given twice`]);
    expect(faultsOf(definition, given("first_name", undefined))).toEqual([
      `${at}/1: parameter_name is required: ${ofBody} has ${both}`,
    ]);
  });
});

describe("the filled-in text", () => {
  const withVariable = (length: number) => `${"a".repeat(length - 1)}{{1}} `;

  test.each([
    ["body", [{ type: "BODY", text: withVariable(1_000) }], 1_024, 1_000],
    [
      "body of a limited-time offer",
      [
        { type: "BODY", text: withVariable(590) },
        { type: "LIMITED_TIME_OFFER", limited_time_offer: { text: "Now" } },
      ],
      600,
      590,
    ],
  ])("of a %s fits up to its limit, parameters included", (_what, components, max, fixed) => {
    const path = "/template/components/0/parameters";
    expect(faultsOf({ components }, [body("é".repeat(max - fixed))])).toEqual([]);
    expect(faultsOf({ components }, [body("é".repeat(max - fixed + 1))])).toEqual([
      `${path}: ${ofBody} has at most ${max} characters when it is filled in, and would have ${max + 1}`,
    ]);
  });

  test("counts a currency and a time as what is shown in their place", () => {
    const components = [{ type: "BODY", text: withVariable(1_020) }];
    const amount = (fallback_value: string) => [
      { type: "body", parameters: [{ type: "currency", currency: { fallback_value } }] },
    ];
    expect(faultsOf({ components }, amount("€ 12"))).toEqual([]);
    expect(faultsOf({ components }, amount("€ 123"))).toHaveLength(1);
  });
});

describe("the header", () => {
  const header = (parameter: Record<string, unknown> & { type: string }) => [
    { type: "header", parameters: [parameter] },
  ];
  const of = (format: string, more = {}) => ({ components: [{ type: "HEADER", format, ...more }] });

  test.each(["IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "PRODUCT"])("%s takes a parameter of that kind", (format) => {
    const kind = format.toLowerCase();
    expect(faultsOf(of(format), header({ type: kind }))).toEqual([]);
    const other = kind === "image" ? "video" : "image";
    expect(faultsOf(of(format), header({ type: other }))).toEqual([
      expect.stringContaining(`/template/components/0/parameters/0/type: the header of ${whole} takes`),
    ]);
    expect(faultsOf(of(format), undefined)).toEqual([expect.stringContaining(`${whole} needs a header with`)]);
  });

  test("with a text takes one for its variable, and none without", () => {
    expect(faultsOf(of("TEXT", { text: "Order {{1}}" }), header(text("4711")))).toEqual([]);
    expect(faultsOf(of("TEXT", { text: "Order {{1}}" }), undefined)).toEqual([
      `/template/components: ${whole} needs a header with a text for {{1}}`,
    ]);
    expect(faultsOf(of("TEXT", { text: "Your order" }), header(text("4711")))).toEqual([
      `/template/components/0: the header of ${whole} takes no parameter`,
    ]);
    expect(faultsOf({ components: [] }, header({ type: "image" }))).toEqual([
      `/template/components/0: the header of ${whole} takes no parameter`,
    ]);
  });

  test("has at most 60 characters when it is filled in", () => {
    const definition = of("TEXT", { text: `${"a".repeat(50)}{{1}}` });
    expect(faultsOf(definition, header(text("b".repeat(10))))).toEqual([]);
    expect(faultsOf(definition, header(text("b".repeat(11))))).toEqual([
      expect.stringContaining("at most 60 characters"),
    ]);
  });

  test("of a kind that is not documented is left to the provider", () => {
    expect(faultsOf(of("HOLOGRAM"), header({ type: "image" }))).toEqual([]);
    expect(faultsOf(of("HOLOGRAM"), undefined)).toEqual([]);
  });
});

describe("buttons", () => {
  const of = (...buttons: Record<string, unknown>[]) => ({ components: [{ type: "BUTTONS", buttons }] });
  const url = { type: "URL", text: "Track", url: "https://shop.example/{{1}}" };

  test("a URL with a variable needs its suffix, and one without takes none", () => {
    expect(faultsOf(of(url), [button("url", "0")])).toEqual([]);
    expect(faultsOf(of(url), undefined)).toEqual([
      `/template/components: ${whole} needs a button component of the sub_type url with the index 0`,
    ]);
    expect(faultsOf(of({ ...url, url: "https://shop.example" }), [button("url", 0)])).toEqual([
      `/template/components/0: button 0 of ${whole} takes no parameter: its URL has no variable`,
    ]);
  });

  test("an index beyond the last button, and a kind that is another's, are told", () => {
    const definition = of({ type: "QUICK_REPLY", text: "Yes" }, url);
    expect(faultsOf(definition, [button("quick_reply", 0), button("url", 1)])).toEqual([]);
    expect(faultsOf(definition, [button("url", 1), button("quick_reply", 2)])).toEqual([
      `/template/components/1/index: ${whole} has no button 2: it has 2 buttons, counted from 0`,
    ]);
    expect(faultsOf(definition, [button("url", 0), button("url", 1)])).toEqual([
      `/template/components/0/sub_type: button 0 of ${whole} is a quick_reply button, not a url one`,
    ]);
  });

  test("a quick reply may go without a payload; copy_code and mpm may not; a phone number takes nothing", () => {
    expect(faultsOf(of({ type: "QUICK_REPLY", text: "Yes" }), undefined)).toEqual([]);
    for (const type of ["COPY_CODE", "MPM"]) {
      expect(faultsOf(of({ type }), undefined)).toEqual([expect.stringContaining(`sub_type ${type.toLowerCase()}`)]);
      expect(faultsOf(of({ type }), [button(type.toLowerCase(), 0)])).toEqual([]);
    }
    expect(faultsOf(of({ type: "PHONE_NUMBER" }), [button("url", 0)])).toEqual([
      expect.stringContaining("takes no parameter"),
    ]);
  });

  test("a filled-in URL has at most 2000 characters", () => {
    const fixed = "https://shop.example/".length;
    expect(faultsOf(of(url), [button("url", 0, "a".repeat(2_000 - fixed))])).toEqual([]);
    expect(faultsOf(of(url), [button("url", 0, "a".repeat(2_001 - fixed))])).toEqual([
      expect.stringContaining("at most 2000 characters"),
    ]);
  });

  test("a kind that nobody documented is left to the provider", () => {
    expect(faultsOf(of({ type: "TELEPORT" }), undefined)).toEqual([]);
    expect(faultsOf(of({ type: "TELEPORT" }), [button("teleport", 0)])).toEqual([]);
  });

  test("voice_call without an index is the one button of its kind", () => {
    const definition = of({ type: "VOICE_CALL", text: "Call" });
    expect(faultsOf(definition, [{ type: "button", sub_type: "voice_call" }])).toEqual([]);
  });
});

describe("a carousel", () => {
  const cardOf = {
    components: [
      { type: "HEADER", format: "IMAGE" },
      { type: "BODY", text: "Only {{1}} today!" },
    ],
  };
  const definition = {
    components: [
      { type: "BODY", text: "Our offers" },
      { type: "CAROUSEL", cards: [cardOf, cardOf] },
    ],
  };
  const card = (card_index: number, price = "€ 3") => ({
    card_index,
    components: [{ type: "header", parameters: [{ type: "image" }] }, body(price)],
  });
  const carousel = (...cards: ReturnType<typeof card>[]) => [{ type: "carousel", cards }];

  test("has exactly as many cards as it was created with", () => {
    expect(faultsOf(definition, carousel(card(0), card(1)))).toEqual([]);
    expect(faultsOf(definition, carousel(card(0)))).toEqual([
      `/template/components/0/cards: ${whole} needs a carousel of exactly 2 cards, not 1`,
    ]);
    expect(faultsOf(definition, carousel(card(0), card(1), card(2)))).toEqual([
      `/template/components/0/cards: ${whole} needs a carousel of exactly 2 cards, not 3`,
    ]);
    expect(faultsOf(definition, undefined)).toEqual([
      `/template/components: ${whole} needs a carousel of exactly 2 cards`,
    ]);
  });

  test("names a card that is not there, and what is wrong within one", () => {
    expect(faultsOf(definition, carousel(card(0), card(5)))).toEqual([
      `/template/components/0/cards/1/card_index: ${whole} has no card 5: its cards are counted from 0`,
    ]);
    const empty = { card_index: 1, components: [{ type: "header", parameters: [{ type: "video" }] }, body("€ 3")] };
    expect(faultsOf(definition, [{ type: "carousel", cards: [card(0), empty] }])).toEqual([
      `/template/components/0/cards/1/components/0/parameters/0/type: the header of card 1 of ${whole} takes an image, not a video`,
    ]);
  });

  test("a card's body has at most 160 characters when it is filled in", () => {
    const fixed = "Only  today!".length;
    expect(faultsOf(definition, carousel(card(0), card(1, "a".repeat(160 - fixed))))).toEqual([]);
    expect(faultsOf(definition, carousel(card(0), card(1, "a".repeat(161 - fixed))))).toEqual([
      expect.stringContaining("at most 160 characters"),
    ]);
  });

  test("is refused where the template has none", () => {
    expect(faultsOf({ components: [] }, carousel(card(0), card(1)))).toEqual([
      `/template/components/0/cards: ${whole} has no cards`,
    ]);
  });
});

describe("a limited-time offer", () => {
  const of = (has_expiration: boolean) => ({
    components: [{ type: "LIMITED_TIME_OFFER", limited_time_offer: { text: "Now", has_expiration } }],
  });
  const offer = [{ type: "limited_time_offer" }];

  test("that expires needs its time; another template takes none", () => {
    expect(faultsOf(of(true), offer)).toEqual([]);
    expect(faultsOf(of(true), undefined)).toEqual([expect.stringContaining("needs a limited_time_offer")]);
    expect(faultsOf(of(false), undefined)).toEqual([]);
    expect(faultsOf({ components: [] }, offer)).toEqual([`/template/components/0: ${whole} is no limited-time offer`]);
  });
});

describe("a one-time password", () => {
  const definition = {
    category: "AUTHENTICATION",
    components: [{ type: "BODY" }, { type: "BUTTONS", buttons: [{ type: "OTP", otp_type: "COPY_CODE" }] }],
  };
  const code = (value: string) => [body(value), button("url", 0, value)];

  test("takes the code as the body's parameter and the button's, although its definition has no text", () => {
    expect(faultsOf(definition, code("123456"))).toEqual([]);
    expect(faultsOf(definition, [body("123456")])).toEqual([expect.stringContaining("sub_type url with the index 0")]);
    expect(faultsOf(definition, [button("url", 0)])).toEqual([expect.stringContaining("takes 1 parameter, not 0")]);
  });

  test("is as well known by the URL that a list shows", () => {
    const url = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}";
    const components = [
      { type: "BODY", text: "*{{1}}* is your verification code." },
      { type: "BUTTONS", buttons: [{ type: "URL", text: "Copy code", url }] },
    ];
    expect(faultsOf({ ...definition, components }, code("123456"))).toEqual([]);
  });

  test("has at most 15 characters, no URL and no emoji", () => {
    expect(faultsOf(definition, code("1".repeat(15)))).toEqual([]);
    expect(faultsOf(definition, code("1".repeat(16)))).toEqual([
      "/template/components/0/parameters/0/text: a one-time code has at most 15 characters",
      expect.stringContaining("at most 15 characters when it is filled in"),
    ]);
    for (const wrong of ["www.x.io", "12🔑34"]) {
      expect(faultsOf(definition, code(wrong))).toEqual([
        "/template/components/0/parameters/0/text: a one-time code has no URL and no emoji",
      ]);
    }
  });
});
