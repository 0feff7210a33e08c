// Messages are found by sender, recipient, reference, status and time, page by page, newest first.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import type { TestCaller } from "../../testing/test-deployment.ts";
import { messagePageSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function accepted(changes: object = {}, as: TestCaller = "shop"): Promise<string> {
  return (await api.request("POST", "/v1/messages", { as, body: aText({ ...changes }) })).body.id;
}

async function list(query: string, as: TestCaller = "shop") {
  const answer = await api.request("GET", query.startsWith("/") ? query : `/v1/messages?${query}`, { as });
  expect(answer.status).toBe(200);
  expect(messagePageSchema.safeParse(answer.body).error).toBeUndefined();
  const { messages, next, nextCursor } = answer.body;
  return { ids: messages.map(({ id }) => id), next, nextCursor, link: answer.headers.get("link") };
}

describe("pages", () => {
  test("follow one another by next until there is none, and hold each message once", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) ids.push(await accepted({ reference: "paged" }));
    const found: string[][] = [];
    let path: string | null = "/v1/messages?sender=demo&reference=paged&limit=2";
    while (path !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(path);
      found.push(page.ids);
      expect(page.link).toBe(page.next === null ? null : `<${page.next}>; rel="next"`);
      path = page.next;
    }
    expect(found.flat()).toEqual(ids.reverse());
    expect(found[0]).toHaveLength(2);
  });

  test("may change their size on the way", async () => {
    for (let index = 0; index < 4; index++) await accepted({ reference: "resized" });
    const { nextCursor } = await list("sender=demo&reference=resized&limit=1");
    const rest = await list(`sender=demo&reference=resized&limit=100&cursor=${nextCursor}`);
    expect(rest.ids).toHaveLength(3);
  });
});

describe("filters", () => {
  test("a recipient, in any spelling", async () => {
    const id = await accepted({ to: "+4915112342001" });

    expect((await list("sender=demo&to=%2B4915112342001")).ids).toEqual([id]);
    expect((await list("sender=demo&to=%2B49%20151%20123%2042001")).ids).toEqual([id]);
    expect((await list("sender=demo&to=+4915112342001")).ids).toEqual([id]); // a plus that became a space
  });

  test("a status", async () => {
    const reference = "by-status";
    const [canceled, queued] = [await accepted({ reference }), await accepted({ reference })];
    await api.request("POST", `/v1/messages/${canceled}/cancel`);

    expect((await list(`sender=demo&reference=${reference}&status=canceled`)).ids).toEqual([canceled]);
    expect((await list(`sender=demo&reference=${reference}&status=queued`)).ids).toEqual([queued]);
  });

  test("a time span, from included, until not", async () => {
    const id = await accepted({ reference: "by-time" });
    const at = (await api.request("GET", `/v1/messages/${id}`)).body.acceptedAt;
    const after = new Date(Date.parse(at) + 1).toISOString();

    expect((await list(`sender=demo&reference=by-time&from=${at}&until=${after}`)).ids).toEqual([id]);
    expect((await list(`sender=demo&reference=by-time&until=${at}`)).ids).toEqual([]);
    expect((await list(`sender=demo&reference=by-time&from=${after}`)).ids).toEqual([]);
  });

  test("no sender means the only one a caller has", async () => {
    const id = await accepted({ reference: "only-sender" }, "single");
    expect((await list("reference=only-sender", "single")).ids).toEqual([id]);
  });
});

test("a caller finds its own messages, and with messages:read-all those of every caller", async () => {
  const reference = "whose";
  const [mine, theirs] = [await accepted({ reference }), await accepted({ reference }, "other")];

  expect((await list(`sender=demo&reference=${reference}`)).ids).toEqual([mine]);
  expect((await list(`sender=demo&reference=${reference}`, "other")).ids).toEqual([theirs]);
  expect((await list(`sender=demo&reference=${reference}`, "auditor")).ids).toEqual([theirs, mine]);
});
