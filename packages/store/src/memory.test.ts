import { describe, expect, test } from "@jest/globals";
import type { Hold, WaitReason } from "@tern/core";
import fc from "fast-check";
import { DAY_MS, keyOf, portfolioBase } from "./keys.ts";
import { createStore } from "./store.ts";
import { anyStep, startRun } from "./testing/random-run.ts";
import { readSchema, type SchemaRow } from "./testing/schema.ts";
import { ANY_ROOM, idsOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

// P9: every key has an owner, and an expiry or a cap. keys.ts names them all; here Redis itself is asked.

const newWorld = worldsOfThisFile();
const schema = readSchema();

/** The keys of a world without the base of their sender. */
async function names(world: World): Promise<string[]> {
  return (await world.keys()).map(nameOf);
}

function nameOf(key: string): string {
  return key.slice(key.indexOf("}:") + 2);
}

/** Every key of a world beside its row of the table; one sentence for each that the table does not allow. */
async function complaintsAbout(world: World): Promise<string[]> {
  const keys = await world.keys();
  const complaints = await Promise.all(
    keys.map(async (key) => {
      const name = nameOf(key);
      const row = schema.find(({ pattern }) => pattern.test(name));
      if (!row) return [`${name} is not in the table of keys.ts`];
      const [type, ttlMs] = await Promise.all([world.redis.type(key), world.redis.pttl(key)]);
      return [...typeComplaint(name, type, row), ...(ttlMs === -1 && !row.isCapped ? [`${name} never ends`] : [])];
    }),
  );
  return complaints.flat();
}

function typeComplaint(name: string, type: string, row: SchemaRow): string[] {
  return type === row.type ? [] : [`${name} is a ${type}, and the table says ${row.type}`];
}

/** One message for every way to its end, and everything else that a sender's keys are made for. */
async function liveThroughEverything(world: World): Promise<void> {
  const { store, sender } = world;
  const keyed = { idempotency: { keyDigest: "k".repeat(16), bodyDigest: "b".repeat(16) } };
  await world.finish(await world.send({ reference: "r", metadata: "{}", ...keyed }), verdicts.submit("wamid.A"));
  await world.webhook({ status: "sent" }, { status: "delivered" }, { status: "sent", wamid: "wamid.nobody" });
  const failed = await world.send({ metadata: "{}" });
  await world.finish(failed, verdicts.fail());
  await store.retry(sender.id, [failed.localId], null);
  await world.finish(await world.sendAgain(failed.localId), verdicts.fail());
  await world.finish(await world.send(), verdicts.snooze(10, { slow: true }));
  await world.finish(await world.send({ doubtPolicy: "fail" }), verdicts.doubt(10, "fail"));
  await world.finish(await world.send({ to: "+492" }), verdicts.snooze(10, hold("pair-throttled", "recipient")));
  await world.finish(await world.send({ lane: "bulk" }), verdicts.snooze(10, hold("tier", "lane")));
  const canceled = await world.waiting({ sendAtMs: NOON_MS + 60_000, metadata: "{}" });
  await store.cancel(sender.id, canceled, null);
  await world.waiting({ expiresAtMs: NOON_MS + 5 });

  const [, gap = ""] = idsOf(await world.accept({ to: "+491" }, { to: "+491" }, { to: "+491" }));
  await store.cancel(sender.id, gap, null);

  await store.pause(sender.id, { kind: "template", name: "offer" }, "ops");
  await world.accept({ template: "offer" }, { template: "offer", expiresAtMs: NOON_MS + 50 });
  const look = await store.begin(sender, { ...ANY_ROOM, most: 3 }, { by: "worker-1", number: 1 });
  for (const sending of look.messages) await world.finish(sending, verdicts.snooze(0, hold("sender-held", "sender")));
  await store.resume(sender.id, { kind: "template", name: "offer" }, "ops");

  const media = { id: "1001", mimeType: "image/png", bytes: 12, expiresAtMs: NOON_MS + 30 * DAY_MS };
  await store.mediaUploaded(sender.id, "file", "token", { media, knownForMs: 29 * DAY_MS });
  await store.takeUpload(sender.id, "another file", "token");
  await store.beginMediaRequest(sender.id, "token");
  await store.noteMediaRefused(sender.id, "77", "{}");
  await store.keepNumberReports(sender.id, { quality: { event: "FLAGGED" } });
  await store.takeHealthPoll(sender.id, 600_000);

  world.pass(60_000);
  await store.apply(sender, {
    statuses: [],
    inbound: [{ wamid: "wamid.in", atMs: world.nowMs, json: "{}", opensWindowOf: "+491", isFromAd: true }],
    spellings: [["DE.1", "+491"]],
    aside: [{ reason: "odd", json: "{}" }],
    raw: "{}",
  });
  await store.setAside([{ reason: "unknown number", json: "{}" }], "{}");
}

function hold(reason: WaitReason, of: Hold["of"]) {
  return { reason, hold: { of, forMs: 10 } };
}

async function letAllEnd(world: World): Promise<void> {
  for (let round = 0; round < 20; round++) {
    world.pass(60_000);
    await world.promote();
    await world.reap();
    for (;;) {
      const { messages, hasMore } = await world.look();
      for (const one of messages) await world.finish(one, verdicts.submit(`wamid.${one.localId}`));
      if (messages.length === 0 && !hasMore) break;
    }
  }
}

describe("when every message has come to its end", () => {
  test("no key is left that would stay for ever and is not capped", async () => {
    const world = newWorld();
    await liveThroughEverything(world);
    await letAllEnd(world);
    expect(await complaintsAbout(world)).toEqual([]);
  });

  test("nothing waits anywhere", async () => {
    const world = newWorld();
    await liveThroughEverything(world);
    await letAllEnd(world);
    const kinds = new Set((await names(world)).map((name) => name.split(":")[0]));
    for (const place of ["bl", "bc", "held", "holds", "later", "ends", "wire", "turns"])
      expect(kinds).not.toContain(place);
  });

  test("that holds after any story", async () => {
    const world = newWorld({ pace: 50 });
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 20, maxLength: 60, size: "max" }), async (steps) => {
        const run = startRun(world.another());
        for (const step of steps) await run.step(step);
        await run.drain();
      }),
      { numRuns: 30 },
    );
    expect(await complaintsAbout(world)).toEqual([]); // asked once, since to find keys Redis must look at all it has
  }, 60_000);

  // The partner: the check would see a key that was forgotten, misnamed, or of another type.
  test.each<{ what: string; does: (world: World) => Promise<unknown>; sees: RegExp }>([
    {
      what: "a record without an end",
      does: ({ redis, base }) => redis.hset(keyOf.record(base, "0".repeat(26)), "k", 40),
      sees: /never ends/,
    },
    {
      what: "a key nobody documented",
      does: ({ redis, base }) => redis.set(`${base}zz:1`, 1),
      sees: /not in the table/,
    },
    { what: "another type", does: ({ redis, base }) => redis.set(`${base}later`, 1, "EX", 60), sees: /is a string/ },
  ])("the check sees $what", async ({ does, sees }) => {
    const world = newWorld();
    await does(world);
    expect((await complaintsAbout(world)).join()).toMatch(sees);
  });
});

