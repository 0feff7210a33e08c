// What cannot be read is refused before anything else is looked at. Whatever breaks a rule is told at once, each with a
// pointer to it; nothing is accepted in part.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { FAULTS_MAX } from "../../faults.ts";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aTemplate, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const send = (body: unknown, options: Parameters<TestApi["request"]>[2] = {}) =>
  api.request("POST", "/v1/messages", { ...options, body });

test.each([
  ["nothing", "", /empty/],
  ["half an object", '{"sender": "demo"', /position 17 \(line 1 column 18\)/],
  ["a trailing comma", '{\n"to": "+49",\n}', /position 15 \(line 3 column 1\)/],
  ["NaN", '{"ttlSeconds": NaN}', /JSON/],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /UTF-8/],
])("a body that is %s", async (_what, body, detail) => {
  const answer = await api.request("POST", "/v1/messages", { body });

  expectProblem(answer, "invalid-json");
  expect(answer.body.detail).toMatch(detail);
});

test("a byte order mark is no fault", async () => {
  const answer = await api.request("POST", "/v1/messages", { body: `\uFEFF${JSON.stringify(aText())}` });
  expect(answer.status).toBe(202);
});

test.each([
  ["empty", ""],
  ["longer than 255 characters", "k".repeat(256)],
  ["not ASCII", "schl\u00fcssel"],
])("an Idempotency-Key that is %s", async (_what, key) => {
  const answer = await api.request("POST", "/v1/messages", { body: aText(), headers: { "Idempotency-Key": key } });

  expectProblem(answer, "invalid-parameters");
  expect(answer.body.errors).toEqual([{ parameter: "Idempotency-Key", detail: expect.any(String) }]);
});

test("an Idempotency-Key of 255 characters is none too long", async () => {
  const headers = { "Idempotency-Key": "~".repeat(255) };
  expect((await api.request("POST", "/v1/messages", { body: aText(), headers })).status).toBe(202);
});

