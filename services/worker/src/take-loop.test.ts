// The loop that takes messages: one that looks too seldom lets an urgent message wait, one that looks too often eats
// Redis, and one that takes more than it has places for keeps messages from others.

import { beforeEach, describe, expect, test } from "@jest/globals";
import { LANES, type Lane } from "@tern/core";
import { type Begun, DEFAULT_STORE_SETTINGS, type Room, type Taken } from "@tern/store";
import { checkAlive, stillMaxMs } from "./liveness.ts";
import { type Look, startTakeLoop, type TakeLoop } from "./take-loop.ts";
import { createHandClock, type HandClock, settle } from "./testing/hand-clock.ts";

const { lookaheadMs } = DEFAULT_STORE_SETTINGS;
const IDLE_MS = 500;
const INTERVAL_US = 12_500;
const SENDER = { id: "demo", pace: 80 } as const;

let clock: HandClock;
let startMs: number;
/** What waits, by lane; the sender's Redis takes from it as begin does, without pace. */
let waiting: Record<Lane, number>;
/** Where the pace ends: nothing goes, and the next slot is so far away. Null: no pace. */
let nextSlotMs: number | null;
/** What begin does besides; a test makes it slow or broken. */
let redis: () => Promise<void>;
let health: { most: number; nextMs: number | null };
/** When begin was asked, ms since the start, and with what room. */
let looks: number[];
let rooms: Room[];
/** Under which number, and who. */
let numbers: number[];
let names: string[];
/** What an earlier look took whose answer was lost, as begin tells. */
let lost: Begun["lost"];
let givenBack: Begun["lost"][];
/** What is in hand: each ends when it is called. */
let inHand: { readonly taken: Taken; readonly end: () => void }[];
let learned: Look[];
let errors: unknown[];

beforeEach(() => {
  clock = createHandClock();
  startMs = clock.monotonicMs();
  waiting = { urgent: 0, normal: 0, bulk: 0 };
  nextSlotMs = null;
  redis = async () => {};
  health = { most: Number.POSITIVE_INFINITY, nextMs: null };
  [looks, rooms, inHand, learned, errors] = [[], [], [], [], []];
  [numbers, names, lost, givenBack] = [[], [], [], []];
});

const nowUs = () => clock.nowMs() * 1_000;

function begin(room: Room): Begun {
  const messages: Taken[] = [];
  let hasMore = false;
  for (const lane of nextSlotMs === null ? LANES : []) {
    let left = Math.min(room.byLane[lane], room.most - messages.length);
    for (; waiting[lane] > 0 && left > 0; left -= 1) {
      waiting[lane] -= 1;
      messages.push({ localId: `${lane}${messages.length}`, lane, slotUs: nowUs() } as Taken);
    }
    if (waiting[lane] > 0) hasMore = true;
  }
  const nextSlotUs = nextSlotMs === null ? null : nowUs() + nextSlotMs * 1_000;
  return { messages, nowUs: nowUs(), nextSlotUs, hasMore, intervalUs: INTERVAL_US, lost };
}

function start(concurrency = 512): TakeLoop {
  return startTakeLoop({
    store: {
      settings: DEFAULT_STORE_SETTINGS,
      begin: async (_sender, room, look) => {
        looks.push(clock.monotonicMs() - startMs);
        rooms.push(room);
        numbers.push(look?.number ?? 0);
        names.push(look?.by ?? "");
        await redis();
        return begin(room);
      },
    },
    name: "this-loop",
    sender: () => SENDER,
    concurrency,
    allowance: () => health,
    roomFor: () => ({ bulkRestsUntilMs: 4_711, needsWindows: true }),
    giveBack: (given) => givenBack.push(given),
    send: (_sender, taken, look) => {
      learned.push(look);
      return new Promise((resolve) => {
        inHand.push({ taken, end: resolve });
      });
    },
    clock,
    onError: (error) => errors.push(error),
  });
}

