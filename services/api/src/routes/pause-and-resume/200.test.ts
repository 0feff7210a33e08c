// A pause holds what it names and nothing else, a resume lets it go; both may be repeated, and the trail says who.

import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { operatedSchema } from "../../operated.ts";
import type { SenderView } from "../../sender-view.ts";
import { aTemplate, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { look, take } from "../../testing/worker.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function order(path: string) {
  const answer = await api.request("POST", `/v1/senders/demo${path}`, { as: "operator" });
  expect(answer.status).toBe(200);
  expect(operatedSchema.safeParse(answer.body).error).toBeUndefined();
  return answer.body as unknown as { changed: boolean; sender: SenderView };
}
let recipients = 0;
async function accepted(body: object): Promise<string> {
  const to = `+49151124${String(10_000 + recipients++)}`;
  return (await api.request("POST", "/v1/messages", { body: { ...body, to } })).body.id;
}
beforeEach(async () => {
  api.calls.length = 0;
});

test("the sender: nothing goes until it is resumed, and then a worker is called", async () => {
  const first = await order("/pause");
  const again = await order("/pause");
  const id = await accepted(aText());

  expect(first).toMatchObject({ changed: true, sender: { state: "paused", paused: { by: "operator" } } });
  expect(again).toMatchObject({ changed: false, sender: first.sender });
  await expect(take(api, id)).rejects.toThrow("not among what may go");

  await look(api);
  api.calls.length = 0;
  expect(await order("/resume")).toMatchObject({ changed: true, sender: { state: "sending", paused: null } });
  expect(await order("/resume")).toMatchObject({ changed: false });
  expect(api.calls).toEqual(["demo"]);
  await take(api, id);
});

test("a lane: the others go on", async () => {
  await order("/lanes/bulk/pause");
  const [bulk, normal] = [await accepted(aText({ lane: "bulk" })), await accepted(aText())];

  await take(api, normal);
  await expect(take(api, bulk)).rejects.toThrow("not among what may go");
  expect((await order("/lanes/bulk/pause")).sender.lanes).toMatchObject({
    urgent: { paused: null },
    bulk: { paused: { by: "operator" }, waiting: 1, byCaller: [{ caller: "shop", waiting: 1 }] },
  });
  await order("/lanes/bulk/resume");
  await take(api, bulk);
});

test("a template: other messages go on, and what it holds comes back", async () => {
  await order("/templates/order_update/pause");
  const [held, other] = [await accepted(aTemplate()), await accepted(aText())];

  await take(api, other);
  const { sender } = await order("/templates/order_update/pause");
  expect(sender.templates).toMatchObject([
    { template: "order_update", how: "paused", why: "operator", until: null, waiting: 1 },
  ]);
  expect((await order("/templates/order_update/resume")).sender.templates).toEqual([]);
  await api.store.promote("demo");
  await take(api, held);
});

test("each order is a line in the trail with its caller", async () => {
  const entries = await api.store.readAudit("demo", 100, null);

  expect(entries.every(({ who }) => who === "operator")).toBe(true);
  expect(
    entries
      .filter(({ changed }) => changed)
      .map(({ verb, kind, name }) => [verb, kind, name].join(" "))
      .reverse(),
  ).toEqual([
    "pause sender ",
    "resume sender ",
    "pause lane 2",
    "resume lane 2",
    "pause template order_update",
    "resume template order_update",
  ]);
});
