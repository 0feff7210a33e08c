// A message tells its whole story: where it is, why it waits, what was tried, what went wrong.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parseMessageId } from "@tern/core";
import { messageViewSchema } from "../../message-view.ts";
import { aTemplate, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { finish, refuse, take } from "../../testing/worker.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const demo = { id: "demo", pace: "unlimited" } as const;

async function accepted(body: object): Promise<{ id: string; localId: string }> {
  const { id } = (await api.request("POST", "/v1/messages", { body })).body;
  return { id, localId: parseMessageId(id)?.localId ?? "" };
}

async function view(id: string, as: "shop" | "auditor" = "shop") {
  const answer = await api.request("GET", `/v1/messages/${id}`, { as });
  expect(answer.status).toBe(200);
  expect(messageViewSchema.safeParse(answer.body).error).toBeUndefined();
  return answer.body;
}

test("a message that has just been accepted", async () => {
  const { id } = await accepted(aTemplate({ reference: "order-7", metadata: { customer: 7 }, lane: "urgent" }));

  expect(await view(id)).toEqual({
    id,
    status: "queued",
    isFinal: false,
    waiting: { reason: "pace", meaning: expect.any(String), until: null },
    sender: "demo",
    to: "+4915112345678",
    contact: "+4915112345678",
    lane: "urgent",
    type: "template",
    template: "order_update",
    fallback: null,
    sentAs: null,
    passthrough: false,
    reference: "order-7",
    metadata: { customer: 7 },
    caller: "shop",
    acceptedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    sendAt: null,
    expiresAt: null,
    onDoubt: "resend",
    wamid: null,
    attempts: [],
    attemptsUsed: 0,
    throttles: 0,
    resends: 0,
    error: null,
    pricing: null,
    timeline: [{ status: "queued", at: expect.any(String) }],
  });
});

test("a message that waits for its time, and one that waits for the message before it", async () => {
  const sendAt = new Date(Date.now() + 60_000).toISOString();
  const later = await accepted(aText({ sendAt, to: "+4915112340001" }));
  await accepted(aText({ to: "+4915112340002" }));
  const second = await accepted(aText({ to: "+4915112340002" }));

  expect((await view(later.id)).waiting).toMatchObject({ reason: "scheduled", until: sendAt });
  expect((await view(second.id)).waiting).toMatchObject({ reason: "turn", until: null });
});

test("a message that was delivered, with its attempt, its price and its times", async () => {
  const { id, localId } = await accepted(aText({ to: "+4915112340003" }));
  const taken = await take(api, id);
  const onTheWire = await view(id);
  const wamid = "wamid.HBgNNDkxNTExMjM0NTY3OBUCABEYEjQ1";
  await finish(api, id, taken, { verdict: { kind: "submit", wamid }, outcome: "accepted", failure: null });
  const pricing = { category: "utility", type: "regular", model: "PMP", billable: true };
  const message = { localId, wireNumber: taken.wireNumber };
  const delivered = { wamid, status: "delivered", atMs: Date.now(), message, pricing, failure: null } as const;
  await api.store.apply(demo, { statuses: [delivered], inbound: [], aside: [], raw: null });

  expect(onTheWire).toMatchObject({ status: "sending", waiting: null, attempts: [{ number: 1, outcome: null }] });
  expect(await view(id)).toMatchObject({
    status: "delivered",
    isFinal: true,
    waiting: null,
    wamid,
    pricing,
    attempts: [{ number: 1, outcome: "accepted", tookMs: 12 }],
    attemptsUsed: 1,
  });
  expect((await view(id)).timeline).toMatchObject([
    { status: "queued" },
    { status: "sending" },
    { status: "submitted" },
    { status: "delivered" },
  ]);
});

test("a message that failed says why and what to do", async () => {
  const { id } = await accepted(aText({ to: "+4915112340004" }));
  const failure = { code: 131026, httpStatus: 400, reason: "undeliverable", hint: "Ask the recipient." };
  await refuse(api, id, failure);

  expect(await view(id)).toMatchObject({
    status: "failed",
    error: { class: "rejected", ...failure },
    attempts: [{ outcome: "rejected", code: 131026, httpStatus: 400 }],
  });
});

test("messages:read-all shows the messages of every caller", async () => {
  const { id } = await accepted(aText());
  expect((await view(id, "auditor")).caller).toBe("shop");
});