/** There is none: what would wait for it says so, and leaves its mark all the same. */
async function waitForAReplica({ redis, prefix, sender }: World): Promise<void> {
  const replicated = createStore({ redis, prefix, replication: { connection: redis, replicas: 1, waitMs: 1 } });
  await expect(replicated.pause(sender.id, { kind: "lane", lane: "bulk" }, "ops")).rejects.toThrow("NOREPLICAS");
}

test("every kind of key in the table is met on the way, but for BullMQ's", async () => {
  const [waiting, living] = [newWorld(), newWorld()];
  await waiting.send();
  await waiting.store.pause(waiting.sender.id, { kind: "template", name: "offer" }, "ops");
  await waiting.accept({ template: "offer" });
  await waiting.take();
  await waiting.accept({ expiresAtMs: NOON_MS + 10 }, { to: "+491" }, { to: "+491" }, { sendAtMs: NOON_MS + 10 });
  await waiting.store.noteProviderAway(waiting.sender.id);
  await liveThroughEverything(living);
  const inLine = await waiting.waiting({ to: "+497" }); // and so a spelling of somebody in line
  await waiting.store.apply(waiting.sender, {
    statuses: [],
    inbound: [],
    spellings: [["+497", "+498"]],
    aside: [],
    raw: null,
  });
  expect((await waiting.record(inLine)).contact).toBe("+497");
  await waitForAReplica(waiting);
  const met = [...(await names(waiting)), ...(await names(living))];
  const missing = schema.filter(({ pattern, type }) => type !== "BullMQ" && !met.some((name) => pattern.test(name)));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

describe("streams are capped", () => {
  const CAP = 100;
  /** Redis cuts a stream by whole nodes of 100 entries (stream-node-max-entries). */
  const SLACK = 100;

  test("the feed of events", async () => {
    const world = newWorld({ settings: { eventsMax: CAP } });
    const ids = idsOf(await world.accept(...Array.from({ length: 500 }, () => ({ lane: "bulk" as const }))));
    for (const id of ids) await world.store.cancel(world.sender.id, id, null);
    expect(await world.redis.xlen(keyOf.events(world.base))).toBeLessThanOrEqual(CAP + SLACK);
  });

  test("inbound messages and what was set aside", async () => {
    const world = newWorld({ settings: { inboundMax: CAP, asideMax: CAP } });
    await world.store.apply(world.sender, {
      statuses: [],
      inbound: Array.from({ length: 500 }, (_, at) => ({
        wamid: `wamid.${at}`,
        atMs: NOON_MS,
        json: "{}",
        opensWindowOf: null,
      })),
      aside: Array.from({ length: 500 }, () => ({ reason: "odd", json: "{}" })),
      raw: null,
    });
    expect(await world.redis.xlen(keyOf.inbound(world.base))).toBeLessThanOrEqual(CAP + SLACK);
    expect(await world.redis.xlen(keyOf.aside(world.base))).toBeLessThanOrEqual(CAP + SLACK);
  });
});

test("the audit trail of what operators ordered is capped", async () => {
  const world = newWorld({ settings: { auditMax: 100 } });
  for (let pace = 1; pace <= 500; pace++) await world.store.setPace(world.sender.id, pace, "ops");
  expect(await world.redis.xlen(keyOf.audit(world.base))).toBeLessThanOrEqual(200);
});

test("who a portfolio has reached is forgotten after a day", async () => {
  const world = newWorld({ settings: { tierWindowMs: DAY_MS } });
  await world.store.reach({ id: "main", tier: 10, reserve: 0 }, "+491", "normal");
  const reached = keyOf.reached(portfolioBase(world.prefix, "main"));
  expect(await world.redis.pttl(reached)).toBeGreaterThan(DAY_MS - 10_000);
  world.pass(DAY_MS);
  await world.store.reach({ id: "main", tier: 10, reserve: 0 }, "+492", "normal");
  expect(await world.redis.zrange(reached, "0", "-1")).toEqual(["+492"]);
});

test("records that went through an order live as long as any other", async () => {
  const world = newWorld({ settings: { messageDays: 30 } });
  const first = await world.send({ to: "+491" });
  const gap = await world.waiting({ to: "+491" });
  const last = await world.waiting({ to: "+491" });
  await world.store.cancel(world.sender.id, gap, null);
  await world.finish(first, verdicts.submit("wamid.A"));
  await world.finish(await world.sendAgain(last), verdicts.submit("wamid.B"));
  for (const localId of [first.localId, gap, last]) {
    const ttlMs = await world.redis.pttl(keyOf.record(world.base, localId));
    expect(ttlMs).toBeGreaterThan(29.9 * DAY_MS);
  }
});
