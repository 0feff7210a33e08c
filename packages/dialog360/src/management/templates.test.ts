import { afterEach, describe, expect, test } from "@jest/globals";
import type { TemplateFilter } from "./templates.ts";
import { type Answers, json, type ManagementWorld, managementWorld, status } from "./testing/management-world.ts";

let world: ManagementWorld;
afterEach(() => world.stop());

const FIELDS =
  "fields=id%2Cname%2Clanguage%2Cstatus%2Ccategory%2Cquality_score%2Cparameter_format%2Ccomponents%2Crejected_reason&limit=100";
const LIST = `GET /message_templates?${FIELDS}`;
const SHIPPED = {
  id: "1387372356726668",
  name: "order_shipped",
  language: "en_US",
  status: "APPROVED",
  category: "UTILITY",
  quality_score: { score: "GREEN", date: 1_730_000_000 },
  parameter_format: "NAMED",
  components: [{ type: "BODY", text: "Hello {{name}}" }],
  rejected_reason: "NONE",
};
const page = (data: readonly unknown[], after?: string) =>
  json({ data, paging: { cursors: { before: "x", after: after ?? "end" }, ...(after && { next: "https://…" }) } });

async function worldWith(answers: Answers) {
  world = await managementWorld(answers);
  return world;
}

async function list(filter: TemplateFilter = {}) {
  const pages = [];
  for await (const one of world.client.listTemplates(world.account(), filter)) pages.push(one);
  return pages;
}

describe("the list of templates", () => {
  test("is read page by page to its end", async () => {
    await worldWith({
      [LIST]: page([SHIPPED], "MjQZD"),
      [`${LIST}&after=MjQZD`]: page([{ ...SHIPPED, language: "de" }], "NDgZD"),
      [`${LIST}&after=NDgZD`]: page([]),
    });
    const template = {
      id: "1387372356726668",
      name: "order_shipped",
      language: "en_US",
      status: "APPROVED",
      category: "UTILITY",
      quality: "GREEN",
      parameterFormat: "NAMED",
      components: [{ type: "BODY", text: "Hello {{name}}" }],
      rejectedReason: null,
    };
    expect(await list()).toEqual([{ ok: [template] }, { ok: [{ ...template, language: "de" }] }, { ok: [] }]);
  });

  test("is asked for only as far as it is wanted", async () => {
    await worldWith({ [LIST]: page([SHIPPED], "MjQZD") });
    for await (const one of world.client.listTemplates(world.account())) {
      expect(one).toMatchObject({ ok: [{ name: "order_shipped" }] });
      break;
    }
    expect(world.seen).toHaveLength(1);
  });

  test("at Meta is that of the account, under the fields' own names", async () => {
    await worldWith({ [`GET /v24.0/102290129340398/message_templates?${FIELDS}`]: page([]) });
    const first = await world.client.listTemplates(world.account({ profile: "meta" })).next();
    expect(first.value).toEqual({ ok: [] });
  });

  test("can be narrowed by name and status", async () => {
    await worldWith({ [`${LIST}&name=order&status=APPROVED`]: page([SHIPPED]) });
    expect(await list({ name: "order", status: "APPROVED" })).toMatchObject([{ ok: [{ name: "order_shipped" }] }]);
  });

  test("ends with the failure of a page, after the pages before it", async () => {
    await worldWith({ [LIST]: page([SHIPPED], "MjQZD"), [`${LIST}&after=MjQZD`]: status(500, "") });
    expect(await list()).toMatchObject([{ ok: [{}] }, { failure: { class: "unknown", httpStatus: 500 } }]);
    expect(world.seen).toHaveLength(2);
  });

  test("ends when the provider's cursor goes round in circles", async () => {
    await worldWith({ [LIST]: page([SHIPPED], "MjQZD"), [`${LIST}&after=MjQZD`]: page([SHIPPED], "MjQZD") });
    expect(await list()).toHaveLength(2);
  });

  test("leaves out what is no template, and fills in what one need not say", async () => {
    await worldWith({
      [LIST]: page([null, "x", { id: "1" }, { id: 2, name: "a", language: "de", status: "pending" }]),
    });
    expect(await list()).toEqual([
      {
        ok: [
          {
            id: "2",
            name: "a",
            language: "de",
            status: "PENDING",
            category: "UNKNOWN",
            quality: null,
            parameterFormat: "POSITIONAL",
            components: [],
            rejectedReason: null,
          },
        ],
      },
    ]);
  });

  test.each([{}, { data: {} }, { data: "none" }])("that is none (%j) is a failure", async (answer) => {
    await worldWith({ [LIST]: json(answer) });
    expect(await list()).toMatchObject([{ failure: { class: "unknown" } }]);
  });
});

describe("a template", () => {
  const definition = { name: "order_shipped", category: "UTILITY", language: "en_US", components: [] };

  test("is created as it is given", async () => {
    await worldWith({
      "POST /message_templates": json({ id: "572279198452421", status: "PENDING", category: "MARKETING" }),
    });
    expect(await world.client.createTemplate(world.account(), definition)).toEqual({
      ok: { id: "572279198452421", status: "PENDING", category: "MARKETING" },
    });
    expect(world.jsons()).toEqual([definition]);
    expect(world.seen[0]?.headers["content-type"]).toBe("application/json");
  });

  test("that the provider refuses says why, and is not created again", async () => {
    const error = { code: 100, error_subcode: 2388023, error_user_msg: "New English (US) content can't be added" };
    await worldWith({ "POST /message_templates": status(400, { error }) });
    expect(await world.client.createTemplate(world.account(), definition)).toMatchObject({
      failure: { class: "rejected", code: 100, reason: expect.stringContaining("content can't be added") },
    });
    expect(world.seen).toHaveLength(1);
  });

  test("is edited by its id", async () => {
    await worldWith({ "POST /572279198452421": json({ success: true }) });
    const edit = { components: [{ type: "BODY", text: "Hello" }] };
    expect(await world.client.editTemplate(world.account(), "572279198452421", edit)).toEqual({ ok: null });
    expect(world.jsons()).toEqual([edit]);
  });

  test.each([
    [{ name: "order_shipped" }, "DELETE /message_templates?name=order_shipped"],
    [{ name: "order_shipped", id: "42" }, "DELETE /message_templates?name=order_shipped&hsm_id=42"],
    [{ name: "a&hsm_id=1" }, "DELETE /message_templates?name=a%26hsm_id%3D1"],
  ])("is deleted in all languages or in one: %j", async (which, request) => {
    await worldWith({ [request]: json({ success: true }) });
    expect(await world.client.deleteTemplate(world.account(), which)).toEqual({ ok: null });
    expect(world.whats()).toEqual([request]);
  });

  test.each(["", "media", "../messages"])("of the id %j reaches no provider", async (id) => {
    await worldWith({});
    expect(await world.client.editTemplate(world.account(), id, {})).toMatchObject({ failure: { class: "rejected" } });
    expect(await world.client.deleteTemplate(world.account(), { name: "a", id })).toMatchObject({
      failure: { class: "rejected" },
    });
    expect(world.seen).toEqual([]);
  });
});
