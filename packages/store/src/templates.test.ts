import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { wabaBase } from "./keys.ts";
import { NOON_MS, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const WABA = "102290129340398";
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const listed = (...names: string[]) =>
  names.map((name) => ({ name, language: "en", definition: JSON.stringify({ name }) }));
async function known(world: World) {
  const kept = await world.store.readTemplates(WABA);
  if (!kept) throw new Error("there must be an answer");
  return { ...kept, names: [...kept.entries.keys()].sort() };
}

describe("a list", () => {
  test("replaces what was known, and a process that knows its version need not read it again", async () => {
    const world = newWorld();
    expect(await known(world)).toMatchObject({ version: 0, syncedAtMs: null, names: [] });
    expect(await world.store.replaceTemplates(WABA, NOON_MS, listed("a", "b"))).toEqual({ changed: 2, count: 2 });
    const first = await known(world);
    expect(first).toMatchObject({ syncedAtMs: NOON_MS, names: ["a/en", "b/en"] });
    expect(await world.store.readTemplates(WABA, first.version)).toBeNull();

    await world.store.replaceTemplates(WABA, NOON_MS + 1, listed("b", "c"));
    expect((await known(world)).names).toEqual(["b/en", "c/en"]);
    expect(await world.store.readTemplates(WABA, first.version)).not.toBeNull();
  });

  test("that says nothing new leaves the version, so that nobody reads it for nothing", async () => {
    const world = newWorld();
    await world.store.replaceTemplates(WABA, NOON_MS, listed("a"));
    const { version } = await known(world);
    expect(await world.store.replaceTemplates(WABA, NOON_MS + 9, listed("a"))).toEqual({ changed: 0, count: 1 });
    expect(await known(world)).toMatchObject({ version, syncedAtMs: NOON_MS + 9 });
  });

  test("of an account without templates is known as such", async () => {
    const world = newWorld();
    await world.store.replaceTemplates(WABA, NOON_MS, []);
    expect(await known(world)).toMatchObject({ syncedAtMs: NOON_MS, names: [] });
  });

  test("does not undo what was learned while it was read", async () => {
    const world = newWorld();
    await world.store.replaceTemplates(WABA, NOON_MS, listed("a"));
    const before = await world.store.readTemplate(WABA, "a", "en");
    await world.store.changeTemplate(
      WABA,
      { name: "a", language: "en", definition: '"paused"' },
      NOON_MS + 500,
      before,
    );
    await world.store.changeTemplate(WABA, { name: "new", language: "en", definition: '"new"' }, NOON_MS + 500, null);

    await world.store.replaceTemplates(WABA, NOON_MS + 100, listed("a"));

    expect((await world.store.readTemplate(WABA, "a", "en"))?.definition).toBe('"paused"');
    expect((await known(world)).names).toEqual(["a/en", "new/en"]);
  });

  test("of hundreds goes to Redis in parts and is complete", async () => {
    const world = newWorld();
    const names = Array.from({ length: 450 }, (_, at) => `t${String(at).padStart(3, "0")}`);
    expect(await world.store.replaceTemplates(WABA, NOON_MS, listed(...names))).toEqual({ changed: 450, count: 450 });
    expect((await known(world)).names).toHaveLength(450);
    expect(await world.store.replaceTemplates(WABA, NOON_MS + 1, [])).toEqual({ changed: 450, count: 0 });
  });
});

describe("one template", () => {
  const change = (definition: string | null) => ({ name: "a", language: "en", definition });

  test("is changed by whoever has read what is kept, and by nobody else", async () => {
    const world = newWorld();
    expect(await world.store.changeTemplate(WABA, change('"1"'), NOON_MS, null)).toBe(true);
    const before = await world.store.readTemplate(WABA, "a", "en");
    expect(await world.store.changeTemplate(WABA, change('"2"'), NOON_MS + 1, before)).toBe(true);
    expect(await world.store.changeTemplate(WABA, change('"late"'), NOON_MS + 2, before)).toBe(false);
    expect(await world.store.changeTemplate(WABA, change('"again"'), NOON_MS + 2, null)).toBe(false);
    expect((await world.store.readTemplate(WABA, "a", "en"))?.definition).toBe('"2"');
  });

  test("can be taken away", async () => {
    const world = newWorld();
    await world.store.changeTemplate(WABA, change('"1"'), NOON_MS, null);
    await world.store.changeTemplate(WABA, change(null), NOON_MS + 1, await world.store.readTemplate(WABA, "a", "en"));
    expect(await world.store.readTemplate(WABA, "a", "en")).toBeNull();
  });
});

describe("limits", () => {
  test("100 creations in any hour; the next one may come when the first is an hour old", async () => {
    const world = newWorld();
    for (let at = 0; at < 100; at++) {
      expect(await world.store.countTemplateCreation(WABA, `t${at}`)).toBeNull();
      world.pass(1_000);
    }
    expect(await world.store.countTemplateCreation(WABA, "one more")).toBe(NOON_MS + HOUR_MS);
    world.nowMs = NOON_MS + HOUR_MS;
    expect(await world.store.countTemplateCreation(WABA, "one more")).toBeNull();
    expect(await world.store.countTemplateCreation(WABA, "and another")).toBe(NOON_MS + 1_000 + HOUR_MS);
  });

  test("what the provider refused is not counted", async () => {
    const world = newWorld();
    expect(await world.store.countTemplateEdit(WABA, "1", "x")).toBeNull();
    expect(await world.store.countTemplateEdit(WABA, "1", "y")).toBe(NOON_MS + DAY_MS);
    await world.store.uncountTemplateChange(WABA, "1", "x");
    expect(await world.store.countTemplateEdit(WABA, "1", "y")).toBeNull();
    expect(await world.store.countTemplateEdit(WABA, "2", "z")).toBeNull(); // another template
  });

  test("an approved template has one edit in any 24 hours, and ten in any 30 days", async () => {
    const world = newWorld();
    for (let at = 0; at < 10; at++) {
      expect(await world.store.countTemplateEdit(WABA, "1", `e${at}`)).toBeNull();
      world.pass(DAY_MS - 1);
      expect(await world.store.countTemplateEdit(WABA, "1", "too early")).not.toBeNull();
      world.pass(1);
    }
    expect(await world.store.countTemplateEdit(WABA, "1", "the eleventh")).toBe(NOON_MS + 30 * DAY_MS);
    world.nowMs = NOON_MS + 30 * DAY_MS;
    expect(await world.store.countTemplateEdit(WABA, "1", "the eleventh")).toBeNull();
  });

  test("never more than 100 in any hour, whenever they are asked for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 120_000 }), { minLength: 150, maxLength: 250 }), async (pauses) => {
        const world = newWorld();
        const grantedMs: number[] = [];
        for (const [at, pauseMs] of pauses.entries()) {
          world.pass(pauseMs);
          if ((await world.store.countTemplateCreation(WABA, `t${at}`)) === null) grantedMs.push(world.nowMs);
        }
        for (const sinceMs of grantedMs) {
          const within = grantedMs.filter((ms) => ms >= sinceMs && ms < sinceMs + HOUR_MS);
          expect(within.length).toBeLessThanOrEqual(100);
        }
      }),
      { numRuns: 5 },
    );
  });
});

