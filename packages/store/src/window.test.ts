import { describe, expect, test } from "@jest/globals";
import { HOUR_MS } from "./keys.ts";
import type { NewMessage } from "./moves.ts";
import { idsOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

// Free-form content outside the customer service window is refused by the provider, often long after it was taken; so it
// is not sent at all (docs/sources.md, windows).

const newWorld = worldsOfThisFile();

const TO = "+4915112345678";
const MARGIN_MS = 300_000;
const CLOSES_MS = NOON_MS + 24 * HOUR_MS;
const FALLBACK = { template: "hello", templateLanguage: "en" };
const room = { windowMarginMs: MARGIN_MS };
const checked: Partial<NewMessage> = { to: TO, windowMarginMs: MARGIN_MS };

/** A world in which the recipient has written at noon. */
async function withWindow(): Promise<World> {
  const world = newWorld();
  await world.store.apply(world.sender, {
    statuses: [],
    inbound: [{ wamid: "wamid.in", atMs: NOON_MS, json: "{}", opensWindowOf: TO }],
    aside: [],
    raw: null,
  });
  return world;
}

const at = (world: World, ms: number) => {
  world.nowMs = ms;
};

describe("at acceptance", () => {
  test.each([
    ["1 s before the margin it is taken in", -1_000, "accepted"],
    ["1 s after it is refused", 1_000, "closed"],
  ])("%s", async (_, sinceMs, kind) => {
    const world = await withWindow();
    at(world, CLOSES_MS - MARGIN_MS + sinceMs);
    expect((await world.accept(checked))[0]).toMatchObject({ kind });
  });

  test("the refusal says when the window closes, and nothing is kept of the message, nor its key", async () => {
    const world = await withWindow();
    at(world, CLOSES_MS + HOUR_MS);
    const keyed = { ...checked, idempotency: { keyDigest: "k".repeat(22), bodyDigest: "b".repeat(22) } };
    expect(await world.accept(keyed)).toEqual([{ kind: "closed", sinceMs: CLOSES_MS }]);
    expect((await world.keys()).filter((key) => /}:(m|b|i|t|r|bl):|turns/.test(key))).toEqual([]);
    expect((await world.accept({ ...keyed, windowMarginMs: null }))[0]).toMatchObject({ kind: "accepted" });
  });

  test("a stranger has no window, and nobody knows when it closed", async () => {
    expect(await newWorld().accept(checked)).toEqual([{ kind: "closed", sinceMs: null }]);
  });

  test("what was accepted before is answered as before, whatever the window is now", async () => {
    const world = await withWindow();
    const keyed = { ...checked, idempotency: { keyDigest: "k".repeat(22), bodyDigest: "b".repeat(22) } };
    const [localId] = idsOf(await world.accept(keyed));
    at(world, CLOSES_MS);
    expect(await world.accept(keyed)).toEqual([{ kind: "replay", localId }]);
  });

  test("of what is sent later the last moment decides", async () => {
    const world = newWorld();
    expect((await world.accept({ ...checked, sendAtMs: NOON_MS + 1_000 }))[0]).toMatchObject({ kind: "accepted" });
  });

  test("one that is refused harms no neighbour", async () => {
    const world = await withWindow();
    const results = await world.accept({ ...checked, to: "+491" }, checked, { ...checked, to: "+492" });
    expect(results.map(({ kind }) => kind)).toEqual(["closed", "accepted", "closed"]);
  });

  test("the window of a person is found by any spelling", async () => {
    const world = await withWindow();
    const spellings = [["DE.1", TO]] as const;
    await world.store.apply(world.sender, { statuses: [], inbound: [], spellings, aside: [], raw: null });
    expect((await world.accept({ ...checked, to: "DE.1" }))[0]).toMatchObject({ kind: "accepted" });
  });
});