async function endSome(count: number): Promise<void> {
  for (const { end } of inHand.splice(0, count)) end();
  await settle();
}
const lanesInHand = () =>
  Object.fromEntries(LANES.map((lane) => [lane, inHand.filter(({ taken }) => taken.lane === lane).length]));

/** Redis's answer, given when the test says so. */
function slowRedis() {
  const answers: (() => void)[] = [];
  redis = () => new Promise((resolve) => answers.push(resolve));
  const answer = () => {
    answers.shift()?.();
    return settle();
  };
  return { answer, pending: () => answers.length };
}

describe("it looks", () => {
  test("when it starts, and every 500 ms while nothing is there", async () => {
    start();
    await clock.pass(1_600);
    expect(looks).toEqual([0, 500, 1_000, 1_500]);
  });

  test("at once when called", async () => {
    const loop = start();
    await clock.pass(120);
    waiting.urgent = 1;
    await loop.look();
    expect(looks).toEqual([0, 120]);
    expect(lanesInHand()).toEqual({ urgent: 1, normal: 0, bulk: 0 });
  });

  test("when the next slot comes into reach, and not before", async () => {
    nextSlotMs = 100;
    start();
    await settle();
    nextSlotMs = null;
    const inReachMs = 100 - lookaheadMs / 2;
    await clock.pass(inReachMs - 1);
    expect(looks).toEqual([0]);
    await clock.pass(1);
    expect(looks).toEqual([0, inReachMs]);
  });

  test("after 500 ms all the same when the next slot is hours away", async () => {
    nextSlotMs = 3_600_000;
    start();
    await clock.pass(IDLE_MS);
    expect(looks).toEqual([0, IDLE_MS]);
  });

  test("not without end when the next slot is in the past", async () => {
    nextSlotMs = -5_000;
    start();
    await clock.pass(20);
    expect(looks.length).toBeLessThanOrEqual(21);
  });

  test("again at once while there is more than one look may take", async () => {
    waiting.normal = 200;
    start();
    await settle();
    expect(inHand).toHaveLength(200);
    expect(looks).toEqual([0, 0, 0, 0]);
    expect(Math.max(...rooms.map(({ most }) => most))).toBe(64);
  });

  test("when enough places are free again, not for each one", async () => {
    waiting.bulk = 10_000;
    start(100); // 90 for bulk
    await settle();
    expect(inHand).toHaveLength(90);
    const before = looks.length;
    await endSome(22);
    expect(looks).toHaveLength(before);
    await endSome(1);
    expect(inHand).toHaveLength(90);
    expect(looks.length).toBeGreaterThan(before);
    expect(clock.monotonicMs()).toBe(startMs); // no time had to pass
  });

  test("one at a time, however often it is called and however long Redis takes", async () => {
    const { answer, pending } = slowRedis();
    const loop = start();
    for (let call = 0; call < 50; call += 1) void loop.look();
    await clock.pass(2_000);
    expect(pending()).toBe(1);
    await answer();
    expect(pending()).toBe(1); // one more, which serves all fifty
    await answer();
    expect(pending()).toBe(0);
    expect(looks).toEqual([0, 2_000]);
  });

  test("and whoever called is answered by a look that began after the call", async () => {
    const { answer } = slowRedis();
    const loop = start();
    let isAnswered = false;
    void loop.look().then(() => {
      isAnswered = true;
    });
    await answer(); // to the look that was under way
    expect(isAnswered).toBe(false);
    await answer();
    expect(isAnswered).toBe(true);
  });

  test("on after Redis failed it, and tells so", async () => {
    redis = () => Promise.reject(new Error("Redis is away"));
    start();
    await clock.pass(1_000);
    expect(errors).toHaveLength(3);
    redis = async () => {};
    waiting.normal = 1;
    await clock.pass(IDLE_MS);
    expect(inHand).toHaveLength(1);
  });
});

