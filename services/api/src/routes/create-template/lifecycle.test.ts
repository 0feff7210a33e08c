// A template's life: created, edited, deleted. What is refused here, what by the provider, and what is counted.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { listed, startTemplateProvider, type TemplateProvider } from "../../testing/template-provider.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

const WABA = "20000";
let provider: TemplateProvider;
let api: TestApi;
beforeAll(async () => {
  provider = await startTemplateProvider();
});
beforeEach(async () => {
  await api?.close();
  api = await startTestApi({ deployment: () => provider.deployment });
  provider.templates = [];
  provider.calls.length = 0;
});
afterAll(async () => {
  await api.close();
  await provider.close();
});

const aTemplate = (changes: Record<string, unknown> = {}) => ({
  name: "order_update",
  language: "en_US",
  category: "UTILITY",
  components: [{ type: "BODY", text: "Hello." }],
  ...changes,
});
const as = "designer" as const;
const create = (changes?: Record<string, unknown>) =>
  api.request("POST", "/v1/senders/demo/templates", { as, body: aTemplate(changes) });
const known = async () => [...((await api.store.readTemplates(WABA))?.entries.keys() ?? [])].sort();
const trail = async () => (await api.store.readAudit("demo", 10, null)).map(({ who, value }) => `${who}: ${value}`);
async function sync(...templates: Record<string, unknown>[]) {
  provider.templates = templates;
  await api.request("POST", "/v1/senders/demo/template-sync", { as });
  provider.calls.length = 0;
}

describe("creating", () => {
  test("gives it to the provider, shows what it says, and stands in the trail", async () => {
    const answer = await create();
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe("/v1/senders/demo/templates/order_update");
    expect(answer.body).toMatchObject({ id: "101", status: "PENDING", sendable: "no", category: "UTILITY" });
    expect(provider.calls).toEqual(["POST /message_templates"]);
    expect(await known()).toEqual(["order_update/en_US"]);
    expect(await trail()).toEqual(["designer: template created: order_update (en_US), PENDING"]);
  });

  test("what breaks a limit never reaches the provider", async () => {
    const answer = await create({ components: [{ type: "BODY", text: "a".repeat(1_025) }] });
    expectProblem(answer, "invalid-request");
    expect(answer.body.errors[0]?.pointer).toBe("/components/0/text");
    expect(provider.calls).toEqual([]);
  });

  test("what is there already is not created again; another language of it is", async () => {
    await create();
    expectProblem(await create(), "template-exists");
    expect((await create({ language: "de" })).status).toBe(201);
  });

  test("what the provider refuses is told in its words and not counted", async () => {
    const error = { code: 2_388_019, message: "limit", error_data: { details: "You have 250 templates." } };
    provider.answerNext(400, { error });
    const answer = await create();
    expectProblem(answer, "provider-refused");
    expect(answer.body).toMatchObject({ provider: { code: 2_388_019 } });
    expect(answer.body.detail).toContain("You have 250 templates.");
    expect(await known()).toEqual([]);
    for (let at = 0; at < 100; at++) expect(await api.store.countTemplateCreation(WABA, `t${at}`)).toBeNull();
  });

  test("the hundred-and-first in an hour is refused before the provider is asked, with the time of the next", async () => {
    for (let at = 0; at < 99; at++) await api.store.countTemplateCreation(WABA, `t${at}`);
    expect((await create()).status).toBe(201);
    const answer = await create({ language: "de" });
    expectProblem(answer, "template-limit");
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(3_500);
    expect(provider.calls).toEqual(["POST /message_templates"]);
  });

  test("needs the scope", async () => {
    expectProblem(await api.request("POST", "/v1/senders/demo/templates", { body: aTemplate() }), "forbidden");
  });
});