/** The pointers of all faults. */
async function pointersOf(body: unknown) {
  const answer = await send(body);
  expectProblem(answer, "invalid-request");
  return answer.body.errors.map(({ pointer }) => pointer);
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

test("one fault of each kind, and all of them at once", async () => {
  const pointers = await pointersOf({
    sender: "nobody",
    to: "0151 12345678",
    type: "text",
    text: { body: "", preview: true },
    lane: "express",
    reference: "",
    metadata: [],
    sendAt: "tomorrow",
    expiresAt: "2020-01-01T00:00:00Z",
    ttlSeconds: 1.5,
    onDoubt: "maybe",
    "odd/name~": 1,
  });
  expect(new Set(pointers)).toEqual(
    new Set([
      "/text/body",
      "/text/preview",
      "/sender",
      "/to",
      "/lane",
      "/reference",
      "/metadata",
      "/sendAt",
      "/expiresAt",
      "/ttlSeconds",
      "/onDoubt",
      "/odd~1name~0",
    ]),
  );
});

test.each<[string, unknown, string[]]>([
  ["no object", [], [""]],
  ["null", null, [""]],
  ["nothing in it", {}, ["/type", "/sender", "/to"]],
  ["an unknown type", aText({ type: "fax", lane: "x" }), ["/type", "/lane"]],
  ["another type's content", aTemplate({ type: "text" }), ["/text", "/template"]],
  ["a deep fault", aTemplate({ template: { name: "a", language: {} } }), ["/template/language/code"]],
  ["a lone surrogate in the reference", aText({ reference: "a\ud800" }), ["/reference"]],
  ["a line break in the reference", aText({ reference: "a\nb" }), ["/reference"]],
  ["a reference of 129 characters", aText({ reference: "r".repeat(129) }), ["/reference"]],
  ["U+0000 in the text", aText({ text: { body: "a\0b" } }), ["/text/body"]],
  ["a text of 4,097 characters", aText({ text: { body: "x".repeat(4_097) } }), ["/text/body"]],
  ["a member called __proto__", JSON.parse('{"__proto__":{"to":"+4915112345678"}}'), ["/type", "/sender", "/to"]],
])("%s", async (_what, body, pointers) => {
  expect(await pointersOf(body)).toEqual(pointers);
});

test("a member called __proto__ is an unknown field like any other", async () => {
  const body = JSON.stringify(aText()).replace("{", '{"__proto__":{"lane":"urgent"},');
  expect(await pointersOf(body)).toEqual(["/__proto__"]);
});

describe("the recipient", () => {
  test.each([
    ["no plus", "4915112345678", /starts with \+/],
    ["00 in place of the plus", "004915112345678", /not with 00/],
    ["too short", "+491", /phone number|length/],
    ["too long", "+4915112345678901", /length/],
    ["a length that its country does not have", "+1555078388", /\+1 has/],
    ["no country's", "+999123456789", /known country/],
    ["letters", "+49 151 CALL ME", /phone number/],
    ["an extension", "+4915112345678 ext. 12", /extension/],
    ["a novel", `+49${" ".repeat(1_000)}15112345678`, /phone number/],
    ["a number, not a text", 4915112345678, /as a text/],
  ])("%s", async (_what, to, detail) => {
    const answer = await send(aText({ to }));

    expectProblem(answer, "invalid-request");
    expect(answer.body.errors).toEqual([{ pointer: "/to", detail: expect.stringMatching(detail) }]);
  });
});

describe("times", () => {
  test.each<[string, object, string[]]>([
    ["sendAt in 31 days", { sendAt: inDays(31) }, ["/sendAt"]],
    ["sendAt without a zone", { sendAt: "2027-01-31T09:00:00" }, ["/sendAt"]],
    ["a day that does not exist", { sendAt: "2027-02-30T09:00:00Z" }, ["/sendAt"]],
    ["expiresAt in the past", { expiresAt: inDays(-1) }, ["/expiresAt"]],
    ["expiresAt before sendAt", { sendAt: inDays(2), expiresAt: inDays(1) }, ["/expiresAt"]],
    ["expiresAt together with ttlSeconds", { expiresAt: inDays(1), ttlSeconds: 60 }, ["/ttlSeconds"]],
    ["no seconds at all", { ttlSeconds: 0 }, ["/ttlSeconds"]],
    ["more than 30 days of seconds", { ttlSeconds: 2_592_001 }, ["/ttlSeconds"]],
  ])("%s", async (_what, changes, pointers) => {
    expect(await pointersOf(aText({ ...changes }))).toEqual(pointers);
  });

  test("more seconds than a number can hold", async () => {
    const body = JSON.stringify(aText({ ttlSeconds: 1 })).replace('"ttlSeconds":1', '"ttlSeconds":1e999');
    expect(await pointersOf(body)).toEqual(["/ttlSeconds"]);
  });

  test("sendAt that has passed means at once", async () => {
    expect((await send(aText({ sendAt: inDays(-1) }))).status).toBe(202);
  });
});

describe("metadata", () => {
  const withMetadata = (json: string) =>
    JSON.stringify(aText({ metadata: 0 })).replace('"metadata":0', `"metadata":${json}`);

  test("2 KiB of it are allowed, a byte more is not", async () => {
    const ofBytes = (bytes: number) => ({ a: "x".repeat(bytes - '{"a":""}'.length) });
    expect((await send(aText({ metadata: ofBytes(2_048) }))).status).toBe(202);
    expect(await pointersOf(aText({ metadata: ofBytes(2_049) }))).toEqual(["/metadata"]);
  });

  test("thousands of levels are refused, and harm nobody", async () => {
    expect(await pointersOf(withMetadata(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`))).toEqual(["/metadata"]);
  });

  test.each(["12345678901234567890", "1e999", "-1e999"])(
    "a number that would not be kept as it is: %s",
    async (number) => {
      expect(await pointersOf(withMetadata(`{"a":[{"b":${number}}]}`))).toEqual(["/metadata"]);
    },
  );
});

test("a body of nothing but faults gets a list with an end", async () => {
  const body = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`x${index}`, 1]));
  expect(await pointersOf({ ...aText(), ...body })).toHaveLength(FAULTS_MAX);
});

test("log lines of refused requests hold neither text nor number", async () => {
  api.lines.length = 0;
  await send(aText({ to: "15112345678", text: { body: "the secret text" }, lane: "secret lane" }));

  expect(api.lines).toEqual([
    expect.objectContaining({ level: "info", msg: "request", status: 400, problem: "invalid-request", caller: "shop" }),
  ]);
  expect(JSON.stringify(api.lines)).not.toMatch(/secret|15112345678/);
});
