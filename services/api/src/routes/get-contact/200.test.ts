// A contact with all that is known of it, and one of which nothing is known.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Deployment } from "@tern/runtime";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { testDeployment } from "../../testing/test-deployment.ts";
import { contactViewSchema } from "./route.ts";

let deployment: Deployment = testDeployment();
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ deployment: () => deployment });
});
afterAll(() => api.close());

const PHONE = "+5511987654321";
const BSUID = "BR.13491208655302741918";

async function read(contact: string, sender = "demo") {
  const answer = await api.request("GET", `/v1/contacts/${contact}?sender=${sender}`, { as: "desk" });
  expect(answer.status).toBe(200);
  expect(contactViewSchema.safeParse(answer.body).error).toBeUndefined();
  return answer.body;
}

test("one that wrote to a sender: its spellings everywhere, its window there alone", async () => {
  const atMs = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
  await api.store.apply(
    { id: "demo", pace: "unlimited" },
    {
      statuses: [],
      inbound: [{ wamid: "wamid.in", atMs, json: "{}", opensWindowOf: BSUID }],
      spellings: [[BSUID, PHONE]],
      aside: [],
      raw: null,
    },
  );
  expect(await read(BSUID)).toMatchObject({
    contact: PHONE,
    spellings: [PHONE, BSUID],
    sender: "demo",
    window: {
      isOpen: true,
      closesAt: new Date(atMs + 86_400_000).toISOString(),
      freeUntil: null,
      lastInboundAt: new Date(atMs).toISOString(),
    },
    consent: { marketing: { state: "unknown", history: [] } },
  });
  expect(await read(BSUID, "second")).toMatchObject({
    spellings: expect.arrayContaining([PHONE, BSUID]),
    window: { isOpen: false, closesAt: null, lastInboundAt: null },
  });
});

test("within the sender's margin before its end the window is not open any more: nothing free-form is taken then", async () => {
  const marginSeconds = 300;
  const senders = deployment.senders.map((sender) => ({
    ...sender,
    window: { check: "refuse" as const, marginSeconds },
  }));
  deployment = { ...deployment, senders, senderById: new Map(senders.map((sender) => [sender.id, sender])) };
  for (const [leftSeconds, isOpen] of [
    [marginSeconds - 60, false],
    [marginSeconds + 60, true],
  ] as const) {
    const contact = `+4915112340${leftSeconds}`;
    const closesAtMs = Math.floor(Date.now() / 1_000 + leftSeconds) * 1_000;
    const wrote = { wamid: `wamid.${leftSeconds}`, atMs: closesAtMs - 86_400_000, json: "{}", opensWindowOf: contact };
    await api.store.apply({ id: "demo", pace: "unlimited" }, { statuses: [], inbound: [wrote], aside: [], raw: null });
    const closesAt = new Date(closesAtMs).toISOString();
    expect((await read(contact)).window).toMatchObject({ isOpen, closesAt });
  }
});

test("its consent is what was said under any of its spellings at any sender", async () => {
  await api.request("PUT", `/v1/contacts/${PHONE}/consents/marketing?sender=second`, {
    as: "desk",
    body: { state: "opted-out", proof: "a call" },
  });
  expect(await read(BSUID)).toMatchObject({
    marketing: { policy: "optout-only", answer: "opted-out" },
    consent: { marketing: { state: "opted-out", history: [{ proof: "a call", by: "desk", source: "api" }] } },
  });
});

test("one of which nothing is known", async () => {
  const senders = deployment.senders.map((sender) => ({ ...sender, consent: { marketing: "required" as const } }));
  deployment = { ...deployment, senders, senderById: new Map(senders.map((sender) => [sender.id, sender])) };
  expect(await read("+4915112345678")).toMatchObject({
    contact: "+4915112345678",
    spellings: ["+4915112345678"],
    window: { isOpen: false, closesAt: null, freeUntil: null, lastInboundAt: null },
    marketing: { policy: "required", answer: "consent-missing" },
  });
});