describe("editing", () => {
  const edit = (
    body: Record<string, unknown> = { components: [{ type: "BODY", text: "Hello again." }] },
    name = "order_update",
  ) => api.request("PUT", `/v1/senders/demo/templates/${name}/en_US`, { as, body });

  test("replaces the components; what becomes of it is looked up", async () => {
    await sync(listed());
    const answer = await edit();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: "PENDING", components: [{ text: "Hello again." }] });
    expect(provider.calls).toEqual(["POST /1", "GET /message_templates"]);
    expect(await trail()).toEqual(["designer: template edited: order_update (en_US)"]);
  });

  test("an approved template has one edit in 24 hours; one that was rejected may be edited at once", async () => {
    await sync(listed(), listed({ id: "2", name: "rejected", status: "REJECTED" }));
    expect((await edit()).status).toBe(200);
    provider.templates = [listed()];
    const kept = await api.store.readTemplate(WABA, "order_update", "en_US");
    const definition = JSON.stringify({ ...JSON.parse(kept?.definition ?? ""), status: "APPROVED" });
    await api.store.changeTemplate(WABA, { name: "order_update", language: "en_US", definition }, Date.now(), kept);
    const again = await edit();
    expectProblem(again, "template-limit");
    expect(Number(again.headers.get("retry-after"))).toBeGreaterThan(86_000);
    provider.templates = [listed({ id: "2", name: "rejected", status: "REJECTED" })];
    for (let at = 0; at < 2; at++) {
      provider.templates = [listed({ id: "2", name: "rejected", status: "REJECTED" })];
      const now = await api.store.readTemplate(WABA, "rejected", "en_US");
      const back = JSON.stringify({ ...JSON.parse(now?.definition ?? ""), status: "REJECTED" });
      await api.store.changeTemplate(WABA, { name: "rejected", language: "en_US", definition: back }, Date.now(), now);
      expect((await edit(undefined, "rejected")).status).toBe(200);
    }
  });

  test("is not for a template under review, nor for one that nobody knows", async () => {
    await sync(listed({ status: "PENDING" }));
    expectProblem(await edit(), "template-not-editable");
    expectProblem(await edit(undefined, "nobody_knows"), "not-found");
    expect(provider.calls).toEqual([]);
  });

  test("checks the limits and that the category of an approved one stays", async () => {
    await sync(listed());
    const answer = await edit({ category: "MARKETING", components: [{ type: "BODY", text: "a".repeat(1_025) }] });
    expectProblem(answer, "invalid-request");
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(["/components/0/text"]));
    expectProblem(await edit({ category: "MARKETING" }), "invalid-request");
    expect(provider.calls).toEqual([]);
  });
});

describe("deleting", () => {
  const remove = (path = "order_update") => api.request("DELETE", `/v1/senders/demo/templates/${path}`, { as });

  test("takes all languages away; repeating it is harmless", async () => {
    await sync(listed(), listed({ id: "2", language: "de" }), listed({ id: "3", name: "other" }));
    expect((await remove()).body).toEqual({ changed: true, name: "order_update", languages: ["de", "en_US"] });
    expect(await known()).toEqual(["other/en_US"]);
    expect((await remove()).body).toEqual({ changed: false, name: "order_update", languages: [] });
    expect(await trail()).toEqual(["designer: template deleted: order_update"]);
  });

  test("takes one language away by its id", async () => {
    await sync(listed(), listed({ id: "2", language: "de" }));
    expect((await remove("order_update/de")).body).toMatchObject({ changed: true, languages: ["de"] });
    expect(provider.templates).toMatchObject([{ language: "en_US" }]);
    expect(await known()).toEqual(["order_update/en_US"]);
  });

  test("what the provider will not delete stays, and its words are told", async () => {
    await sync(listed({ status: "DISABLED" }));
    provider.answerNext(400, { error: { code: 100, message: "A disabled template cannot be deleted" } });
    const answer = await remove();
    expectProblem(answer, "provider-refused");
    expect(answer.body.detail).toContain("A disabled template cannot be deleted");
    expect(await known()).toEqual(["order_update/en_US"]);
  });
});

test.each(["GET", "PUT", "DELETE"])("%s of a name that no template can have finds nothing", async (method) => {
  const path = method === "PUT" ? "/v1/senders/demo/templates/Sale!/en" : "/v1/senders/demo/templates/Sale!";
  const body = method === "PUT" ? { body: {} } : {};
  expectProblem(await api.request(method, path, { as, ...body }), "not-found");
});
