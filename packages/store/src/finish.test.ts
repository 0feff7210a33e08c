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
    expect(await world.finish(sending, verdicts.submit("wamid.HBgL"))).toEqual({ inTime: true, next: null });
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
    const { next } = await world.finish(sending, verdicts.submit("wamid.A"));
    expect(next).toEqual({ localId: second, promotion: 1, lane: 1 });
    expect((await world.record(second)).place).toBe("due");
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
    expect(await world.finish(sending, verdicts.submit("wamid.A"))).toEqual({ inTime: false, next: null });
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
    const { next } = await world.finish(sending, verdicts.submit("wamid.A"));
    expect(next).toEqual({ localId: behind, promotion: 1, lane: 1 });
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
    const { inTime, next } = await world.finish(sending, verdicts.fail());
    expect({ inTime, next }).toEqual({ inTime: true, next: { localId: behind, promotion: 1, lane: 1 } });
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
    expect(await world.finish(sending, verdicts.retry(2_000))).toEqual({ inTime: true, next: null });
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
    const [job] = await world.promote();
    await world.finish(await world.send(job), verdicts.submit("wamid.A"));
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
      const [job] = await world.promote();
      sending = await world.send(job);
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
    expect(await world.promote()).toMatchObject([{ localId: sending.localId, promotion: 2 }]);
  });

  describe("of the number", () => {
    const slow = verdicts.snooze(1_000, { slow: true });
    const SLOW = { slowFactor: 0.5, slowFloor: 0.2, slowRecoveryPerSecond: 0.1, paceMargin: 1 };

    /** The µs from now to the slot of the second of two new messages: the interval in force. */
    async function intervalUs(world: World): Promise<number> {
      world.pass(60); // past what was reserved before
      const jobs = [await world.due({ lane: "urgent" }), await world.due({ lane: "urgent" })];
      const slots = [];
      for (const job of jobs) slots.push((await world.send(job)).slotUs);
      return (slots[1] ?? 0) - (slots[0] ?? 0);
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
      const sends = [await world.send(), await world.send(), await world.send()];
      for (const sending of sends) await world.finish(sending, slow);
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
  expect(await world.redis.exists(keyOf.senderState(world.base))).toBe(0);
});

describe("a sender that must rest", () => {
  const rest = (forMs: number) => verdicts.snooze(forMs, { reason: "sender-held", holdSenderMs: forMs });

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

describe("a doubt", () => {
  test("makes the message unconfirmed until it is settled; its turn does not pass", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const behind = await world.waiting({ to: "+491" });
    expect(await world.finish(sending, verdicts.doubt(30_000, "resend"))).toEqual({ inTime: true, next: null });
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
    const [job] = await world.promote();
    await world.finish(await world.send(job), verdicts.doubt(1_000, "resend"));
    const { timeline } = await world.record(first.localId);
    expect(timeline).toContainEqual({ status: "unconfirmed", atMs: NOON_MS + 150 });
    expect(await world.events()).toEqual([`unconfirmed ${first.localId}`]);
  });

  test("stays on record when the next send of it has to wait as well", async () => {
    const world = newWorld();
    const first = await world.send();
    await world.finish(first, verdicts.doubt(1_000, "resend"));
    world.pass(1_000);
    const [job] = await world.promote();
    await world.finish(await world.send(job), verdicts.snooze(500));
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
    expect(finished).toEqual({ inTime: true, next: { localId: behind, promotion: 1, lane: 1 } });
    expect(await world.record(sending.localId)).toMatchObject({
      status: "submitted",
      place: "none",
      wamid: "wamid.A",
      sends: [{ number: 1, outcome: "accepted" }],
    });
    world.pass(3_600_000);
    expect(await world.promote()).not.toContainEqual(expect.objectContaining({ localId: sending.localId }));
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
    expect(await world.promote()).toHaveLength(1);
    expect((await world.record(sending.localId)).resends).toBe(0);
  });

  test("accepted after the policy gave up: the message is submitted after all", async () => {
    const world = newWorld();
    const sending = await reaped(world, { doubtPolicy: "fail" });
    world.pass(200_000);
    await world.promote();
    expect((await world.record(sending.localId)).status).toBe("failed");
    expect((await world.finish(sending, verdicts.submit("wamid.A"))).inTime).toBe(true);
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
    expect(await world.finish(sending, verdict)).toEqual({ inTime: false, next: null });
    expect(await world.record(sending.localId)).toMatchObject({ status: "failed", place: "none" });
  });

  test("accepted while the message is due again: it is not sent a second time", async () => {
    const world = newWorld();
    const sending = await reaped(world);
    world.pass(200_000);
    const [again] = await world.promote();
    await world.finish(sending, verdicts.submit("wamid.A"));
    expect(await world.begin(again ?? { localId: "", promotion: 0, lane: 0 })).toEqual({ kind: "stale" });
    expect((await world.record(sending.localId)).status).toBe("submitted");
  });

  test("throttled while the message is due again: it stays due", async () => {
    const world = newWorld();
    const sending = await reaped(world);
    world.pass(200_000);
    await world.promote();
    expect(await world.finish(sending, verdicts.snooze(60_000))).toEqual({ inTime: false, next: null });
    expect((await world.record(sending.localId)).place).toBe("due");
  });
});

describe("an answer to an older send, while a newer one is on the wire", () => {
  async function twoSends(world: World) {
    const first = await world.send();
    world.pass(20_000);
    await world.reap();
    world.pass(200_000);
    const [job] = await world.promote();
    return { first, second: await world.send(job) };
  }

  test("accepted: the message is submitted, and the newer answer is still waited for", async () => {
    const world = newWorld();
    const { first, second } = await twoSends(world);
    expect((await world.finish(first, verdicts.submit("wamid.1"))).inTime).toBe(false);
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
    expect(await world.promote()).toEqual([]);
  });

  test("rejected: says nothing about the newer one", async () => {
    const world = newWorld();
    const { first, second } = await twoSends(world);
    expect((await world.finish(first, verdicts.fail())).inTime).toBe(false);
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

  test("throttled: the newer send keeps its attempt", async () => {
    const world = newWorld();
    const { first, second } = await twoSends(world);
    await world.finish(first, verdicts.snooze(1_000));
    expect(await world.record(second.localId)).toMatchObject({ place: "wire", attempts: 2, sends: [{ number: 2 }] });
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
    { what: "hold", verdict: verdicts.snooze(1_000, { reason: "sender-held", holdSenderMs: 1_000 }) },
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
    expect(repeated.next).toBeNull();
  });

  test.each([
    { what: "retry", verdict: verdicts.retry(0) },
    { what: "snooze", verdict: verdicts.snooze(0) },
    { what: "doubt", verdict: verdicts.doubt(0, "resend") },
  ])("after the message went on changes nothing either: $what", async ({ verdict }) => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdict);
    const [job] = await world.promote();
    for (const where of ["due", "wire"] as const) {
      if (where === "wire") await world.send(job);
      const before = await world.record(sending.localId);
      expect(await world.finish(sending, verdict)).toEqual({ inTime: false, next: null });
      expect({ ...(await world.record(sending.localId)), sends: [] }).toEqual({ ...before, sends: [] });
    }
  });
});

test("finishes of one moment share a call, and each gets its own answer", async () => {
  const world = newWorld();
  const [a, b, c] = [await world.send({ to: "+491" }), await world.send(), await world.send()];
  const behind = await world.waiting({ to: "+491" });
  const answers = await Promise.all([
    world.finish(a, verdicts.submit("wamid.A")),
    world.finish(b, verdicts.fail()),
    world.finish({ ...c, wireNumber: 9 }, verdicts.retry(1_000)),
  ]);
  expect(answers).toEqual([
    { inTime: true, next: { localId: behind, promotion: 1, lane: 1 } },
    { inTime: true, next: null },
    { inTime: false, next: null },
  ]);
});
