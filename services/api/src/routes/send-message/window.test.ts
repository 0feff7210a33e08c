// Whom a message may go to and when: phone numbers and user ids, the customer service window, and the fallback.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Deployment, Sender } from "@tern/runtime";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aTemplate, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { testDeployment } from "../../testing/test-deployment.ts";
import { take } from "../../testing/worker.ts";

const TO = "+4915112345678";
const USER = "US.13491208655302741918";
const HOUR_MS = 3_600_000;
const fallback = { type: "template", template: { name: "hello", language: { code: "en" } } };

let api: TestApi;
let deployment: Deployment;
beforeAll(async () => {
  const plain = testDeployment();
  const second: Sender = {
    ...(plain.senderById.get("second") as Sender),
    window: { check: "refuse", marginSeconds: 300 },
  };
  deployment = { ...plain, senderById: new Map([...plain.senderById, ["second", second]]) };
  api = await startTestApi({ deployment: () => deployment });
});
afterAll(() => api.close());

const send = (body: unknown, options: Parameters<TestApi["request"]>[2] = {}) =>
  api.request("POST", "/v1/messages", { ...options, body });
const view = async (id: string) => (await api.request("GET", `/v1/messages/${id}`)).body;

let inbound = 0;
const writes = (user: string, agoMs: number) =>
  api.store.apply(deployment.senderById.get("second") as Sender, {
    statuses: [],
    inbound: [{ wamid: `wamid.${inbound++}`, atMs: Date.now() - agoMs, json: "{}", opensWindowOf: user }],
    aside: [],
    raw: null,
  });

describe("the recipient", () => {
  test("may be a user id where the number is not known", async () => {
    const { status, body } = await send(aText({ to: undefined, recipient: USER }));
    expect([status, body.to]).toEqual([202, USER]);
    expect(await view(body.id)).toMatchObject({ to: USER, contact: USER });
    const found = await api.request("GET", `/v1/messages?sender=demo&to=${USER}`);
    expect(found.body.messages.map(({ id }) => id)).toEqual([body.id]);
  });

  test("is the number where both are given", async () => {
    expect((await send(aText({ recipient: USER }))).body.to).toBe(TO);
  });

  test.each([
    ["neither is given", { to: undefined }, "/to"],
    ["the user id is none", { to: undefined, recipient: "13491208655302741918" }, "/recipient"],
    ["one of the two is none", { recipient: "" }, "/recipient"],
  ])("is missing when %s", async (_, changes, pointer) => {
    const answer = await send(aText(changes));
    expectProblem(answer, "invalid-request");
    expect(answer.body.errors.map((error) => error.pointer)).toEqual([pointer]);
  });
});

describe("free-form content for somebody whose window is closed", () => {
  test("is refused, and the words say what can be done", async () => {
    await writes("+4915112345001", 25 * HOUR_MS - 60_000);
    const answer = await send(aText({ sender: "second", to: "+4915112345001" }));
    expectProblem(answer, "window-closed");
    expect(answer.body.detail).toMatch(/fallback/);
    expect(answer.body.errors).toEqual([{ pointer: "/text", detail: expect.stringContaining("window") }]);
  });

  test("says when it closed", async () => {
    await writes("+4915112345002", 23 * HOUR_MS + 57 * 60_000);
    const { body } = await send(aText({ sender: "second", to: "+4915112345002" }));
    expect(Math.abs(Date.parse(String(body.windowClosedAt)) - Date.now() - 180_000)).toBeLessThan(60_000);
  });

  test("is taken in while the window is open, or with a fallback, or for later", async () => {
    await writes("+4915112345003", HOUR_MS);
    const answers = await Promise.all([
      send(aText({ sender: "second", to: "+4915112345003" })),
      send(aText({ sender: "second", fallback })),
      send(aText({ sender: "second", sendAt: new Date(Date.now() + HOUR_MS).toISOString() })),
      send(aTemplate({ sender: "second" })),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
  });

  test("harms nobody else in a batch, and is pointed to", async () => {
    const { body } = await api.request("POST", "/v1/messages/batch", {
      body: { messages: [aText({ sender: "second", fallback }), aText({ sender: "second" })] },
    });
    expect(body.results.map(({ problem }) => problem?.errors?.[0]?.pointer)).toEqual([undefined, "/messages/1/text"]);
  });

  test("keeps no idempotency key; one that was accepted before is answered as before", async () => {
    const to = "+4915112345004";
    const idempotencyKey = "window-1";
    const body = aText({ sender: "second", to });
    const headers = { "Idempotency-Key": idempotencyKey };
    expectProblem(await send(body, { headers }), "window-closed");
    await writes(to, HOUR_MS);
    expect((await send(body, { headers })).status).toBe(202);
  });
});

describe("a fallback", () => {
  test("is shown, and so is which of the two was sent", async () => {
    const { body } = await send(aText({ to: "+4915112345005", text: { body: "Hello" }, fallback }));
    expect(await view(body.id)).toMatchObject({ fallback: { template: "hello", language: "en" }, sentAs: null });
    expect((await take(api, body.id)).content).toBe(
      `{"type":"text","text":{"body":"Hello"}}\n${JSON.stringify(fallback)}`,
    );
    expect(await view(body.id)).toMatchObject({ sentAs: "message" });
  });

  test("is a template, and of no use to one", async () => {
    const odd = await send(aText({ fallback: { type: "text", text: { body: "Hello" } } }));
    expect(odd.body.errors[0]?.pointer).toMatch(/^\/fallback/);
    const needless = await send(aTemplate({ fallback }));
    expect(needless.body.errors.map(({ pointer }) => pointer)).toEqual(["/fallback"]);
  });

  test("makes another request under the same key", async () => {
    const headers = { "Idempotency-Key": "fallback-1" };
    expect((await send(aText(), { headers })).status).toBe(202);
    expectProblem(await send(aText({ fallback }), { headers }), "idempotency-key-reused");
  });
});

test("what passes through is marked so, and is another request than the same content checked", async () => {
  const headers = { "Idempotency-Key": "passthrough-1" };
  const { body } = await send(aText({ passthrough: true }), { headers });
  expect(await view(body.id)).toMatchObject({ passthrough: true, type: "text" });
  expectProblem(await send(aText(), { headers }), "idempotency-key-reused");
});
