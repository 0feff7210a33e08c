// What statuses do to records, in every order and repetition in which the provider may bring them (promise P7), and what
// becomes of those that belong to nothing of ours.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { messageId } from "@tern/core";
import { testRedisUrl } from "@tern/devkit";
import { formatCallbackData } from "@tern/dialog360";
import { createConsumer } from "@tern/queue";
import { systemClock } from "@tern/runtime";
import { connectRedis, keyOf, senderBase } from "@tern/store";
import {
  body,
  DEMO,
  entry,
  inbound,
  OTHER,
  type Sent,
  startWorld,
  status,
  type World,
} from "./testing/webhook-world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
});

const post = async (...statuses: unknown[]) => expect((await world.post(body({ statuses }))).status).toBe(200);
const withoutCallback = (sent: Sent, word: string, fields = {}) =>
  status(sent, word, { biz_opaque_callback_data: undefined, ...fields });

/** What the counters of items say that this brought. */
async function countsOf(bring: () => Promise<unknown>): Promise<Record<string, number>> {
  const results = [
    "applied",
    "same",
    "parked",
    "gone",
    "damaged",
    "inbound",
    "inbound-again",
    "event",
    "aside",
    "unroutable",
    "unreadable",
  ];
  const read = () => Promise.all(results.map((result) => world.count("items", result)));
  const before = await read();
  await bring();
  const after = await read();
  const grown = results.map((result, at): [string, number] => [result, (after[at] ?? 0) - (before[at] ?? 0)]);
  return Object.fromEntries(grown.filter(([, by]) => by > 0));
}

describe("a status of a message of ours", () => {
  test("with callback data reaches its record, with the provider's time and price", async () => {
    const sent = await world.submitted();
    const pricing = { billable: true, pricing_model: "PMP", type: "regular", category: "utility" };
    expect(await countsOf(() => post(status(sent, "sent", { pricing })))).toEqual({ applied: 1 });
    const record = await world.record(sent);
    expect(record).toMatchObject({ status: "sent", wamid: sent.wamid });
    expect(record.pricing).toEqual({ category: "utility", type: "regular", model: "PMP", billable: true });
    expect(record.timeline.at(-1)?.status).toBe("sent");
    expect((await world.stream("events")).at(-1)).toMatchObject({ id: sent.localId, s: "sent", at: "1750030073000" });
  });

  test("without callback data reaches it by its wamid", async () => {
    const sent = await world.submitted();
    expect(await countsOf(() => post(withoutCallback(sent, "delivered")))).toEqual({ applied: 1 });
    expect((await world.record(sent)).status).toBe("delivered");
  });

  test("with callback data of another system reaches it by its wamid", async () => {
    const sent = await world.submitted();
    await post(status(sent, "delivered", { biz_opaque_callback_data: "campaign-7" }));
    expect((await world.record(sent)).status).toBe("delivered");
  });

  test("before the send's own answer: it holds, and the answer takes nothing back", async () => {
    const sent = await world.onTheWire();
    await post(status(sent, "delivered"));
    expect(await world.record(sent)).toMatchObject({ status: "delivered", wamid: sent.wamid, place: "wire" });
    await world.finish(sent, { kind: "submit", wamid: sent.wamid });
    expect(await world.record(sent)).toMatchObject({ status: "delivered", wamid: sent.wamid, place: "none" });
  });

  test("before the send's own answer and without callback data: parked, and joined when the answer names the wamid", async () => {
    const sent = await world.onTheWire();
    const counts = await countsOf(() => post(withoutCallback(sent, "read"), withoutCallback(sent, "sent")));
    expect(counts).toEqual({ parked: 2 });
    expect((await world.record(sent)).status).toBe("sending");
    await world.finish(sent, { kind: "submit", wamid: sent.wamid });
    const record = await world.record(sent);
    expect(record.status).toBe("read");
    expect(record.timeline.map((step) => step.status)).toEqual(["queued", "sending", "submitted", "sent", "read"]);
  });

  test("failed with a code: the record fails, with what to do about it", async () => {
    const sent = await world.submitted();
    const errors = [{ code: 131026, title: "Message undeliverable", error_data: { details: "not on WhatsApp" } }];
    await post(status(sent, "sent"), status(sent, "failed", { errors }));
    const { status: word, failure, isFinal } = await world.record(sent);
    expect({ word, isFinal }).toEqual({ word: "failed", isFinal: true });
    expect(failure).toMatchObject({ class: "rejected", code: 131026 });
    expect(failure?.hint).toMatch(/\w{3}/);
  });

  test("failed without a reason: the record fails and says that there is none", async () => {
    const sent = await world.submitted();
    await post(status(sent, "failed"));
    expect(await world.record(sent)).toMatchObject({ status: "failed", failure: { code: null, class: "rejected" } });
  });

  test("a failure that we concluded ourselves gives way to the provider's word", async () => {
    const sent = await world.onTheWire();
    const failure = { code: null, httpStatus: null, reason: "no answer", hint: "wait" };
    await world.finish(sent, { kind: "fail", failure, endsTemplate: false });
    expect((await world.record(sent)).status).toBe("failed");
    await post(status(sent, "delivered"));
    expect((await world.record(sent)).status).toBe("delivered");
  });

  test("without a time: the moment it came stands in", async () => {
    const sent = await world.submitted();
    const before = systemClock.nowMs();
    await post(status(sent, "sent", { timestamp: "soon" }));
    const atMs = (await world.record(sent)).timeline.at(-1)?.atMs ?? 0;
    expect(atMs).toBeGreaterThanOrEqual(before);
    expect(atMs).toBeLessThanOrEqual(systemClock.nowMs());
  });

  test("on a body that names no number (the sandbox's legacy shape) is routed by its callback data", async () => {
    const sent = await world.submitted();
    expect((await world.post({ statuses: [status(sent, "read")] })).status).toBe(200);
    expect((await world.record(sent)).status).toBe("read");
  });
});

