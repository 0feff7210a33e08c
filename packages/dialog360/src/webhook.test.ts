import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseWebhook } from "./webhook.ts";

const FIXTURES = join(import.meta.dirname, "..", "fixtures");
const fixture = (name: string) => readFileSync(join(FIXTURES, `${name}.json`));
const WAMID = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA";
const NUMBER = "106540352242922";
const WABA = "102290129340398";
const CALLBACK = { messageId: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd", wireNumber: 0 };

function itemsOf(raw: Buffer | string) {
  const content = parseWebhook(raw);
  if ("unreadable" in content) throw new Error(content.unreadable);
  return content.items;
}

function envelope(value: unknown, field = "messages") {
  return JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: WABA, changes: [{ field, value }] }] });
}

const aStatus = {
  kind: "status",
  phoneNumberId: NUMBER,
  wamid: WAMID,
  atMs: 1_750_030_073_000,
  recipient: "16505551234",
  callback: null,
  failure: null,
  pricing: null,
};
const utility = { category: "utility", type: "regular", model: "PMP", billable: true };

describe("a status", () => {
  test.each([
    ["status-sent", { status: "sent", statusText: "sent", callback: CALLBACK, pricing: utility }],
    ["status-delivered", { status: "delivered", statusText: "delivered", callback: CALLBACK, pricing: utility }],
    ["status-read", { status: "read", statusText: "read", callback: CALLBACK }],
    ["status-played", { status: "played", statusText: "played", callback: CALLBACK }],
    ["status-deleted-unknown-word", { status: null, statusText: "deleted" }],
    ["status-read-without-phone-number", { status: "read", statusText: "read", recipient: "US.13491208655302741918" }],
    ["status-timestamp-in-milliseconds", { status: "delivered", statusText: "delivered", atMs: 1_750_030_073_123 }],
    [
      "status-free-window-conversation",
      {
        status: "sent",
        statusText: "sent",
        pricing: { category: "referral_conversion", type: "free_entry_point", model: "PMP", billable: false },
      },
    ],
    [
      "status-failed-undeliverable",
      {
        status: "failed",
        statusText: "failed",
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
      { status: "failed", statusText: "failed", failure: expect.objectContaining({ class: "template-paused" }) },
    ],
    [
      "status-failed-unexplained",
      { status: "failed", statusText: "failed", failure: expect.objectContaining({ class: "rejected", code: null }) },
    ],
    [
      "status-numbers-as-numbers",
      {
        status: "failed",
        statusText: "failed",
        failure: expect.objectContaining({ class: "throttled", code: 131056 }),
      },
    ],
    [
      "legacy-status",
      {
        status: "delivered",
        statusText: "delivered",
        phoneNumberId: null,
        wamid: expect.any(String),
        atMs: 1_518_694_708_000,
      },
    ],
  ])("%s", (name, expected) => {
    expect(itemsOf(fixture(name))).toEqual([{ ...aStatus, ...expected }]);
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

describe("an inbound message", () => {
  const inbound = { kind: "inbound", phoneNumberId: NUMBER, atMs: 1_749_416_383_000, from: "16505551234" };

  test.each([
    ["inbound-text", [{ ...inbound, wamid: "wamid.IN1", type: "text" }]],
    ["inbound-unsupported", [{ ...inbound, wamid: "wamid.IN6", type: "unsupported" }]],
    ["inbound-without-sender", [{ ...inbound, wamid: "wamid.IN5", from: null }]],
    [
      "legacy-inbound",
      [{ ...inbound, phoneNumberId: null, wamid: "ABGGFlA4dSRvAgo6C4Z53hMh1ugR", atMs: 1_537_248_012_000 }],
    ],
  ])("%s", (name, expected) => {
    expect(itemsOf(fixture(name))).toMatchObject(expected);
  });

  test("comes with its own contact, by phone number or by BSUID", () => {
    const items = itemsOf(fixture("inbound-without-phone-number"));

    expect(items).toMatchObject([
      { from: "US.99", type: "text" },
      { from: "16505551234", type: "reaction" },
    ]);
    expect(items.map((item) => item.kind === "inbound" && JSON.parse(item.json).contact.profile.name)).toEqual([
      "Sheena",
      "Pablo",
    ]);
  });

  test("is kept word for word, the character U+0000 included", () => {
    const [item] = itemsOf(fixture("inbound-text-with-nul"));

    expect(item?.kind === "inbound" && JSON.parse(item.json).message.text.body).toBe("before\u0000after");
    expect(item?.kind === "inbound" && item.json).not.toContain("\0");
  });
});

describe("what is neither", () => {
  test("an error of the number names its code and class", () => {
    expect(itemsOf(fixture("number-error-throughput"))).toMatchObject([
      { kind: "number-error", phoneNumberId: NUMBER, code: 130429, failure: { class: "throttled" } },
    ]);
  });

  test.each([
    ["account-restriction", "account_update", null],
    ["template-paused", "message_template_status_update", null],
    ["user-preferences-stop", "user_preferences", NUMBER],
    ["call-statuses", "calls", NUMBER],
  ])("%s is kept with its field", (name, field, phoneNumberId) => {
    const [item, ...more] = itemsOf(fixture(name));

    expect(item).toMatchObject({ kind: "other", field, phoneNumberId, wabaId: WABA });
    expect(item?.kind === "other" && JSON.parse(item.json)).toEqual(
      JSON.parse(fixture(name).toString()).entry[0].changes[0].value,
    );
    expect(more).toEqual([]);
  });

  test("a field without messages is kept as it is", () => {
    expect(itemsOf(envelope({ metadata: { phone_number_id: 17 }, surprise: 1 }))).toMatchObject([
      { kind: "other", field: "messages", phoneNumberId: "17" },
    ]);
  });
});

describe("poison", () => {
  test("is set aside, and its neighbours are applied", () => {
    const items = itemsOf(fixture("batch-with-poison"));

    expect(items.filter((item) => item.kind === "status").map((item) => [item.status, item.phoneNumberId])).toEqual([
      ["sent", NUMBER],
      ["delivered", NUMBER],
      ["read", "2"],
    ]);
    expect(items.filter((item) => item.kind === "inbound")).toMatchObject([{ wamid: "wamid.IN7" }]);
    expect(items.filter((item) => item.kind === "aside")).toMatchObject([
      { reason: "a status without id or status", json: '{"status":"delivered"}' },
      { reason: "a status without id or status", json: '"poison"' },
      { reason: "a status without id or status", json: "null" },
      { reason: "an inbound message without id", json: '"poison"' },
      { reason: "an entry without changes", json: '"poison"' },
      { reason: "a change without a value" },
      { reason: "statuses is not a list", json: '{"not":"a list"}' },
    ]);
  });

  test.each([
    ["an endless id", { id: "x".repeat(513), status: "sent" }],
    ["an id that is an object", { id: {}, status: "sent" }],
    ["an endless status", { id: WAMID, status: "x".repeat(101) }],
  ])("%s", (_label, status) => {
    expect(itemsOf(envelope({ statuses: [status] }))).toMatchObject([{ kind: "aside" }]);
  });

  test("nested too deeply is set aside as well", () => {
    const deep = `${"[".repeat(1e5)}${"]".repeat(1e5)}`;
    const raw = `{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":"a","x":${deep}},{"id":"b"}]}}]}]}`;

    expect(itemsOf(raw)).toMatchObject([
      { kind: "aside", reason: "nested too deeply" },
      { kind: "inbound", wamid: "b" },
    ]);
  });

  test("of a whole body", () => {
    expect(itemsOf(fixture("partner-event"))).toMatchObject([{ kind: "aside", reason: "a body of an unknown shape" }]);
    expect(itemsOf('{"entry":{}}')).toMatchObject([{ kind: "aside", reason: "entry is not a list" }]);
    expect(itemsOf("{}")).toMatchObject([{ kind: "aside" }]);
    expect(itemsOf('{"entry":[]}')).toEqual([]);
  });
});

describe("a body that cannot be read", () => {
  test.each([
    ["", "the body is empty"],
    [" \n", "the body is empty"],
    ["{", "the body is not JSON"],
    ["<html>", "the body is not JSON"],
    ["[]", "the body is not a JSON object"],
    ["null", "the body is not a JSON object"],
    ['"x"', "the body is not a JSON object"],
  ])("%j", (raw, unreadable) => {
    expect(parseWebhook(raw)).toEqual({ unreadable });
    expect(parseWebhook(Buffer.from(raw))).toEqual({ unreadable });
  });

  test("a byte order mark does not make it one", () => {
    expect(itemsOf(Buffer.from(`\ufeff${fixture("status-read")}`))).toMatchObject([{ status: "read" }]);
  });
});

describe("whatever comes", () => {
  test("nothing throws, and every item can be written down", () => {
    const key = fc.constantFrom(
      ..."object entry id changes field value metadata phone_number_id statuses messages errors contacts status".split(
        " ",
      ),
      ..."timestamp recipient_id wa_id user_id from type code error_data details pricing billable __proto__".split(" "),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 9, withCrossShrink: true },
        fc.oneof(fc.constantFrom("messages", "sent", "failed", WAMID, 131026, "131026"), fc.anything({ maxDepth: 1 })),
        fc.dictionary(key, tie("tree"), { maxKeys: 6 }),
        fc.array(tie("tree"), { maxLength: 4 }),
      ),
    }));
    const value = fc.dictionary(key, tree, { maxKeys: 6 });
    const raw = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      tree.map((json) => JSON.stringify(json, writable) ?? ""),
      value.map((json) => envelope(JSON.parse(JSON.stringify(json, writable)))),
    );
    fc.assert(
      fc.property(raw, (text) => {
        const content = parseWebhook(Buffer.from(text));
        if ("unreadable" in content) return;
        for (const item of content.items) {
          expect(JSON.parse(JSON.stringify(item))).toEqual(item);
          if ("json" in item) expect(() => JSON.parse(item.json)).not.toThrow();
        }
      }),
      { numRuns: 2_000 },
    );
  });

  function writable(_key: string, value: unknown): unknown {
    return typeof value === "bigint" ? Number(value) : value;
  }

  test("every fixture gives items", () => {
    for (const file of readdirSync(FIXTURES)) {
      expect(itemsOf(readFileSync(join(FIXTURES, file))).length).toBeGreaterThan(0);
    }
  });
});
