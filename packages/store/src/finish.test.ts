import { describe, expect, test } from "@jest/globals";
import { DAY_MS, keyOf } from "./keys.ts";
import { failureOf, finishOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const DAY = Math.floor(NOON_MS / DAY_MS);

describe("accepted", () => {
  test("the message is submitted under its wamid and has left the places", async () => {
    const world = newWorld();
    const sending = await world.send();
    world.pass(150);
    expect(await world.finish(sending, verdicts.submit("wamid.HBgL"))).toEqual({ result: "done", isReady: false });
    expect(await world.record(sending.localId)).toMatchObject({
      status: "submitted",
      isFinal: false,
      place: "none",
      wamid: "wamid.HBgL",
      attempts: 1,
      failure: null,
      sends: [{ number: 1, atMs: NOON_MS, outcome: "accepted", tookMs: 120, code: null, httpStatus: null }],
      timeline: [
        { status: "queued", atMs: NOON_MS },
        { status: "sending", atMs: NOON_MS },
        { status: "submitted", atMs: NOON_MS + 150 },
      ],
    });
    expect(await world.events()).toEqual([`submitted ${sending.localId}`]);
  });

  test.each([
    { what: "longer than usual", wamid: `wamid.${"A".repeat(500)}` },
    { what: "without the usual prefix", wamid: "gBGHVRM" },
    { what: "with a colon in front", wamid: ":odd" },
    { what: "empty", wamid: "" },
  ])("a wamid $what comes back as it was, and its statuses find the message", async ({ wamid }) => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.submit(wamid));
    expect((await world.record(sending.localId)).wamid).toBe(wamid);
    expect((await world.webhook({ status: "sent", wamid })).statuses).toEqual(["applied"]);
    expect((await world.record(sending.localId)).status).toBe("sent");
  });

  test("the wamid is indexed under its day, and the index ends by itself", async () => {
    const world = newWorld();
    await world.finish(await world.send(), verdicts.submit("wamid.A"));
    await world.finish(await world.send(), verdicts.submit("wamid.B"));
    const index = `${world.base}w:${DAY}`;
    expect(await world.redis.hlen(index)).toBe(2);
    expect(await world.redis.pttl(index)).toBeGreaterThan(37.9 * DAY_MS);
  });

  test("record, content and metadata end by themselves from then on", async () => {
    const world = newWorld({ settings: { messageDays: 30, bodyDays: 1 } });
    const sending = await world.send({ metadata: "{}" });
    await world.finish(sending, verdicts.submit("wamid.A"));
    const ttlDays = async (key: (base: string, id: string) => string) =>
      Math.ceil((await world.redis.pttl(key(world.base, sending.localId))) / DAY_MS);
    expect(await ttlDays(keyOf.record)).toBe(30);
    expect(await ttlDays(keyOf.content)).toBe(1);
    expect(await ttlDays(keyOf.metadata)).toBe(60);
  });

  test("the recipient's turn passes to the next message", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const [second, third] = [await world.waiting({ to: "+491" }), await world.waiting({ to: "+491" })];
    expect((await world.finish(sending, verdicts.submit("wamid.A"))).isReady).toBe(true);
    expect((await world.record(second)).place).toBe("backlog");
    expect((await world.record(third)).place).toBe("turn");
  });

  test("without anybody behind it the order of that recipient is forgotten", async () => {
    const world = newWorld();
    await world.finish(await world.send({ to: "+491" }), verdicts.submit("wamid.A"));
    expect(await world.redis.exists(`${world.base}turns`)).toBe(0);
  });

  test("of a message that a webhook has told more about already, keeps what is known", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.webhook({ status: "delivered", message: sending });
    await world.finish(sending, verdicts.submit("wamid.A"));
    expect(await world.record(sending.localId)).toMatchObject({ status: "delivered", place: "none", wamid: "wamid.A" });
    expect(await world.redis.exists(keyOf.content(world.base, sending.localId))).toBe(0);
    expect(await world.events()).toEqual([`delivered ${sending.localId}`]);
  });

  test("of a message whose record is gone leaves no new record behind", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.redis.del(keyOf.record(world.base, sending.localId));
    expect(await world.finish(sending, verdicts.submit("wamid.A"))).toEqual({ result: "late", isReady: false });
    expect(await world.redis.exists(keyOf.record(world.base, sending.localId))).toBe(0);
    expect(await world.redis.zcard(keyOf.wire(world.base))).toBe(0);
  });
});

