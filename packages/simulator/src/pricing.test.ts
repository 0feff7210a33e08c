// What the statuses say of the price, before and after the change of 2026-10-01.
import { afterEach, describe, expect, test } from "@jest/globals";
import { SERVICE_CHARGED_FROM_MS } from "./pricing.ts";
import { apiKey, startTestWorld, stopTestWorlds, type TestWorld, templateTo, textTo } from "./test-world.ts";

const to = "+4915112345678";
const hourMs = 3600 * 1000;
const dayMs = 24 * hourMs;
const bill = { name: "bill", language: "en", status: "APPROVED", category: "UTILITY" } as const;

afterEach(stopTestWorlds);

/** The price of one message, and the conversation its first status tells. */
async function priceOf(world: TestWorld, body: object) {
  const { wamid } = await world.send(body);
  await world.settle();
  const sent = world
    .changes()
    .flatMap(({ statuses }) => statuses ?? [])
    .find(({ id, status }) => id === wamid && status === "sent");
  return { ...sent.pricing, conversation: sent.conversation };
}

const free = { billable: false, pricing_model: "PMP", type: "free_customer_service" };
const charged = { billable: true, pricing_model: "PMP", type: "regular" };

async function startAt(atMs: number, options = {}) {
  const world = await startTestWorld(options);
  await world.client.putTemplates({ apiKey, templates: [bill] });
  world.clock.advance(atMs - world.clock.nowMs());
  return world;
}

describe("until 2026-10-01", () => {
  test("service messages are free without limit, and utility templates inside the window", async () => {
    const world = await startAt(SERVICE_CHARGED_FROM_MS - dayMs, { serviceAllowancePerMonth: 0 });

    expect(await priceOf(world, textTo(to))).toMatchObject({ ...free, category: "service" });
    expect(await priceOf(world, templateTo(to, "bill"))).toMatchObject({ ...charged, category: "utility" });
    await world.client.putWindow({ apiKey, user: to });
    expect(await priceOf(world, templateTo(to, "bill"))).toMatchObject({ ...free, category: "utility" });
  });
});

describe("since then", () => {
  test("both are charged, service messages after the month's allowance", async () => {
    const world = await startAt(SERVICE_CHARGED_FROM_MS, { serviceAllowancePerMonth: 2 });
    await world.client.putWindow({ apiKey, user: to });

    expect(await priceOf(world, templateTo(to, "bill"))).toMatchObject({ ...charged, category: "utility" });
    const types = [];
    for (let nth = 0; nth < 3; nth += 1) types.push((await priceOf(world, textTo(to))).type);
    expect(types).toEqual(["free_customer_service", "free_customer_service", "regular"]);
    world.clock.advance(31 * dayMs);
    expect(await priceOf(world, textTo(to))).toMatchObject({ ...free, category: "service" });
  });
});

describe("a free entry point", () => {
  test("starts with the answer, lasts 72 h, makes everything free, and leaves the window its own time", async () => {
    const world = await startTestWorld({ windowEnforcement: "sync" });
    await world.client.putTemplates({ apiKey, templates: [bill] });
    await world.client.sendInbound({ apiKey, from: to, text: "hi", referral: true });
    await world.settle();
    world.clock.advance(23 * hourMs);

    const answeredAtMs = world.clock.nowMs();
    const price = await priceOf(world, textTo(to));
    expect(price).toMatchObject({ billable: false, type: "free_entry_point", category: "referral_conversion" });
    expect(price.conversation).toEqual({
      id: expect.any(String),
      expiration_timestamp: String(Math.floor((answeredAtMs + 72 * hourMs) / 1000)),
      origin: { type: "referral_conversion" },
    });

    world.clock.advance(2 * hourMs);
    expect((await world.send(textTo(to))).code).toBe(131047);
    expect(await priceOf(world, templateTo(to, "bill"))).toMatchObject({ type: "free_entry_point" });
    await world.settle();
    world.clock.advance(answeredAtMs + 72 * hourMs - world.clock.nowMs());
    const after = await priceOf(world, templateTo(to, "bill"));
    expect(after).toMatchObject({ type: "regular", category: "utility" });
    expect(after.conversation).toBeUndefined();
  });

  test("does not start with an answer after 24 h", async () => {
    const world = await startTestWorld();
    await world.client.sendInbound({ apiKey, from: to, text: "hi", referral: true });
    await world.settle();
    world.clock.advance(24 * hourMs);

    expect((await priceOf(world, textTo(to))).type).toBe("free_customer_service");
  });
});
