import { describe, expect, test } from "@jest/globals";
import { ALIAS_SPAN_MS } from "./constants.ts";
import { DAY_MS, HOUR_MS } from "./keys.ts";
import { finishOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

// One person with two spellings must not have two budgets, two lines and two windows (ADR 20).

const newWorld = worldsOfThisFile();

const LONG = "+5511987654321";
const SHORT = "+551187654321";
const USER = "BR.13491208655302741918";

const learn = (world: World, ...spellings: (readonly [string, string])[]) =>
  world.store.apply(world.sender, { statuses: [], inbound: [], spellings, aside: [], raw: null });

const write = (world: World, user: string, fields: { isFromAd?: boolean; atMs?: number } = {}) =>
  world.store.apply(world.sender, {
    statuses: [],
    inbound: [{ wamid: `wamid.${user}.${world.nowMs}`, atMs: world.nowMs, json: "{}", opensWindowOf: user, ...fields }],
    aside: [],
    raw: null,
  });

const contactOf = (world: World, spelling: string) => world.store.readContact(world.sender.id, spelling);

describe("a spelling that turns out to be somebody known", () => {
  test("is an alias from then on: messages to both are one contact's", async () => {
    const world = newWorld();
    await learn(world, [LONG, SHORT]);
    const [one, other] = [await world.waiting({ to: LONG }), await world.waiting({ to: SHORT })];
    expect(await world.record(one)).toMatchObject({ to: LONG, contact: SHORT, place: "backlog" });
    expect(await world.record(other)).toMatchObject({ to: SHORT, contact: SHORT, place: "turn" });
    expect(await contactOf(world, LONG)).toMatchObject({ contact: SHORT, spellings: [SHORT, LONG] });
  });

  test("is learned from the answer to a send", async () => {
    const world = newWorld();
    const sending = await world.send({ to: LONG });
    await world.store.finish(world.sender.id, {
      ...finishOf(sending, verdicts.submit("wamid.A")),
      spellings: [[LONG, SHORT]],
    });
    expect(await contactOf(world, LONG)).toMatchObject({ contact: SHORT });
  });

  test("waits to be joined while somebody is in line under it, and is joined then", async () => {
    const world = newWorld();
    const [first, second] = [await world.send({ to: LONG }), await world.waiting({ to: LONG })];
    await learn(world, [LONG, SHORT]);
    await world.promote();
    expect(await contactOf(world, LONG)).toMatchObject({ contact: LONG });
    await world.finish(first, verdicts.submit("wamid.A"));
    await world.promote();
    expect(await contactOf(world, LONG)).toMatchObject({ contact: LONG });
    await world.finish(await world.sendAgain(second), verdicts.submit("wamid.B"));
    await world.promote();
    expect(await contactOf(world, LONG)).toMatchObject({ contact: SHORT });
    expect(await world.redis.exists(`${world.base}joins`)).toBe(0);
  });

  test("while it waits to be joined, the window that one of them opened is open for both", async () => {
    const world = newWorld();
    const room = { windowMarginMs: 300_000 };
    const first = await world.send({ to: LONG });
    const second = await world.waiting({ to: LONG });
    await learn(world, [LONG, SHORT]);
    await write(world, SHORT);
    await world.promote();
    expect((await world.accept({ to: LONG, ...room }))[0]).toMatchObject({ kind: "accepted" });
    await world.finish(first, verdicts.submit("wamid.A"));
    expect(await world.take(room)).toMatchObject([{ localId: second, contact: LONG }]);
  });

  test("while it waits to be joined, the consent to a marketing template is asked for under both", async () => {
    const world = newWorld();
    const offer = { template: "offer", marketing: "content" } as const;
    await learn(world, [USER, SHORT]);
    const first = await world.send({ to: LONG });
    const second = await world.waiting({ to: LONG, ...offer });
    await learn(world, [LONG, SHORT], [LONG, "+5511900000000"]);
    const toOther = await world.sendAgain(await world.waiting({ to: SHORT, ...offer }));
    await world.finish(first, verdicts.submit("wamid.A"));
    const toSecond = await world.sendAgain(second);
    expect([...(toOther.marketingTo ?? [])].sort()).toEqual([LONG, SHORT, USER].sort());
    expect([...(toSecond.marketingTo ?? [])].sort()).toEqual([LONG, SHORT, "+5511900000000"].sort());
  });

  test("is somebody with a number, and the number is the contact, whichever was said first", async () => {
    const world = newWorld();
    await learn(world, [SHORT, USER]);
    expect(await contactOf(world, USER)).toMatchObject({ contact: SHORT, spellings: [SHORT, USER] });
  });

  test("takes its own spellings along: no alias points at an alias", async () => {
    const world = newWorld();
    await learn(world, [USER, LONG], ["BR.9", USER], [LONG, SHORT]);
    for (const spelling of [USER, "BR.9", LONG]) {
      expect(await contactOf(world, spelling)).toMatchObject({ contact: SHORT });
    }
    const { spellings } = await contactOf(world, SHORT);
    expect([...spellings].sort()).toEqual([SHORT, LONG, "BR.9", USER].sort());
  });

  test("makes no circle when it is told the other way round", async () => {
    const world = newWorld();
    await learn(world, [LONG, SHORT]);
    await learn(world, [SHORT, LONG]);
    expect(await contactOf(world, LONG)).toMatchObject({ contact: SHORT, spellings: [SHORT, LONG] });
  });

  test("brings its window along, and the later one holds", async () => {
    const world = newWorld();
    await write(world, LONG);
    world.pass(HOUR_MS);
    await write(world, SHORT);
    world.pass(HOUR_MS);
    await learn(world, [LONG, SHORT], [USER, SHORT]);
    expect(await contactOf(world, USER)).toMatchObject({ windowClosesAtMs: NOON_MS + 25 * HOUR_MS });
  });

  test("brings it along into a day that nobody else wrote on, and leaves no key there without an end", async () => {
    const world = newWorld();
    await write(world, LONG, { isFromAd: true });
    world.pass(20 * HOUR_MS);
    await learn(world, [LONG, SHORT]);
    expect(await contactOf(world, LONG)).toMatchObject({ contact: SHORT, windowClosesAtMs: NOON_MS + 24 * HOUR_MS });
    for (const key of (await world.keys()).filter((key) => /}:(cw|fe):/.test(key)))
      expect(await world.redis.pttl(key)).toBeGreaterThan(0);
  });

  test("brings what it used of the budget along", async () => {
    const world = newWorld({ settings: { pairBurst: 3, pairIntervalMs: 6_000, pairJitterMs: 0 } });
    for (const to of [LONG, LONG, SHORT]) await world.finish(await world.send({ to }), verdicts.submit(`wamid.${to}`));
    await learn(world, [LONG, SHORT]);
    const fourth = await world.waiting({ to: LONG });
    expect(await world.take()).toEqual([]);
    expect(await world.record(fourth)).toMatchObject({ place: "later", waitReason: "pair" });
  });

  test("is asked for again by a message that was out of line when it was learned", async () => {
    const world = newWorld();
    const planned = await world.waiting({ to: LONG, sendAtMs: NOON_MS + 1_000 });
    const bulk = await world.waiting({ to: LONG, lane: "bulk" });
    await learn(world, [LONG, SHORT]);
    const holder = await world.waiting({ to: SHORT });
    world.pass(1_000);
    await world.promote();
    expect(await world.record(planned)).toMatchObject({ contact: SHORT, place: "turn" });
    const taken = await world.take();
    expect(taken.map(({ localId, contact }) => [localId, contact])).toEqual([
      [holder, SHORT],
      [bulk, SHORT],
    ]);
  });

  test("is forgotten some time after its last use, and kept while it is used", async () => {
    const world = newWorld();
    await learn(world, [LONG, SHORT], [USER, SHORT]);
    for (let days = 0; days < 360; days += 30) {
      world.pass(30 * DAY_MS);
      await world.waiting({ to: LONG, lane: "bulk" });
    }
    expect(await contactOf(world, SHORT)).toMatchObject({ spellings: [SHORT, LONG] });
    expect(await contactOf(world, USER)).toMatchObject({ contact: USER });
    const ttls = await Promise.all(
      (await world.keys()).filter((key) => key.includes("}:al:")).map((key) => world.redis.pttl(key)),
    );
    for (const ttl of ttls) expect(ttl).toBeLessThanOrEqual(2 * ALIAS_SPAN_MS);
  });
});