describe("statuses that came before anyone knew the wamid", () => {
  test("are joined, all of them", async () => {
    const world = newWorld();
    const sending = await world.send();
    const parked = await world.webhook({ status: "sent", atMs: NOON_MS + 1 }, { status: "read", atMs: NOON_MS + 2 });
    expect(parked.statuses).toEqual(["parked", "parked"]);
    await world.finish(sending, verdicts.submit("wamid.A"));
    expect(await world.record(sending.localId)).toMatchObject({
      status: "read",
      timeline: expect.arrayContaining([
        { status: "sent", atMs: NOON_MS + 1 },
        { status: "read", atMs: NOON_MS + 2 },
      ]),
    });
    expect((await world.keys()).filter((key) => key.startsWith(`${world.base}o:`))).toEqual([]);
  });

  test("and the turn passes all the same", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    await world.webhook({ status: "sent" });
    expect((await world.finish(sending, verdicts.submit("wamid.A"))).isReady).toBe(true);
    await world.sendAgain(behind);
  });

  test("a failure among them fails the message and says why", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.webhook({ status: "failed" });
    await world.finish(sending, verdicts.submit("wamid.A"));
    expect(await world.record(sending.localId)).toMatchObject({ status: "failed", failure: failureOf("rejected") });
  });
});

describe("failed for good", () => {
  test("the record says why, the feed as well, and the turn passes", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    world.pass(150);
    expect(await world.finish(sending, verdicts.fail())).toEqual({ result: "done", isReady: true });
    expect((await world.record(behind)).place).toBe("backlog");
    expect(await world.record(sending.localId)).toMatchObject({
      status: "failed",
      isFinal: true,
      place: "none",
      failure: failureOf("rejected"),
      sends: [{ number: 1, outcome: "rejected", code: 131026, httpStatus: 400 }],
      timeline: [
        { status: "queued", atMs: NOON_MS },
        { status: "sending", atMs: NOON_MS },
        { status: "failed", atMs: NOON_MS + 150 },
      ],
    });
    expect(await world.events()).toEqual([`failed ${sending.localId}`]);
    expect((await world.keys()).filter((key) => key.startsWith(`${world.base}w:`))).toEqual([]); // it has no wamid
  });

  test("the content stays for a while: somebody may want to send it again", async () => {
    const world = newWorld({ settings: { bodyDays: 1 } });
    const sending = await world.send();
    await world.finish(sending, verdicts.fail());
    const ttlMs = await world.redis.pttl(keyOf.content(world.base, sending.localId));
    expect(ttlMs).toBeGreaterThan(0.9 * DAY_MS);
  });
});

describe("a transient failure", () => {
  test("waits and keeps its turn; the attempt is counted", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    expect(await world.finish(sending, verdicts.retry(2_000))).toEqual({ result: "done", isReady: false });
    expect(await world.record(sending.localId)).toMatchObject({
      status: "queued",
      place: "later",
      waitReason: "retry",
      waitUntilMs: NOON_MS + 2_000,
      attempts: 1,
      throttles: 0,
      failure: failureOf("transient"),
    });
    expect((await world.record(behind)).place).toBe("turn");
    expect(await world.events()).toEqual([]);
  });

  test("neither the record nor the content ends while it waits", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.retry(2_000));
    expect(await world.redis.pttl(keyOf.record(world.base, sending.localId))).toBe(-1);
    expect(await world.redis.pttl(keyOf.content(world.base, sending.localId))).toBe(-1);
  });

  test("the next send is numbered on, and both are in the record", async () => {
    const world = newWorld();
    const first = await world.send();
    await world.finish(first, verdicts.retry(2_000));
    world.pass(2_000);
    await world.promote();
    await world.finish(await world.sendAgain(first.localId), verdicts.submit("wamid.A"));
    expect(await world.record(first.localId)).toMatchObject({
      status: "submitted",
      attempts: 2,
      sends: [
        { number: 1, outcome: "transient" },
        { number: 2, outcome: "accepted" },
      ],
    });
  });
});

test("a message without a template that is told its template is paused rests by itself, and is not sent in a loop", async () => {
  const world = newWorld();
  const sending = await world.send({ type: "text", template: null });
  const hold = { of: "template", forMs: 60_000 } as const;
  await world.finish(sending, verdicts.snooze(0, { reason: "template-held", hold }));
  expect(await world.record(sending.localId)).toMatchObject({
    place: "later",
    waitReason: "template-held",
    waitUntilMs: NOON_MS + 60_000,
  });
});

