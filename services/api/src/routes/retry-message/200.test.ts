// A failed message is sent again when its caller or an operator says so.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { refuse, take } from "../../testing/worker.ts";
import { retriedMessageSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each(["shop", "operator"] as const)(
  "by %s: it is in line again, a worker is called, and the trail says who",
  async (as) => {
    const { id } = (await api.request("POST", "/v1/messages", { body: aText({ lane: "bulk" }) })).body;
    await refuse(api, id);
    api.calls.length = 0;
    const answer = await api.request("POST", `/v1/messages/${id}/retry`, { as });

    expect(answer.status).toBe(200);
    expect(retriedMessageSchema.strict().parse(answer.body)).toEqual({ id, status: "queued" });
    expect(api.calls).toEqual(["demo"]);
    expect((await api.request("GET", `/v1/messages/${id}`)).body).toMatchObject({
      status: "queued",
      waiting: { reason: "pace" },
    });
    expect(await api.store.readAudit("demo", 1, null)).toMatchObject([{ who: as, verb: "note", value: `retry ${id}` }]);
    expect((await take(api, id)).attempts).toBe(1);
  },
);
