import { describe, expect, test } from "@jest/globals";
import { LANES } from "@tern/core";
import { DAY_MS, keyOf } from "./keys.ts";
import type { Pausable } from "./operate.ts";
import { verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const SENDER: Pausable = { kind: "sender" };
const PROMO: Pausable = { kind: "template", name: "promo" };

const pause = (world: World, what: Pausable, who = "ann") => world.store.pause(world.sender.id, what, who);
const resume = (world: World, what: Pausable, who = "ann") => world.store.resume(world.sender.id, what, who);

/** The audit trail, oldest first: who, verb, kind, name, value, changed. */
async function trail(world: World): Promise<string[]> {
  const entries = await world.redis.xrange(keyOf.audit(world.base), "-", "+");
  return entries.map(([, fields]) => fields.filter((_, at) => at % 2 === 1).join("|"));
}

describe.each<{ what: Pausable; fields: object; line: string }>([
  { what: SENDER, fields: {}, line: "sender|" },
  { what: { kind: "lane", lane: "normal" }, fields: {}, line: "lane|1" },
  { what: PROMO, fields: { template: "promo" }, line: "template|promo" },
])("a pause of $what", ({ what, fields, line }) => {
  test("keeps everything it concerns until it is resumed, however long that is", async () => {
    const world = newWorld();
    await pause(world, what);
    const localId = await world.waiting(fields);
    expect(await world.take()).toEqual([]);
    world.pass(400 * DAY_MS);
    await world.promote();
    expect(await world.take()).toEqual([]);
    await resume(world, what);
    await world.promote();
    await world.sendAgain(localId);
  });

  test("changes something once, and so does the word that ends it", async () => {
    const world = newWorld();
    const changes = [];
    for (const order of [pause, pause, resume, resume, pause]) changes.push((await order(world, what)).changed);
    // A template's hold is forgotten when its last message has been released.
    expect(changes).toEqual([true, false, true, false, true]);
  });

  test("stands in the audit trail with who ordered it, also when it changed nothing", async () => {
    const world = newWorld();
    await pause(world, what, "ann");
    await pause(world, what, "bob");
    await resume(world, what, "eve");
    expect(await trail(world)).toEqual([`ann|pause|${line}||1`, `bob|pause|${line}||0`, `eve|resume|${line}||1`]);
  });

  test("needs no call, its end needs one, for something may be ready", async () => {
    const world = newWorld();
    await world.accept(fields);
    await world.take({ most: 0 });
    await pause(world, what);
    await world.look();
    expect((await resume(world, what)).call).toBe(true);
  });
});

describe("a pause", () => {
  test("of one lane lets the others go", async () => {
    const world = newWorld();
    await pause(world, { kind: "lane", lane: "bulk" });
    await world.accept(...LANES.map((lane) => ({ lane })));
    expect((await world.take()).map(({ lane }) => lane)).toEqual(["urgent", "normal"]);
  });

  test("of a template lets others go, also to the same recipient", async () => {
    const world = newWorld();
    await pause(world, PROMO);
    const held = await world.waiting({ to: "+491", template: "promo" });
    const other = await world.waiting({ to: "+491" });
    expect(await world.take()).toEqual([]); // its turn passes at this look
    await world.sendAgain(other);
    expect((await world.record(held)).place).toBe("held");
  });

  test("of a template releases its messages in the order they came", async () => {
    const world = newWorld();
    await pause(world, PROMO);
    const ids = [];
    for (let at = 0; at < 5; at++) ids.push(await world.waiting({ template: "promo" }));
    await world.take();
    await resume(world, PROMO);
    await world.promote();
    expect((await world.take()).map(({ localId }) => localId)).toEqual(ids);
    expect(await world.redis.exists(keyOf.holds(world.base))).toBe(0);
  });

  test("of a sender ends nothing that is on the wire, and nothing that is accepted", async () => {
    const world = newWorld();
    const sending = await world.send();
    await pause(world, SENDER);
    expect((await world.finish(sending, verdicts.submit("wamid.A"))).result).toBe("done");
    expect((await world.accept({}))[0]?.kind).toBe("accepted");
  });

  test("of a sender lets messages expire, and be taken back", async () => {
    const world = newWorld();
    await pause(world, SENDER);
    const [one, other] = [await world.waiting({ expiresAtMs: world.nowMs + 5_000 }), await world.waiting()];
    world.pass(5_000);
    await world.promote();
    expect((await world.record(one)).status).toBe("expired");
    expect((await world.store.cancel(world.sender.id, other, null)).result).toBe("canceled");
  });
});

describe("the end of a pause", () => {
  test("ends what the provider's word has stopped as well: of a sender", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.snooze(0, { reason: "sender-held", hold: { of: "sender", forMs: null } }));
    expect(await world.take()).toEqual([]);
    expect((await resume(world, SENDER)).changed).toBe(true);
    await world.sendAgain(sending.localId);
  });

  test("ends what the provider's word has stopped as well: of a template, even one that was disabled", async () => {
    const world = newWorld();
    await world.finish(await world.send({ template: "promo" }), { ...verdicts.fail(), endsTemplate: true });
    expect((await resume(world, PROMO)).changed).toBe(true);
    await world.send({ template: "promo" });
  });
});