describe("a throttle", () => {
  // P4: being told to slow down is no failure.
  test("uses up no attempt, and no send of it is on record", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.snooze(1_000, { reason: "pair-throttled" }));
    expect(await world.record(sending.localId)).toMatchObject({
      status: "queued",
      place: "later",
      waitReason: "pair-throttled",
      waitUntilMs: NOON_MS + 1_000,
      attempts: 0,
      throttles: 1,
      sends: [],
    });
  });

  // The wait for a pair grows with each throttle of that pair; nothing else that makes a message wait may count.
  test("of the pair is counted while it goes on", async () => {
    const world = newWorld();
    let sending = await world.send();
    const counts = [];
    for (const verdict of [
      verdicts.snooze(0, { reason: "throttled" }),
      verdicts.snooze(0, { reason: "sender-held" }),
      verdicts.snooze(0, { reason: "pair-throttled" }),
      verdicts.snooze(0, { reason: "pair-throttled" }),
      verdicts.retry(0),
      verdicts.snooze(0, { reason: "pair-throttled" }),
    ]) {
      await world.finish(sending, verdict);
      sending = await world.sendAgain(sending.localId);
      counts.push(sending.throttles);
    }
    expect(counts).toEqual([0, 0, 1, 2, 0, 1]);
  });

  test("a send that was withheld leaves no failure behind", async () => {
    const world = newWorld();
    const sending = await world.send();
    const verdict = verdicts.snooze(0, { reason: "retry" });
    await world.store.finish(world.sender.id, { ...finishOf(sending, verdict), outcome: "withheld", failure: null });
    expect(await world.record(sending.localId)).toMatchObject({ status: "queued", attempts: 0, failure: null });
    await world.sendAgain(sending.localId);
  });

  describe("of the number", () => {
    const slow = verdicts.snooze(1_000, { slow: true });
    const SLOW = { slowFactor: 0.5, slowFloor: 0.2, slowRecoveryPerSecond: 0.1, paceMargin: 1 };

    /** The µs between two slots: the interval in force. */
    async function intervalUs(world: World): Promise<number> {
      world.pass(60); // past what was reserved before
      return (await world.look()).intervalUs;
    }

    test("slows the sender by the factor, and recovery brings the pace back", async () => {
      const world = newWorld({ pace: 100, settings: SLOW });
      await world.finish(await world.send(), slow);
      const factorAfter = async (ms: number) => {
        world.nowMs = NOON_MS + ms - 60;
        return 10_000 / (await intervalUs(world));
      };
      expect(await factorAfter(1_000)).toBeCloseTo(0.6, 3);
      expect(await factorAfter(3_000)).toBeCloseTo(0.8, 3);
      expect(await factorAfter(5_000)).toBeCloseTo(1, 3);
      expect(await factorAfter(60_000)).toBeCloseTo(1, 3);
    });

    test("of several at once slows it once", async () => {
      const world = newWorld({ pace: 100, settings: SLOW });
      await world.accept({}, {}, {});
      for (const sending of await world.take()) await world.finish(sending, slow);
      expect(10_000 / (await intervalUs(world))).toBeCloseTo(0.506, 3);
    });

    test("told again after a second slows it again, from where it has recovered to, down to a floor", async () => {
      const world = newWorld({ pace: 100, settings: SLOW });
      const factors = [];
      for (let times = 0; times < 3; times++) {
        await world.finish(await world.send({ lane: "urgent" }), slow);
        factors.push(Number(await world.redis.hget(keyOf.senderState(world.base), "slow")));
        world.pass(2_000);
      }
      expect(factors).toEqual([0.5, expect.closeTo(0.35), expect.closeTo(0.275)]);
      for (let times = 0; times < 5; times++) {
        world.pass(1_001);
        await world.finish(await world.send({ lane: "urgent" }), slow);
      }
      expect(Number(await world.redis.hget(keyOf.senderState(world.base), "slow"))).toBe(0.2);
    });
  });
});

test("an answer that says nothing about the sender changes nothing about it", async () => {
  const world = newWorld();
  for (const verdict of [verdicts.submit("wamid.A"), verdicts.fail(), verdicts.retry(1_000), verdicts.snooze(1_000)]) {
    await world.finish(await world.send(), verdict);
  }
  const fields = await world.redis.hkeys(keyOf.senderState(world.base));
  const notes = /^(rg|tk|vt\d|cv\d.+)$/; // who was called, when some were taken, and whose turn it is
  expect(fields.filter((field) => !notes.test(field))).toEqual([]);
});

