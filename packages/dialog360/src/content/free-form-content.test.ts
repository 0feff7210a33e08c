import { describe, expect, test } from "@jest/globals";
import { type Limit, letters, problemsOf, times } from "./testing/problems-of.ts";

const media = (type: string, more: object = {}) => ({ type, [type]: { id: "17", ...more } });
const aPlace = (more: object) => ({ type: "location", location: { latitude: 1, longitude: 2, ...more } });
const aCard = (more: object) => ({ type: "contacts", contacts: [{ name: { formatted_name: "Ada" }, ...more }] });
const aReaction = (more: object) => ({ type: "reaction", reaction: { message_id: "wamid.1", emoji: "👍", ...more } });

describe("a limit of a free-form message", () => {
  test.each<Limit>([
    [
      "image.caption",
      (size) => media("image", { caption: letters(size) }),
      1024,
      "/image/caption: image.caption is at most 1024 characters",
    ],
    [
      "video.caption",
      (size) => media("video", { caption: letters(size) }),
      1024,
      "/video/caption: video.caption is at most 1024 characters",
    ],
    [
      "document.caption",
      (size) => media("document", { caption: letters(size) }),
      1024,
      "/document/caption: document.caption is at most 1024 characters",
    ],
    [
      "document.filename",
      (size) => media("document", { filename: letters(size) }),
      240,
      "/document/filename: filename is at most 240 characters",
    ],
    [
      "location.name",
      (size) => aPlace({ name: letters(size) }),
      1000,
      "/location/name: location.name is at most 1000 characters",
    ],
    [
      "location.latitude",
      (size) => aPlace({ latitude: size }),
      90,
      "/location/latitude: latitude lies between -90 and 90",
    ],
    [
      "location.longitude",
      (size) => aPlace({ longitude: String(-size) }),
      180,
      "/location/longitude: longitude lies between -180 and 180",
    ],
    [
      "contacts",
      (size) => ({ type: "contacts", contacts: times(size, (i) => ({ name: { formatted_name: `${i}` } })) }),
      257,
      "/contacts: contacts has at most 257 contacts",
    ],
    [
      "a text of a contact",
      (size) => aCard({ org: { company: letters(size) } }),
      1000,
      "/contacts/0/org/company: company is at most 1000 characters",
    ],
    [
      "the phone numbers of a contact",
      (size) => aCard({ phones: times(size, () => ({ phone: "+16505559999" })) }),
      100,
      "/contacts/0/phones: phones has at most 100 entries",
    ],
    [
      "reaction.emoji",
      (size) => aReaction({ emoji: `👍${"\u{1f3fd}".repeat(size - 1)}` }),
      32,
      "/reaction/emoji: reaction.emoji is at most 32 characters",
    ],
    ["an id", (size) => media("image", { id: letters(size) }), 512, "/image/id: id is at most 512 characters"],
  ])("is kept, and one more is refused: %s", (_name, build, limit, problem) => {
    expect(problemsOf(build(limit))).toEqual([]);
    expect(problemsOf(build(limit + 1))).toEqual([problem]);
  });
});

describe.each(["image", "video", "audio", "document", "sticker"])("the file of a message: %s", (type) => {
  test.each([
    [{}, `/${type}: ${type} has either an id or a link`],
    [{ id: "17", link: "https://example.com/a" }, `/${type}: ${type} has either an id or a link`],
    [{ link: "ftp://example.com/a" }, `/${type}/link: link is a URL that starts with http:// or https://`],
    [{ link: "https://" }, `/${type}/link: link is a URL that starts with http:// or https://`],
    [{ id: "" }, `/${type}/id: id is at least 1 character`],
    [{ id: 17 }, `/${type}/id: id is a text`],
    [{ id: "17", mime_type: "image/png" }, `/${type}: Unrecognized key: "mime_type"`],
  ])("is refused with a reason: %#", (file, problem) => {
    expect(problemsOf({ type, [type]: file })).toEqual([problem]);
  });
});

describe("a message is refused with a reason", () => {
  test.each([
    [media("audio", { caption: "C" }), '/audio: Unrecognized key: "caption"'],
    [media("audio", { voice: "yes" }), "/audio/voice: audio.voice is true or false"],
    [media("sticker", { caption: "C" }), '/sticker: Unrecognized key: "caption"'],
    [media("image", { filename: "a.png" }), '/image: Unrecognized key: "filename"'],
    [{ type: "image" }, "/image: Invalid input: expected object, received undefined"],
    [{ type: "image", video: { id: "17" }, image: { id: "17" } }, '/: Unrecognized key: "video"'],
    [{ type: "location", location: { latitude: 1 } }, "/location/longitude: longitude is required"],
    [aPlace({ latitude: "north" }), "/location/latitude: latitude is a number of degrees"],
    [aPlace({ latitude: Number.NaN }), "/location/latitude: latitude is a number of degrees"],
    [{ type: "contacts", contacts: [] }, "/contacts: contacts has at least 1 contact"],
    [{ type: "contacts" }, "/contacts: contacts is required"],
    [{ type: "contacts", contacts: {} }, "/contacts: contacts is a list"],
    [aCard({ name: {} }), "/contacts/0/name/formatted_name: name.formatted_name is required"],
    [
      aCard({ name: { formatted_name: "" } }),
      "/contacts/0/name/formatted_name: name.formatted_name is at least 1 character",
    ],
    [aCard({ birthday: "1999-02-29" }), "/contacts/0/birthday: birthday is a date, written as YYYY-MM-DD"],
    [aCard({ birthday: "23.01.1999" }), "/contacts/0/birthday: birthday is a date, written as YYYY-MM-DD"],
    [aCard({ phones: [{ number: "1" }] }), '/contacts/0/phones/0: Unrecognized key: "number"'],
    [aReaction({ emoji: "Hi" }), "/reaction/emoji: reaction.emoji is one emoji, or empty to take it back"],
    [aReaction({ emoji: "👍👍" }), "/reaction/emoji: reaction.emoji is one emoji, or empty to take it back"],
    [aReaction({ emoji: undefined }), "/reaction/emoji: reaction.emoji is required"],
    [aReaction({ message_id: "" }), "/reaction/message_id: reaction.message_id is at least 1 character"],
    [{ ...aReaction({}), context: { message_id: "wamid.2" } }, '/: Unrecognized key: "context"'],
  ])("%#", (content, problem) => {
    expect(problemsOf(content)).toEqual([problem]);
  });
});

describe("a reaction takes", () => {
  test.each(["👍", "❤", "❤️", "👩🏽‍🚀", "👨‍👩‍👧‍👦", "🇩🇪", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"])("%s", (emoji) => {
    expect(problemsOf(aReaction({ emoji }))).toEqual([]);
  });
});

test("a birthday on a leap day is a date", () => {
  expect(problemsOf(aCard({ birthday: "2000-02-29" }))).toEqual([]);
});