describe("looking after an account", () => {
  test("is the turn of one process in each interval", async () => {
    const world = newWorld();
    expect(await world.store.takeTemplatePoll(WABA, 60_000)).toBe(true);
    expect(await world.store.takeTemplatePoll(WABA, 60_000)).toBe(false);
    expect(await world.store.takeTemplatePoll("another", 60_000)).toBe(true);
    await world.store.pollTemplatesIn(WABA, 0);
    expect(await world.store.takeTemplatePoll(WABA, 60_000)).toBe(true);
  });

  test("comes round again by itself, should the process have died over it", async () => {
    const world = newWorld();
    await world.store.takeTemplatePoll(WABA, 60_000);
    const key = `${wabaBase(world.prefix, WABA)}poll`;
    expect(await world.redis.pttl(key)).toBeGreaterThan(0);
    await world.store.pollTemplatesIn(WABA, 5_000);
    expect(await world.redis.pttl(key)).toBeLessThanOrEqual(5_000);
  });
});

test("what the provider says of a number is kept by kind, and forgotten when it says so", async () => {
  const { store, sender } = newWorld();
  expect(await store.readNumberReports(sender.id)).toEqual({ health: null, failed: null, quality: null, tier: null });
  await store.keepNumberReports(sender.id, { health: { canSendMessage: "LIMITED" }, failed: { reason: "away" } });
  await store.keepNumberReports(sender.id, { quality: { event: "FLAGGED" }, failed: null });
  expect(await store.readNumberReports(sender.id)).toEqual({
    health: { canSendMessage: "LIMITED" },
    failed: null,
    quality: { event: "FLAGGED" },
    tier: null,
  });
  expect(await store.takeHealthPoll(sender.id, 60_000)).toBe(true);
  expect(await store.takeHealthPoll(sender.id, 60_000)).toBe(false);
});