describe("a sender that must rest", () => {
  const rest = (forMs: number) => verdicts.snooze(forMs, { reason: "sender-held", hold: { of: "sender", forMs } });

  test("is held until then, and the state says for what", async () => {
    const world = newWorld();
    await world.finish(await world.send(), rest(60_000), "number-paused");
    expect(await world.redis.hmget(keyOf.senderState(world.base), "hold", "holdr")).toEqual([
      String(NOON_MS + 60_000),
      "number-paused:131026:400",
    ]);
  });

  // A number paused for ten minutes must not go on because a send of the same moment said "one minute".
  test("is not let go earlier by a shorter rest", async () => {
    const world = newWorld();
    const [first, second] = [await world.send(), await world.send()];
    await world.finish(first, rest(600_000), "number-paused");
    await world.finish(second, rest(60_000), "misconfigured");
    expect(await world.redis.hmget(keyOf.senderState(world.base), "hold", "holdr")).toEqual([
      String(NOON_MS + 600_000),
      "number-paused:131026:400",
    ]);
  });
});

describe("a sender that must rest until somebody resumes it", () => {
  test("sends nothing, however long it lasts, and goes on when it is resumed", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.snooze(0, { reason: "sender-held", hold: { of: "sender", forMs: null } }));
    expect(await world.record(sending.localId)).toMatchObject({ place: "backlog", status: "queued", attempts: 0 });
    world.pass(400 * DAY_MS);
    expect(await world.take()).toEqual([]);
    await world.store.resume(world.sender.id, { kind: "sender" }, "operator");
    await world.sendAgain(sending.localId);
  });
});

describe("a lane that must rest", () => {
  test("sends nothing until then, and other lanes go on", async () => {
    const world = newWorld();
    const sending = await world.send({ lane: "bulk" });
    await world.finish(sending, verdicts.snooze(5_000, { reason: "tier", hold: { of: "lane", forMs: 5_000 } }));
    const bulk = await world.waiting({ lane: "bulk" });
    await world.send({ lane: "normal" });
    world.pass(4_999);
    await world.promote();
    expect(await world.take()).toEqual([]);
    world.pass(1);
    await world.promote();
    expect((await world.take()).map(({ localId }) => localId).sort()).toEqual([sending.localId, bulk].sort());
  });
});

describe("a template that must rest", () => {
  const rest = (forMs: number | null) =>
    verdicts.snooze(0, { reason: "template-held", hold: { of: "template", forMs } });

  test("keeps its messages aside, in order, and lets all others go", async () => {
    const world = newWorld();
    const sending = await world.send({ template: "promo", to: "+491" });
    await world.finish(sending, rest(60_000), "template-paused");
    expect(await world.record(sending.localId)).toMatchObject({
      place: "held",
      waitReason: "template-held",
      status: "queued",
      attempts: 0,
    });
    const next = await world.waiting({ template: "promo" });
    const other = await world.waiting({ template: "code", to: "+491" }); // not even the same recipient waits
    await world.sendAgain(other);
    expect((await world.record(next)).place).toBe("held");
    world.pass(60_000);
    expect(await world.promote()).toBe(true);
    await world.finish({ ...(await world.sendAgain(next)), wireNumber: 1 }, verdicts.submit("wamid.B"));
    expect((await world.record(sending.localId)).place).toBe("turn"); // its recipient's turn is another's now
  });

  test("content and record stay as long as it lasts", async () => {
    const world = newWorld();
    const { localId } = await world.send({ template: "promo" }).then(async (sending) => {
      await world.finish(sending, rest(null));
      return sending;
    });
    expect(await world.redis.pttl(keyOf.content(world.base, localId))).toBe(-1);
    expect(await world.redis.pttl(keyOf.record(world.base, localId))).toBe(-1);
    world.pass(400 * DAY_MS);
    await world.promote();
    expect((await world.record(localId)).place).toBe("held");
  });

  test("is not let go by the provider's word when an operator has paused it", async () => {
    const world = newWorld();
    const sending = await world.send({ template: "promo" });
    await world.store.pause(world.sender.id, { kind: "template", name: "promo" }, "operator");
    await world.finish(sending, rest(1_000));
    world.pass(2_000);
    await world.promote();
    expect((await world.record(sending.localId)).place).toBe("held");
  });

  test("says nothing when the message has none", async () => {
    const world = newWorld();
    await world.finish(await world.send(), rest(60_000));
    expect(await world.redis.exists(keyOf.holds(world.base))).toBe(0);
  });
});