describe("order and repetition", () => {
  const words = ["sent", "delivered", "read", "failed"] as const;
  const errors = [{ code: 131026, title: "Message undeliverable" }];
  // Seconds in which none of the messages was accepted.
  const reportedS = Math.floor(systemClock.nowMs() / 1_000) + 3_600;
  const reports = (sent: Sent) =>
    words.map((word, at) =>
      status(sent, word, { timestamp: String(reportedS + at), ...(word === "failed" && { errors }) }),
    );

  test("every order of four statuses, each twice, one by one or in one body, ends in the same record", async () => {
    const ends = await Promise.all(
      permutations([0, 1, 2, 3]).map(async (order, nth) => {
        const sent = await world.submitted();
        const all = reports(sent);
        const doubled = [...order, ...order.toReversed()].map((at) => all[at]);
        if (nth % 2 === 0) await post(...doubled);
        else for (const one of doubled) await post(one);
        const { status: word, failure, pricing, timeline } = await world.record(sent);
        const provider = timeline.filter((step) => words.some((each) => each === step.status));
        return { word, code: failure?.code, pricing, provider };
      }),
    );
    expect(ends).toHaveLength(24);
    for (const end of ends) expect(end).toEqual(ends[0]);
    expect(ends[0]).toMatchObject({ word: "read", code: 131026 });
  });

  test("the same request once more is the same, not new: no second event", async () => {
    const sent = await world.submitted();
    await post(...reports(sent));
    const events = (await world.stream("events")).length;
    expect(await countsOf(() => post(...reports(sent)))).toEqual({ same: 4 });
    expect(await world.stream("events")).toHaveLength(events);
  });
});

test("1,000 statuses, one of them poison: 200, 999 applied, one set aside with its reason and the body", async () => {
  const all = await Promise.all(Array.from({ length: 999 }, () => world.submitted()));
  const statuses: unknown[] = all.map((sent) => status(sent, "sent"));
  statuses.splice(500, 0, { status: { sent: true }, id: null });
  const startMs = systemClock.monotonicMs();
  expect(await countsOf(() => post(...statuses))).toEqual({ applied: 999, aside: 1 });
  expect(systemClock.monotonicMs() - startMs).toBeLessThan(5_000); // the provider gives up after 5 s
  const records = await Promise.all(all.map((sent) => world.record(sent)));
  expect(new Set(records.map((record) => record.status))).toEqual(new Set(["sent"]));
  expect((await world.stream("aside", "unroutable")).at(-1)).toEqual({
    reason: "a status without id or status",
    json: '{"status":{"sent":true},"id":null}',
  });
  expect((await world.stream("raw")).at(-1)?.body).toContain('{"status":{"sent":true},"id":null}');
});

