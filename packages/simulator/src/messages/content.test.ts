// Each limit of the documents from both sides: what just fits is taken, what is one too many is refused with its code.
import { describe, expect, test } from "@jest/globals";
import { parseSendRequest } from "../send-request.ts";
import { messageTo } from "../test-world.ts";

const to = "+4915112345678";
const x = (count: number) => "x".repeat(count);

function codeOf(type: string, content: unknown, over: object = {}): number | null {
  const parsed = parseSendRequest(Buffer.from(JSON.stringify({ ...messageTo(to, type, content), ...over })));
  return parsed.kind === "invalid" ? parsed.code : null;
}

const ada = { name: { formatted_name: "Ada" } };

describe("taken", () => {
  test.each([
    ["text", { body: `${x(4095)}😀` }],
    ["image", { id: "123", caption: x(1024) }],
    ["video", { link: "https://example.com/v.mp4" }],
    ["audio", { id: "123", voice: true }],
    ["document", { link: "http://example.com/d.pdf", caption: x(1024), filename: "d.pdf" }],
    ["sticker", { id: "123" }],
    ["location", { latitude: "52.5", longitude: 13.4, name: "Gate", address: "Square" }],
    ["contacts", Array.from({ length: 257 }, () => ada)],
    ["contacts", [{ ...ada, phones: [{ phone: "+1", type: "CELL", wa_id: "1" }], birthday: "1815-12-10" }]],
    ["reaction", { message_id: "wamid.x", emoji: "👍🏽" }],
    ["reaction", { message_id: "wamid.x", emoji: "❤️" }],
    ["reaction", { message_id: "wamid.x", emoji: "" }],
  ])("%s", (type, content) => {
    expect(codeOf(type, content)).toBeNull();
  });
});

describe("refused", () => {
  test.each([
    ["a text of 4,097 characters", "text", 100, { body: x(4097) }],
    ["a caption of 1,025", "image", 131009, { id: "1", caption: x(1025) }],
    ["a medium without id and link", "video", 131008, { caption: "x" }],
    ["a medium with both", "video", 100, { id: "1", link: "https://example.com/v" }],
    ["a link that is none", "image", 131009, { link: "example.com/a.png" }],
    ["a link by ftp", "image", 131009, { link: "ftp://example.com/a.png" }],
    ["an id that is none", "image", 131009, { id: "abc" }],
    ["a caption on audio", "audio", 100, { id: "1", caption: "x" }],
    ["a caption on a sticker", "sticker", 100, { id: "1", caption: "x" }],
    ["a filename on an image", "image", 100, { id: "1", filename: "x" }],
    ["voice that is no boolean", "audio", 100, { id: "1", voice: "yes" }],
    ["no latitude", "location", 131008, { longitude: 1 }],
    ["a latitude of 91", "location", 131009, { latitude: 91, longitude: 1 }],
    ["a longitude in words", "location", 131009, { latitude: 1, longitude: "east" }],
    ["an unknown field of a location", "location", 100, { latitude: 1, longitude: 1, url: "x" }],
    ["258 contacts", "contacts", 131009, Array.from({ length: 258 }, () => ada)],
    ["no contact", "contacts", 131009, []],
    ["a contact without name", "contacts", 131008, [{ phones: [] }]],
    ["a contact without formatted_name", "contacts", 131008, [{ name: { first_name: "Ada" } }]],
    ["an unknown field of a phone", "contacts", 100, [{ ...ada, phones: [{ number: "1" }] }]],
    ["a birthday in words", "contacts", 131009, [{ ...ada, birthday: "tomorrow" }]],
    ["a reaction without target", "reaction", 131008, { emoji: "👍" }],
    ["a reaction to what is no wamid", "reaction", 131009, { message_id: "x", emoji: "👍" }],
    ["a reaction in words", "reaction", 131009, { message_id: "wamid.x", emoji: "ok" }],
    ["two emoji", "reaction", 131009, { message_id: "wamid.x", emoji: "👍👍" }],
    ["a type that only users send", "order", 131051, { catalog_id: "1" }],
  ])("%s: %s", (_name, type, code, content) => {
    expect(codeOf(type, content)).toBe(code);
  });

  test("a reaction that quotes a message", () => {
    const context = { message_id: "wamid.y" };
    expect(codeOf("reaction", { message_id: "wamid.x", emoji: "👍" }, { context })).toBe(100);
    expect(codeOf("text", { body: "x" }, { context })).toBeNull();
    expect(codeOf("text", { body: "x" }, { context: { message_id: "y" } })).toBe(131009);
  });
});