describe("a template that has ended", () => {
  test("fails the others at their turn, with the same words, and nothing is sent for them", async () => {
    const world = newWorld();
    const verdict = { ...verdicts.fail({ code: 132015 }), endsTemplate: true };
    const sending = await world.send({ template: "promo" });
    const [one, other] = [await world.waiting({ template: "promo" }), await world.waiting({ template: "code" })];
    await world.finish(sending, verdict, "template-disabled");
    await world.sendAgain(other);
    for (const localId of [sending.localId, one]) {
      expect(await world.record(localId)).toMatchObject({
        status: "failed",
        place: "none",
        failure: { ...failureOf("template-disabled"), code: 132015 },
      });
    }
    expect((await world.record(one)).sends).toEqual([]);
  });

  test("fails those as well that it kept aside while it rested", async () => {
    const world = newWorld();
    const [first, second] = [await world.send({ template: "promo" }), await world.send({ template: "promo" })];
    await world.finish(first, verdicts.snooze(0, { reason: "template-held", hold: { of: "template", forMs: null } }));
    await world.finish(second, { ...verdicts.fail(), endsTemplate: true }, "template-disabled");
    await world.promote();
    expect(await world.take()).toEqual([]);
    expect(await world.record(first.localId)).toMatchObject({ status: "failed", place: "none" });
  });
});

describe("a recipient that must rest", () => {
  const rest = verdicts.snooze(16_000, { reason: "pair-throttled", hold: { of: "recipient", forMs: 16_000 } });

  test.each(["urgent", "normal", "bulk"] as const)(
    "gets nothing in the lane %s until then, and others do",
    async (lane) => {
      const world = newWorld();
      const sending = await world.send({ to: "+491", lane: "urgent" });
      await world.finish(sending, rest);
      const waiting = await world.waiting({ to: "+491", lane });
      await world.send({ to: "+492", lane });
      world.pass(15_999);
      await world.promote();
      expect(await world.take()).toEqual([]);
      expect((await world.record(waiting)).place).not.toBe("wire");
    },
  );

  test("gets one when the rest is over, and then one per interval", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491", lane: "bulk" });
    await world.accept({ to: "+491", lane: "bulk" }, { to: "+491", lane: "bulk" });
    await world.finish(sending, rest);
    const counts = [];
    for (const ms of [16_000, 5_999, 1, 6_000]) {
      world.pass(ms);
      await world.promote();
      counts.push((await world.take()).length);
    }
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...counts)).toBe(1);
    expect(counts[1]).toBe(0);
  });
});

describe("a portfolio that may reach nobody new", () => {
  test("makes the message wait for its place without the turn: others to the same recipient go on", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    const finished = await world.finish(sending, verdicts.snooze(3_600_000, { reason: "tier" }));
    expect(finished).toEqual({ result: "done", isReady: true });
    expect(await world.record(sending.localId)).toMatchObject({
      place: "later",
      waitReason: "tier",
      waitUntilMs: NOON_MS + 3_600_000,
      attempts: 0,
    });
    const next = await world.sendAgain(behind);
    world.pass(3_600_000);
    await world.promote();
    expect((await world.record(sending.localId)).place).toBe("turn"); // behind who has the turn by now
    await world.finish(next, verdicts.submit("wamid.B"));
    await world.sendAgain(sending.localId);
  });
});

describe("a doubt that the provider's outage is to blame for", () => {
  test("waits like any doubt and uses up no attempt", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, { kind: "doubt", afterMs: 1_000, unsettled: "resend", counted: false });
    expect(await world.record(sending.localId)).toMatchObject({ status: "unconfirmed", place: "later", attempts: 0 });
    world.pass(1_000);
    await world.promote();
    expect(await world.sendAgain(sending.localId)).toMatchObject({ attempts: 1, wireNumber: 2 });
  });
});