describe("what is not about a message of ours", () => {
  test("a status of another system's message on the same number waits a while and is forgotten", async () => {
    const foreign = { wamid: "wamid.FOREIGN", callback: "theirs" };
    expect(await countsOf(() => post(status(foreign, "read")))).toEqual({ parked: 1 });
    const parked = await world.redis.keys(`${senderBase(world.prefix, DEMO.id).replace("{", "\\{")}o:*`);
    const lives = await Promise.all(parked.map((key) => world.redis.pttl(key)));
    expect(lives.length).toBeGreaterThan(0);
    for (const ms of lives) expect(ms > 0 && ms <= 600_000).toBe(true);
  });

  test("a status of a record that has ended changes nothing", async () => {
    const localId = "01kahz3n8qf6q9t0x2m4w7c5rd";
    const callback = formatCallbackData({ messageId: messageId({ sender: DEMO.id, localId }), wireNumber: 1 });
    expect(await countsOf(() => post(status({ wamid: "wamid.LONGAGO", callback }, "read")))).toEqual({ gone: 1 });
    expect(await world.store.read(DEMO.id, localId)).toBeNull();
  });

  test("a status word that we do not know is kept, and the record stays as it was", async () => {
    const sent = await world.submitted();
    expect(await countsOf(() => post(status(sent, "deleted"), status(sent, "sent")))).toEqual({ applied: 1, aside: 1 });
    expect((await world.record(sent)).status).toBe("sent");
    const kept = (await world.stream("aside")).at(-1);
    expect(kept?.reason).toBe("unknown status");
    expect(JSON.parse(kept?.json ?? "")).toMatchObject({ wamid: sent.wamid, statusText: "deleted" });
  });

  test("a field that we do not know is told to the feed of its number; one of the account to the feeds of all its numbers", async () => {
    const numbered = entry({ flow_id: "7" });
    const ofAccount = {
      id: DEMO.wabaId,
      changes: [{ field: "account_update", value: { event: "ACCOUNT_VIOLATION" } }],
    };
    const changes = [{ ...numbered.changes[0], field: "flows" }];
    const asked = { object: "whatsapp_business_account", entry: [{ ...numbered, changes }, ofAccount] };
    expect(await countsOf(() => world.post(asked))).toEqual({ event: 3 });
    const told = (await world.stream("events")).slice(-2);
    expect(told.map(({ y }) => y)).toEqual(["other", "account-update"]);
    expect(told[1]?.json).toContain("ACCOUNT_VIOLATION");
    expect((await world.stream("events", OTHER.id)).at(-1)?.json).toBe(told[1]?.json);
  });

  test("an error about the number, not about a message, is kept with the number", async () => {
    const errors = [{ code: 130429, title: "Rate limit hit" }];
    expect(await countsOf(() => world.post(body({ errors })))).toEqual({ event: 1 });
    const told = (await world.stream("events")).at(-1);
    expect(told?.y).toBe("number-error");
    expect(JSON.parse(told?.json ?? "")).toMatchObject({ code: 130429, failure: { class: "throttled" } });
  });

  describe("the provider's word in passing that a number sends too fast", () => {
    const slowFactor = () => world.redis.hget(keyOf.senderState(senderBase(world.prefix, DEMO.id)), "slow");
    const failed = (code: number, atMs = Date.now()) => ({
      ...status({ wamid: "wamid.FAST", callback: "x" }, "failed"),
      timestamp: String(Math.floor(atMs / 1_000)),
      errors: [{ code, title: "said by the provider" }],
    });
    beforeEach(async () => {
      await world.redis.hdel(keyOf.senderState(senderBase(world.prefix, DEMO.id)), "slow", "slowat");
    });

    test.each([
      ["an error of the number", { errors: [{ code: 130429 }] }],
      ["a failed status", { statuses: [failed(130429)] }],
      ["an error of the account", { errors: [{ code: 80007 }] }],
    ])("slows the sender down: %s", async (_, value) => {
      await world.post(body(value));
      expect(Number(await slowFactor())).toBeCloseTo(0.8);
    });

    test.each([
      ["about one recipient", { statuses: [failed(131056)] }],
      ["told late", { statuses: [failed(130429, Date.now() - 3_600_000)] }],
      ["about something else", { errors: [{ code: 131052 }] }],
    ])("and nothing that is %s", async (_, value) => {
      await world.post(body(value));
      expect(await slowFactor()).toBeNull();
    });
  });

  test("whatever comes for a number that we do not know is kept apart, with its body", async () => {
    const unknown = { phoneNumberId: "999", wabaId: "888" };
    const asked = body(
      { statuses: [status({ wamid: "wamid.X", callback: "x" }, "read")], messages: [inbound("wamid.Y")] },
      unknown,
    );
    expect(await countsOf(() => world.post(asked))).toEqual({ unroutable: 2 });
    const kept = (await world.stream("aside", "unroutable")).slice(-2);
    expect(kept.map(({ reason }) => reason)).toEqual(["unknown sender (status)", "unknown sender (inbound)"]);
    expect(JSON.parse((await world.stream("raw", "unroutable")).at(-1)?.body ?? "")).toEqual(asked);
    expect(await world.stream("inbound")).toEqual([]);
  });

  test("legacy bodies that name nobody are kept apart", async () => {
    const asked = { messages: [inbound("wamid.LEGACY")], contacts: [{ wa_id: "16505551234" }] };
    expect(await countsOf(() => world.post(asked))).toEqual({ unroutable: 1 });
  });

  test("a body of an unknown shape is set aside", async () => {
    expect(await countsOf(() => world.post({ event: "channel_running", data: {} }))).toEqual({ aside: 1 });
    expect((await world.stream("aside", "unroutable")).at(-1)?.reason).toBe("a body of an unknown shape");
  });
});