describe("the pace", () => {
  test("that is ordered outranks the configured one until it is taken back, and both are on record", async () => {
    const world = newWorld({ pace: 10, settings: { paceMargin: 1 } });
    const intervals = [];
    const { store, sender } = world;
    for (const pace of [null, 100, 100, 1, null]) {
      intervals.push([(await store.setPace(sender.id, pace, "ann")).changed, (await world.look()).intervalUs]);
    }
    expect(intervals).toEqual([
      [false, 100_000],
      [true, 10_000],
      [false, 10_000],
      [true, 1_000_000],
      [true, 100_000],
    ]);
    expect(await trail(world)).toContain("ann|set|sender|pace|100|1");
  });

  test("may be ordered for a sender that has none configured", async () => {
    const world = newWorld({ pace: "unlimited", settings: { paceMargin: 1 } });
    await world.store.setPace(world.sender.id, 10, "ann");
    expect((await world.look()).intervalUs).toBe(100_000);
  });
});

describe("a new key or address", () => {
  const stop = async (world: World, outcome: "misconfigured" | "number-paused") => {
    const sending = await world.send();
    const verdict = verdicts.snooze(0, { reason: "sender-held", hold: { of: "sender", forMs: null } });
    await world.finish(sending, verdict, outcome);
    return sending.localId;
  };
  const note = (world: World, digest: string) => world.store.noteConfigured(world.sender.id, digest);

  test("ends a stop that the old one brought about", async () => {
    const world = newWorld();
    await note(world, "old");
    const localId = await stop(world, "misconfigured");
    expect(await note(world, "old")).toEqual({ changed: false, call: false }); // every process tells it when it starts
    expect(await world.take()).toEqual([]);
    expect((await note(world, "new")).changed).toBe(true);
    await world.sendAgain(localId);
    expect(await trail(world)).toEqual(["configuration|configured|sender|||1"]);
  });

  // Workers learn of a changed file one after the other, and the last goes on with the old key until then.
  test("ends a stop again when another worker, which met it with the old one, learns of the new one", async () => {
    const world = newWorld();
    await note(world, "old");
    await note(world, "new");
    const localId = await stop(world, "misconfigured");
    expect((await world.store.noteConfigured(world.sender.id, "new", true)).changed).toBe(true);
    await world.sendAgain(localId);
  });

  test("ends no other stop: not the provider's", async () => {
    const world = newWorld();
    await note(world, "old");
    await stop(world, "number-paused");
    expect((await note(world, "new")).changed).toBe(false);
    expect(await world.take()).toEqual([]);
  });

  test("ends no other stop: not an operator's", async () => {
    const world = newWorld();
    await note(world, "old");
    await stop(world, "misconfigured");
    await pause(world, SENDER);
    await note(world, "new");
    expect(await world.take()).toEqual([]);
    const { paused, held } = await world.store.readSender(world.sender.id);
    expect({ paused: paused?.by, held }).toEqual({ paused: "ann", held: null });
  });

  test("the first that is told ends nothing: nobody knows what was before", async () => {
    const world = newWorld();
    await stop(world, "misconfigured");
    expect((await note(world, "first")).changed).toBe(false);
    expect(await world.take()).toEqual([]);
  });

  test("stands in no audit trail by its digest", async () => {
    const world = newWorld();
    await note(world, "old");
    await stop(world, "misconfigured");
    await note(world, "digest-of-a-key");
    expect((await trail(world)).join()).not.toContain("digest-of-a-key");
  });
});

test("what was done message by message is a line in the trail, in the words it was told", async () => {
  const world = newWorld();
  await world.store.audit(world.sender.id, "ann", "sent 12 failed messages again");
  expect(await trail(world)).toEqual(["ann|note|sender||sent 12 failed messages again|1"]);
});

test("the trail is capped", async () => {
  const world = newWorld({ settings: { auditMax: 10 } });
  for (let at = 0; at < 300; at++) await world.store.audit(world.sender.id, "ann", String(at));
  expect(await world.redis.xlen(keyOf.audit(world.base))).toBeLessThan(250);
});