describe("at the last moment", () => {
  test("1 s before the margin it goes as it is", async () => {
    const world = await withWindow();
    const localId = await world.waiting({ to: TO, fallback: FALLBACK });
    at(world, CLOSES_MS - MARGIN_MS - 1_000);
    const [taken] = await world.take(room);
    expect(taken).toMatchObject({ localId, isFallback: false, template: null, windowClosesAtMs: CLOSES_MS });
    expect(await world.record(localId)).toMatchObject({ sentAs: "message" });
  });

  test("1 s after it goes as its fallback, and the record says so", async () => {
    const world = await withWindow();
    const localId = await world.waiting({ to: TO, fallback: FALLBACK });
    at(world, CLOSES_MS - MARGIN_MS + 1_000);
    const [taken] = await world.take(room);
    expect(taken).toMatchObject({ localId, isFallback: true, ...FALLBACK, isWindowOpen: true });
    expect(await world.record(localId)).toMatchObject({ sentAs: "fallback", fallback: FALLBACK });
  });

  test("1 s after it fails when it has none: no attempt, no slot, and the next one has the turn", async () => {
    const world = await withWindow();
    const [first, second] = [await world.waiting({ to: TO }), await world.waiting({ to: TO, template: "offer" })];
    at(world, CLOSES_MS - MARGIN_MS + 1_000);
    await world.take(room);
    const [next] = await world.take(room);
    expect(await world.record(first ?? "")).toMatchObject({
      status: "failed",
      attempts: 0,
      sends: [],
      sentAs: null,
      failure: {
        class: "rejected",
        reason: "customer service window closed",
        hint: expect.stringContaining("fallback"),
      },
    });
    expect(next?.localId ?? (await world.record(second)).place).toMatch(new RegExp(`${second}|wire`));
    expect(await world.events()).toContain(`failed ${first}`);
  });

  test("templates need no window, passed-through ones neither", async () => {
    const world = newWorld();
    await world.accept({ template: "offer" }, { type: "template", isPassthrough: true });
    expect(await world.take(room)).toHaveLength(2);
  });

  test("where windows are not checked, everything goes as it is", async () => {
    const world = newWorld();
    await world.waiting({ fallback: FALLBACK });
    expect(await world.take({ windowMarginMs: null })).toMatchObject([{ isFallback: false }]);
  });

  test("a fallback waits while its own template rests", async () => {
    const world = newWorld();
    await world.store.pause(world.sender.id, { kind: "template", name: "hello" }, "ops");
    const localId = await world.waiting({ fallback: FALLBACK });
    expect(await world.take(room)).toEqual([]);
    expect(await world.record(localId)).toMatchObject({ place: "held", sentAs: null });
    await world.store.resume(world.sender.id, { kind: "template", name: "hello" }, "ops");
    await world.promote();
    expect(await world.take(room)).toMatchObject([{ localId, isFallback: true }]);
  });

  test("what was certainly not sent as its fallback is asked anew: the recipient may have written", async () => {
    const world = newWorld();
    const localId = await world.waiting({ to: TO, fallback: FALLBACK });
    const [taken] = await world.take(room);
    if (!taken) throw new Error("nothing was taken");
    await world.finish(taken, verdicts.snooze(0, { reason: "retry" }));
    await world.store.apply(world.sender, {
      statuses: [],
      inbound: [{ wamid: "wamid.in", atMs: world.nowMs, json: "{}", opensWindowOf: TO }],
      aside: [],
      raw: null,
    });
    expect(await world.take(room)).toMatchObject([{ localId, isFallback: false }]);
  });

  test("what may have been sent as its fallback stays that: nobody gets both", async () => {
    const world = newWorld();
    const localId = await world.waiting({ to: TO, fallback: FALLBACK });
    const [taken] = await world.take(room);
    if (!taken) throw new Error("nothing was taken");
    await world.finish(taken, verdicts.doubt(0, "resend"));
    await world.promote();
    expect(await world.take({ windowMarginMs: null })).toMatchObject([{ localId, isFallback: true }]);
  });
});

describe("what may have been sent", () => {
  test("as its fallback while the provider was failing stays that, too, though no attempt is counted", async () => {
    const world = newWorld();
    const localId = await world.waiting({ to: TO, fallback: FALLBACK });
    const [taken] = await world.take(room);
    if (!taken) throw new Error("nothing was taken");
    await world.finish(taken, { ...verdicts.doubt(0, "resend"), counted: false });
    await world.promote();
    expect(await world.take({ windowMarginMs: null })).toMatchObject([{ localId, isFallback: true }]);
  });

  test("before the window closed is not said to have never been sent", async () => {
    const world = await withWindow();
    const localId = await world.waiting({ to: TO });
    const [taken] = await world.take(room);
    if (!taken) throw new Error("nothing was taken");
    await world.finish(taken, verdicts.doubt(0, "resend"));
    at(world, CLOSES_MS);
    await world.promote();
    expect(await world.take(room)).toEqual([]);
    expect(await world.record(localId)).toMatchObject({
      status: "failed",
      place: "none",
      failure: { class: "unknown", reason: expect.stringContaining("may have been sent") },
    });
  });
});

test("a fallback that the provider asked for stays that, however often it is put off", async () => {
  const world = newWorld();
  const sending = await world.send({ to: TO, fallback: FALLBACK });
  await world.finish(sending, { kind: "retry", afterMs: 0, asFallback: true }, "rejected");
  for (let times = 0; times < 3; times++) {
    const again = await world.sendAgain(sending.localId);
    expect(again).toMatchObject({ isFallback: true, attempts: 2 });
    await world.finish(again, verdicts.snooze(0));
  }
  expect(await world.sendAgain(sending.localId)).toMatchObject({ isFallback: true, ...FALLBACK });
  expect(await world.record(sending.localId)).toMatchObject({ sentAs: "fallback" });
});

test("the provider says that the window is closed: the fallback goes next, one attempt more", async () => {
  const world = newWorld();
  const sending = await world.send({ to: TO, fallback: FALLBACK });
  await world.finish(sending, { kind: "retry", afterMs: 0, asFallback: true }, "rejected");
  expect(await world.record(sending.localId)).toMatchObject({ place: "backlog", sentAs: "message", attempts: 1 });
  expect(await world.take()).toMatchObject([{ localId: sending.localId, isFallback: true, attempts: 2, ...FALLBACK }]);
  expect(await world.record(sending.localId)).toMatchObject({ sentAs: "fallback" });
});
