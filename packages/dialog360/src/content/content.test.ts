import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { z } from "zod";
import { type Content, contentJson, contentSchema, contentSchemaWith, isFreeForm, templateNameOf } from "./content.ts";
import { textContentSchema } from "./free-form-content.ts";
import { fallbackSchema } from "./template-content.ts";
import { EXAMPLES } from "./testing/examples.ts";
import { problemsOf } from "./testing/problems-of.ts";

const aText = (text: object, more: object = {}) => ({ type: "text", text, ...more });
const aTemplate = { type: "template", template: { name: "order_update", language: { code: "en_US" } } };
const NO_TYPE =
  "/type: type is text, image, video, audio, document, sticker, location, contacts, reaction, interactive or template; " +
  "another one can be sent with passthrough";

describe("a content of every documented shape", () => {
  test.each(EXAMPLES)("may be sent: %s", (_name, content) => {
    expect(contentSchema.parse(content)).toEqual(content);
  });

  test.each(EXAMPLES)("has no field that is not known: %s", (_name, content) => {
    expect(problemsOf({ ...content, recipient_typ: "individual" })).toEqual(['/: Unrecognized key: "recipient_typ"']);
  });

  test("is there for every type", () => {
    const [known] = contentSchema.options;
    const types = known.options.map(({ shape }) => shape.type.value);

    expect(new Set(EXAMPLES.map(([, content]) => (content as { type: string }).type))).toEqual(new Set(types));
  });
});

describe("a text message", () => {
  test.each([
    ["of 4096 characters", aText({ body: "x".repeat(4096) })],
    ["of 4096 emoji, which are 8192 UTF-16 units", aText({ body: "😀".repeat(4096) })],
    ["of one emoji", aText({ body: "😀" })],
    ["with the flag of passing through set to false", aText({ body: "Hi" }, { passthrough: false })],
  ])("may be sent: %s", (_label, content) => {
    expect(contentSchema.parse(content)).toEqual(content);
  });

  test.each([
    [aText({ body: "x".repeat(4097) }), "/text/body: text.body is at most 4096 characters"],
    [aText({ body: "😀".repeat(4097) }), "/text/body: text.body is at most 4096 characters"],
    [aText({ body: "x".repeat(1_000_000) }), "/text/body: text.body is at most 4096 characters"],
    [aText({ body: "" }), "/text/body: text.body is at least 1 character"],
    [aText({}), "/text/body: text.body is required"],
    [aText({ body: 17 }), "/text/body: text.body is a text"],
    [aText({ body: "a\0b" }), "/text/body: text.body contains the character U+0000, which WhatsApp cannot carry"],
    [aText({ body: "Hi", preview_url: "yes" }), "/text/preview_url: text.preview_url is true or false"],
    [aText({ body: "Hi", previewUrl: true }), '/text: Unrecognized key: "previewUrl"'],
    [aText({ body: "Hi" }, { to: "+1" }), '/: Unrecognized key: "to"'],
    [aText({ body: "Hi" }, { context: {} }), "/context/message_id: context.message_id is required"],
    [aText({ body: "Hi" }, { passthrough: "yes" }), "/passthrough: passthrough is true or false"],
    [{ type: "poll", poll: {} }, NO_TYPE],
    [{}, NO_TYPE],
  ])("is refused with a reason: %#", (content, problem) => {
    expect(problemsOf(content)).toEqual([problem]);
  });

  test.each([null, undefined, 17, "text", []])("%j is no content", (content) => {
    expect(problemsOf(content)).toEqual(["/: a message is an object"]);
  });
});

describe("a content within a request", () => {
  const schema = contentSchemaWith({ sender: z.string(), metadata: z.unknown().optional() });

  test("has the fields of the request beside it, of whatever type it is", () => {
    for (const content of [...EXAMPLES.map(([, content]) => content), { type: "poll", passthrough: true, poll: {} }]) {
      expect(schema.parse({ sender: "demo", ...content })).toEqual({ sender: "demo", ...content });
    }
  });

  test("has the faults of both told at once", () => {
    const { error } = schema.safeParse(aText({ body: "" }, { sender: 17 }));

    expect(error?.issues.map(({ path }) => path.join("/"))).toEqual(["text/body", "sender"]);
  });

  test("is of no type that is a field of the request", () => {
    const { error } = schema.safeParse({ sender: "demo", type: "metadata", passthrough: true, metadata: {} });

    expect(error?.issues).toMatchObject([{ path: ["type"], message: "type is the name of a field of the envelope" }]);
  });
});

