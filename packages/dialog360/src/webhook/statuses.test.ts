import { describe, expect, test } from "@jest/globals";
import { envelope, itemsOf, itemsOfFixture, NUMBER, WAMID } from "./testing/bodies.ts";

const CALLBACK = { messageId: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd", wireNumber: 0 };
const PHONE = "+16505551234";
const USER_ID = "US.13491208655302741918";
const PARENT = "US.ENT.11815799212886844830";

const aStatus = {
  kind: "status",
  phoneNumberId: NUMBER,
  wamid: WAMID,
  atMs: 1_750_030_073_000,
  recipientId: PHONE,
  recipientUserId: null,
  recipientParentUserId: null,
  contact: null,
  callback: null,
  failure: null,
  pricing: null,
  conversation: null,
};
const pablo = { phone: PHONE, bsuid: USER_ID, parentBsuid: null, username: null, profileName: "Pablo M." };
const utility = { category: "utility", type: "regular", model: "PMP", billable: true };
const word = (status: string) => ({ status, statusText: status });

describe("a status", () => {
  test.each([
    [
      "status-sent",
      { ...word("sent"), callback: CALLBACK, pricing: utility, contact: pablo, recipientUserId: USER_ID },
    ],
    ["status-delivered", { ...word("delivered"), callback: CALLBACK, pricing: utility, contact: pablo }],
    ["status-read", { ...word("read"), callback: CALLBACK, contact: pablo }],
    ["status-played", { ...word("played"), callback: CALLBACK, contact: pablo }],
    ["status-deleted-unknown-word", { status: null, statusText: "deleted" }],
    [
      "status-read-without-phone-number",
      {
        ...word("read"),
        recipientId: null,
        recipientUserId: USER_ID,
        contact: { ...pablo, phone: null, username: "pablo" },
      },
    ],
    [
      "status-to-user-id",
      {
        ...word("sent"),
        callback: { ...CALLBACK, wireNumber: 3 },
        recipientId: null,
        recipientUserId: USER_ID,
        recipientParentUserId: PARENT,
        contact: { ...pablo, phone: null, parentBsuid: PARENT, username: "pablo" },
      },
    ],
    [
      "status-parent-id-under-its-old-name",
      { ...word("sent"), recipientId: null, recipientUserId: USER_ID, recipientParentUserId: PARENT },
    ],
    [
      "status-user-id-where-the-number-belongs",
      { ...word("delivered"), recipientId: USER_ID, recipientUserId: USER_ID },
    ],
    [
      "status-user-id-invalid",
      {
        ...word("delivered"),
        contact: { phone: null, bsuid: null, parentBsuid: null, username: null, profileName: null },
      },
    ],
    ["status-of-a-group", { ...word("delivered"), recipientId: "120363404694233820" }],
    ["status-sent-by-others", word("delivered")],
    [
      "status-contact-spelt-otherwise",
      {
        ...word("delivered"),
        recipientId: "+5511999998888",
        contact: { ...pablo, phone: "+551199998888", bsuid: "BR.501", profileName: "Ana" },
      },
    ],
    ["status-timestamp-in-milliseconds", { ...word("delivered"), atMs: 1_750_030_073_123 }],
    [
      "status-free-window-conversation",
      {
        ...word("sent"),
        conversation: { id: "ab12", originType: "referral_conversion", expiresAtMs: 1_750_116_473_000 },
        pricing: { category: "referral_conversion", type: "free_entry_point", model: "PMP", billable: false },
      },
    ],
    [
      "status-marketing-lite",
      {
        ...word("sent"),
        conversation: { id: "c1", originType: "marketing_lite", expiresAtMs: null },
        pricing: { category: "marketing_lite", type: "regular", model: "PMP", billable: true },
      },
    ],
    [
      "status-free-allowance",
      {
        ...word("delivered"),
        pricing: { category: "service", type: "free_customer_service", model: "PMP", billable: false },
      },
    ],
    ["status-nulls", { ...word("sent"), atMs: null, recipientId: null }],
    [
      "status-failed-undeliverable",
      {
        ...word("failed"),
        callback: CALLBACK,
        failure: {
          class: "rejected",
          code: 131026,
          httpStatus: null,
          reason: expect.stringMatching(/^the message cannot be delivered: .*: Message to …34 undeliverable\.$/),
          hint: expect.any(String),
        },
      },
    ],
    [
      "status-failed-template-paused",
      { ...word("failed"), failure: expect.objectContaining({ class: "template-paused" }) },
    ],
    [
      "status-failed-unexplained",
      { ...word("failed"), failure: expect.objectContaining({ class: "rejected", code: null }) },
    ],
    [
      "status-failed-under-a-future-word",
      { status: null, statusText: "warned", failure: expect.objectContaining({ code: 131026 }) },
    ],
    [
      "status-numbers-as-numbers",
      { ...word("failed"), failure: expect.objectContaining({ class: "throttled", code: 131056 }) },
    ],
    [
      "legacy-status",
      {
        ...word("delivered"),
        phoneNumberId: null,
        wamid: expect.any(String),
        atMs: 1_518_694_708_000,
      },
    ],
  ])("reads %s", (name, expected) => {
    expect(itemsOfFixture(name)).toEqual([{ ...aStatus, ...expected }]);
  });

  test("finds its own contact by number or user id, whatever their order, and takes nobody else's", () => {
    expect(itemsOfFixture("statuses-of-several-people")).toMatchObject([
      { wamid: "wamid.S1", contact: { phone: "+16505550002", profileName: "Ben" } },
      { wamid: "wamid.S2", contact: { bsuid: "BR.501", username: "ana" } },
      { wamid: "wamid.S3", recipientId: "+16505550003", contact: null },
    ]);
  });

  test.each([undefined, null, "", "soon", -1, 0, "1e300", {}, Number.MAX_VALUE])(
    "keeps its word when its time is %j",
    (timestamp) => {
      const [item] = itemsOf(envelope({ statuses: [{ id: WAMID, status: "read", timestamp }] }));

      expect(item).toMatchObject({ status: "read", atMs: null });
    },
  );

  test.each(["queued", "sending", "canceled", "unconfirmed", "__proto__", "constructor", "SENT"])(
    "%s is not the provider's word for a status of ours",
    (status) => {
      expect(itemsOf(envelope({ statuses: [{ id: WAMID, status }] }))).toMatchObject([
        { status: null, statusText: status },
      ]);
    },
  );
});
