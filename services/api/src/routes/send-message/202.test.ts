// A message that breaks no rule is safe once it is answered: its record, its content, its job.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parseMessageId } from "@tern/core";
import { keyOf, senderBase } from "@tern/store";
import { aTemplate, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { look } from "../../testing/worker.ts";
import { acceptedMessageSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const send = (body: unknown, options: Parameters<TestApi["request"]>[2] = {}) =>
  api.request("POST", "/v1/messages", { ...options, body });

async function recordOf(id: string) {
  const address = parseMessageId(id);
  if (!address) throw new Error(`${id} is no message id`);
  const record = await api.store.read(address.sender, address.localId);
  if (!record) throw new Error(`${id} has no record`);
  return record;
}

describe("the answer", () => {
  test("names the message and where its status is", async () => {
    const { status, headers, body } = await send(aText({ reference: "order-1" }));

    expect(status).toBe(202);
    expect(body).toEqual({
      id: expect.stringMatching(/^msg_demo_[0-9a-z]{26}$/),
      status: "queued",
      sender: "demo",
      to: "+4915112345678",
      lane: "normal",
      type: "text",
      reference: "order-1",
      sendAt: null,
    });
    expect(acceptedMessageSchema.strict().safeParse(body).success).toBe(true);
    expect(headers.get("location")).toBe(`/v1/messages/${body.id}`);
    expect((await api.request("GET", String(headers.get("location")))).status).toBe(200);
  });

  test("carries the caller's request id, or a new one if that is odd", async () => {
    const given = await send(aText(), { headers: { "X-Request-Id": "trace-4711" } });
    const odd = await send(aText(), { headers: { "X-Request-Id": "a b{}" } });

    expect(given.headers.get("x-request-id")).toBe("trace-4711");
    expect(odd.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ["+49 151 123 456 78", "+4915112345678"],
    ["+49 (0) 151/12345678", "+4915112345678"],
    ["  +1 (555) 078-3881 ", "+15550783881"],
    ["+44.7700.900123", "+447700900123"],
  ])("a recipient written %s is %s", async (to, normalised) => {
    const { body } = await send(aText({ to }));
    expect(body.to).toBe(normalised);
    expect((await recordOf(body.id)).to).toBe(normalised);
  });
});

describe("what is kept", () => {
  test("the content is the Cloud API's own, without what belongs to Tern", async () => {
    const context = { message_id: "wamid.HBgL" };
    const { body } = await send(aText({ lane: "urgent", metadata: { a: 1 }, context }));
    const { sender, localId } = parseMessageId(body.id) ?? { sender: "", localId: "" };

    const content = await api.redis.get(keyOf.content(senderBase(api.prefix, sender), localId));
    expect(JSON.parse(content ?? "")).toEqual({ type: "text", text: { body: "Your parcel is at the door." }, context });
  });

  test("a template's name is in the record", async () => {
    const { body } = await send(aTemplate());
    expect(await recordOf(body.id)).toMatchObject({ type: "template", template: "order_update", caller: "shop" });
  });

  test("the doubt policy is the message's, or else the deployment's for its lane", async () => {
    const policyOf = async (changes: object) =>
      (await recordOf((await send(aText({ ...changes }))).body.id)).doubtPolicy;

    expect(await policyOf({ lane: "normal" })).toBe("resend");
    expect(await policyOf({ lane: "bulk" })).toBe("fail");
    expect(await policyOf({ lane: "bulk", onDoubt: "resend" })).toBe("resend");
    expect(await policyOf({ lane: "urgent", onDoubt: "fail" })).toBe("fail");
  });

  test("times in any zone are kept to the millisecond; a TTL counts from the moment it may be sent", async () => {
    const inOneHour = Math.ceil(Date.now() / 1_000) * 1_000 + 3_600_000;
    const zoned = new Date(inOneHour + 2 * 3_600_000).toISOString().replace("Z", "+02:00");
    const fixed = await recordOf((await send(aText({ expiresAt: zoned }))).body.id);
    const before = Date.now();
    const short = await recordOf((await send(aText({ ttlSeconds: 300 }))).body.id);
    const later = await recordOf((await send(aText({ ttlSeconds: 300, sendAt: zoned }))).body.id);

    expect(fixed.expiresAtMs).toBe(inOneHour);
    expect(short.expiresAtMs).toBeGreaterThanOrEqual(before + 300_000);
    expect(short.expiresAtMs).toBeLessThanOrEqual(Date.now() + 300_000);
    expect(later).toMatchObject({ sendAtMs: inOneHour, expiresAtMs: inOneHour + 300_000, waitReason: "scheduled" });
  });

  test("metadata comes back as it went in, whatever its members are called", async () => {
    const metadata = '{"__proto__":{"polluted":true},"constructor":{"x":[1,null,"ü"]},"toString":"text"}';
    const { body } = await send(`{"metadata":${metadata},${JSON.stringify(aText()).slice(1)}`);

    const { text } = await api.request("GET", `/v1/messages/${body.id}`);
    expect(text).toContain(`"metadata":${metadata}`);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

describe("a worker", () => {
  test("is called when the message may go, once until it has looked, and not for what waits for its time", async () => {
    await look(api);
    api.calls.length = 0;
    const later = await send(aText({ sendAt: new Date(Date.now() + 60_000).toISOString(), to: "+4915112345002" }));
    expect(api.calls).toEqual([]);
    await send(aText({ lane: "urgent", to: "+4915112345001" }));
    await send(aText({ lane: "urgent", to: "+4915112345003" }));

    expect(api.calls).toEqual(["demo"]);
    expect((await recordOf(later.body.id)).place).toBe("later");
  });

  test("that cannot be called is no matter of the caller: the message is safe, and workers look by themselves", async () => {
    const broken = await startTestApi({
      call: async () => {
        throw new Error("the queue is broken");
      },
    });
    try {
      const { status, body } = await broken.request("POST", "/v1/messages", { body: aText() });

      expect(status).toBe(202);
      expect((await broken.request("GET", `/v1/messages/${body.id}`)).body.waiting).toMatchObject({ reason: "pace" });
      expect(await broken.metric("tern_calls_failed_total", { sender: "demo" })).toBe(1);
      expect(broken.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
    } finally {
      await broken.close();
    }
  });
});

describe("an Idempotency-Key", () => {
  const withKey = (key: string, as: "shop" | "other" = "shop") => ({ as, headers: { "Idempotency-Key": key } });

  test("gives the same request the same answer, and sends once", async () => {
    await look(api);
    api.calls.length = 0;
    const body = aText({ ttlSeconds: 60, metadata: { b: 1, a: { d: 2, c: 3 } }, to: "+4915112345100" });
    const first = await send(body, withKey("key-1"));
    const reordered = { ...aText({ to: "+49 151 12345100" }), metadata: { a: { c: 3, d: 2 }, b: 1 }, ttlSeconds: 60 };
    const again = await send(reordered, withKey("key-1"));

    expect(again.status).toBe(202);
    expect(again.text).toBe(first.text);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(api.calls).toEqual(["demo"]);
  });

  test("does not depend on the order within what a template hands through", async () => {
    const withOrder = (order_details: object, flow_action_data: object) => {
      const button = (index: number, sub_type: string, action: object) => ({
        ...{ type: "button", sub_type, index },
        parameters: [{ type: "action", action }],
      });
      const components = [button(0, "order_details", { order_details }), button(1, "flow", { flow_action_data })];
      return aTemplate({ template: { name: "order_update", language: { code: "en_US" }, components } });
    };
    const first = await send(withOrder({ a: 1, b: { c: 2, d: 3 } }, { e: 4, f: 5 }), withKey("key-4"));
    const again = await send(withOrder({ b: { d: 3, c: 2 }, a: 1 }, { f: 5, e: 4 }), withKey("key-4"));
    const other = await send(withOrder({ b: { d: 3, c: 9 }, a: 1 }, { f: 5, e: 4 }), withKey("key-4"));

    expect(again.text).toBe(first.text);
    expect([first, again, other].map(({ status }) => status)).toEqual([202, 202, 422]);
  });

  test("meets its double that runs at the same time", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(aText(), withKey("key-2"))));

    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === null)).toHaveLength(1);
    expect(answers.every(({ status }) => status === 202)).toBe(true);
  });

  test("of another caller or for another sender is another key", async () => {
    const ids = await Promise.all([
      send(aText(), withKey("key-3")),
      send(aText(), withKey("key-3", "other")),
      send(aText({ sender: "second" }), withKey("key-3")),
    ]);
    expect(new Set(ids.map(({ body }) => body.id)).size).toBe(3);
  });
});

describe("log and metrics", () => {
  test("tell of the message without its text and with a masked number", async () => {
    api.lines.length = 0;
    const { body } = await send(aText({ lane: "bulk", text: { body: "the secret text" }, reference: "ref-1" }));
    await api.request("GET", `/v1/messages?sender=demo&to=%2B4915112345678&limit=1`);

    const log = JSON.stringify(api.lines);
    expect(log).toContain(body.id);
    expect(log).not.toMatch(/secret text|15112345678|test-key/);
    expect(api.lines.find(({ msg }) => msg === "request")).toMatchObject({
      level: "debug",
      route: "/v1/messages",
      status: 202,
      caller: "shop",
    });
    expect(await api.metric("tern_messages_accepted_total", { sender: "demo", lane: "bulk" })).toBeGreaterThan(0);
    expect(await api.metric("tern_messages_replayed_total")).toBeGreaterThan(0);
    expect(
      await api.metric("tern_http_requests_total", { route: "/v1/messages", method: "POST", status: "202" }),
    ).toBeGreaterThan(0);
  });

  test("at the level info say nothing about messages that were accepted", async () => {
    const quiet = await startTestApi({ logLevel: "info" });
    try {
      await quiet.request("POST", "/v1/messages", { body: aText() });
      expect(quiet.lines).toEqual([]);
    } finally {
      await quiet.close();
    }
  });
});