describe("places", () => {
  test("are kept from the less urgent lanes: hanging bulk sends leave room for the others, normal ones for urgent", async () => {
    waiting = { urgent: 0, normal: 0, bulk: 1_000 };
    const loop = start(100);
    await settle();
    expect(lanesInHand()).toEqual({ urgent: 0, normal: 0, bulk: 90 });
    waiting.normal = 1_000;
    await loop.look();
    expect(lanesInHand()).toEqual({ urgent: 0, normal: 5, bulk: 90 });
    waiting.urgent = 1_000;
    await loop.look();
    expect(lanesInHand()).toEqual({ urgent: 5, normal: 5, bulk: 90 });
  });

  test("are never more than allowed, whatever ends and comes in between", async () => {
    waiting = { urgent: 50, normal: 500, bulk: 500 };
    const loop = start(20);
    for (let round = 0; round < 30; round += 1) {
      await clock.pass(IDLE_MS);
      expect(inHand.length).toBe(loop.inHand);
      expect(loop.inHand).toBeLessThanOrEqual(20);
      await endSome(round % 7);
    }
  });

  test("are one for every lane in the smallest worker", async () => {
    waiting = { urgent: 0, normal: 0, bulk: 2 };
    start(1);
    await settle();
    expect(inHand).toHaveLength(1);
    await endSome(1);
    expect(inHand).toHaveLength(1);
  });
});

test("a look asks with what holds for the sender at that moment, and tells what it learned", async () => {
  waiting.normal = 1;
  const { answer } = slowRedis();
  start();
  await clock.pass(30);
  await answer();
  expect(rooms[0]).toEqual({
    most: 64,
    byLane: { urgent: 64, normal: 64, bulk: 64 },
    bulkRestsUntilMs: 4_711,
    needsWindows: true,
  });
  expect(learned).toEqual([{ nowUs: nowUs(), intervalUs: INTERVAL_US, askedMs: startMs, answeredMs: startMs + 30 }]);
});

describe("a look whose answer is lost", () => {
  test("comes again under its number, and every other under the next", async () => {
    start();
    await clock.pass(IDLE_MS);
    redis = () => Promise.reject(new Error("the connection broke"));
    await clock.pass(2 * IDLE_MS);
    redis = async () => {};
    await clock.pass(2 * IDLE_MS);
    expect(numbers).toEqual([1, 2, 3, 3, 3, 4]);
    expect(new Set(names)).toEqual(new Set(["this-loop"]));
  });

  test("and what it took is given back, for nobody sends it", async () => {
    lost = [{ localId: "m1", wireNumber: 2 }];
    start();
    await settle();
    expect(givenBack).toEqual([lost]);
    lost = [];
    await clock.pass(IDLE_MS);
    expect(givenBack).toHaveLength(1);
    expect(inHand).toEqual([]);
  });
});

describe("while the provider is away", () => {
  test("nothing is taken, and Redis is not asked", async () => {
    health = { most: 0, nextMs: clock.monotonicMs() + 1_000 };
    waiting.urgent = 5;
    const loop = start();
    await loop.look();
    await clock.pass(999);
    expect(looks).toEqual([]);
  });

  test("one is taken as a probe when its moment has come, and no more while it is out", async () => {
    health = { most: 0, nextMs: clock.monotonicMs() + 777 };
    waiting.urgent = 5;
    const loop = start();
    await clock.pass(776);
    health = { most: 1, nextMs: null };
    redis = async () => {
      health = { most: 0, nextMs: clock.monotonicMs() + 35_000 }; // the probe is out
    };
    await clock.pass(1);
    expect(looks).toEqual([777]);
    expect(rooms[0]).toMatchObject({ most: 1, byLane: { urgent: 1, normal: 1, bulk: 1 } });
    await loop.look();
    await clock.pass(10_000);
    expect(inHand).toHaveLength(1);
  });

  test("the end of the probe is the moment to look again", async () => {
    health = { most: 1, nextMs: null };
    waiting.urgent = 5;
    redis = async () => {
      health = { most: 0, nextMs: clock.monotonicMs() + 35_000 };
    };
    start();
    await clock.pass(100);
    expect(inHand).toHaveLength(1);
    redis = async () => {};
    health = { most: Number.POSITIVE_INFINITY, nextMs: null }; // it was answered
    await endSome(1);
    expect(inHand).toHaveLength(4);
    expect(looks).toEqual([0, 100]);
  });

  test("another sender's probe that was answered is noticed within 500 ms", async () => {
    health = { most: 0, nextMs: clock.monotonicMs() + 35_000 };
    waiting.urgent = 1;
    start();
    await clock.pass(1_000);
    health = { most: Number.POSITIVE_INFINITY, nextMs: null };
    await clock.pass(IDLE_MS);
    expect(inHand).toHaveLength(1);
  });
});

