import { afterEach, describe, expect, test } from "@jest/globals";
import type { NumberOptions, TemplateOptions } from "./admin-types.ts";
import { apiKey, startTestWorld, stopTestWorlds, type TestWorld, templateTo, textTo } from "./test-world.ts";

const to = "+4915112345678";
const minuteMs = 60 * 1000;
const dayMs = 24 * 3600 * 1000;
const sale = { name: "sale", language: "en", status: "APPROVED", category: "MARKETING" } as const;
const bill = { ...sale, name: "bill", category: "UTILITY" } as const;

afterEach(stopTestWorlds);

async function startWith(templates: TemplateOptions[] = [sale, bill], options: Partial<NumberOptions> = {}) {
  const world = await startTestWorld(options);
  await world.client.putTemplates({ apiKey, templates });
  return world;
}

function market(world: TestWorld, over: object = {}, name = "sale") {
  return world.call("POST", "/marketing_messages", { ...templateTo(to, name), ...over });
}

describe("POST /marketing_messages", () => {
  test("takes a marketing template, answers as /messages, and its statuses say marketing_lite", async () => {
    const world = await startWith();

    const { httpStatus, body } = await market(world, { product_policy: "STRICT", message_activity_sharing: true });
    await world.settle();

    expect(httpStatus).toBe(200);
    expect(body).toMatchObject({ contacts: [{ wa_id: to.slice(1) }], messages: [{ message_status: "accepted" }] });
    expect(world.statuses()[0]?.pricing?.category).toBe("marketing_lite");
    expect(await world.client.summary()).toMatchObject({ taken: 1 });
  });

  test("refuses what is no marketing template", async () => {
    const world = await startWith();

    expect(await world.call("POST", "/marketing_messages", textTo(to))).toMatchObject({ httpStatus: 400, code: 100 });
    expect((await market(world, {}, "bill")).code).toBe(131055);
    expect((await market(world, {}, "unheard_of")).code).toBe(132001);
    expect((await market(world, { product_policy: "MAYBE" })).code).toBe(100);
    expect((await market(world, { message_activity_sharing: "yes" })).code).toBe(100);
  });

  test("may answer 134100 instead, and needs its terms accepted", async () => {
    const world = await startWith([sale, bill], { notMarketingErrorCode: 134100, marketingTermsSigned: false });

    expect((await market(world, {}, "bill")).code).toBe(134100);
    expect((await market(world)).code).toBe(131005);
  });

  test("its own fields are none of /messages", async () => {
    const world = await startWith();

    expect((await world.send({ ...templateTo(to, "sale"), product_policy: "STRICT" })).code).toBe(100);
  });

  test("a template that is not available is refused, or goes by the Cloud API if it may", async () => {
    const world = await startWith([{ ...sale, marketingUnavailable: true }]);

    expect(await market(world)).toMatchObject({ httpStatus: 500, code: 134102 });
    expect((await market(world, { product_policy: "CLOUD_API_FALLBACK" })).code).toBeNull();
    await world.settle();

    expect(world.statuses()[0]?.pricing?.category).toBe("marketing");
  });

  test("a template syncs for ten minutes after its creation, and again after a week without use", async () => {
    const world = await startTestWorld({ templateReview: { afterMs: 0, decision: "APPROVED" }, webhook: null });
    const components = [{ type: "BODY", text: "Hello" }];
    await world.call("POST", "/message_templates", { ...sale, status: undefined, components });
    world.clock.advance(1);
    expect((await market(world)).code).toBe(134101);

    world.clock.advance(10 * minuteMs);
    expect((await market(world)).code).toBeNull();
    world.clock.advance(7 * dayMs + 1);
    expect((await market(world)).code).toBe(134101);
    world.clock.advance(10 * minuteMs);
    expect((await market(world)).code).toBeNull();
  });
});

describe("marketing by POST /messages", () => {
  test("is refused where the account has it disabled, unless 360dialog routes it", async () => {
    const world = await startWith([sale, bill], { marketingOnlyByMarketingApi: true });
    expect((await world.send(templateTo(to, "sale"))).code).toBe(131063);
    expect((await world.send(templateTo(to, "bill"))).code).toBeNull();

    const routed = await startWith([sale], { marketingOnlyByMarketingApi: true, marketingRouting: true });
    expect((await routed.send(templateTo(to, "sale"))).code).toBeNull();
    await routed.settle();
    expect(routed.statuses()[0]?.pricing?.category).toBe("marketing_lite");
  });

  test("a template with bid_spec goes through the marketing API only, and to phone numbers only", async () => {
    const world = await startWith([{ ...sale, bidSpec: { max_price: 1 } }]);
    const { to: _, ...rest } = templateTo(to, "sale");

    expect((await world.send(templateTo(to, "sale"))).code).toBe(131061);
    expect((await market(world)).code).toBeNull();
    expect((await world.call("POST", "/marketing_messages", { ...rest, recipient: "US.1349" })).code).toBe(131062);
  });
});
