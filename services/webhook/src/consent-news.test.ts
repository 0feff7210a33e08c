import { describe, expect, test } from "@jest/globals";
import { parseWebhook } from "@tern/dialog360";
import { DEFAULT_CONSENT_KEYWORDS, indexKeywords } from "@tern/runtime";
import { consentNewsOf } from "./consent-news.ts";

const keywords = {
  stop: indexKeywords(DEFAULT_CONSENT_KEYWORDS.stop),
  start: indexKeywords(DEFAULT_CONSENT_KEYWORDS.start),
};
const AT_S = 1_773_144_000;
const RECEIVED_MS = AT_S * 1_000 + 5_000;
const PHONE = "+4915112345678";
const BSUID = "DE.13491208655302741918";

/** What the items of a body say, as the provider sends it. */
function newsIn(field: string, value: object) {
  const metadata = { display_phone_number: "15550783881", phone_number_id: "106540352242922" };
  const body = {
    entry: [{ id: "1", changes: [{ field, value: { messaging_product: "whatsapp", metadata, ...value } }] }],
  };
  const parsed = parseWebhook(JSON.stringify(body));
  if ("unreadable" in parsed) throw new Error(parsed.unreadable);
  return parsed.items.map((item) => consentNewsOf(item, keywords, RECEIVED_MS));
}

const contacts = [{ profile: { name: "Ada" }, wa_id: PHONE.slice(1), user_id: BSUID }];
const inbound = (message: object) =>
  newsIn("messages", {
    contacts,
    messages: [{ from: PHONE.slice(1), id: "wamid.in", timestamp: String(AT_S), ...message }],
  })[0];
const text = (body: string) => inbound({ type: "text", text: { body } });
const preference = (fields: object) =>
  newsIn("user_preferences", {
    contacts,
    user_preferences: [
      { wa_id: PHONE.slice(1), user_id: BSUID, category: "marketing_messages", timestamp: AT_S, ...fields },
    ],
  })[0];
const failed = (code: number, fields: object = {}) =>
  newsIn("messages", {
    statuses: [
      {
        id: "wamid.A",
        status: "failed",
        timestamp: String(AT_S),
        recipient_id: PHONE.slice(1),
        errors: [{ code, title: "x" }],
        ...fields,
      },
    ],
  })[0];

describe("WhatsApp's own settings", () => {
  test("stop and resume marketing, under every name of the person", () => {
    expect(preference({ value: "stop", detail: "User requested to stop" })).toEqual({
      spellings: [PHONE, BSUID],
      statement: {
        category: "marketing",
        state: "opted-out",
        atMs: AT_S * 1_000 + 999,
        source: "user_preferences",
        by: null,
        proof: "User requested to stop",
      },
    });
    expect(preference({ value: "resume" })).toMatchObject({ statement: { state: "opted-in", atMs: AT_S * 1_000 } });
  });

  test("about another category say nothing about marketing; a stop of no category is one of marketing", () => {
    expect(preference({ value: "stop", category: "calls" })).toBeNull();
    expect(preference({ value: "resume", category: undefined })).toBeNull();
    expect(preference({ value: "stop", category: undefined })).toMatchObject({ statement: { state: "opted-out" } });
  });

  test("of a person that only a BSUID names, and of nobody", () => {
    const list = [{ user_id: BSUID, category: "marketing_messages", value: "stop", timestamp: AT_S }];
    expect(newsIn("user_preferences", { user_preferences: list })[0]).toMatchObject({ spellings: [BSUID] });
    expect(newsIn("user_preferences", { user_preferences: [{ ...list[0], user_id: "?" }] })[0] ?? null).toBeNull();
  });
});

describe("a failed send", () => {
  test("to a person who has stopped marketing is an opt-out, with the send as its proof", () => {
    expect(failed(131_050, { recipient_user_id: BSUID })).toMatchObject({
      spellings: [PHONE, BSUID],
      statement: { state: "opted-out", source: "131050", proof: "wamid.A" },
    });
  });

  test("for any other reason, or to a group, is none", () => {
    expect(failed(131_026)).toBeNull();
    expect(failed(131_050, { recipient_id: "120363@g.us", recipient_type: "group" })).toBeNull();
  });
});

describe("a message", () => {
  test.each([["STOP"], ["stop."], ["  Stopp!"], ["Désabonner"], ["СТОП"], ["退订"]])(
    "that is nothing but %s is an opt-out",
    (body) => {
      expect(text(body)).toMatchObject({
        spellings: [PHONE, BSUID],
        statement: { state: "opted-out", source: "keyword", proof: body, atMs: AT_S * 1_000 + 999 },
      });
    },
  );

  test("that is nothing but a start word is an opt-in", () => {
    expect(text("start")).toMatchObject({ statement: { state: "opted-in", source: "keyword", atMs: AT_S * 1_000 } });
  });

  test.each([
    ["a sentence with the word in it", "please stop by tomorrow"],
    ["the opposite", "don't stop"],
    ["nothing", ""],
    ["very much", "x".repeat(5_000)],
  ])("that says %s is neither", (_what, body) => {
    expect(text(body)).toBeNull();
  });

  test.each([
    ["a quick reply of a template", { type: "button", button: { payload: "opt-out", text: "Stop" } }],
    [
      "a reply button",
      { type: "interactive", interactive: { type: "button_reply", button_reply: { id: "1", title: "STOP" } } },
    ],
    [
      "a row of a list",
      { type: "interactive", interactive: { type: "list_reply", list_reply: { id: "1", title: "Stop" } } },
    ],
  ])("that is a tap on %s with such a word is one, too", (_what, message) => {
    expect(inbound(message)).toMatchObject({ statement: { state: "opted-out", source: "keyword" } });
  });

  test("in a group, from nobody, or with a caption speaks for nobody", () => {
    expect(inbound({ type: "text", text: { body: "stop" }, group_id: "120363" })).toBeNull();
    expect(
      newsIn("messages", { messages: [{ id: "wamid.in", type: "text", text: { body: "stop" }, timestamp: "1" }] })[0],
    ).toBeNull();
    expect(inbound({ type: "image", image: { id: "1", caption: "stop" } })).toBeNull();
  });
});

test("a time that has not come, or is none, is the moment it was received", () => {
  expect(preference({ value: "stop", timestamp: AT_S + 3_600 })).toMatchObject({ statement: { atMs: RECEIVED_MS } });
  expect(preference({ value: "stop", timestamp: "soon" })).toMatchObject({ statement: { atMs: RECEIVED_MS } });
});
