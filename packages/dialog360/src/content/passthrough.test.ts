import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { contentJson, contentSchema, isPassthrough } from "./content.ts";
import { type Limit, letters, problemsOf } from "./testing/problems-of.ts";

const passed = (type: string, value: unknown, more: object = {}) => {
  return { type, passthrough: true, [type]: value, ...more };
};

describe("a content that is passed through", () => {
  test.each([
    ["of an unknown type", passed("poll", { question: "When?", options: [{ text: "Now" }, { text: "Later" }] })],
    ["of a known type in an unknown shape", passed("text", { body: "", markdown: true })],
    ["of a known type whose value is a list", passed("contacts", [{ vcard: "BEGIN:VCARD" }])],
    ["of an interactive type that is not modelled", passed("interactive", { type: "order_details", action: {} })],
    ["a template beyond the limits", passed("template", { name: "Order Update" })],
    ["as a quoted reply", passed("poll", {}, { context: { message_id: "wamid.1" } })],
  ])("may be sent: %s", (_label, content) => {
    expect(contentSchema.parse(content)).toEqual(content);
  });

  test("is sent without the flag, and its text begins with the type", () => {
    const content = contentSchema.parse(passed("poll", { b: 1, a: 2 }, { context: { message_id: "wamid.1" } }));

    expect(contentJson(content)).toBe('{"type":"poll","context":{"message_id":"wamid.1"},"poll":{"b":1,"a":2}}');
  });

  test("can be told from one that is checked", () => {
    expect(isPassthrough(contentSchema.parse(passed("text", { body: "Hi" })))).toBe(true);
    expect(isPassthrough(contentSchema.parse({ type: "text", text: { body: "Hi" }, passthrough: false }))).toBe(false);
    expect(isPassthrough(contentSchema.parse({ type: "text", text: { body: "Hi" } }))).toBe(false);
  });

  test.each<Limit>([
    [
      "size",
      (size) => passed("poll", { a: letters(size - '{"a":""}'.length) }),
      65_536,
      "/poll: poll is at most 65536 characters of JSON",
    ],
    [
      "depth",
      (size) => passed("poll", JSON.parse(`${"[".repeat(size)}${"]".repeat(size)}`)),
      32,
      "/poll: poll is nested at most 32 levels deep",
    ],
    ["length of the type", (size) => passed(letters(size), {}), 64, "/type: type is made of a-z, 0-9 and _"],
  ])("has a limit: %s", (_name, build, limit, problem) => {
    expect(problemsOf(build(limit))).toEqual([]);
    expect(problemsOf(build(limit + 1))).toEqual([problem]);
  });

  test.each([
    [{ type: "poll", passthrough: true }, "/poll: poll is required"],
    [passed("poll", "question"), "/poll: poll is an object or a list"],
    [passed("poll", null), "/poll: poll is an object or a list"],
    [passed("poll", { a: ["b\0"] }), "/poll: poll contains the character U+0000, which WhatsApp cannot carry"],
    [passed("poll", {}, { pol: {} }), '/: Unrecognized key: "pol"'],
    [passed("poll", {}, { to: "+16505551234" }), '/: Unrecognized key: "to"'],
    [passed("poll", {}, { status: "read" }), '/: Unrecognized key: "status"'],
    [passed("poll", {}, { context: { id: "wamid.1" } }), "/context/message_id: context.message_id is required"],
    [passed("Poll", {}), "/type: type is made of a-z, 0-9 and _"],
    [{ passthrough: true, poll: {} }, "/type: type is a text"],
    [{ type: "constructor", passthrough: true }, "/constructor: constructor is required"],
    [passed("to", {}), "/type: type is the name of a field of the envelope"],
    [passed("biz_opaque_callback_data", {}), "/type: type is the name of a field of the envelope"],
  ])("is refused with a reason: %#", (content, problem) => {
    expect(problemsOf(content)).toContain(problem);
  });

  test("is not exhausted by data nested a hundred thousand deep", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}`);

    expect(problemsOf(passed("poll", deep))).toEqual(["/poll: poll is nested at most 32 levels deep"]);
  });

  test("has nothing beside type, context and the named value in what is sent, whatever it was given", () => {
    const field = fc.stringMatching(/^[a-z][a-z_]{0,24}$/);
    const more = fc.dictionary(
      fc.oneof(field, fc.constantFrom("to", "recipient", "status", "context")),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(field, fc.jsonValue(), more, (type, value, extra) => {
        const { data } = contentSchema.safeParse({ ...extra, type, passthrough: true, [type]: value });
        if (data === undefined) return;
        const sent = JSON.parse(contentJson(data)) as Record<string, unknown>;
        expect(Object.keys(sent).filter((key) => key !== "context")).toEqual(["type", type]);
        expect(sent[type]).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
