// Everything of an inbound message but its payload: who wrote it, what it opens, what it refers to.

import { describe, expect, test } from "@jest/globals";
import { envelope, itemsOf, itemsOfFixture, NUMBER } from "./testing/bodies.ts";

const USER_ID = "US.13491208655302741918";
const nobody = { phone: null, bsuid: null, parentBsuid: null, username: null, profileName: null };

function messageOf(name: string) {
  const [item, ...more] = itemsOfFixture(name);
  if (item?.kind !== "inbound" || more.length > 0) throw new Error(`${name} is not one message`);
  return item;
}

describe("an inbound message", () => {
  test("is told in one shape", () => {
    const { json, ...item } = messageOf("inbound-text");

    expect(item).toEqual({
      kind: "inbound",
      phoneNumberId: NUMBER,
      wamid: "wamid.IN1",
      atMs: 1_749_416_383_000,
      type: "text",
      contact: {
        phone: "+16505551234",
        bsuid: USER_ID,
        parentBsuid: null,
        username: null,
        profileName: "Pablo M.",
      },
      opensWindow: true,
      isFromAd: false,
      content: { type: "text", body: "Does it come in another color?" },
      context: null,
      referral: null,
      errors: [],
      groupId: null,
    });
    expect(Object.keys(JSON.parse(json))).toEqual(["message", "contact"]);
  });

  test("of the old on-premise API reads as well, without a number of ours", () => {
    expect(messageOf("legacy-inbound")).toMatchObject({
      phoneNumberId: null,
      wamid: "ABGGFlA4dSRvAgo6C4Z53hMh1ugR",
      atMs: 1_537_248_012_000,
      contact: { phone: "+16505551234" },
      opensWindow: true,
    });
  });

  test("of a group names the group", () => {
    expect(messageOf("inbound-in-a-group")).toMatchObject({ groupId: "Y2FwaV9ncm91cDox", opensWindow: true });
  });
});

describe("who wrote it", () => {
  test.each([
    ["inbound-user-id-in-from", { ...nobody, bsuid: "US.99", username: "sheena", profileName: "Sheena" }],
    ["inbound-user-id-invalid", { ...nobody, phone: "+16505551234", profileName: "Pablo" }],
    ["inbound-known-by-contact-only", { ...nobody, bsuid: "US.99", parentBsuid: "US.ENT.1", profileName: "Sheena" }],
    ["inbound-contact-without-wa-id", { ...nobody, phone: "+16505551234", bsuid: "US.98", profileName: "Pablo" }],
    ["inbound-contact-of-somebody-else", { ...nobody, phone: "+16505551234" }],
    ["inbound-numbers-as-numbers", { ...nobody, phone: "+16505551234", profileName: "7" }],
    ["inbound-without-sender", nobody],
    ["inbound-from-is-no-id", nobody],
    ["inbound-nulls", nobody],
  ])("%s", (name, contact) => {
    expect(messageOf(name).contact).toEqual(contact);
  });

  test("is found in the message alone, wherever the id stands in it", () => {
    const messages = [
      { from: "US.99" },
      { from: "+16505551234" },
      { from_user_id: "US.99", from_parent_user_id: "US.ENT.1" },
    ];

    expect(
      itemsOf(envelope({ messages: messages.map((ids, at) => ({ id: `wamid.${at}`, type: "text", ...ids })) })),
    ).toMatchObject([
      { contact: { ...nobody, bsuid: "US.99" } },
      { contact: { ...nobody, phone: "+16505551234" } },
      { contact: { ...nobody, bsuid: "US.99", parentBsuid: "US.ENT.1" } },
    ]);
  });

  test("is found among several contacts by phone number or by user id", () => {
    const items = itemsOfFixture("inbound-without-phone-number");

    expect(items).toMatchObject([
      { type: "text", contact: { phone: null, bsuid: "US.99", username: "sheena", profileName: "Sheena" } },
      { type: "reaction", contact: { phone: "+16505551234", bsuid: "US.98", profileName: "Pablo" } },
    ]);
    expect(items.map((item) => item.kind === "inbound" && JSON.parse(item.json).contact.profile.name)).toEqual([
      "Sheena",
      "Pablo",
    ]);
  });

  test("is not taken from the contact of another message when contacts are fewer than messages", () => {
    expect(itemsOfFixture("inbound-contacts-fewer-than-messages")).toMatchObject([
      { contact: { phone: "+16505551234", bsuid: "US.98", profileName: "Pablo" } },
      { contact: { ...nobody, phone: "+16505550002" } },
      { contact: { phone: "+16505551234", bsuid: "US.98", profileName: "Pablo" } },
    ]);
  });

  test.each(["us.1", "US.", "US.1 2", "USA.1", `US.${"1".repeat(129)}`, "US.ENT.", "US.1\n", 7, {}, true])(
    "is not known by %j",
    (id) => {
      const message = { id: "wamid.IN", from: id, from_user_id: id, from_parent_user_id: id, type: "text" };

      expect(itemsOf(envelope({ messages: [message] }))).toMatchObject([{ contact: nobody }]);
    },
  );
});

