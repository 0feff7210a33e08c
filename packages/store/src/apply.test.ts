import { describe, expect, test } from "@jest/globals";
import type { Clock } from "@tern/core";
import type { WebhookBatch } from "./apply.ts";
import { DAY_MS, keyOf, unroutableBase } from "./keys.ts";
import type { Taken } from "./moves.ts";
import type { FailureRecord } from "./record.ts";
import { aStatus, failureOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const NOTHING: WebhookBatch = { statuses: [], inbound: [], aside: [], raw: null };
const aFailure = (fields: Partial<FailureRecord>): FailureRecord => ({ ...failureOf("rejected"), ...fields });

async function submitted(world: World, wamid = "wamid.A", fields = {}): Promise<Taken> {
  const sending = await world.send(fields);
  await world.finish(sending, verdicts.submit(wamid));
  return sending;
}

/** A message whose answer is in doubt. */
async function doubted(world: World, fields = {}): Promise<Taken> {
  const sending = await world.send(fields);
  await world.finish(sending, verdicts.doubt(30_000, "resend"));
  return sending;
}

describe("a status", () => {
  test("is applied to the message of its wamid, and told to the feed", async () => {
    const world = newWorld();
    const { localId } = await submitted(world);
    const result = await world.webhook({ status: "delivered", atMs: NOON_MS + 500 });
    expect(result).toEqual({ statuses: ["applied"], newInbound: 0, call: false, learned: [] });
    expect(await world.record(localId)).toMatchObject({
      status: "delivered",
      isFinal: true,
      timeline: expect.arrayContaining([{ status: "delivered", atMs: NOON_MS + 500 }]),
    });
    expect(await world.events()).toEqual([`submitted ${localId}`, `delivered ${localId}`]);
  });

  test("is applied to the message it names, whatever its wamid", async () => {
    const world = newWorld();
    const sending = await submitted(world);
    await world.webhook({ status: "sent", wamid: "wamid.unheard-of", message: sending });
    expect((await world.record(sending.localId)).status).toBe("sent");
  });

  test("that is lower than what is known changes no status, but its time is kept", async () => {
    const world = newWorld();
    const { localId } = await submitted(world);
    await world.webhook({ status: "read", atMs: NOON_MS + 900 });
    expect((await world.webhook({ status: "sent", atMs: NOON_MS + 100 })).statuses).toEqual(["applied"]);
    expect(await world.record(localId)).toMatchObject({
      status: "read",
      timeline: expect.arrayContaining([{ status: "sent", atMs: NOON_MS + 100 }]),
    });
  });

  test("a second time says nothing new, and the feed is not told", async () => {
    const world = newWorld();
    await submitted(world);
    await world.webhook({ status: "sent" });
    expect((await world.webhook({ status: "sent" })).statuses).toEqual(["same"]);
    expect(await world.events()).toHaveLength(2);
  });

  test("with an earlier time corrects the time", async () => {
    const world = newWorld();
    const { localId } = await submitted(world);
    await world.webhook({ status: "sent", atMs: NOON_MS + 2_000 }, { status: "sent", atMs: NOON_MS + 1_000 });
    const { timeline } = await world.record(localId);
    expect(timeline).toContainEqual({ status: "sent", atMs: NOON_MS + 1_000 });
  });

  test("that is older than the message by the clock of the provider, which counts whole seconds, is not shown before it", async () => {
    const world = newWorld();
    const { localId } = await submitted(world);
    await world.webhook({ status: "sent", atMs: NOON_MS - 700 });
    expect((await world.record(localId)).timeline).toContainEqual({ status: "sent", atMs: NOON_MS });
  });

  test("brings the price; of two that differ, one rule chooses", async () => {
    const world = newWorld();
    const { localId } = await submitted(world);
    const pricing = { category: "utility", type: "regular", model: "PMP", billable: true };
    await world.webhook({ status: "sent", pricing });
    expect((await world.record(localId)).pricing).toEqual(pricing);
    await world.webhook({ status: "delivered", pricing: { ...pricing, category: "odd", billable: null } });
    const { pricing: one } = await world.record(localId);
    await world.webhook({ status: "sent", pricing });
    expect((await world.record(localId)).pricing).toEqual(one);
  });

  test("`delivered` ends the content: nobody will need it again", async () => {
    const world = newWorld();
    const { localId } = await submitted(world);
    await world.webhook({ status: "sent" });
    expect(await world.redis.exists(keyOf.content(world.base, localId))).toBe(1);
    await world.webhook({ status: "delivered" });
    expect(await world.redis.exists(keyOf.content(world.base, localId))).toBe(0);
  });

  test("that climbs prolongs the record", async () => {
    const world = newWorld({ settings: { messageDays: 30 } });
    const { localId } = await submitted(world);
    const record = keyOf.record(world.base, localId);
    await world.redis.pexpire(record, 1_000_000);
    await world.webhook({ status: "delivered" });
    expect(await world.redis.pttl(record)).toBeGreaterThan(29.9 * DAY_MS);
  });

  test("of a message that is gone says so, and leaves nothing behind", async () => {
    const world = newWorld();
    const never = { localId: "0".repeat(26), wireNumber: 1 };
    expect((await world.webhook({ status: "read", message: never })).statuses).toEqual(["gone"]);
    expect(await world.keys()).toEqual([]);
  });

  test("is found by a wamid of weeks ago", async () => {
    const world = newWorld({ settings: { messageDays: 30 } });
    const { localId } = await submitted(world);
    world.pass(29 * DAY_MS);
    expect((await world.webhook({ status: "read" })).statuses).toEqual(["applied"]);
    expect((await world.record(localId)).status).toBe("read");
  });
});

describe("a reported failure", () => {
  test("fails the message with the provider's words", async () => {
    const world = newWorld();
    const { localId } = await submitted(world);
    await world.webhook({ status: "sent" }, { status: "failed", failure: aFailure({ code: 131049 }) });
    expect(await world.record(localId)).toMatchObject({
      status: "failed",
      isFinal: true,
      failure: aFailure({ code: 131049 }),
    });
  });

  test("after `delivered` changes no status", async () => {
    const world = newWorld();
    const { localId } = await submitted(world);
    await world.webhook({ status: "delivered" }, { status: "failed" });
    expect((await world.record(localId)).status).toBe("delivered");
  });

  // "A misconfigured sender" is what the first try met; why the message failed in the end is another matter.
  test("is why the message failed, whatever our own tries met before", async () => {
    const world = newWorld();
    const first = await world.send();
    await world.finish(first, verdicts.snooze(0), "misconfigured");
    const second = await world.sendAgain(first.localId);
    await world.finish(second, verdicts.submit("wamid.A"));
    await world.webhook({ status: "failed", failure: aFailure({ code: 131026 }) });
    expect((await world.record(first.localId)).failure).toEqual(aFailure({ code: 131026 }));
  });

  test("told twice in different words ends in the same record, whichever came first", async () => {
    const words = [aFailure({ reason: "first words" }), aFailure({ reason: "other words" })];
    const kept = [];
    for (const order of [words, words.toReversed()]) {
      const world = newWorld();
      const { localId } = await submitted(world);
      for (const failure of order) await world.webhook({ status: "failed", failure });
      kept.push((await world.record(localId)).failure);
    }
    expect(kept[0]).toEqual(kept[1]);
  });

  describe("of an older send says nothing about a newer one", () => {
    async function sentTwice(world: World) {
      const first = await doubted(world);
      world.pass(30_000);
      await world.promote();
      return { first, second: await world.sendAgain(first.localId) };
    }

    test("when it names the send", async () => {
      const world = newWorld();
      const { first, second } = await sentTwice(world);
      expect((await world.webhook({ status: "failed", wamid: "wamid.1", message: first })).statuses).toEqual(["same"]);
      await world.finish(second, verdicts.submit("wamid.2"));
      expect(await world.record(first.localId)).toMatchObject({ status: "submitted", failure: { class: "unknown" } });
    });

    test("when it knows only the wamid", async () => {
      const world = newWorld();
      const { first, second } = await sentTwice(world);
      await world.finish(first, verdicts.submit("wamid.1"));
      await world.finish(second, verdicts.submit("wamid.2"));
      expect((await world.webhook({ status: "failed", wamid: "wamid.1" })).statuses).toEqual(["same"]);
      expect((await world.record(first.localId)).status).toBe("submitted");
      await world.webhook({ status: "failed", wamid: "wamid.2" });
      expect((await world.record(first.localId)).status).toBe("failed");
    });

    test("when it came before anyone knew the wamid", async () => {
      const world = newWorld();
      const { first, second } = await sentTwice(world);
      await world.webhook({ status: "failed", wamid: "wamid.1" });
      await world.finish(first, verdicts.submit("wamid.1"));
      await world.finish(second, verdicts.submit("wamid.2"));
      expect((await world.record(first.localId)).status).toBe("submitted");
    });
  });
});

describe("evidence settles what waits", () => {
  test("a doubt ends, and the turn passes", async () => {
    const world = newWorld();
    const sending = await doubted(world, { to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    const { call } = await world.webhook({ status: "sent", message: sending });
    expect(call).toBe(true); // the turn has passed: a worker must be called
    expect((await world.record(behind)).place).toBe("backlog");
    expect(await world.record(sending.localId)).toMatchObject({
      status: "sent",
      place: "none",
      waitReason: "none",
      waitUntilMs: null,
      wamid: "wamid.A",
    });
    world.pass(3_600_000);
    await world.promote();
    await world.sendAgain(behind);
  });

  test("nobody is called when somebody has been already and has not looked yet", async () => {
    const world = newWorld();
    const [one, other] = [await doubted(world, { to: "+491" }), await doubted(world, { to: "+492" })];
    await world.accept({ to: "+491" }, { to: "+492" });
    expect((await world.webhook({ status: "sent", wamid: "wamid.1", message: one })).call).toBe(true);
    expect((await world.webhook({ status: "sent", wamid: "wamid.2", message: other })).call).toBe(false);
    expect(await world.take()).toHaveLength(2);
  });

  test("a doubt ends as well with a message that is back in its backlog, or kept by its template", async () => {
    const world = newWorld();
    const [one, other] = [await doubted(world), await doubted(world, { template: "promo" })];
    world.pass(30_000);
    await world.promote();
    await world.store.pause(world.sender.id, { kind: "template", name: "promo" }, "operator");
    const places = async () => [(await world.record(one.localId)).place, (await world.record(other.localId)).place];
    expect(await places()).toEqual(["backlog", "backlog"]);
    await world.webhook({ status: "sent", wamid: "wamid.1", message: one });
    expect(await world.take()).toEqual([]);
    expect(await places()).toEqual(["none", "held"]);
    await world.webhook({ status: "sent", wamid: "wamid.2", message: other });
    expect(await places()).toEqual(["none", "none"]);
    await world.store.resume(world.sender.id, { kind: "template", name: "promo" }, "operator");
    await world.promote();
    expect(await world.take()).toEqual([]);
  });

  test("a failure settles a doubt too: it is not sent again", async () => {
    const world = newWorld();
    const sending = await doubted(world);
    await world.webhook({ status: "failed", message: sending });
    expect(await world.record(sending.localId)).toMatchObject({ status: "failed", place: "none" });
    world.pass(3_600_000);
    expect(await world.promote()).toBe(false);
  });

  test("a message on the wire stays there until its own answer or the end of its lease", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    await world.waiting({ to: "+491" });
    expect((await world.webhook({ status: "delivered", message: sending })).call).toBe(false);
    expect(await world.record(sending.localId)).toMatchObject({ status: "delivered", place: "wire" });
  });

  test.each(["canceled", "expired", "failed"] as const)("even a message that we call %s", async (ours) => {
    const world = newWorld();
    const localId = await world.waiting({ expiresAtMs: NOON_MS + 1_000 });
    if (ours === "canceled") await world.store.cancel(world.sender.id, localId, null);
    if (ours === "failed") await world.finish(await world.sendAgain(localId), verdicts.fail());
    if (ours === "expired") {
      world.pass(1_000);
      expect(await world.take()).toEqual([]);
    }
    expect((await world.record(localId)).status).toBe(ours);
    await world.webhook({ status: "read", message: { localId, wireNumber: 1 } });
    expect((await world.record(localId)).status).toBe("read");
  });
});

describe("a wamid that nobody knows yet", () => {
  test("parks its statuses for a while", async () => {
    const world = newWorld({ settings: { orphanTtlMs: 600_000 } });
    expect((await world.webhook({ status: "sent" }, { status: "read" })).statuses).toEqual(["parked", "parked"]);
    const [key] = await world.keys();
    expect(await world.redis.llen(key ?? "")).toBe(2);
    const ttlMs = await world.redis.pttl(key ?? "");
    expect(ttlMs).toBeGreaterThan(590_000);
    expect(ttlMs).toBeLessThanOrEqual(600_000);
  });

  test("parks twenty at most", async () => {
    const world = newWorld();
    for (let times = 0; times < 25; times++) await world.webhook({ status: "sent", atMs: NOON_MS + times });
    const [key] = await world.keys();
    expect(await world.redis.llen(key ?? "")).toBe(20);
  });

  // The answer to the send may be lost for good; the callback data of one status then names the message for all.
  test("is known as soon as one status names the message: those that came before join", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.webhook({ status: "read", atMs: NOON_MS + 9_000 });
    await world.webhook({ status: "sent", atMs: NOON_MS + 1_000, message: sending });
    expect(await world.record(sending.localId)).toMatchObject({ status: "read", wamid: "wamid.A" });
    expect((await world.keys()).filter((key) => key.startsWith(`${world.base}o:`))).toEqual([]);
  });

  test("even if the one that names it is not about the last send: one that joins may settle it", async () => {
    const world = newWorld();
    const first = await doubted(world, { to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    world.pass(30_000);
    await world.promote();
    await world.finish(await world.sendAgain(first.localId), verdicts.doubt(30_000, "resend"));
    await world.webhook({ status: "sent", wamid: "wamid.1" });
    const { statuses, call } = await world.webhook({ status: "failed", wamid: "wamid.1", message: first });
    expect({ statuses, call }).toEqual({ statuses: ["same"], call: true });
    expect(await world.record(first.localId)).toMatchObject({ status: "sent", place: "none" });
    await world.sendAgain(behind);
  });

  test("and those that come after find it", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.webhook({ status: "sent", message: sending });
    expect((await world.webhook({ status: "delivered" })).statuses).toEqual(["applied"]);
    expect((await world.record(sending.localId)).status).toBe("delivered");
    const index = (await world.keys()).find((key) => key.startsWith(`${world.base}w:`));
    expect(await world.redis.pttl(index ?? "")).toBeGreaterThan(0);
  });
});

describe("a batch", () => {
  test("is answered item by item, in order", async () => {
    const world = newWorld();
    await submitted(world, "wamid.A");
    const never = { localId: "0".repeat(26), wireNumber: 1 };
    const { statuses } = await world.webhook(
      { status: "sent", wamid: "wamid.A" },
      { status: "sent", wamid: "wamid.A" },
      { status: "sent", wamid: "wamid.?" },
      { status: "sent", message: never },
    );
    expect(statuses).toEqual(["applied", "same", "parked", "gone"]);
  });

  test("of a thousand statuses is one call", async () => {
    const world = newWorld();
    const accepted = await world.accept(...Array.from({ length: 1_000 }, () => ({})));
    const reports = accepted.flatMap((each) => {
      return each.kind === "accepted"
        ? { status: "sent" as const, message: { localId: each.localId, wireNumber: 1 } }
        : [];
    });
    expect(reports).toHaveLength(1_000);
    const { statuses } = await world.webhook(...reports.map((each, at) => ({ ...each, wamid: `wamid.${at}` })));
    expect(new Set(statuses)).toEqual(new Set(["applied"]));
  });

  test("of one moment shares a call with others, and each gets its own answer", async () => {
    const world = newWorld();
    const [a, b] = [await submitted(world, "wamid.A"), await doubted(world, { to: "+491" })];
    const behind = await world.waiting({ to: "+491" });
    const inbound = [{ wamid: "wamid.in", atMs: NOON_MS, json: "{}", opensWindowOf: null }];
    const answers = await Promise.all([
      world.webhook({ status: "sent", wamid: "wamid.A" }, { status: "sent", wamid: "wamid.?" }),
      world.store.apply(world.sender, { ...NOTHING, inbound, raw: "one" }),
      world.webhook({ status: "sent", wamid: "wamid.B", message: b }),
      world.store.apply(world.sender, { ...NOTHING, inbound, raw: "two" }),
    ]);
    expect(answers).toEqual([
      { statuses: ["applied", "parked"], newInbound: 0, call: true, learned: [] }, // there is one backlog to look at, for all
      { statuses: [], newInbound: 1, call: true, learned: [] },
      { statuses: ["applied"], newInbound: 0, call: true, learned: [] },
      { statuses: [], newInbound: 0, call: true, learned: [] },
    ]);
    expect((await world.record(behind)).place).toBe("backlog");
    expect((await world.record(a.localId)).status).toBe("sent");
    expect(await world.redis.xlen(keyOf.raw(world.base))).toBe(2);
  });

  test("of nothing is harmless", async () => {
    const world = newWorld();
    expect(await world.store.apply(world.sender, NOTHING)).toEqual({
      statuses: [],
      newInbound: 0,
      call: false,
      learned: [],
    });
    expect(await world.keys()).toEqual([]);
  });
});

describe("inbound messages", () => {
  const hello = { wamid: "wamid.in", atMs: NOON_MS, json: '{"from":"491"}', opensWindowOf: null };

  test("are kept once, however often the provider brings them", async () => {
    const world = newWorld();
    const batch = { ...NOTHING, inbound: [hello, hello] };
    expect((await world.store.apply(world.sender, batch)).newInbound).toBe(1);
    expect((await world.store.apply(world.sender, batch)).newInbound).toBe(0);
    const entries = await world.redis.xrange(keyOf.inbound(world.base), "-", "+");
    expect(entries.map(([, fields]) => fields)).toEqual([
      ["wamid", "in", "at", String(NOON_MS), "json", '{"from":"491"}'],
    ]);
  });

  test("are recognised a week later, for so long does the provider repeat", async () => {
    const world = newWorld();
    await world.store.apply(world.sender, { ...NOTHING, inbound: [hello] });
    world.pass(7 * DAY_MS);
    expect((await world.store.apply(world.sender, { ...NOTHING, inbound: [hello] })).newInbound).toBe(0);
    const seen = (await world.keys()).filter((key) => key.startsWith(`${world.base}seen:`));
    expect(await world.redis.pttl(seen[0] ?? "")).toBeGreaterThan(8 * DAY_MS);
  });
});

describe("a message from a user", () => {
  const bring = (world: World, fields: Partial<WebhookBatch["inbound"][number]> = {}) => {
    const message = { wamid: `wamid.${serial++}`, atMs: world.nowMs, json: "{}", opensWindowOf: "+491", ...fields };
    return world.store.apply(world.sender, { ...NOTHING, inbound: [message] });
  };
  let serial = 0;
  const isOpen = async (world: World, to = "+491") => {
    const localId = await world.waiting({ to, lane: "bulk" });
    const [taken] = await world.take({ needsWindows: true });
    expect(taken?.localId).toBe(localId);
    return taken?.isWindowOpen;
  };

  test("opens the user's window for 24 h, and nobody else's", async () => {
    const world = newWorld();
    await bring(world);
    expect(await isOpen(world)).toBe(true);
    expect(await isOpen(world, "+492")).toBe(false);
    world.pass(DAY_MS - 1);
    expect(await isOpen(world)).toBe(true);
    world.pass(1);
    expect(await isOpen(world)).toBe(false);
  });

  test("opens it from the time of the message, whatever came late or out of order", async () => {
    const world = newWorld();
    await bring(world, { atMs: NOON_MS - DAY_MS / 4 });
    await bring(world, { atMs: NOON_MS - DAY_MS / 4 - 5_000 });
    world.pass((DAY_MS * 3) / 4 - 1);
    expect(await isOpen(world)).toBe(true);
    world.pass(1);
    expect(await isOpen(world)).toBe(false);
  });

  test("opens it for 24 h from now with a time in the future, and opens none with one of long ago", async () => {
    const world = newWorld();
    await bring(world, { atMs: NOON_MS + 10 * DAY_MS });
    await bring(world, { atMs: NOON_MS - 2 * DAY_MS, opensWindowOf: "+492" });
    expect(await isOpen(world, "+491")).toBe(true);
    expect(await isOpen(world, "+492")).toBe(false);
    world.pass(DAY_MS);
    expect(await isOpen(world)).toBe(false);
  });

  test("opens none when it is of a kind that opens none", async () => {
    const world = newWorld();
    await bring(world, { opensWindowOf: null });
    expect((await world.keys()).filter((key) => key.startsWith(`${world.base}cw:`))).toEqual([]);
  });

  test("is not asked for when nobody needs to know", async () => {
    const world = newWorld();
    await bring(world);
    const localId = await world.waiting({ to: "+491" });
    expect((await world.take()).map((one) => [one.localId, one.isWindowOpen])).toEqual([[localId, false]]);
  });

  test("ends with its day's windows, some days later", async () => {
    const world = newWorld();
    await bring(world);
    const ttlMs = await world.redis.pttl(keyOf.windows(world.base, Math.floor(NOON_MS / DAY_MS)));
    expect(ttlMs).toBeGreaterThan(2 * DAY_MS);
    expect(ttlMs).toBeLessThanOrEqual(3 * DAY_MS);
  });

  describe("counts against the pace", () => {
    const paced = () => newWorld({ pace: 10, settings: { paceMargin: 1 } });
    const freeAfterMs = async (world: World) => {
      const { nextSlotMs } = await world.store.readSender(world.sender.id);
      return nextSlotMs - world.nowMs;
    };
    const many = (world: World, count: number, atMs: number) => {
      const inbound = Array.from({ length: count }, () => {
        return { wamid: `wamid.${serial++}`, atMs, json: "{}", opensWindowOf: null };
      });
      return world.store.apply(world.sender, { ...NOTHING, inbound });
    };

    test("one slot each", async () => {
      const world = paced();
      await many(world, 3, world.nowMs);
      expect(await freeAfterMs(world)).toBe(300);
      await world.waiting();
      world.pass(274);
      expect(await world.take()).toEqual([]);
      world.pass(1); // 25 ms ahead of its slot
      expect(await world.take()).toHaveLength(1);
    });

    test("but no more than one second's worth: what came in before that is past", async () => {
      const world = paced();
      await many(world, 40, world.nowMs);
      await many(world, 40, world.nowMs);
      expect(await freeAfterMs(world)).toBe(1_000);
    });

    test("only if it has just come in", async () => {
      const world = paced();
      await many(world, 5, world.nowMs - 2_001);
      expect(await freeAfterMs(world)).toBe(0);
      await many(world, 1, world.nowMs - 2_000);
      expect(await freeAfterMs(world)).toBe(100);
    });

    test("once, however often the provider brings it", async () => {
      const world = paced();
      await bring(world, { wamid: "wamid.same" });
      await bring(world, { wamid: "wamid.same" });
      expect(await freeAfterMs(world)).toBe(100);
    });

    test("and nothing when there is no pace", async () => {
      const world = newWorld();
      await bring(world);
      expect(await world.redis.hexists(keyOf.senderState(world.base), "tat")).toBe(0);
    });

    test("statuses take no slot", async () => {
      const world = paced();
      await world.webhook({ status: "sent" }, { status: "delivered" });
      expect(await freeAfterMs(world)).toBe(0);
    });
  });
});

describe("a damaged record in a batch", () => {
  test("is set aside, and its neighbours are applied", async () => {
    const world = newWorld();
    const [one, damaged, other] = [
      await submitted(world, "wamid.1"),
      await submitted(world, "wamid.2"),
      await submitted(world, "wamid.3"),
    ];
    await world.redis.del(keyOf.record(world.base, damaged.localId));
    await world.redis.set(keyOf.record(world.base, damaged.localId), "?");
    const inbound = [{ wamid: "wamid.in", atMs: NOON_MS, json: "{}", opensWindowOf: null }];
    const result = await world.store.apply(world.sender, {
      ...NOTHING,
      statuses: ["wamid.1", "wamid.2", "wamid.3"].map((wamid) => aStatus({ status: "delivered", wamid })),
      inbound,
      raw: "{}",
    });
    expect(result).toEqual({ statuses: ["applied", "damaged", "applied"], newInbound: 1, call: false, learned: [] });
    for (const { localId } of [one, other]) expect((await world.record(localId)).status).toBe("delivered");
    const [aside] = await world.redis.xrange(keyOf.aside(world.base), "-", "+");
    expect(aside?.[1]).toEqual(["reason", "damaged record", "json", expect.any(String)]);
    expect(await world.redis.xlen(keyOf.raw(world.base))).toBe(1);
  });
});

describe("what could not be used", () => {
  test("is set aside with its reason", async () => {
    const world = newWorld();
    await world.store.apply(world.sender, { ...NOTHING, aside: [{ reason: "no wamid", json: "{}" }] });
    const entries = await world.redis.xrange(keyOf.aside(world.base), "-", "+");
    expect(entries.map(([, fields]) => fields)).toEqual([["reason", "no wamid", "json", "{}"]]);
  });

  test("is set aside in a place of its own when its sender is not known", async () => {
    const world = newWorld();
    await world.store.setAside([{ reason: "unknown number", json: "[]" }], "raw");
    const base = unroutableBase(world.prefix);
    expect(await world.redis.xlen(keyOf.aside(base))).toBe(1);
    expect(await world.redis.xlen(keyOf.raw(base))).toBe(1);
  });
});

describe("the raw body", () => {
  const bodies = async (world: World) => {
    const entries = await world.redis.xrange(keyOf.raw(world.base), "-", "+");
    return entries.map(([, fields]) => fields.at(-1));
  };
  const keep = (world: World, raw: string | Buffer) => world.store.apply(world.sender, { ...NOTHING, raw });

  test("is kept byte for byte", async () => {
    const world = newWorld();
    const bytes = Buffer.from([0x7b, 0x00, 0xff, 0xc3, 0x28, 0x7d]);
    await keep(world, bytes);
    const [entry] = await world.redis.xrangeBuffer(keyOf.raw(world.base), "-", "+");
    expect(entry?.[1].at(-1)).toEqual(bytes);
  });

  test("is kept in text as in bytes", async () => {
    const world = newWorld();
    await keep(world, "é");
    await keep(world, Buffer.from("é"));
    expect(await bodies(world)).toEqual(["é", "é"]);
    expect(await world.redis.get(`${world.base}rawn`)).toBe("4");
  });

  test("makes room by bytes: the oldest go", async () => {
    const world = newWorld({ settings: { rawMaxBytes: 10 } });
    for (const body of ["aaaa", "bbbb", "cccc", "dddd"]) await keep(world, body);
    expect(await bodies(world)).toEqual(["cccc", "dddd"]);
    expect(await world.redis.get(`${world.base}rawn`)).toBe("8");
  });

  test("larger than all the room is not kept, and nothing is counted wrong", async () => {
    const world = newWorld({ settings: { rawMaxBytes: 10 } });
    await keep(world, "aaaa");
    await keep(world, "b".repeat(50));
    expect(await bodies(world)).toEqual([]);
    expect(await world.redis.get(`${world.base}rawn`)).toBe("0");
  });

  test("makes room by age", async () => {
    const world = newWorld({ settings: { rawMaxAgeMs: 3_600_000 } });
    world.nowMs = Date.now(); // entries of a stream carry the time of Redis
    await keep(world, "old");
    world.pass(3_700_000);
    await keep(world, "new"); // by the clock of the test even this one is an hour old at once
    expect(await bodies(world)).toEqual([]);
  });

  test("goes so many at a time, so that one request is never slow", async () => {
    const world = newWorld({ settings: { rawMaxBytes: 1_499 } });
    await Promise.all(Array.from({ length: 1_200 }, () => keep(world, "a")));
    await keep(world, "b".repeat(1_500));
    expect((await bodies(world)).length).toBe(1_201 - 1_000);
    await keep(world, "c");
    expect(await bodies(world)).toEqual(["c"]);
    expect(await world.redis.get(`${world.base}rawn`)).toBe("1");
  });

  test("makes room by and by: a process that applies thousands of requests a second does so a few times", async () => {
    let ms = 0;
    const clock: Pick<Clock, "monotonicMs" | "after"> = {
      monotonicMs: () => ms,
      after: (_, run) => {
        queueMicrotask(run);
        return { cancel: () => {} };
      },
    };
    const world = newWorld({ settings: { rawMaxBytes: 10 }, clock });
    for (const body of ["aaaa", "bbbb", "cccc", "dddd"]) await keep(world, body);
    ms = 49;
    await keep(world, "eeee");
    expect(await bodies(world)).toHaveLength(5);
    ms = 50;
    await keep(world, "ffff");
    expect(await bodies(world)).toEqual(["eeee", "ffff"]);
  });
});

test("requests that are applied together are each told of their own news about spellings, and of nobody else's", async () => {
  const world = newWorld();
  const pairs = [1, 2, 3].map((at): [string, string] => [`+4915112345${at}00`, `DE.${at}`]);
  const told = pairs.map((pair) => ({ statuses: [], inbound: [], spellings: [pair], aside: [], raw: null }));
  const first = await Promise.all(told.map((batch) => world.store.apply(world.sender, batch)));
  expect(first.map(({ learned }) => learned)).toEqual(
    pairs.map(([one, other]) => [{ pair: `${one} ${other}`, names: [one, other] }]),
  );
  const again = await Promise.all(told.map((batch) => world.store.apply(world.sender, batch)));
  expect(again.map(({ learned }) => learned)).toEqual([[], [], []]);
});

test("what nobody has told the portfolio is handed out again after ten seconds, with all names, until it was told", async () => {
  const world = newWorld();
  const apply = async (spellings: [string, string][]) =>
    (await world.store.apply(world.sender, { ...NOTHING, spellings })).learned;
  const [number, bsuid, before] = ["+4915112345600", "DE.1", "DE.0"];
  await apply([[before, number]]);
  world.nowMs += 1;
  await apply([[bsuid, number]]); // and whoever asked has died
  world.nowMs += 9_998;
  expect(await apply([])).toEqual([]);
  world.nowMs += 1;
  expect((await apply([])).map(({ pair }) => pair)).toEqual([`${before} ${number}`]);
  world.nowMs += 1;
  const untold = await apply([]);
  expect(untold.map(({ names }) => [...names].sort())).toEqual([
    [number, before, bsuid],
    [number, before, bsuid],
  ]);
  world.store.confirmLearned(world.sender.id, untold.slice(0, 1));
  expect(await apply([])).toEqual(untold.slice(1));
  world.store.confirmLearned(world.sender.id, untold.slice(1));
  expect(await apply([])).toEqual([]);
  expect(await world.redis.exists(keyOf.untold(world.base))).toBe(0);
});