describe("a record that is damaged", () => {
  test("is counted and set aside; its neighbours in the body are applied, and the answer is 200", async () => {
    const [damaged, sound] = [await world.submitted(), await world.submitted()];
    await world.redis.hdel(keyOf.record(senderBase(world.prefix, DEMO.id), damaged.localId), "q");
    const counts = await countsOf(() => post(status(damaged, "read"), status(sound, "read")));
    expect(counts).toEqual({ damaged: 1, applied: 1 });
    expect((await world.record(sound)).status).toBe("read");
    const kept = (await world.stream("aside")).at(-1);
    expect(kept?.reason).toBe("damaged record");
    expect(JSON.parse(kept?.json ?? "")).toMatchObject({ id: damaged.localId });
  });
});

describe("the customer service window", () => {
  let users = 0;
  const user = () => `1650556${String(1_000 + users++)}`;
  const secondsAgo = (seconds: number) => String(Math.floor(systemClock.nowMs() / 1_000) - seconds);
  const writes = (from: string, fields: Readonly<Record<string, unknown>>) =>
    world.post(body({ messages: [inbound(`wamid.${from}`, { from, ...fields })] }));

  test.each(["text", "image", "button", "interactive", "reaction", "location"])(
    "is opened by what a user sends: %s",
    async (type) => {
      const from = user();
      expect(await world.isWindowOpen(`+${from}`)).toBe(false);
      await writes(from, { type, timestamp: secondsAgo(60) });
      expect(await world.isWindowOpen(`+${from}`)).toBe(true);
    },
  );

  test.each(["system", "edit", "revoke", "unsupported", "errors", "unknown"])(
    "is not opened by what no person wrote: %s",
    async (type) => {
      const from = user();
      await writes(from, { type, timestamp: secondsAgo(60) });
      expect(await world.isWindowOpen(`+${from}`)).toBe(false);
    },
  );

  test("lasts for a day from the message, not from its webhook", async () => {
    const [late, tooLate] = [user(), user()];
    await writes(late, { timestamp: secondsAgo(86_400 - 600) });
    await writes(tooLate, { timestamp: secondsAgo(86_400 + 60) });
    expect([await world.isWindowOpen(`+${late}`), await world.isWindowOpen(`+${tooLate}`)]).toEqual([true, false]);
  });

  test("is opened by a message without a time from the moment it came", async () => {
    const from = user();
    await writes(from, { timestamp: "soon" });
    expect(await world.isWindowOpen(`+${from}`)).toBe(true);
  });

  test("of a user without a number opens for the user id", async () => {
    const counts = await countsOf(() => writes("US.13491208655302741918", { timestamp: secondsAgo(60) }));
    expect(counts).toEqual({ inbound: 1 });
    expect(await world.isWindowOpen("US.13491208655302741918")).toBe(true);
  });
});

