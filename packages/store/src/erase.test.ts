import { describe, expect, test } from "@jest/globals";
import { type ErasureOrder, STREAMS_OF_SENDER } from "./erase.ts";
import { keyOf, portfolioBase, unroutableBase } from "./keys.ts";
import type { NewMessage } from "./moves.ts";
import { everythingIn } from "./testing/everything.ts";
import { readSchema } from "./testing/schema.ts";
import { failureOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

// Erasure: after it, no key and no value in Redis names the person or says what was written.

const newWorld = worldsOfThisFile();
const PHONE = "+4915112345678";
const OTHER = "+4915112345679";
const BSUID = "DE.13491208655302741918";
const TEXT = "Your parcel is at the door";
const SPELLINGS = [PHONE, BSUID];
/** The provider's ids of messages hold the number in base 64. */
const WAMID = `wamid.${Buffer.from(`abc${PHONE.slice(1)}xyz`).toString("base64")}`;
const TRACES = [PHONE.slice(1), BSUID, TEXT, WAMID.slice("wamid.".length)];

const toPerson = (fields: Partial<NewMessage> = {}): Partial<NewMessage> => ({
  to: PHONE,
  content: `{"type":"text","text":{"body":"${TEXT}"}}`,
  metadata: `{"customer":"${TEXT}"}`,
  reference: `order of ${PHONE}`,
  ...fields,
});

/** A person with whom everything has happened that leaves something in Redis; the ids of what still waits. */
async function aPerson(world: World): Promise<string[]> {
  const { store, sender } = world;
  await world.finish(await world.send(toPerson()), verdicts.submit(WAMID));
  await world.webhook({ status: "delivered", wamid: WAMID });
  await world.finish(await world.send(toPerson()), verdicts.fail({ reason: `cannot reach ${PHONE}` }));
  await store.apply(sender, {
    statuses: [
      {
        wamid: WAMID,
        status: "failed",
        atMs: world.nowMs,
        message: null,
        pricing: null,
        failure: { ...failureOf("rejected"), reason: `nobody at ${PHONE}` },
      },
    ],
    inbound: [{ wamid: `${WAMID}in`, atMs: world.nowMs, json: inboundJson(PHONE, TEXT), opensWindowOf: PHONE }],
    spellings: [[BSUID, PHONE]],
    aside: [{ reason: "odd", json: `{"wa_id":"${PHONE.slice(1)}"}` }],
    raw: `{"entry":[{"from":"${PHONE.slice(1)}","text":"${TEXT}"}]}`,
  });
  await store.setAside([{ reason: "unknown number", json: `{"user_id":"${BSUID}"}` }], `{"from_user_id":"${BSUID}"}`);
  await store.audit(sender.id, "ops", `canceled what went to ${PHONE}`);
  await store.reach({ id: sender.id, tier: 10, reserve: 0 }, PHONE, "normal");
  await store.recordConsents(sender.id, [
    {
      spellings: SPELLINGS,
      statement: { category: "marketing", state: "opted-out", atMs: NOON_MS, source: "keyword", by: null, proof: TEXT },
    },
  ]);
  await world.finish(await world.send(toPerson()), verdicts.doubt(60_000, "resend"));
  await store.pause(sender.id, { kind: "template", name: "offer" }, "ops");
  await world.accept(toPerson({ template: "offer", lane: "bulk" }));
  await world.look();
  const waiting = await world.accept(
    toPerson(),
    toPerson({ to: BSUID }),
    toPerson({ lane: "bulk" }),
    toPerson({ sendAtMs: NOON_MS + 86_400_000 }),
  );
  return waiting.flatMap((one) => (one.kind === "accepted" ? [one.localId] : []));
}

const inboundJson = (from: string, body: string) =>
  JSON.stringify({ message: { from: from.slice(1), type: "text", text: { body } } });

const orderOf = ({ sender }: World, fields: Partial<ErasureOrder> = {}): ErasureOrder => ({
  portfolioId: sender.id,
  senderIds: [sender.id],
  spellings: SPELLINGS,
  optOuts: "keep",
  ...fields,
});

describe("after the erasure of a person", () => {
  test("no key and no value names it or says what was written", async () => {
    const world = newWorld();
    const waiting = await aPerson(world);
    const before = await everythingIn(world);
    for (const trace of TRACES) expect(before).toContain(trace);

    const erased = await world.store.eraseContact(orderOf(world));
    expect(erased).toMatchObject({ kind: "erased", messages: 8, optOutsKept: 1 });
    const after = await everythingIn(world);
    for (const trace of TRACES) expect(after).not.toContain(trace);
    for (const id of waiting) expect(await world.store.read(world.sender.id, id)).toBeNull();
  });

  test("nothing of it is sent any more, and the line goes on", async () => {
    const world = newWorld();
    await aPerson(world);
    await world.store.eraseContact(orderOf(world));
    const other = await world.waiting({ to: OTHER });
    const again = await world.waiting({ to: PHONE });
    world.pass(2 * 86_400_000);
    await world.promote();
    expect((await world.take()).map(({ localId }) => localId).sort()).toEqual([other, again].sort());
  });

  test("what belongs to others is as it was, even where their numbers begin alike", async () => {
    const world = newWorld();
    await aPerson(world);
    const { store, sender } = world;
    const longer = `${PHONE}9`;
    const [message] = await world.accept({ to: OTHER, reference: "r" });
    await store.apply(sender, {
      statuses: [],
      inbound: [longer, OTHER].map((from, at) => ({
        wamid: `wamid.${at}`,
        atMs: world.nowMs,
        json: inboundJson(from, "hello"),
        opensWindowOf: from,
      })),
      aside: [{ reason: "odd", json: `{"wa_id":"${longer.slice(1)}","user_id":"${BSUID}1"}` }],
      raw: `{"from":"${OTHER.slice(1)}"}`,
    });
    await store.eraseContact(orderOf(world));

    expect(await world.record(message?.kind === "accepted" ? message.localId : "")).toMatchObject({ to: OTHER });
    const after = await everythingIn(world);
    expect(await world.redis.xlen(keyOf.inbound(world.base))).toBe(2);
    expect(await world.redis.xlen(keyOf.aside(world.base))).toBe(1);
    expect(await world.redis.xlen(keyOf.raw(world.base))).toBe(1);
    expect(after).toContain(`{"${longer}"`.slice(2, -1));
  });

  test("its opt-out still protects it, unless that is to be forgotten, too", async () => {
    const world = newWorld();
    const { store, sender } = world;
    const ask = async () =>
      (await store.checkConsent(sender.id, [[PHONE]], { category: "marketing", policy: "optout-only" }))[0];
    await aPerson(world);
    await store.eraseContact(orderOf(world));
    expect(await ask()).toBe("opted-out");
    expect(await store.eraseContact(orderOf(world, { optOuts: "forget" }))).toMatchObject({
      messages: 0,
      optOutsKept: 0,
    });
    expect(await ask()).toBe("allowed");
  });

  test("a second one finds nothing more", async () => {
    const world = newWorld();
    await aPerson(world);
    await world.store.eraseContact(orderOf(world));
    expect(await world.store.eraseContact(orderOf(world))).toMatchObject({ kind: "erased", messages: 0, entries: 0 });
  });

  test("a status that comes late finds no message, and leaves no trace in the records", async () => {
    const world = newWorld();
    const sending = await world.send(toPerson());
    await world.finish(sending, verdicts.submit("wamid.A"));
    await world.store.eraseContact(orderOf(world));
    expect((await world.webhook({ status: "read" })).statuses).toEqual(["gone"]);
    expect(await everythingIn(world)).not.toContain(PHONE.slice(1));
  });
});

describe("while a message of the person is on the wire", () => {
  test("the others go, everything that names the person stays, and the order is to be repeated", async () => {
    const world = newWorld();
    const sending = await world.send(toPerson());
    const behind = await world.waiting(toPerson());
    expect(await world.store.eraseContact(orderOf(world))).toMatchObject({ kind: "busy", left: 2 });
    expect(await world.take()).toEqual([]);

    await world.finish(sending, verdicts.submit("wamid.A"));
    expect(await world.store.eraseContact(orderOf(world))).toMatchObject({ kind: "erased", messages: 2 });
    expect(await world.store.read(world.sender.id, behind)).toBeNull();
    expect(await everythingIn(world)).not.toContain(PHONE.slice(1));
  });

  test("what is accepted behind it afterwards still gets its turn", async () => {
    const world = newWorld();
    const sending = await world.send(toPerson());
    await world.waiting(toPerson());
    await world.store.eraseContact(orderOf(world));
    const later = await world.waiting(toPerson());
    await world.finish(sending, verdicts.submit("wamid.A"));
    expect((await world.take()).map(({ localId }) => localId)).toEqual([later]);
  });
});

test("a chain whose head was damaged keeps nobody from being erased", async () => {
  const world = newWorld();
  const head = await world.waiting(toPerson({ reference: null }));
  await world.waiting(toPerson());
  await world.redis.del(keyOf.record(world.base, head));
  await world.redis.set(keyOf.record(world.base, head), "broken");
  expect(await world.store.eraseContact(orderOf(world))).toMatchObject({ kind: "erased" });
  expect(await everythingIn(world)).not.toContain(PHONE.slice(1));
  const again = await world.waiting(toPerson());
  expect((await world.take()).map(({ localId }) => localId)).toEqual([again]);
});

test("a long stream is gone through in parts, to its end", async () => {
  const world = newWorld();
  const { store, sender } = world;
  for (let part = 0; part < 3; part++) {
    await store.apply(sender, {
      statuses: [],
      inbound: Array.from({ length: 600 }, (_, at) => ({
        wamid: `wamid.${part}.${at}`,
        atMs: world.nowMs,
        json: inboundJson(at % 100 === 99 ? PHONE : OTHER, "hello"),
        opensWindowOf: null,
      })),
      aside: [],
      raw: null,
    });
  }
  expect(await store.eraseContact(orderOf(world))).toMatchObject({ entries: 18 });
  expect(await world.redis.xlen(keyOf.inbound(world.base))).toBe(3 * 600 - 18);
  expect(await everythingIn(world)).not.toContain(PHONE.slice(1));
});

test("spellings that only one sender of the portfolio, or only consent, knows are found", async () => {
  const world = newWorld();
  const { store, sender } = world;
  await store.recordConsents(sender.id, [
    {
      spellings: [BSUID, PHONE],
      statement: { category: "utility", state: "opted-in", atMs: NOON_MS, source: "api", by: "crm", proof: null },
    },
  ]);
  expect([...(await store.findSpellings(sender.id, [sender.id], [BSUID]))].sort()).toEqual([PHONE, BSUID].sort());
});

// Whoever adds a kind of key decides here whether it may name a person: then the erasure must know it.
test("of every kind of key it is decided whether it is looked through", () => {
  const erased = [
    "m:<id>",
    "b:<id>",
    "x:<id>",
    "d:<id>",
    "turns",
    "pair:<bucket>",
    "cw:<day>",
    "fe:<day>",
    "al:<span>",
  ];
  const alsoErased = ["joins", "untold", "r:<day>", "f:<reference>", "later", "ends", "doubts", ...STREAMS_OF_SENDER];
  /** On the wire nothing is erased; then these say it. */
  const untilItEnds = ["wire", "look:<looker>"];
  /** Ids that lead nowhere once their records are gone. */
  const idsOnly = ["bl:<lane>:<caller>", "held:<template>", "nf:<day>", "t:<hour>", "w:<day>"];
  /** Of requests and statuses, for hours or minutes. */
  const digestsOnly = ["i:<caller>:<digest>", "o:<digest>", "orphans", "seen:<day>"];
  const ofSenders = ["bc:<lane>", "holds", "away", "s", "rawz", "rawn", "rep", "health", "poll", "send.<sender>:*"];
  const ofMedia = ["mc:<digest>", "mi:<medium>", "ml:<digest>", "mf", "mx:<medium>"];
  const decided = [erased, alsoErased, untilItEnds, idsOnly, digestsOnly, ofSenders, ofMedia].flat();
  expect(
    readSchema()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(decided.sort());
  const streams = readSchema().filter(({ type }) => type === "stream");
  expect(streams.map(({ name }) => name).sort()).toEqual([...STREAMS_OF_SENDER].sort());
});

test("a spelling that waits to be joined while somebody is in line under it goes, too", async () => {
  const world = newWorld();
  const { store, sender } = world;
  await world.accept(toPerson({ to: BSUID }));
  await store.apply(sender, {
    statuses: [],
    inbound: [{ wamid: "wamid.in", atMs: world.nowMs, json: "{}", opensWindowOf: PHONE, isFromAd: true }],
    spellings: [[BSUID, PHONE]],
    aside: [],
    raw: null,
  });
  expect(await everythingIn(world)).toContain(`${BSUID} ${PHONE}`);
  const spellings = await store.findSpellings(sender.id, [sender.id], [PHONE]);
  expect([...spellings].sort()).toEqual([PHONE, BSUID]);
  await store.eraseContact(orderOf(world, { spellings }));
  const after = await everythingIn(world);
  for (const trace of [PHONE.slice(1), BSUID]) expect(after).not.toContain(trace);
});

test("the keys of a portfolio and of unknown senders are looked through, too", async () => {
  const world = newWorld();
  await aPerson(world);
  await world.redis.xadd(keyOf.audit(portfolioBase(world.prefix, world.sender.id)), "*", "value", PHONE);
  await world.store.eraseContact(orderOf(world));
  expect(await world.redis.xlen(keyOf.audit(portfolioBase(world.prefix, world.sender.id)))).toBe(0);
  expect(await world.redis.xlen(keyOf.raw(unroutableBase(world.prefix)))).toBe(0);
});