describe("stop", () => {
  test("waits for what is in hand, takes no more, and leaves no timer", async () => {
    waiting.normal = 2;
    const loop = start();
    await settle();
    let isStopped = false;
    const stopping = loop.stop().then(() => {
      isStopped = true;
    });
    waiting.normal = 5;
    await loop.look();
    await endSome(1);
    expect(isStopped).toBe(false);
    await endSome(1);
    await stopping;
    await clock.pass(5_000);
    expect(looks).toEqual([0]);
    expect(clock.pending()).toEqual([]);
  });

  test("waits for the look under way: what it takes is sent, for it is on the wire already", async () => {
    const { answer } = slowRedis();
    waiting.normal = 3;
    const loop = start();
    await settle();
    let isStopped = false;
    const stopping = loop.stop().then(() => {
      isStopped = true;
    });
    await answer();
    expect(inHand).toHaveLength(3);
    expect(isStopped).toBe(false);
    await endSome(3);
    await stopping;
    expect(looks).toEqual([0]);
  });

  test("with nothing in hand is over at once", async () => {
    const loop = start();
    await settle();
    await loop.stop();
    expect(clock.pending()).toEqual([]);
  });
});

// P9: a worker that consumes nothing while work is due is reported dead within 60 s.
describe("its progress, as liveness sees it", () => {
  const SEND_TIMEOUT_MS = 30_000;
  const isAlive = (loop: TakeLoop) =>
    checkAlive(new Map([["demo", loop]]), false, clock.monotonicMs(), stillMaxMs(SEND_TIMEOUT_MS)).ok;

  test.each(LANES)(
    "sends that never end fill the places of %s while work waits: reported dead within 60 s",
    async (lane) => {
      waiting[lane] = 10_000;
      const loop = start();
      await clock.pass(SEND_TIMEOUT_MS); // they may be slow
      expect(isAlive(loop)).toBe(true);
      await clock.pass(60_000 - SEND_TIMEOUT_MS);
      expect(isAlive(loop)).toBe(false);
    },
  );

  test("slow sends that end one by one are life", async () => {
    waiting.bulk = 10_000;
    const loop = start();
    for (let at = 0; at < 10; at += 1) {
      await clock.pass(SEND_TIMEOUT_MS);
      expect(isAlive(loop)).toBe(true);
      await endSome(1);
    }
  });

  test("a quiet sender is alive, and one whose messages wait for the pace, too", async () => {
    const loop = start();
    await clock.pass(3_600_000);
    expect(isAlive(loop)).toBe(true);
    nextSlotMs = 60_000;
    await clock.pass(3_600_000);
    expect(isAlive(loop)).toBe(true);
  });

  test("a few sends that hang while no work waits are no reason to restart", async () => {
    waiting.normal = 3;
    const loop = start();
    await clock.pass(3_600_000);
    expect(isAlive(loop)).toBe(true);
  });

  test("a provider that is away is no reason either", async () => {
    health = { most: 0, nextMs: Number.POSITIVE_INFINITY };
    waiting.urgent = 5;
    const loop = start();
    await clock.pass(3_600_000);
    expect(isAlive(loop)).toBe(true);
  });

  test("a look that Redis never answers: reported dead within 60 s", async () => {
    redis = () => new Promise(() => {});
    const loop = start();
    await clock.pass(60_000);
    expect(isAlive(loop)).toBe(false);
  });
});