describe("what it opens", () => {
  test.each([
    "text",
    "image",
    "video",
    "document",
    "sticker",
    "audio",
    "location",
    "contacts",
    "interactive",
    "button",
    "order",
    "reaction",
  ])("the customer service window, when a person sent it: %s", (type) => {
    expect(itemsOf(envelope({ messages: [{ id: "wamid.IN", type }] }))).toMatchObject([{ type, opensWindow: true }]);
  });

  test.each([
    "system",
    "edit",
    "revoke",
    "unsupported",
    "errors",
    "unknown",
    "request_welcome",
    "hologram",
    "__proto__",
    "constructor",
  ])("nothing, when nobody is known to have written it: %s", (type) => {
    const referral = { source_type: "ad", source_id: "1" };
    expect(itemsOf(envelope({ messages: [{ id: "wamid.IN", type, referral }] }))).toMatchObject([
      { type, opensWindow: false, isFromAd: false },
    ]);
  });

  test("the free entry point beside it, when an ad or a post led here", () => {
    expect(messageOf("inbound-from-an-ad")).toMatchObject({ opensWindow: true, isFromAd: true });
    expect(messageOf("inbound-from-a-post")).toMatchObject({ opensWindow: true, isFromAd: true });
    expect(messageOf("inbound-unsupported-from-an-ad")).toMatchObject({ opensWindow: false, isFromAd: false });
  });
});

const context = { messageId: null, from: null, isForwarded: false, isFrequentlyForwarded: false, product: null };
const referral = {
  sourceType: "post",
  sourceId: "77",
  sourceUrl: "https://fb.me/p",
  headline: null,
  body: null,
  mediaType: "video",
  imageUrl: null,
  videoUrl: "https://example.com/v.mp4",
  thumbnailUrl: "https://example.com/t.jpg",
  clickId: null,
  welcomeText: null,
};

describe("what it refers to", () => {
  test.each([
    ["inbound-reply", { ...context, messageId: "wamid.OUT", from: "+15550783881" }],
    [
      "inbound-about-a-product",
      {
        ...context,
        messageId: "wamid.OUT",
        from: "+15550783881",
        product: { catalogId: "194836987003835", retailerId: "di9ozbzfi4" },
      },
    ],
    ["inbound-forwarded", { ...context, isForwarded: true }],
    ["inbound-forwarded-often", { ...context, isForwarded: true, isFrequentlyForwarded: true }],
    ["inbound-numbers-as-numbers", { ...context, messageId: "99" }],
    ["inbound-nulls", null],
  ])("%s", (name, expected) => {
    expect(messageOf(name).context).toEqual(expected);
  });

  test("the ad, with all that is said of it", () => {
    expect(messageOf("inbound-from-an-ad").referral).toEqual({
      sourceType: "ad",
      sourceId: "120226305854810726",
      sourceUrl: "https://fb.me/3cr4Wqqkv",
      headline: "Chat with us",
      body: "Summer succulents are here!",
      mediaType: "image",
      imageUrl: "https://example.com/ad.jpg",
      videoUrl: null,
      thumbnailUrl: null,
      clickId: "Aff-n8ZTODiE",
      welcomeText: "Hi there! Let us know how we can help!",
    });
    expect(messageOf("inbound-from-a-post").referral).toEqual(referral);
  });

  test.each([{}, [], "ad", 7, null, { source_type: null, surprise: 1 }])(
    "not an ad, when the referral is %j",
    (said) => {
      const message = { id: "wamid.IN", type: "text", text: { body: "Hi" }, referral: said };

      expect(itemsOf(envelope({ messages: [message] }))).toMatchObject([{ referral: null, isFromAd: false }]);
    },
  );

  test("its errors, readable ones only", () => {
    expect(messageOf("inbound-type-errors").errors).toEqual([
      { code: 131000, title: "Something went wrong", details: null },
    ]);
    expect(messageOf("inbound-unsupported").errors).toEqual([
      { code: 131051, title: "Message type unknown", details: "Message type is currently not supported." },
    ]);
  });
});
