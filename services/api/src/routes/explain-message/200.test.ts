// Why a message waits, in words and in fields: whoever asks learns what it waits for and what can be done.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ExplanationView, explanationSchema } from "../../explanation-view.ts";
import { aTemplate, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { finish, refuse, take } from "../../testing/worker.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

let recipients = 0;
const someone = () => `+49151123${String(50_000 + recipients++)}`;

async function accepted(changes: object = {}): Promise<string> {
  return (await api.request("POST", "/v1/messages", { body: aText({ to: someone(), ...changes }) })).body.id;
}

async function explain(id: string, as: "shop" | "auditor" | "operator" = "shop") {
  const answer = await api.request("GET", `/v1/messages/${id}/explain`, { as });
  expect(answer.status).toBe(200);
  expect(explanationSchema.safeParse(answer.body).error).toBeUndefined();
  return answer.body as unknown as ExplanationView;
}

test("the pace: how many go first, and when it is due", async () => {
  const [, second] = [await accepted({ lane: "bulk" }), await accepted({ lane: "bulk" })];
  const view = await explain(second);

  expect(view).toMatchObject({ id: second, status: "queued", place: "backlog", blockedBy: null });
  expect(view.waiting).toEqual({
    for: "pace",
    meaning: "1 message goes first.",
    until: null,
    ahead: 1,
    dueAt: expect.stringMatching(/Z$/),
    hint: expect.stringMatching(/\.$/),
  });
});

test("the turn: which message it waits for", async () => {
  const to = someone();
  const ids = [await accepted({ to }), await accepted({ to }), await accepted({ to })];

  expect(await explain(ids[2] ?? "")).toMatchObject({
    blockedBy: ids[0],
    place: "turn",
    waiting: { for: "turn", ahead: 2 },
  });
  expect((await explain(ids[2] ?? "")).waiting.meaning).toMatch(/^2 messages to the same recipient/);
});

test("the time", async () => {
  const sendAt = new Date(Date.now() + 60_000).toISOString();
  expect((await explain(await accepted({ sendAt }))).waiting).toMatchObject({
    for: "time",
    until: sendAt,
    dueAt: sendAt,
  });
});

test("a pause of the sender, the lane or the template: who, and how it ends", async () => {
  const { id } = (await api.request("POST", "/v1/messages", { body: aTemplate({ to: someone(), lane: "urgent" }) }))
    .body;
  const order = (path: string) => api.request("POST", `/v1/senders/demo${path}`, { as: "operator" });

  await order("/templates/order_update/pause");
  const template = (await explain(id)).waiting;
  await order("/lanes/urgent/pause");
  const lane = (await explain(id)).waiting;
  await order("/pause");
  const sender = (await explain(id)).waiting;
  for (const path of ["/resume", "/lanes/urgent/resume", "/templates/order_update/resume"]) await order(path);

  expect(template).toMatchObject({ for: "template", until: null, dueAt: null });
  expect(template.meaning).toContain("paused by operator");
  expect(lane).toMatchObject({ for: "lane-paused", dueAt: null });
  expect(sender).toMatchObject({ for: "sender-paused", dueAt: null });
  expect(sender.hint).toContain("/v1/senders/demo/resume");
  expect((await explain(id)).waiting.for).toBe("pace");
});

test("a retry says what went wrong", async () => {
  const id = await accepted();
  const failure = { code: 131000, httpStatus: 500, reason: "something went wrong", hint: "Wait." };
  await finish(api, id, await take(api, id), {
    verdict: { kind: "retry", afterMs: 30_000 },
    outcome: "transient",
    failure,
  });

  const { waiting } = await explain(id);
  expect(waiting).toMatchObject({ for: "retry", until: expect.any(String), dueAt: expect.any(String), hint: "Wait." });
  expect(waiting.meaning).toContain("something went wrong");
});

test("nothing: on the wire, and at its end", async () => {
  const onWire = await accepted();
  await take(api, onWire);
  const failed = await accepted();
  await refuse(api, failed);

  expect((await explain(onWire)).waiting).toMatchObject({
    for: "none",
    meaning: expect.stringContaining("being sent"),
  });
  expect((await explain(failed)).waiting).toMatchObject({
    for: "none",
    meaning: "It has ended as failed: undeliverable.",
  });
});

test("operators and auditors may ask about every caller's messages", async () => {
  const id = await accepted();
  for (const as of ["operator", "auditor"] as const) expect((await explain(id, as)).id).toBe(id);
});
