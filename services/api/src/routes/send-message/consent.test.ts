// Marketing is refused where its recipient does not want it, alone and in a batch; everything else goes as ever.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Deployment } from "@tern/runtime";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aTemplate, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { testDeployment } from "../../testing/test-deployment.ts";

const PHONE = "+4915112345678";
let deployment: Deployment = withPolicy("optout-only");
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ deployment: () => deployment });
  const definition = (name: string, category: string) => ({
    name,
    language: "en_US",
    definition: JSON.stringify({
      id: name,
      name,
      language: "en_US",
      status: "APPROVED",
      category,
      parameterFormat: "POSITIONAL",
      components: [{ type: "BODY", text: "Hello {{1}}, {{2}}." }],
      quality: null,
      reason: null,
      categoryChange: null,
    }),
  });
  await api.store.replaceTemplates("20000", 1, [
    definition("offer", "MARKETING"),
    definition("order_update", "UTILITY"),
  ]);
});
afterAll(() => api.close());
beforeEach(() => {
  deployment = withPolicy("optout-only");
});

function withPolicy(marketing: "required" | "optout-only" | "off"): Deployment {
  const whole = testDeployment();
  const senders = whole.senders.map((sender) => ({ ...sender, consent: { marketing } }));
  return { ...whole, senders, senderById: new Map(senders.map((sender) => [sender.id, sender])) };
}

function template(name: string, fields: object = {}) {
  const { template: content } = aTemplate() as { template: object };
  return aTemplate({ template: { ...content, name }, ...fields });
}
const send = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  api.request("POST", "/v1/messages", { body, headers });
const say = (state: string, contact: string) =>
  api.request("PUT", `/v1/contacts/${contact}/consents/marketing?sender=demo`, { as: "desk", body: { state } });

describe("a marketing template", () => {
  test("is refused to whom has opted out, from every sender of the portfolio; utility and texts are not", async () => {
    expect((await send(template("offer", { to: PHONE }))).status).toBe(202);
    await say("opted-out", PHONE);
    for (const sender of ["demo", "second"]) {
      expectProblem(await send(template("offer", { to: PHONE, sender })), "opted-out");
    }
    for (const other of [template("order_update", { to: PHONE }), aText({ to: PHONE })]) {
      expect((await send(other)).status).toBe(202);
    }
    await say("opted-in", PHONE);
    expect((await send(template("offer", { to: PHONE }))).status).toBe(202);
  });

  test("needs an opt-in where the policy requires one", async () => {
    deployment = withPolicy("required");
    const to = "+4915112345670";
    expectProblem(await send(template("offer", { to })), "consent-missing");
    await say("opted-in", to);
    expect((await send(template("offer", { to }))).status).toBe(202);
  });

  test("goes to anybody where the policy is off", async () => {
    deployment = withPolicy("off");
    const to = "+4915112345671";
    await say("opted-out", to);
    expect((await send(template("offer", { to }))).status).toBe(202);
  });

  test("that was accepted before under its key is answered as then, and nothing is kept of one that is refused", async () => {
    const to = "+4915112345672";
    const key = { "idempotency-key": "offer-1" };
    const first = await send(template("offer", { to }), key);
    await say("opted-out", to);
    const again = await send(template("offer", { to }), key);
    expect([again.status, again.body.id, again.headers.get("idempotency-replayed")]).toEqual([
      202,
      first.body.id,
      "true",
    ]);

    const other = { "idempotency-key": "offer-2" };
    expectProblem(await send(template("offer", { to }), other), "opted-out");
    await say("opted-in", to);
    const accepted = await send(template("offer", { to }), other);
    expect([accepted.status, accepted.headers.get("idempotency-replayed")]).toEqual([202, null]);
  });

  test("in a batch is refused by itself", async () => {
    const to = "+4915112345673";
    await say("opted-out", to);
    const messages = [template("offer"), template("offer", { to }), template("order_update", { to }), aText({ to })];
    const { status, body } = await api.request("POST", "/v1/messages/batch", { body: { messages } });
    expect(status).toBe(200);
    expect(body.results.map(({ id, problem }) => (id ? "accepted" : problem?.type))).toEqual([
      "accepted",
      "urn:tern:problem:opted-out",
      "accepted",
      "accepted",
    ]);
  });
});

test("a text with a marketing fallback is accepted, for nobody knows yet which of them goes", async () => {
  const to = "+4915112345674";
  await say("opted-out", to);
  const { template: content } = template("offer") as { template: object };
  const fallback = { type: "template", template: content };
  const { status, body } = await send(aText({ to, fallback }));
  expect(status).toBe(202);
  const [taken] = (
    await api.store.begin(
      { id: "demo", pace: "unlimited" },
      {
        most: 64,
        byLane: { urgent: 64, normal: 64, bulk: 64 },
        bulkRestsUntilMs: null,
        needsWindows: false,
        windowMarginMs: 0,
      },
    )
  ).messages.filter(({ localId }) => body.id.endsWith(localId));
  expect(taken).toMatchObject({ isFallback: true, marketingTo: [to] });
});
