// A template that cannot be sent so is refused before it is queued; what was accepted before is answered as before.

import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { systemClock } from "@tern/runtime";
import { expectProblem } from "../../testing/expect-problem.ts";
import { listed } from "../../testing/template-provider.ts";
import { aTemplate, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";

const WABA = "20000";
const FIELDS = {
  category: "UTILITY",
  parameterFormat: "POSITIONAL",
  quality: null,
  reason: null,
  categoryChange: null,
};
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ clock: { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs } });
});
beforeEach(() => known({}));
afterAll(() => api.close());

let saidAtMs = Date.now();
let passedMs = 0;
/** What the account has from now on: order_update with these fields. The API has not looked for long. */
async function known(fields: Record<string, unknown>): Promise<void> {
  saidAtMs += 1;
  passedMs += 60_000;
  const definition = JSON.stringify({ ...listed(), ...FIELDS, ...fields });
  await api.store.replaceTemplates(WABA, saidAtMs, [{ name: "order_update", language: "en_US", definition }]);
}
const send = (body: unknown, key?: string) =>
  api.request("POST", "/v1/messages", { body, ...(key && { headers: { "idempotency-key": key } }) });
const wrong = aTemplate({ template: { name: "order_update", language: { code: "en_US" } } });
const accepted = async () => Number((await api.metric("tern_messages_accepted_total")) ?? 0);

test("with the wrong number of parameters, with the place and nothing queued", async () => {
  const before = await accepted();
  const answer = await send(wrong);
  expectProblem(answer, "template-not-sendable");
  expect(answer.body.errors).toEqual([
    {
      pointer: "/template/components",
      detail: "the body of the template order_update (en_US) takes 2 parameters, not 0: {{1}}, {{2}}",
    },
  ]);
  expect((await send(aTemplate())).status).toBe(202);
  expect(await accepted()).toBe(before + 1);
});

test("as the fallback of another message", async () => {
  const fallback = { type: "template", template: { name: "order_updates", language: { code: "en_US" } } };
  const answer = await send(aText({ fallback }));
  expectProblem(answer, "template-not-sendable");
  expect(answer.body.errors).toEqual([
    { pointer: "/fallback/template/name", detail: "demo has no template order_updates; there are order_update" },
  ]);
});

test("in a batch, each by itself", async () => {
  const { status, body } = await api.request("POST", "/v1/messages/batch", {
    body: { messages: [aTemplate(), wrong, aText()] },
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ accepted: 2, refused: 1 });
  expect(body.results[1]?.problem).toMatchObject({
    type: "urn:tern:problem:template-not-sendable",
    errors: [{ pointer: "/messages/1/template/components" }],
  });
});

test("that was accepted with an Idempotency-Key while it fitted gets the same answer again, and another one a conflict", async () => {
  const first = await send(aTemplate(), "key-1");
  const batch = () =>
    api.request("POST", "/v1/messages/batch", {
      body: { messages: [aTemplate()] },
      headers: { "idempotency-key": "batch-1" },
    });
  const inBatch = await batch();
  await known({ status: "DISABLED" });

  const again = await send(aTemplate(), "key-1");
  expect(again).toMatchObject({ status: 202, body: { id: first.body.id } });
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect((await batch()).body.results).toMatchObject([{ id: inBatch.body.results[0]?.id, replayed: true }]);
  expectProblem(await send(aTemplate({ reference: "another" }), "key-1"), "idempotency-key-reused");
  expectProblem(await send(aTemplate(), "key-2"), "template-not-sendable");
});

test("of a paused template is accepted and waits", async () => {
  await known({ status: "PAUSED" });
  expect((await send(aTemplate())).status).toBe(202);
});

test("that is handed through is not looked at", async () => {
  expect((await send({ ...wrong, passthrough: true })).status).toBe(202);
});