test("messages are found by any spelling of their recipient", async () => {
  const world = newWorld();
  const before = await world.send({ to: LONG });
  await world.finish(before, verdicts.submit("wamid.A"));
  await learn(world, [LONG, SHORT]);
  const after = await world.waiting({ to: SHORT });
  for (const recipient of [LONG, SHORT]) {
    const { messages } = await world.store.list({
      sender: world.sender.id,
      recipient,
      reference: null,
      status: null,
      caller: null,
      fromMs: 0,
      toMs: world.nowMs + 1,
      limit: 10,
      after: null,
    });
    expect(messages.map(({ id }) => id.split("_")[2])).toEqual([after, before.localId]);
  }
});

describe("the free entry point", () => {
  test("opens for 72 h with our first answer within a day after an ad, and is no customer service window", async () => {
    const world = newWorld();
    await write(world, SHORT, { isFromAd: true });
    expect(await contactOf(world, SHORT)).toMatchObject({ freeEntryPointUntilMs: null });
    world.pass(2 * HOUR_MS);
    await world.finish(await world.send({ to: SHORT }), verdicts.submit("wamid.A"));
    world.pass(HOUR_MS);
    await world.finish(await world.send({ to: SHORT }), verdicts.submit("wamid.B"));
    expect(await contactOf(world, SHORT)).toMatchObject({
      freeEntryPointUntilMs: NOON_MS + 74 * HOUR_MS,
      windowClosesAtMs: NOON_MS + 24 * HOUR_MS,
    });
    world.pass(71 * HOUR_MS);
    expect(await contactOf(world, SHORT)).toMatchObject({ freeEntryPointUntilMs: null });
  });

  test("does not open with an answer that came after a day", async () => {
    const world = newWorld();
    await write(world, SHORT, { isFromAd: true });
    world.pass(24 * HOUR_MS + 1);
    await world.finish(await world.send({ to: SHORT }), verdicts.submit("wamid.A"));
    expect(await contactOf(world, SHORT)).toMatchObject({ freeEntryPointUntilMs: null });
  });
});

test("a call opens the window, as a message does, and nothing else", async () => {
  const world = newWorld();
  await world.store.apply(world.sender, {
    statuses: [],
    inbound: [],
    calls: [{ user: SHORT, atMs: NOON_MS - HOUR_MS }],
    aside: [],
    raw: null,
  });
  expect(await contactOf(world, SHORT)).toMatchObject({ windowClosesAtMs: NOON_MS + 23 * HOUR_MS });
});

test("of a stranger nothing is known", async () => {
  expect(await contactOf(newWorld(), SHORT)).toEqual({
    contact: SHORT,
    spellings: [SHORT],
    lastInboundAtMs: null,
    windowClosesAtMs: null,
    freeEntryPointUntilMs: null,
  });
});
