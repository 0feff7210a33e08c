// The envelope, and what must hold whatever comes: nothing throws, and no update costs its neighbours.

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { WebhookItem } from "./items.ts";
import { parseWebhook } from "./parse.ts";
import { envelope, fixture, fixtureNames, itemsOf, itemsOfFixture, NUMBER, WABA, WAMID } from "./testing/bodies.ts";

const aMessage = (id: string) => ({ id, from: "16505551234", type: "text", text: { body: "Hi" } });
const aStatus = (id: string) => ({ id, status: "delivered", timestamp: "1750030073", recipient_id: "16505551234" });
const kinds = (items: readonly WebhookItem[]) => items.map(({ kind }) => kind);

describe("the envelope", () => {
  test("keeps entries, changes and numbers apart", () => {
    expect(itemsOfFixture("several-numbers")).toMatchObject([
      { kind: "status", phoneNumberId: "10", wamid: "wamid.A" },
      { kind: "inbound", phoneNumberId: "11", wamid: "wamid.B" },
      { kind: "account-review", phoneNumberId: null, wabaId: "2", atMs: 1_750_030_073_000 },
    ]);
  });

  test("may be empty at every level", () => {
    expect(kinds(itemsOfFixture("empty-lists"))).toEqual(["other"]);
    expect(itemsOf('{"entry":[]}')).toEqual([]);
  });

  test("may hold null at every place", () => {
    expect(itemsOfFixture("nulls-everywhere")).toMatchObject([
      { kind: "aside", reason: "an entry without changes" },
      { kind: "aside", reason: "an entry without changes" },
      { kind: "aside", reason: "a change without a value" },
      { kind: "aside", reason: "a change without a value" },
      { kind: "aside", reason: "a status without id or status" },
      { kind: "aside", reason: "an error without code" },
      { kind: "aside", reason: "a part of a field that is no object" },
      { kind: "other", field: "account_update" },
    ]);
  });

  test("a field that we do not read is kept with its name and its value, whatever lists it holds", () => {
    const { changes } = JSON.parse(fixture("other-fields").toString()).entry[0];

    expect(itemsOfFixture("other-fields")).toEqual(
      changes.map(({ field, value }: { field: string; value: { metadata?: unknown } }) => ({
        kind: "other",
        field,
        phoneNumberId: value.metadata === undefined ? null : NUMBER,
        wabaId: WABA,
        atMs: 1_750_030_073_000,
        json: JSON.stringify(value),
      })),
    );
  });

  test("messages without any of its lists is kept as it is", () => {
    expect(itemsOf(envelope({ metadata: { phone_number_id: 17 }, surprise: 1 }))).toMatchObject([
      { kind: "other", field: "messages", phoneNumberId: "17" },
    ]);
  });
});

describe("an error of the number", () => {
  test("names its code and class", () => {
    expect(itemsOfFixture("number-error-throughput")).toMatchObject([
      { kind: "number-error", phoneNumberId: NUMBER, code: 130429, failure: { class: "throttled" } },
    ]);
  });

  test("is read from a code in digits, and set aside without a code", () => {
    expect(itemsOfFixture("number-error-odd")).toMatchObject([
      { kind: "number-error", code: 131000 },
      { kind: "aside", reason: "an error without code" },
      { kind: "aside", reason: "an error without code", json: '"poison"' },
    ]);
  });
});

