import { describe, expect, test } from "@jest/globals";
import { encodeLocalId, messageId, parseMessageId } from "@tern/core";
import fc from "fast-check";
import { BSUID_PATTERN, buildSendBody, formatCallbackData, marketingFields, parseCallbackData } from "./send-body.ts";

const MESSAGE_ID = "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd";

describe("the body of a send", () => {
  test("is the envelope around the stored content", () => {
    const body = buildSendBody({
      to: "+16505551234",
      callbackData: formatCallbackData({ messageId: MESSAGE_ID, wireNumber: 2 }),
      content: '{"type":"text","text":{"body":"a \\"quoted\\" ☺"},"context":{"message_id":"wamid.1"}}',
    });

    expect(JSON.parse(body)).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "+16505551234",
      biz_opaque_callback_data: `tern1:${MESSAGE_ID}:2`,
      type: "text",
      text: { body: 'a "quoted" ☺' },
      context: { message_id: "wamid.1" },
    });
  });

  test("names who is known by a BSUID as the recipient, not as a phone number", () => {
    const body = buildSendBody({ to: "US.13491208655302741918", callbackData: "c", content: '{"type":"x"}' });

    expect(JSON.parse(body)).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      recipient: "US.13491208655302741918",
      biz_opaque_callback_data: "c",
      type: "x",
    });
  });

  test.each([
    [{}, {}],
    [{ productPolicy: "STRICT" as const }, { product_policy: "STRICT" }],
    [{ messageActivitySharing: false }, { message_activity_sharing: false }],
    [
      { productPolicy: "CLOUD_API_FALLBACK" as const, messageActivitySharing: true },
      { product_policy: "CLOUD_API_FALLBACK", message_activity_sharing: true },
    ],
  ])("has the fields of marketing beside the content: %j", (options, fields) => {
    const extraFields = marketingFields(options);
    const body = buildSendBody({ to: "+1", callbackData: "c", content: '{"type":"x"}', extraFields });

    expect(JSON.parse(body)).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "+1",
      biz_opaque_callback_data: "c",
      ...fields,
      type: "x",
    });
  });

  test.each(["", "{}", "null", "[]", ' {"type":"text"}', '{"type":"text"}\n{"type":"template"}'])(
    "is not built around %j",
    (content) => {
      expect(() => buildSendBody({ to: "+1", callbackData: "", content })).toThrow("JSON text of an object");
    },
  );

  test("stays one JSON text, whatever the recipient and the callback data hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (to, callbackData) => {
        expect(JSON.parse(buildSendBody({ to, callbackData, content: '{"type":"x"}' }))).toMatchObject({
          [to.startsWith("+") ? "to" : "recipient"]: to,
          biz_opaque_callback_data: callbackData,
          type: "x",
        });
      }),
    );
  });
});

describe("a BSUID", () => {
  test.each(["US.13491208655302741918", "US.ENT.13491208655302741918", "DE.a", `BR.${"x".repeat(128)}`, "US.ENT"])(
    "%s is one",
    (text) => {
      expect(BSUID_PATTERN.test(text)).toBe(true);
    },
  );

  test.each(["", "US.", "us.1", "USA.1", "US.1.2", "US.a_b", "+16505551234", "US.1\n", `US.${"x".repeat(129)}`])(
    "%j is none",
    (text) => {
      expect(BSUID_PATTERN.test(text)).toBe(false);
    },
  );
});

describe("callback data", () => {
  const localId = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(encodeLocalId);
  const sender = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/);

  test("comes back as it went out", () => {
    fc.assert(
      fc.property(sender, localId, fc.nat({ max: 999_999_999 }), (name, id, wireNumber) => {
        const data = { messageId: messageId({ sender: name, localId: id }), wireNumber };

        const text = formatCallbackData(data);

        expect(text.length).toBeLessThanOrEqual(79);
        expect(parseCallbackData(text)).toEqual(data);
      }),
    );
  });

  test.each([
    "",
    "tern1:",
    `tern1:${MESSAGE_ID}`,
    `tern1:${MESSAGE_ID}:`,
    `tern1:${MESSAGE_ID}:01`,
    `tern1:${MESSAGE_ID}:-1`,
    `tern1:${MESSAGE_ID}:1.5`,
    `tern1:${MESSAGE_ID}:1 `,
    `tern1:${MESSAGE_ID}:1\n`,
    `tern1:${MESSAGE_ID}:9999999999`,
    `tern2:${MESSAGE_ID}:1`,
    `TERN1:${MESSAGE_ID}:1`,
    "tern1:msg_demo_short:1",
    "campaign-17",
  ])("%j is not ours", (text) => {
    expect(parseCallbackData(text)).toBeNull();
  });

  test("is read from any text without harm", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const parsed = parseCallbackData(text);
        expect(parsed === null || parseMessageId(parsed.messageId) !== null).toBe(true);
      }),
    );
  });
});
