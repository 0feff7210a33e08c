// What the list brings: templates to look at, and messages that go on.

import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { listed, startTemplateProvider, type TemplateProvider } from "../../testing/template-provider.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

let provider: TemplateProvider;
let api: TestApi;
beforeAll(async () => {
  provider = await startTemplateProvider();
});
beforeEach(async () => {
  await api?.close();
  api = await startTestApi({ deployment: () => provider.deployment });
  provider.templates = [listed(), listed({ id: "2", language: "de", status: "REJECTED", rejected_reason: "SPAM" })];
});
afterAll(async () => {
  await api.close();
  await provider.close();
});

const sync = () => api.request("POST", "/v1/senders/demo/template-sync", { as: "designer" });
const list = async (query = "") =>
  (await api.request("GET", `/v1/senders/demo/templates${query}`, { as: "designer" })).body as unknown as {
    templates: { name: string; language: string; status: string; sendable: string }[];
    count: number;
    syncedAt: string | null;
    nextCursor: string | null;
  };

test("before the first list nothing is known; after it all of it, with status and reason", async () => {
  expect(await list()).toEqual({ templates: [], count: 0, syncedAt: null, nextCursor: null });
  expect((await sync()).body).toMatchObject({ count: 2, changed: 2 });
  expect(await list()).toMatchObject({
    count: 2,
    syncedAt: expect.any(String),
    templates: [
      { name: "order_update", language: "de", status: "REJECTED", sendable: "no", reason: "SPAM" },
      { name: "order_update", language: "en_US", status: "APPROVED", sendable: "yes", category: "UTILITY" },
    ],
  });
});

test("a list that was just read is not read again", async () => {
  await sync();
  const { length } = provider.calls;
  expect((await sync()).body).toMatchObject({ count: 2, changed: 0 });
  expect(provider.calls).toHaveLength(length);
});

test("the list is narrowed by name, status and category, and paged", async () => {
  provider.templates = ["a", "b", "c"].map((name, at) =>
    listed({
      id: String(at),
      name,
      category: at === 0 ? "MARKETING" : "UTILITY",
      status: at === 2 ? "PAUSED" : "APPROVED",
    }),
  );
  await sync();
  const names = async (query: string) => (await list(query)).templates.map(({ name }) => name);
  expect(await names("?name=b")).toEqual(["b"]);
  expect(await names("?status=PAUSED")).toEqual(["c"]);
  expect(await names("?category=MARKETING")).toEqual(["a"]);
  const first = await list("?limit=2");
  expect(first.templates.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(await list(`?limit=2&cursor=${first.nextCursor}`)).toMatchObject({
    templates: [{ name: "c" }],
    nextCursor: null,
  });
});

test("one template is shown in all its languages", async () => {
  await sync();
  const { body } = await api.request("GET", "/v1/senders/demo/templates/order_update", { as: "designer" });
  expect(body).toMatchObject({ name: "order_update", languages: [{ language: "de" }, { language: "en_US" }] });
});

test("a paused template is told to its senders, and what waited for it goes on after the next list", async () => {
  provider.templates = [listed({ status: "PAUSED" })];
  await sync();
  const [view] = (
    (await api.request("GET", "/v1/senders/second", { as: "operator" })).body as { templates?: unknown[] }
  ).templates as unknown[];
  expect(view).toMatchObject({ template: "order_update", language: "en_US", how: "rests" });
  expect((await api.request("GET", "/v1/senders/demo", { as: "operator" })).body).toMatchObject({
    provider: { templates: { count: 1, byStatus: { PAUSED: 1 } }, health: null },
  });
});