describe("inbound messages", () => {
  test("sent three times, stored once", async () => {
    const asked = body({
      messages: [inbound("wamid.ONCE")],
      contacts: [{ wa_id: "16505551234", profile: { name: "Ada" } }],
    });
    expect(await countsOf(() => world.post(asked))).toEqual({ inbound: 1 });
    expect(await countsOf(() => world.post(asked))).toEqual({ "inbound-again": 1 });
    expect(await countsOf(() => world.post(asked))).toEqual({ "inbound-again": 1 });
    const kept = (await world.stream("inbound")).filter(({ wamid }) => wamid === "ONCE");
    expect(kept).toHaveLength(1);
    expect(kept[0]?.at).toBe("1749416383000");
    expect(JSON.parse(kept[0]?.json ?? "")).toMatchObject({
      content: { type: "text", body: "Hi" },
      contact: { phone: "+16505551234", profileName: "Ada" },
    });
  });

  test("twice in one body, stored once", async () => {
    const asked = body({ messages: [inbound("wamid.TWICE"), inbound("wamid.TWICE")] });
    expect(await countsOf(() => world.post(asked))).toEqual({ inbound: 1, "inbound-again": 1 });
  });
});

test("two senders in one body: each gets its own, and the body is kept with both", async () => {
  const mine = await world.submitted();
  const theirs = await world.submitted({ sender: OTHER.id });
  const asked = {
    object: "whatsapp_business_account",
    entry: [
      entry({ statuses: [status(mine, "read")], messages: [inbound("wamid.MINE")] }),
      entry({ statuses: [status(theirs, "delivered")], messages: [inbound("wamid.THEIRS")] }, OTHER),
    ],
  };
  expect(await countsOf(() => world.post(asked))).toEqual({ applied: 2, inbound: 2 });
  expect((await world.record(mine)).status).toBe("read");
  expect((await world.record(theirs, OTHER.id)).status).toBe("delivered");
  expect((await world.stream("inbound", OTHER.id)).map(({ wamid }) => wamid)).toEqual(["THEIRS"]);
  expect((await world.stream("raw", OTHER.id)).at(-1)?.body).toBe(JSON.stringify(asked));
  expect((await world.stream("raw")).at(-1)?.body).toBe(JSON.stringify(asked));
});

test("a doubt that a webhook settles passes the turn on: a worker is called at once for the next message to that recipient", async () => {
  const to = "+4915155555555";
  const doubtful = await world.onTheWire({ to });
  const next = await world.accepted(to);
  expect(await world.record({ localId: next })).toMatchObject({ place: "turn" });
  await world.finish(doubtful, { kind: "doubt", afterMs: 600_000, unsettled: "resend", counted: true });

  const connection = connectRedis(testRedisUrl(), {
    whileAway: "wait",
    name: "webhook-test-worker",
    onError: () => {},
  });
  const called = Promise.withResolvers<void>();
  const consumer = createConsumer({
    connection,
    prefix: world.prefix,
    senderId: DEMO.id,
    onError: called.reject,
    onCall: async () => called.resolve(),
    clock: systemClock,
  });
  try {
    await post(status(doubtful, "delivered"));
    await called.promise;
    expect((await world.record(doubtful)).status).toBe("delivered");
    expect(await world.record({ localId: next })).toMatchObject({ place: "backlog" });
  } finally {
    await consumer.close();
    connection.disconnect();
  }
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
