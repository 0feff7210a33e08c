import { describe, expect, test } from "@jest/globals";
import { itemsOfFixture, NUMBER, valueOfFixture, WABA } from "./testing/bodies.ts";

const ofField = (field: string) => ({
  field,
  phoneNumberId: NUMBER,
  wabaId: WABA,
  atMs: 1_750_030_073_000,
  json: expect.any(String),
});
const PHONE = "+16505551234";
const USER_ID = "US.13491208655302741918";
const nobody = { phone: null, bsuid: null, parentBsuid: null, username: null, profileName: null };
const pablo = { ...nobody, phone: PHONE, bsuid: USER_ID, profileName: "Pablo M." };
const poison = { kind: "aside", reason: "a part of a field that is no object", json: '"poison"' };

describe("what people want", () => {
  const preference = {
    kind: "user-preferences",
    ...ofField("user_preferences"),
    category: "marketing_messages",
    detail: null,
  };

  test("a stop is about one person", () => {
    expect(itemsOfFixture("user-preferences-stop")).toEqual([
      { ...preference, contact: pablo, value: "stop", detail: "User requested to stop marketing messages" },
    ]);
  });

  test("each of several is read, and what is neither stop nor resume is kept", () => {
    expect(itemsOfFixture("user-preferences-of-several")).toEqual([
      {
        ...preference,
        contact: { ...nobody, bsuid: "US.99", username: "sheena", profileName: "Sheena" },
        value: "resume",
        detail: "User requested to resume",
      },
      { ...preference, contact: { ...nobody, phone: "+16505550002" }, value: "stop", atMs: 1_750_030_074_000 },
      { kind: "other", ...ofField("user_preferences"), atMs: null },
      poison,
    ]);
  });
});

describe("who people are now", () => {
  test("the previous and the present ids, and the person they belong to", () => {
    expect(itemsOfFixture("user-id-update")).toEqual([
      {
        kind: "user-id-update",
        ...ofField("user_id_update"),
        contact: { phone: PHONE, bsuid: "US.2002", parentBsuid: "US.ENT.2", username: "pablo", profileName: "Pablo" },
        previousBsuid: "US.1001",
        currentBsuid: "US.2002",
        previousParentBsuid: "US.ENT.1",
        currentParentBsuid: "US.ENT.2",
        detail: "User id changed",
      },
      { kind: "other", ...ofField("user_id_update"), atMs: null },
    ]);
  });
});

describe("a call", () => {
  const call = {
    kind: "call",
    ...ofField("calls"),
    callId: "wacid.1",
    direction: "inbound",
    contact: pablo,
    opensWindow: false,
    status: null,
    durationSeconds: null,
    callback: null,
  };

  test("from a person opens the window when it begins, answered or not", () => {
    expect(itemsOfFixture("call-inbound")).toEqual([{ ...call, event: "connect", opensWindow: true }]);
    expect(itemsOfFixture("call-inbound-missed")).toEqual([
      { ...call, event: "terminate", status: "FAILED", atMs: 1_750_030_103_000 },
    ]);
  });

  test("of the business to a person tells its end", () => {
    expect(itemsOfFixture("call-outbound-ended")).toEqual([
      {
        ...call,
        callId: "wacid.2",
        event: "terminate",
        direction: "outbound",
        contact: { ...nobody, phone: PHONE, bsuid: USER_ID },
        status: "COMPLETED",
        durationSeconds: 73,
        callback: { messageId: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd", wireNumber: 0 },
      },
    ]);
  });

  test("of the business opens the window when the person accepts it, and not when it rings or is refused", () => {
    const status = { kind: "call-status", ...ofField("calls"), opensWindow: false, callback: null };

    expect(itemsOfFixture("call-accepted")).toEqual([
      {
        ...status,
        callId: "wacid.2",
        status: "ACCEPTED",
        contact: { ...nobody, phone: PHONE, bsuid: USER_ID },
        opensWindow: true,
      },
      {
        ...status,
        callId: "wacid.3",
        status: "REJECTED",
        contact: { ...nobody, bsuid: "US.99" },
        atMs: 1_750_030_074_000,
      },
    ]);
    expect(itemsOfFixture("call-statuses")).toEqual([
      { ...status, callId: "wacid.1", status: "RINGING", contact: nobody },
    ]);
  });

  test("in no known direction opens nothing and names nobody, and odd ones are kept", () => {
    expect(itemsOfFixture("call-odd")).toEqual([
      { ...call, callId: "wacid.4", event: "connect", direction: null, contact: nobody },
      { kind: "other", ...ofField("calls"), atMs: null },
      poison,
    ]);
  });
});

describe("a message that the business sent from its app", () => {
  test("says to whom and what", () => {
    const [echo, odd, ...more] = itemsOfFixture("message-echo");

    expect(echo).toEqual({
      kind: "message-echo",
      ...ofField("smb_message_echoes"),
      wamid: "wamid.ECHO",
      type: "text",
      contact: { ...nobody, phone: PHONE, bsuid: USER_ID },
      content: { type: "text", body: "We are on our way" },
    });
    expect(echo?.kind === "message-echo" && JSON.parse(echo.json)).toEqual(
      valueOfFixture("message-echo").message_echoes[0],
    );
    expect(odd).toEqual({ kind: "other", ...ofField("smb_message_echoes"), atMs: null });
    expect(more).toEqual([]);
  });
});