describe("what a content is", () => {
  const parsed = (content: object): Content => contentSchema.parse(content);

  test("free-form is everything but templates", () => {
    for (const [, content] of EXAMPLES) {
      expect(isFreeForm(parsed(content))).toBe((content as { type: string }).type !== "template");
    }
    expect(isFreeForm(parsed({ type: "poll", passthrough: true, poll: {} }))).toBe(true);
    expect(isFreeForm(parsed({ type: "template", passthrough: true, template: {} }))).toBe(false);
  });

  test("a template has a name, also one that is passed through; nothing else has", () => {
    expect(templateNameOf(parsed(aTemplate))).toBe("order_update");
    expect(templateNameOf(parsed({ ...aTemplate, passthrough: true }))).toBe("order_update");
    expect(templateNameOf(parsed({ type: "template", passthrough: true, template: { name: 17 } }))).toBeNull();
    expect(templateNameOf(parsed(aText({ body: "Hi" })))).toBeNull();
    expect(templateNameOf(parsed({ type: "poll", passthrough: true, poll: { name: "order_update" } }))).toBeNull();
  });
});

describe("a fallback", () => {
  test("is a template", () => {
    expect(fallbackSchema.parse(aTemplate)).toEqual(aTemplate);
  });

  test.each([
    [aText({ body: "Hi" }), ["type", "template", ""]],
    [{ ...aTemplate, template: { ...aTemplate.template, name: "Order Update" } }, ["template/name"]],
    [{ ...aTemplate, passthrough: true }, [""]],
    ["order_update", [""]],
  ])("is checked like one: %#", (fallback, places) => {
    const { error } = fallbackSchema.safeParse(fallback);

    expect(error?.issues.map(({ path }) => path.join("/"))).toEqual(places);
  });
});

/** The same value with the fields of every object in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reordered(inner)]),
  );
}

/** The parts that are handed through keep the order that the caller gave them. */
const HANDED_THROUGH = /flow_action_data|flow_action_payload|order_details|validation_errors/;

describe("the text that is sent", () => {
  test.each(EXAMPLES.filter(([, content]) => !HANDED_THROUGH.test(JSON.stringify(content))))(
    "is the same however the caller ordered the fields: %s",
    (_name, content) => {
      expect(contentJson(contentSchema.parse(reordered(content)))).toBe(contentJson(contentSchema.parse(content)));
    },
  );

  test.each(EXAMPLES)("says what the caller said: %s", (_name, content) => {
    expect(JSON.parse(contentJson(contentSchema.parse(content)))).toEqual(content);
  });

  test("begins with the type, so that it can be joined into a send", () => {
    expect(contentJson(contentSchema.parse(aText({ body: "Hi" })))).toBe('{"type":"text","text":{"body":"Hi"}}');
    for (const [, content] of EXAMPLES) expect(contentJson(contentSchema.parse(content))).toMatch(/^\{"type":"/);
  });

  test("has no flag of passing through, be it true or false", () => {
    const text = '{"type":"text","text":{"body":"Hi"}}';

    expect(contentJson(contentSchema.parse(aText({ body: "Hi" }, { passthrough: false })))).toBe(text);
    expect(contentJson(contentSchema.parse(aText({ body: "Hi" }, { passthrough: true })))).toBe(text);
  });

  test("has no raw line break, whatever is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (body) => {
        const { data } = contentSchema.safeParse(aText({ body }));
        if (data !== undefined) expect(contentJson(data)).not.toMatch(/[\n\r]/);
      }),
    );
  });
});

describe("anything at all", () => {
  test("is either taken or refused, never an exception", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        contentSchema.safeParse(value);
      }),
    );
  });

  test("in place of a part of a content is so, too", () => {
    const spoiled = fc.tuple(fc.constantFrom(...EXAMPLES), fc.nat(), fc.jsonValue()).map(([[, content], at, value]) => {
      const text = JSON.stringify(content);
      const count = [...text.matchAll(/[:[,]/g)].length;
      let place = 0;
      return JSON.parse(text, (_key, part) => (place++ === at % count ? value : part)) as unknown;
    });
    fc.assert(
      fc.property(spoiled, (content) => {
        const { data } = contentSchema.safeParse(content);
        if (data !== undefined) expect(JSON.parse(contentJson(data))).toEqual(JSON.parse(JSON.stringify(data)));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the schema for the API's documentation", () => {
  test("has descriptions, limits and an example", () => {
    const schema = z.toJSONSchema(textContentSchema, { io: "input" });

    expect(schema).toMatchObject({
      description: expect.any(String),
      example: { type: "text" },
      additionalProperties: false,
      properties: {
        text: { properties: { body: { minLength: 1, maxLength: 4096, description: expect.any(String) } } },
      },
    });
  });

  test("describes every content, with an example that may be sent", () => {
    const { anyOf, oneOf } = z.toJSONSchema(contentSchema.options[0], { io: "input" });
    const kinds = (oneOf ?? anyOf) as { description?: string; example?: unknown }[];

    expect(kinds).toHaveLength(11);
    for (const { description, example } of kinds) {
      expect(description).toMatch(/^A|^Contact/);
      expect(problemsOf(example)).toEqual([]);
    }
  });

  test("can be written for every content", () => {
    expect(() => z.toJSONSchema(contentSchema, { io: "input" })).not.toThrow();
  });
});