describe("a message that cannot be worked with", () => {
  /** What a bug or a hand might leave behind. */
  const damages: { what: string; damage: (world: World, localId: string) => Promise<unknown> }[] = [
    {
      what: "whose record is no record",
      damage: async ({ redis, base }, localId) => {
        await redis.del(keyOf.record(base, localId));
        return redis.set(keyOf.record(base, localId), "?");
      },
    },
    {
      what: "whose record has lost when it was accepted",
      damage: ({ redis, base }, localId) => redis.hdel(keyOf.record(base, localId), "q"),
    },
  ];

  test.each(damages)("$what is set aside, and none of its neighbours is without lease or place", async ({ damage }) => {
    const world = newWorld();
    await world.accept({ to: "+491" }, {}, { to: "+492" }, {}, {});
    const [before, damaged, after, doubted, late] = await world.take();
    if (!before || !damaged || !after || !doubted || !late) throw new Error("five should have gone");
    const behind = await world.waiting({ to: "+492" });
    await damage(world, damaged.localId);
    const answers = await Promise.all([
      world.finish(before, verdicts.submit("wamid.before")),
      world.finish(damaged, verdicts.submit("wamid.damaged")),
      world.finish(after, verdicts.fail()),
      world.finish(doubted, verdicts.doubt(1_000, "resend")),
      world.finish(late, verdicts.retry(1_000)),
    ]);
    expect(answers.map(({ result }) => result)).toEqual(["done", "damaged", "done", "done", "done"]);
    const [aside] = await world.redis.xrange(keyOf.aside(world.base), "-", "+");
    expect(aside?.[1]).toEqual(["reason", "damaged record", "json", expect.stringContaining(damaged.localId)]);
    expect(await world.redis.zcard(keyOf.wire(world.base))).toBe(0);
    const others = await Promise.all([before, after, doubted, late].map((each) => world.record(each.localId)));
    expect(others.map(({ status, place }) => `${status} ${place}`)).toEqual([
      "submitted none",
      "failed none",
      "unconfirmed later",
      "queued later",
    ]);
    await world.sendAgain(behind);
  });
});

describe("a doubt", () => {
  test("makes the message unconfirmed until it is settled; its turn does not pass", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    expect(await world.finish(sending, verdicts.doubt(30_000, "resend"))).toEqual({ result: "done", isReady: false });
    expect(await world.record(sending.localId)).toMatchObject({
      status: "unconfirmed",
      place: "later",
      waitReason: "doubt",
      waitUntilMs: NOON_MS + 30_000,
      attempts: 1,
      sends: [{ number: 1, outcome: "unknown" }],
    });
    expect((await world.record(behind)).place).toBe("turn");
    expect(await world.events()).toEqual([`unconfirmed ${sending.localId}`]);
  });

  test("about a second send is the same doubt: it began with the first, and the feed knows", async () => {
    const world = newWorld();
    const first = await world.send();
    world.pass(150);
    await world.finish(first, verdicts.doubt(1_000, "resend"));
    world.pass(1_000);
    await world.promote();
    await world.finish(await world.sendAgain(first.localId), verdicts.doubt(1_000, "resend"));
    const { timeline } = await world.record(first.localId);
    expect(timeline).toContainEqual({ status: "unconfirmed", atMs: NOON_MS + 150 });
    expect(await world.events()).toEqual([`unconfirmed ${first.localId}`]);
  });

  test("stays on record when the next send of it has to wait as well", async () => {
    const world = newWorld();
    const first = await world.send();
    await world.finish(first, verdicts.doubt(1_000, "resend"));
    world.pass(1_000);
    await world.promote();
    await world.finish(await world.sendAgain(first.localId), verdicts.snooze(500));
    expect(await world.record(first.localId)).toMatchObject({ status: "unconfirmed", place: "later", resends: 1 });
    expect(await world.events()).toHaveLength(1);
  });
});

