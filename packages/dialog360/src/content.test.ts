import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { contentJson, contentSchema, textContentSchema } from "./content.ts";

function problemsOf(input: unknown): string[] {
  const result = contentSchema.safeParse(input);
  return (result.error?.issues ?? []).map(({ path, message }) => `/${path.join("/")}: ${message}`);
}

const aText = (text: object, more: object = {}) => ({ type: "text", text, ...more });

describe("a text message", () => {
  test.each([
    ["plain", aText({ body: "Hi" })],
    ["with a preview", aText({ body: "https://example.com", preview_url: true })],
    ["as a reply", aText({ body: "Hi" }, { context: { message_id: "wamid.1" } })],
    ["of 4096 characters", aText({ body: "x".repeat(4096) })],
    ["of 4096 emoji, which are 8192 UTF-16 units", aText({ body: "😀".repeat(4096) })],
    ["of one emoji", aText({ body: "😀" })],
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
    [{ type: "video", video: {} }, "/type: type is text or template"],
    [{}, "/type: type is text or template"],
  ])("is refused with a reason: %#", (content, problem) => {
    expect(problemsOf(content)).toEqual([problem]);
  });

  test.each([null, undefined, 17, "text", []])("%j is no content", (content) => {
    expect(problemsOf(content)).toHaveLength(1);
  });
});

describe("the text that is stored", () => {
  test("is the same however the caller ordered the fields", () => {
    const one = { context: { message_id: "wamid.1" }, text: { preview_url: true, body: "Hi" }, type: "text" };
    const other = { type: "text", text: { body: "Hi", preview_url: true }, context: { message_id: "wamid.1" } };

    expect(contentJson(contentSchema.parse(one))).toBe(contentJson(contentSchema.parse(other)));
    expect(contentJson(contentSchema.parse(one))).toBe(JSON.stringify(other));
  });

  test("begins with the type, so that it can be joined into a send", () => {
    expect(contentJson(contentSchema.parse(aText({ body: "Hi" })))).toBe('{"type":"text","text":{"body":"Hi"}}');
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

  test("can be written for every content", () => {
    expect(() => z.toJSONSchema(contentSchema, { io: "input" })).not.toThrow();
  });
});
