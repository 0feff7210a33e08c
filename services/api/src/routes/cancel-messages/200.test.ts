// All waiting messages of a filter are taken back, wherever they wait; what is on the wire is refused, and told so.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { manyResultSchema } from "../../many-messages.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { take } from "../../testing/worker.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const accepted = async (changes: Record<string, string>, as: "shop" | "other" = "shop") =>
  (await api.request("POST", "/v1/messages", { as, body: aText(changes) })).body.id;
const statusOf = async (id: string) => (await api.request("GET", `/v1/messages/${id}`, { as: "auditor" })).body.status;

async function cancel(filter: object) {
  const answer = await api.request("POST", "/v1/messages/cancel", {
    as: "operator",
    body: { sender: "demo", ...filter },
  });
  expect(answer.status).toBe(200);
  return manyResultSchema.parse(answer.body);
}

test("in the backlog, behind another, planned; by page, whoever the caller is", async () => {
  const reference = "campaign";
  const onWire = await accepted({ reference, to: "+4915112360000" });
  await take(api, onWire);
  const waiting = [
    await accepted({ reference, to: "+4915112360000" }),
    await accepted({ reference, lane: "bulk", to: "+4915112360001" }),
    await accepted({ reference, sendAt: new Date(Date.now() + 60_000).toISOString() }, "other"),
  ];
  const other = await accepted({ to: "+4915112360002" });
  const pages = [await cancel({ reference, limit: 2 })];
  for (let next = pages[0]?.nextCursor; next; next = pages.at(-1)?.nextCursor) {
    pages.push(await cancel({ reference, limit: 2, cursor: next }));
  }

  expect(pages.map(({ matched }) => matched).reduce((sum, count) => sum + count)).toBe(4);
  expect(pages.map(({ done }) => done).reduce((sum, count) => sum + count)).toBe(3);
  expect(pages.map(({ refused }) => refused)).toContainEqual({ "on-wire": 1 });
  expect(await Promise.all(waiting.map(statusOf))).toEqual(["canceled", "canceled", "canceled"]);
  expect([await statusOf(onWire), await statusOf(other)]).toEqual(["sending", "queued"]);
  expect(await cancel({ reference })).toMatchObject({ matched: 1, done: 0 }); // what is on the wire still is
});

test("by lane, caller and status", async () => {
  const reference = "narrow";
  const [bulk, normal] = [await accepted({ reference, lane: "bulk" }), await accepted({ reference })];
  await cancel({ reference, lane: "bulk", caller: "other" });
  expect(await statusOf(bulk)).toBe("queued");
  expect(await cancel({ reference, lane: "bulk", caller: "shop", status: "queued" })).toMatchObject({
    matched: 1,
    done: 1,
  });
  expect([await statusOf(bulk), await statusOf(normal)]).toEqual(["canceled", "queued"]);
});