describe("an answer that comes after the lease was reaped", () => {
  async function reaped(world: World, fields = {}) {
    const sending = await world.send(fields);
    world.pass(20_000);
    expect((await world.reap()).reaped).toBe(1);
    return sending;
  }

  test("accepted: settles the doubt and passes the turn", async () => {
    const world = newWorld();
    const sending = await reaped(world, { to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    const finished = await world.finish(sending, verdicts.submit("wamid.A"));
    expect(finished).toEqual({ result: "done", isReady: true });
    await world.sendAgain(behind);
    expect(await world.record(sending.localId)).toMatchObject({
      status: "submitted",
      place: "none",
      wamid: "wamid.A",
      sends: [{ number: 1, outcome: "accepted" }],
    });
    world.pass(3_600_000);
    expect(await world.promote()).toBe(false);
  });

  test("rejected: fails the message with the provider's reason", async () => {
    const world = newWorld();
    const sending = await reaped(world);
    await world.finish(sending, verdicts.fail());
    expect(await world.record(sending.localId)).toMatchObject({
      status: "failed",
      place: "none",
      failure: failureOf("rejected"),
    });
  });

  test("throttled: it was not taken, so it goes on after the throttle, without an attempt used", async () => {
    const world = newWorld();
    const sending = await reaped(world);
    await world.finish(sending, verdicts.snooze(1_000));
    expect(await world.record(sending.localId)).toMatchObject({
      place: "later",
      waitReason: "throttled",
      waitUntilMs: world.nowMs + 1_000,
      attempts: 0,
      sends: [],
    });
    world.pass(1_000);
    expect(await world.promote()).toBe(true);
    expect((await world.record(sending.localId)).resends).toBe(0);
  });

  test.each([
    { what: "while the next send is under way", isOrdered: false },
    { what: "after somebody ordered it again", isOrdered: true },
  ])("throttled $what: only what was sent counts as an attempt, told once or twice", async ({ isOrdered }) => {
    const world = newWorld();
    const first = await reaped(world, isOrdered ? { doubtPolicy: "fail" } : {});
    world.pass(200_000);
    await world.promote();
    if (isOrdered) await world.store.retry(world.sender.id, [first.localId], null);
    await world.sendAgain(first.localId);
    for (let told = 0; told < 2; told += 1) {
      expect((await world.finish(first, verdicts.snooze(1_000))).result).toBe("late");
      expect(await world.record(first.localId)).toMatchObject({ place: "wire", attempts: 1, sends: [{ number: 2 }] });
    }
  });

  test("accepted after the policy gave up: the message is submitted after all", async () => {
    const world = newWorld();
    const sending = await reaped(world, { doubtPolicy: "fail" });
    world.pass(200_000);
    await world.promote();
    expect((await world.record(sending.localId)).status).toBe("failed");
    expect((await world.finish(sending, verdicts.submit("wamid.A"))).result).toBe("done");
    expect(await world.record(sending.localId)).toMatchObject({ status: "submitted", wamid: "wamid.A" });
  });

  test.each([
    { what: "rejected", verdict: verdicts.fail() },
    { what: "throttled", verdict: verdicts.snooze(1_000) },
    { what: "transient", verdict: verdicts.retry(1_000) },
  ])("$what after the policy gave up: nothing starts again", async ({ verdict }) => {
    const world = newWorld();
    const sending = await reaped(world, { doubtPolicy: "fail" });
    world.pass(200_000);
    await world.promote();
    expect(await world.finish(sending, verdict)).toEqual({ result: "late", isReady: false });
    expect(await world.record(sending.localId)).toMatchObject({ status: "failed", place: "none" });
  });

  test("accepted while the message is back in its backlog: it is not sent a second time", async () => {
    const world = newWorld();
    const sending = await reaped(world);
    world.pass(200_000);
    await world.promote();
    expect((await world.record(sending.localId)).place).toBe("backlog");
    await world.finish(sending, verdicts.submit("wamid.A"));
    expect(await world.take()).toEqual([]);
    expect((await world.record(sending.localId)).status).toBe("submitted");
  });

  test("throttled while the message is back in its backlog: it stays there", async () => {
    const world = newWorld();
    const sending = await reaped(world);
    world.pass(200_000);
    await world.promote();
    expect(await world.finish(sending, verdicts.snooze(60_000))).toEqual({ result: "late", isReady: false });
    expect((await world.record(sending.localId)).place).toBe("backlog");
  });
});

describe("an answer to an older send, while a newer one is on the wire", () => {
  async function twoSends(world: World) {
    const first = await world.send();
    world.pass(20_000);
    await world.reap();
    world.pass(200_000);
    await world.promote();
    return { first, second: await world.sendAgain(first.localId) };
  }

  test("accepted: the message is submitted, and the newer answer is still waited for", async () => {
    const world = newWorld();
    const { first, second } = await twoSends(world);
    expect((await world.finish(first, verdicts.submit("wamid.1"))).result).toBe("late");
    expect(await world.record(first.localId)).toMatchObject({ status: "submitted", place: "wire", wamid: "wamid.1" });
    const submittedAtMs = world.nowMs;
    world.pass(1_000);
    await world.finish(second, verdicts.submit("wamid.2"));
    expect((await world.record(first.localId)).timeline).toContainEqual({ status: "submitted", atMs: submittedAtMs });
    expect(await world.record(first.localId)).toMatchObject({
      status: "submitted",
      place: "none",
      wamid: "wamid.1",
      sends: [
        { number: 1, outcome: "accepted" },
        { number: 2, outcome: "accepted" },
      ],
    });
  });

  test.each([
    { what: "rejected", verdict: verdicts.fail() },
    { what: "transient", verdict: verdicts.retry(1_000) },
    { what: "in doubt", verdict: verdicts.doubt(1_000, "resend") },
  ])("accepted, and the newer one $what: it stays submitted and is not sent again", async ({ verdict }) => {
    const world = newWorld();
    const { first, second } = await twoSends(world);
    await world.finish(first, verdicts.submit("wamid.1"));
    await world.finish(second, verdict);
    expect(await world.record(first.localId)).toMatchObject({ status: "submitted", place: "none" });
    world.pass(3_600_000);
    expect(await world.promote()).toBe(false);
  });

  test("rejected: says nothing about the newer one", async () => {
    const world = newWorld();
    const { first, second } = await twoSends(world);
    expect((await world.finish(first, verdicts.fail())).result).toBe("late");
    expect(await world.record(first.localId)).toMatchObject({
      status: "unconfirmed",
      place: "wire",
      sends: [
        { number: 1, outcome: "rejected" },
        { number: 2, outcome: null },
      ],
    });
    await world.finish(second, verdicts.submit("wamid.2"));
    expect((await world.record(first.localId)).status).toBe("submitted");
  });

  test("throttled: the newer send keeps its attempt, and the throttled one counts as none", async () => {
    const world = newWorld();
    const { first, second } = await twoSends(world);
    await world.finish(first, verdicts.snooze(1_000));
    expect(await world.record(second.localId)).toMatchObject({ place: "wire", attempts: 1, sends: [{ number: 2 }] });
  });

  test("both wamids lead to the message from then on", async () => {
    const world = newWorld();
    const { first, second } = await twoSends(world);
    await world.finish(first, verdicts.submit("wamid.1"));
    await world.finish(second, verdicts.submit("wamid.2"));
    const { statuses } = await world.webhook(
      { status: "sent", wamid: "wamid.2" },
      { status: "delivered", wamid: "wamid.1" },
    );
    expect(statuses).toEqual(["applied", "applied"]);
    expect((await world.record(first.localId)).status).toBe("delivered");
  });
});

// After a reconnect the worker cannot know whether its finish arrived, and sends it again.
describe("the same finish a second time", () => {
  test.each([
    { what: "submit", verdict: verdicts.submit("wamid.A") },
    { what: "fail", verdict: verdicts.fail() },
    { what: "retry", verdict: verdicts.retry(1_000) },
    { what: "snooze", verdict: verdicts.snooze(1_000, { slow: true }) },
    { what: "hold", verdict: verdicts.snooze(1_000, { reason: "sender-held", hold: { of: "sender", forMs: 1_000 } }) },
    { what: "doubt, sent again", verdict: verdicts.doubt(1_000, "resend") },
    { what: "doubt, given up", verdict: verdicts.doubt(1_000, "fail") },
  ])("changes nothing: $what", async ({ verdict }) => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    await world.finish(sending, verdict);
    const before = [await world.record(sending.localId), await world.record(behind), await world.events()];
    const repeated = await world.finish(sending, verdict);
    expect([await world.record(sending.localId), await world.record(behind), await world.events()]).toEqual(before);
    expect(repeated.isReady).toBe(false);
  });

  test.each([
    { what: "retry", verdict: verdicts.retry(0) },
    { what: "snooze", verdict: verdicts.snooze(0) },
    { what: "doubt", verdict: verdicts.doubt(0, "resend") },
  ])("after the message went on changes nothing either: $what", async ({ verdict }) => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdict);
    await world.promote();
    for (const where of ["backlog", "wire"] as const) {
      if (where === "wire") await world.sendAgain(sending.localId);
      expect((await world.record(sending.localId)).place).toBe(where);
      const before = await world.record(sending.localId);
      expect(await world.finish(sending, verdict)).toEqual({ result: "late", isReady: false });
      expect({ ...(await world.record(sending.localId)), sends: [] }).toEqual({ ...before, sends: [] });
    }
  });
});

test("finishes of one moment share a call, and each gets its own answer", async () => {
  const world = newWorld();
  const [a, b, c] = [await world.send({ to: "+491" }), await world.send(), await world.send()];
  await world.waiting({ to: "+491" });
  const answers = await Promise.all([
    world.finish(a, verdicts.submit("wamid.A")),
    world.finish(b, verdicts.fail()),
    world.finish({ ...c, wireNumber: 9 }, verdicts.retry(1_000)),
  ]);
  expect(answers.map(({ result }) => result)).toEqual(["done", "done", "late"]);
  expect(answers.map(({ isReady }) => isReady)).toEqual([true, true, true]); // there is one backlog to look at, for all
});
