// One case per type and situation of an inbound message's payload.

import { describe, expect, test } from "@jest/globals";
import { envelope, itemsOf, itemsOfFixture, valueOfFixture } from "./testing/bodies.ts";

const media = {
  id: null,
  mimeType: null,
  sha256: null,
  url: null,
  caption: null,
  filename: null,
  isVoice: null,
  isAnimated: null,
};
const nfm = { type: "nfm_reply", name: "flow", body: "Sent" };
const interactive = (reply: { type: string }) => ({ type: "interactive", interactiveType: reply.type, reply });

describe("what was written", () => {
  test.each([
    ["inbound-text", { type: "text", body: "Does it come in another color?" }],
    ["inbound-text-with-nul", { type: "text", body: "before\u0000after" }],
    ["inbound-numbers-as-numbers", { type: "text", body: "42" }],
    [
      "inbound-image",
      {
        ...media,
        type: "image",
        id: "1003383421387256",
        mimeType: "image/jpeg",
        sha256: "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=",
        url: "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
        caption: "Taj Mahal",
      },
    ],
    ["inbound-video", { ...media, type: "video", id: "2", mimeType: "video/mp4", sha256: "a=", caption: "Look" }],
    [
      "inbound-document",
      { ...media, type: "document", id: "3", mimeType: "application/pdf", sha256: "b=", filename: "invoice.pdf" },
    ],
    ["inbound-sticker", { ...media, type: "sticker", id: "4", mimeType: "image/webp", sha256: "c=", isAnimated: true }],
    [
      "inbound-audio",
      { ...media, type: "audio", id: "5", mimeType: "audio/ogg; codecs=opus", sha256: "d=", isVoice: true },
    ],
    ["inbound-media-placeholder", { ...media, type: "image" }],
    [
      "inbound-location",
      {
        type: "location",
        latitude: 37.4847,
        longitude: -122.1473,
        name: "Meta",
        address: "1 Hacker Way",
        url: "https://example.com/meta",
      },
    ],
    [
      "inbound-location-in-texts",
      { type: "location", latitude: 37.4847, longitude: -122.1473, name: null, address: null, url: null },
    ],
    [
      "inbound-contacts",
      {
        type: "contacts",
        contacts: [
          {
            name: "Barbara J. Johnson",
            phones: [
              { phone: "+1 (650) 555-9999", whatsappPhone: "+16505559999", type: "MOBILE" },
              { phone: "+1 650 555 8888", whatsappPhone: null, type: "HOME" },
            ],
            emails: ["barbara@example.com"],
            vcard: "BEGIN:VCARD\nEND:VCARD",
            origin: "contact_request",
          },
        ],
      },
    ],
    ["inbound-button-reply", interactive({ type: "button_reply", ...{ id: "cancel", title: "Cancel" } })],
    [
      "inbound-list-reply",
      interactive({ type: "list_reply", ...{ id: "express", title: "Express", description: "Next day" } }),
    ],
    ["inbound-flow-reply", interactive({ ...nfm, ...{ response: { flow_token: "t-1", date: "2026-11-22" } } })],
    [
      "inbound-address-reply",
      interactive({
        ...nfm,
        ...{
          name: "address_message",
          body: "CA, 94025",
          response: { saved_address_id: "address1", values: { in_pin_code: "400063" } },
        },
      }),
    ],
    ["inbound-flow-reply-no-object", interactive({ ...nfm, ...{ response: [1, null] } })],
    ["inbound-flow-reply-no-json", interactive({ ...nfm, ...{ response: "{oops" } })],
    ["inbound-flow-reply-already-parsed", interactive({ ...nfm, ...{ response: { flow_token: "t-1" } } })],
    [
      "inbound-call-permission-accept",
      interactive({
        type: "call_permission_reply",
        ...{
          response: "accept",
          isPermanent: false,
          expiresAtMs: 1_749_675_583_000,
          responseSource: "user_action",
        },
      }),
    ],
    [
      "inbound-call-permission-reject",
      interactive({
        type: "call_permission_reply",
        ...{ response: "reject", isPermanent: null, expiresAtMs: null, responseSource: "user_action" },
      }),
    ],
    ["inbound-interactive-of-the-future", { type: "interactive", interactiveType: "hologram_reply", reply: null }],
    ["inbound-button", { type: "button", payload: "Unsubscribe", text: "Unsubscribe" }],
    [
      "inbound-order",
      {
        type: "order",
        catalogId: "194836987003835",
        text: "Love these!",
        products: [
          { retailerId: "di9ozbzfi4", quantity: 2, price: 30.5, currency: "USD" },
          { retailerId: "nqryix03ez", quantity: 1, price: 25, currency: "USD" },
        ],
      },
    ],
    ["inbound-reaction", { type: "reaction", messageId: "wamid.OUT", emoji: "👍" }],
    ["inbound-reaction-removed", { type: "reaction", messageId: "wamid.OUT", emoji: null }],
    ["inbound-reaction-emptied", { type: "reaction", messageId: "wamid.OUT", emoji: null }],
    [
      "inbound-user-changed-number",
      {
        type: "system",
        systemType: "user_changed_number",
        body: "Pablo changed from 16505551234 to 12195555358",
        newPhone: "+12195555358",
        newBsuid: null,
        newParentBsuid: null,
      },
    ],
    [
      "inbound-user-changed-user-id",
      {
        type: "system",
        systemType: "user_changed_user_id",
        body: "User ID changed",
        newPhone: null,
        newBsuid: "US.2002",
        newParentBsuid: "US.ENT.3003",
      },
    ],
    ["inbound-unsupported", { type: "unsupported", unsupportedType: "poll" }],
    [
      "inbound-edit",
      {
        type: "edit",
        originalMessageId: "wamid.FIRST",
        contentType: "text",
        content: { type: "text", body: "at eight" },
      },
    ],
    [
      "inbound-edit-of-an-image",
      {
        type: "edit",
        originalMessageId: "wamid.FIRST",
        contentType: "image",
        content: { ...media, type: "image", id: "1", mimeType: "image/jpeg", caption: "New caption" },
      },
    ],
    [
      "inbound-edit-without-end",
      { type: "edit", originalMessageId: "wamid.FIRST", contentType: "edit", content: null },
    ],
    ["inbound-revoke", { type: "revoke", originalMessageId: "wamid.FIRST" }],
    ["inbound-request-welcome", { type: "request_welcome" }],
    ["inbound-type-of-the-future", null],
    ["inbound-without-type", null],
    ["inbound-type-errors", null],
    ["inbound-payload-missing", null],
    ["inbound-nulls", null],
  ])("is read from %s", (name, content) => {
    const [item, ...more] = itemsOfFixture(name);

    expect(item?.kind === "inbound" && item.content).toEqual(content);
    expect(more).toEqual([]);
  });

  test.each([
    "inbound-text-with-nul",
    "inbound-contacts",
    "inbound-type-of-the-future",
    "inbound-interactive-of-the-future",
    "inbound-payload-missing",
  ])("is kept word for word in %s", (name) => {
    const [item] = itemsOfFixture(name);
    const { messages, contacts } = valueOfFixture(name);

    expect(item?.kind === "inbound" && JSON.parse(item.json)).toEqual({ message: messages[0], contact: contacts[0] });
    expect(item?.kind === "inbound" && item.json).not.toContain("\0");
  });

  test.each([
    { type: "text", text: { body: {} } },
    { type: "text", text: "Hi" },
    { type: "image", image: "1003" },
    { type: "location", location: { latitude: 37.4 } },
    { type: "location", location: { latitude: "north", longitude: "" } },
    { type: "contacts", contacts: { name: "Barbara" } },
    { type: "interactive", interactive: [] },
    { type: "button", button: null },
    { type: "order", order: 1 },
    { type: "reaction", reaction: { emoji: "👍" } },
    { type: "system", system: "changed" },
    { type: "edit", edit: { message: { type: "text", text: { body: "Hi" } } } },
    { type: "revoke", revoke: {} },
  ])("is null, and the message is kept, where its payload is odd: %j", (message) => {
    expect(itemsOf(envelope({ messages: [{ id: "wamid.IN", ...message }] }))).toMatchObject([
      { kind: "inbound", type: message.type, content: null },
    ]);
  });

  test.each([
    { type: "button_reply", button_reply: "cancel" },
    { type: "list_reply" },
    { type: "nfm_reply", nfm_reply: [] },
    { type: "call_permission_reply", call_permission_reply: null },
    { type: null },
    {},
  ])("is a reply of no kind where that is odd: %j", (interactive) => {
    expect(itemsOf(envelope({ messages: [{ id: "wamid.IN", type: "interactive", interactive }] }))).toMatchObject([
      { opensWindow: true, content: { type: "interactive", reply: null } },
    ]);
  });

  test("leaves out what is no contact, phone, email, product or button in its lists", () => {
    const contacts = ["poison", { phones: [null, { phone: 16505551234 }], emails: [{}, { email: 7 }, "a@b.example"] }];
    const order = { product_items: ["poison", { quantity: "many", item_price: "free" }] };

    expect(
      itemsOf(
        envelope({
          messages: [
            { id: "wamid.1", type: "contacts", contacts },
            { id: "wamid.2", type: "order", order },
          ],
        }),
      ),
    ).toMatchObject([
      { content: { contacts: [{ name: null, phones: [{ phone: "16505551234" }], emails: ["7"] }] } },
      { content: { products: [{ retailerId: null, quantity: null, price: null, currency: null }] } },
    ]);
  });
});