describe("poison", () => {
  test("is set aside, and its neighbours are applied", () => {
    const items = itemsOfFixture("batch-with-poison");

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

  test("once in a thousand costs one in a thousand", () => {
    const ids = Array.from({ length: 1_000 }, (_, at) => `wamid.${at}`);
    for (const [list, make] of [
      ["statuses", aStatus],
      ["messages", aMessage],
    ] as const) {
      const updates = ids.map((id, at) => (at === 500 ? { id: [] } : make(id)));
      const items = itemsOf(envelope({ metadata: { phone_number_id: NUMBER }, [list]: updates }));

      expect(items).toHaveLength(1_000);
      expect(kinds(items).indexOf("aside")).toBe(500);
      expect(items.flatMap((item) => ("wamid" in item ? item.wamid : []))).toEqual(ids.toSpliced(500, 1));
    }
  });

  const deep = `${"[".repeat(1e5)}${"]".repeat(1e5)}`;
  const rawOf = (field: string, list: string, parts: string) =>
    `{"entry":[{"changes":[{"field":"${field}","value":{"${list}":[${parts}]}}]}]}`;

  test("nested too deeply is set aside as well", () => {
    expect(itemsOf(rawOf("messages", "messages", `{"id":"a","x":${deep}},{"id":"b"}`))).toMatchObject([
      { kind: "aside", reason: "nested too deeply" },
      { kind: "inbound", wamid: "b" },
    ]);
    expect(itemsOf(rawOf("calls", "calls", `{"id":"a","x":${deep}},{"id":"b"}`))).toMatchObject([
      { kind: "aside", reason: "nested too deeply" },
      { kind: "call", callId: "b" },
    ]);
    expect(itemsOf(rawOf("account_update", "x", deep))).toMatchObject([{ kind: "aside" }]);
    expect(itemsOf(rawOf("messages", "statuses", `{"id":"a","status":"read","x":${deep}}`))).toMatchObject([
      { kind: "status", status: "read" },
    ]);
  });

  test("nested too deeply within a text is left in the text", () => {
    const nfm_reply = { name: "flow", response_json: deep };
    const message = { ...aMessage("wamid.IN"), type: "interactive", interactive: { type: "nfm_reply", nfm_reply } };

    expect(itemsOf(envelope({ messages: [message] }))).toMatchObject([
      { kind: "inbound", content: { reply: { response: null } } },
    ]);
  });

  test("of 3 MB costs nobody anything, and its text is kept in the provider's JSON only", () => {
    const long = { ...aMessage("wamid.LONG"), text: { body: "x".repeat(3_000_000) } };
    const [first, second, ...more] = itemsOf(envelope({ messages: [long, aMessage("wamid.NEXT")] }));

    expect(first).toMatchObject({ kind: "inbound", wamid: "wamid.LONG", content: null });
    expect(first?.kind === "inbound" && first.json.length).toBeGreaterThan(3_000_000);
    expect(second).toMatchObject({ kind: "inbound", wamid: "wamid.NEXT", content: { body: "Hi" } });
    expect(more).toEqual([]);
  });

  test("as a body of 3 MB in the smallest parts is as many items", () => {
    const parts = Array(600_000).fill("0").join();
    expect(itemsOf(rawOf("messages", "statuses", parts)).length).toBe(600_000);
    expect(itemsOf(rawOf("messages", "messages", parts)).length).toBe(600_000);
    expect(itemsOf(rawOf("calls", "calls", parts)).length).toBe(600_000);
  });

  test("in the keys of prototypes changes no prototype and no neighbour", () => {
    expect(itemsOfFixture("inbound-prototype-keys")).toMatchObject([
      {
        kind: "inbound",
        phoneNumberId: NUMBER,
        wamid: "wamid.IN",
        type: "constructor",
        opensWindow: false,
        referral: null,
        contact: { phone: "+16505551234", username: null, profileName: "Pablo" },
        content: null,
      },
      { kind: "inbound", wamid: "wamid.IN-2", type: "__proto__", content: null },
    ]);
    expect("polluted" in {}).toBe(false);
  });

  test("of keys that come twice: the last one holds, and nothing else is touched", () => {
    const twice = '{"id":"wamid.1","id":"wamid.2","status":"sent","status":"read","timestamp":"1","timestamp":"2"}';

    expect(itemsOf(rawOf("messages", "statuses", `${twice},{"id":"wamid.3","status":"sent"}`))).toMatchObject([
      { wamid: "wamid.2", status: "read", atMs: 2_000 },
      { wamid: "wamid.3", status: "sent" },
    ]);
  });

  test("of a whole body", () => {
    expect(itemsOfFixture("partner-event")).toMatchObject([{ kind: "aside", reason: "a body of an unknown shape" }]);
    expect(itemsOf('{"entry":{}}')).toMatchObject([{ kind: "aside", reason: "entry is not a list" }]);
    expect(itemsOf("{}")).toMatchObject([{ kind: "aside" }]);
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
  test("every fixture gives items that can be written down", () => {
    for (const name of fixtureNames) {
      const items = itemsOfFixture(name);
      expect(items.length).toBeGreaterThan(0);
      expectWritable(items);
    }
  });

  test("nothing throws, and every item can be written down", () => {
    const raw = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      anyTree.map((json) => textOf(json)),
      fc.tuple(fc.dictionary(anyKey, anyTree, { maxKeys: 6 }), anyField).map(([value, field]) => {
        return envelope(JSON.parse(textOf(value)), field);
      }),
    );
    fc.assert(
      fc.property(raw, (text) => {
        const content = parseWebhook(Buffer.from(text));
        if ("items" in content) expectWritable(content.items);
      }),
      { numRuns: 2_000 },
    );
  });

  // The fixtures hold every documented field, so this breaks each of them in turn.
  test("a fixture with anything in any of its places does not throw either", () => {
    const places = fixtureNames.map((name) => {
      const body = JSON.parse(fixture(name).toString());
      return { body, paths: pathsOf(body) };
    });
    const mutation = fc.constantFrom(...places).chain(({ body, paths }) =>
      fc.record({
        body: fc.constant(body),
        changes: fc.array(fc.tuple(fc.constantFrom(...paths), anyTree), { minLength: 1, maxLength: 3 }),
      }),
    );
    fc.assert(
      fc.property(mutation, ({ body, changes }) => {
        const mutated = structuredClone(body);
        for (const [path, value] of changes) put(mutated, path, JSON.parse(textOf(value)));
        expectWritable(itemsOf(JSON.stringify(mutated)));
      }),
      { numRuns: 3_000 },
    );
  });

  test("readable neighbours are all there, in their order and as they are alone", () => {
    const list = fc.constantFrom(...LISTS);
    const parts = fc.array(fc.oneof(fc.constant(null), anyTree.map(textOf)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(list, parts, ({ field, list, good }, parts) => {
        const isGood = (at: number) => parts[at] === null;
        const value = parts.map((part, at) => (part === null ? good(`id-${at}`) : JSON.parse(part)));
        const items = itemsOf(envelope({ [list]: value }, field));
        const alone = parts.flatMap((_, at) =>
          isGood(at) ? itemsOf(envelope({ [list]: [good(`id-${at}`)] }, field)) : [],
        );

        expect(items.length).toBeGreaterThanOrEqual(alone.length);
        expect(items.filter((item) => alone.some((one) => sameText(one, item)))).toEqual(alone);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Each list of the provider's with a part that reads. */
const LISTS = [
  { field: "messages", list: "statuses", good: aStatus },
  { field: "messages", list: "messages", good: aMessage },
  { field: "messages", list: "errors", good: (id: string) => ({ code: 130429, title: id }) },
  { field: "calls", list: "calls", good: (id: string) => ({ id, event: "connect", direction: "USER_INITIATED" }) },
  { field: "calls", list: "statuses", good: (id: string) => ({ id, status: "RINGING" }) },
  { field: "user_preferences", list: "user_preferences", good: (id: string) => ({ value: "stop", detail: id }) },
  {
    field: "user_id_update",
    list: "user_id_update",
    good: (id: string) => ({ user_id: { current: "US.1" }, detail: id }),
  },
  { field: "smb_message_echoes", list: "message_echoes", good: aMessage },
] as const;

const anyField = fc.constantFrom(
  ...new Set(["messages", "history", ...LISTS.map(({ field }) => field)]),
  ..."account_update account_alerts phone_number_quality_update business_capability_update".split(" "),
  ..."message_template_status_update template_category_update message_template_components_update".split(" "),
);
const anyKey = fc.constantFrom(
  ..."object entry id changes field value metadata phone_number_id statuses messages errors contacts status".split(" "),
  ..."timestamp recipient_id wa_id user_id from type code error_data details pricing billable __proto__".split(" "),
  ..."calls event direction user_preferences message_echoes text body interactive nfm_reply response_json".split(" "),
  ..."edit message original_message_id referral context profile restriction_info current previous".split(" "),
);
const { tree: anyTree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 9, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom("messages", "sent", "failed", "text", "edit", "interactive", "nfm_reply", "stop", "connect"),
      fc.constantFrom(WAMID, 131026, "131026", "US.1", "16505551234", "TIER_2K", '{"a":[-0]}', "\u0000", "\ud800"),
      fc.anything({ maxDepth: 1 }),
    ),
    fc.dictionary(anyKey, tie("tree"), { maxKeys: 6 }),
    fc.array(tie("tree"), { maxLength: 4 }),
  ),
}));

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? Number(each) : each)) ?? "null";
}

function sameText(one: WebhookItem, other: WebhookItem): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** One comparison for all of them: thousands of small ones would take most of the test's time. */
function expectWritable(items: readonly WebhookItem[]): void {
  const text = JSON.stringify(items);
  expect(JSON.stringify(JSON.parse(text))).toBe(text);
  for (const item of items) if ("json" in item) JSON.parse(item.json);
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  const below =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]))
      : [];
  return path.length === 0 ? below : [path, ...below];
}

function put(body: Record<string, unknown>, path: Path, value: unknown): void {
  let at = body;
  for (const key of path.slice(0, -1)) {
    const next = at[key];
    if (typeof next !== "object" || next === null) return;
    at = next as Record<string, unknown>;
  }
  at[String(path.at(-1))] = value;
}
