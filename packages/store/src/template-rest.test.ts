// What the provider says about a template acts on the messages that wait, language by language: to the provider each
// language is a template of its own, and a pause of one must not keep the others.

import { describe, expect, test } from "@jest/globals";
import { keyOf } from "./keys.ts";
import type { TemplateHeed } from "./templates.ts";
import { failureOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const GERMAN = { template: "sale", templateLanguage: "de" } as const;
const ENGLISH = { template: "sale", templateLanguage: "en" } as const;
const HOUR_MS = 3_600_000;

function heed(world: World, verb: TemplateHeed["verb"], more: Partial<TemplateHeed> = {}) {
  return world.store.heedTemplate(
    world.sender.id,
    { name: "sale", language: "de" },
    {
      verb,
      untilMs: NOON_MS + 3 * HOUR_MS,
      saidAtMs: world.nowMs,
      failure: failureOf(verb === "end" ? "template-disabled" : "template-paused"),
      why: "FIRST_PAUSE",
      ...more,
    },
  );
}
const ids = async (world: World) => (await world.take()).map(({ localId }) => localId);
async function audit(world: World): Promise<string[]> {
  const entries = await world.store.readAudit(world.sender.id, 10, null);
  return entries.map(({ who, verb, name, value }) => [who, verb, name, value].join(" ")).reverse();
}

describe("a paused template", () => {
  test("keeps its messages; the same name in another language goes on", async () => {
    const world = newWorld();
    await heed(world, "rest");
    const [german, english] = [await world.waiting(GERMAN), await world.waiting(ENGLISH)];
    expect(await ids(world)).toEqual([english]);
    expect(await world.record(german)).toMatchObject({
      place: "held",
      waitReason: "template-held",
      template: "sale",
      templateLanguage: "de",
    });
    expect((await world.store.readSender(world.sender.id)).templates).toMatchObject([
      { template: "sale", language: "de", how: "rests", untilMs: NOON_MS + 3 * HOUR_MS, waiting: 1 },
    ]);
    const found = await world.store.explain({ ...world.sender, quietHours: null }, german);
    expect(found?.explanation).toMatchObject({ for: "template", untilMs: NOON_MS + 3 * HOUR_MS, ahead: 0 });
  });

  test("lets them go when the provider lifts it, in their order, and a worker is called", async () => {
    const world = newWorld();
    await world.take(); // from now on whatever becomes ready calls a worker
    await heed(world, "rest");
    const waiting = [await world.waiting(GERMAN), await world.waiting(GERMAN)];
    expect(await ids(world)).toEqual([]);
    world.pass(HOUR_MS);
    expect(await heed(world, "lift", { why: "UNPAUSE" })).toMatchObject({ changed: true });
    await world.promote();
    expect(await ids(world)).toEqual(waiting);
    expect(await audit(world)).toEqual(["provider rest sale/de FIRST_PAUSE", "provider lift sale/de UNPAUSE"]);
  });

  test("lets them go by itself when its time is over", async () => {
    const world = newWorld();
    await heed(world, "rest");
    const german = await world.waiting(GERMAN);
    expect(await ids(world)).toEqual([]);
    world.pass(3 * HOUR_MS);
    await world.promote();
    expect(await ids(world)).toEqual([german]);
  });

  test("is not lifted by what the provider said before: webhooks come late and again", async () => {
    const world = newWorld();
    await heed(world, "rest");
    const yesterday = { saidAtMs: NOON_MS - 24 * HOUR_MS };
    expect(await heed(world, "lift", yesterday)).toEqual({ changed: false, call: false });
    await world.waiting(GERMAN);
    expect(await ids(world)).toEqual([]);
  });

  test("that rests for longer has no further line in the trail", async () => {
    const world = newWorld();
    await heed(world, "rest");
    expect(await heed(world, "rest")).toMatchObject({ changed: false });
    expect(await heed(world, "rest", { untilMs: NOON_MS + 6 * HOUR_MS })).toMatchObject({ changed: true });
    expect(await audit(world)).toEqual(["provider rest sale/de FIRST_PAUSE"]);
  });
});

describe("an operator's pause", () => {
  const SALE = { kind: "template", name: "sale" } as const;

  test("keeps all languages, whatever the provider lifts", async () => {
    const world = newWorld();
    await world.store.pause(world.sender.id, SALE, "ops");
    const waiting = [await world.waiting(GERMAN), await world.waiting(ENGLISH)];
    expect(await ids(world)).toEqual([]);
    expect(await heed(world, "lift")).toMatchObject({ changed: false });
    await world.promote();
    expect(await ids(world)).toEqual([]);
    await world.store.resume(world.sender.id, SALE, "ops");
    await world.promote();
    expect(await ids(world)).toEqual(waiting);
  });

  test("is not ended by the provider's word about the name itself", async () => {
    const { store, sender } = newWorld();
    await store.pause(sender.id, SALE, "ops");
    const lift = {
      verb: "lift",
      untilMs: 0,
      saidAtMs: NOON_MS,
      failure: failureOf("template-paused"),
      why: "APPROVED",
    } as const;
    expect(await store.heedTemplate(sender.id, { name: "sale", language: "" }, lift)).toMatchObject({ changed: false });
  });

  test("beside the provider's: a message waits until both are over", async () => {
    const world = newWorld();
    await heed(world, "rest");
    const german = await world.waiting(GERMAN);
    expect(await ids(world)).toEqual([]);
    await world.store.pause(world.sender.id, SALE, "ops");
    world.pass(2_000);
    await heed(world, "lift");
    await world.promote();
    expect(await ids(world)).toEqual([]);
    expect(await world.record(german)).toMatchObject({ place: "held" });
    await world.store.resume(world.sender.id, SALE, "ops");
    await world.promote();
    expect(await ids(world)).toEqual([german]);
  });

  test("ended by the operator ends the provider's rest of every language, too", async () => {
    const world = newWorld();
    await heed(world, "rest");
    const german = await world.waiting(GERMAN);
    expect(await ids(world)).toEqual([]);
    expect(await world.store.resume(world.sender.id, SALE, "ops")).toMatchObject({ changed: true });
    await world.promote();
    expect(await ids(world)).toEqual([german]);
  });
});

describe("a disabled template", () => {
  test("fails what waits for it, and what comes; another language goes on", async () => {
    const world = newWorld();
    await heed(world, "rest");
    const german = await world.waiting(GERMAN);
    expect(await ids(world)).toEqual([]);
    await heed(world, "end", { why: "DISABLED" });
    await world.promote();
    const [later, english] = [await world.waiting(GERMAN), await world.waiting(ENGLISH)];
    expect(await ids(world)).toEqual([english]);
    for (const localId of [german, later]) {
      expect(await world.record(localId)).toMatchObject({
        status: "failed",
        failure: { class: "template-disabled" },
      });
    }
  });

  test("that is reinstated takes messages again", async () => {
    const world = newWorld();
    await heed(world, "end");
    world.pass(HOUR_MS);
    expect(await heed(world, "lift", { why: "REINSTATED" })).toMatchObject({ changed: true });
    await world.promote();
    const german = await world.waiting(GERMAN);
    expect(await ids(world)).toEqual([german]);
    expect(await world.redis.hlen(keyOf.holds(world.base))).toBe(0);
  });
});

test("a send refused for a paused template holds its own language alone", async () => {
  const world = newWorld();
  const sending = await world.send(GERMAN);
  expect(sending).toMatchObject(GERMAN);
  const rest = verdicts.snooze(0, { reason: "template-held", hold: { of: "template", forMs: 60_000 } });
  await world.finish(sending, rest, "template-paused");
  await world.waiting(GERMAN);
  const english = await world.waiting(ENGLISH);
  expect(await ids(world)).toEqual([english]);
  world.pass(60_000);
  await world.promote();
  expect(await ids(world)).toHaveLength(2);
});
