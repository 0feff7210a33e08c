// The promoter is what brings waiting messages forth: when it stands still, nothing is sent although work is due.

import { beforeEach, describe, expect, test } from "@jest/globals";
import type { DueJob } from "@tern/core";
import type { PacedSender, Promoted } from "@tern/store";
import { type Promoter, type PromoterDeps, startPromoter } from "./promoter.ts";
import { createHandClock, type HandClock, settle } from "./testing/hand-clock.ts";

const NOTHING: Promoted = { jobs: [], backlogRemains: false, nextLaterMs: null };
const jobs = (count: number): DueJob[] =>
  Array.from({ length: count }, (_, at) => ({ localId: `m${at}`, promotion: 1, lane: 1 }));

let clock: HandClock;
let promoted: Promoted;
/** When promote was called, ms since the start, and for which pace. */
let calls: number[];
let paces: PacedSender["pace"][];
let enqueued: number[];
let errors: unknown[];
let sender: PacedSender;
let deps: PromoterDeps;

beforeEach(() => {
  clock = createHandClock();
  const startMs = clock.monotonicMs();
  promoted = NOTHING;
  [calls, paces, enqueued, errors] = [[], [], [], []];
  sender = { id: "demo", pace: 80 };
  deps = {
    store: {
      promote: async (of) => {
        calls.push(clock.monotonicMs() - startMs);
        paces.push(of.pace);
        return promoted;
      },
    },
    enqueue: async (added) => void enqueued.push(added.length),
    clock,
    onError: (error) => errors.push(error),
  };
});

const start = (): Promoter => startPromoter(() => sender, deps);

describe("by time", () => {
  test("at once when it starts, then at the slow tick while nothing waits", async () => {
    start();
    await clock.pass(1_000);
    expect(calls).toEqual([0, 250, 500, 750, 1_000]);
  });

  test("at the quick tick while a backlog waits for the pace", async () => {
    promoted = { ...NOTHING, backlogRemains: true };
    start();
    await clock.pass(200);
    expect(calls).toEqual([0, 50, 100, 150, 200]);
  });

  test("at the quick tick for two seconds after a message was begun here", async () => {
    const promoter = start();
    await settle();
    promoter.noteBegun();
    await clock.pass(4_000);
    const steps = calls.slice(1).map((atMs, at) => atMs - (calls[at] ?? 0));
    expect(steps[1]).toBe(50);
    expect(steps.at(-1)).toBe(250);
    const slowFromMs = calls[steps.indexOf(250, 1)] ?? 0;
    expect(slowFromMs).toBeGreaterThanOrEqual(2_000);
    expect(slowFromMs).toBeLessThanOrEqual(2_250);
  });

  test("at the moment at which the next message in later is due, when that comes before the tick", async () => {
    promoted = { ...NOTHING, nextLaterMs: clock.nowMs() + 70 };
    start();
    await settle();
    promoted = NOTHING;
    await clock.pass(320);
    expect(calls).toEqual([0, 70, 320]);
  });

  test("a moment that is past already does not make it spin", async () => {
    promoted = { ...NOTHING, nextLaterMs: clock.nowMs() - 5_000 };
    start();
    await clock.pass(20);
    expect(calls.length).toBeLessThanOrEqual(21);
  });
});

describe("by need", () => {
  test("at once when half of what was handed out has begun and more waits", async () => {
    promoted = { jobs: jobs(10), backlogRemains: true, nextLaterMs: null };
    const promoter = start();
    await settle();
    for (let begun = 0; begun < 4; begun += 1) promoter.noteBegun();
    await settle();
    expect(calls).toEqual([0]);
    promoter.noteBegun();
    await settle();
    expect(calls).toEqual([0, 0]);
  });

  test("not when nothing more waits", async () => {
    promoted = { jobs: jobs(10), backlogRemains: false, nextLaterMs: null };
    const promoter = start();
    await settle();
    for (let begun = 0; begun < 10; begun += 1) promoter.noteBegun();
    await settle();
    expect(calls).toEqual([0]);
  });

  test("never twice at once, however many begin and however long Redis takes", async () => {
    promoted = { jobs: jobs(1), backlogRemains: true, nextLaterMs: null };
    let isSlow = false;
    let answer = () => {};
    const { promote } = deps.store;
    const store = {
      promote: async (of: PacedSender) => {
        const result = await promote(of);
        if (isSlow) await new Promise<void>((resolve) => (answer = resolve));
        return result;
      },
    };
    const promoter = startPromoter(() => sender, { ...deps, store });
    await settle();
    isSlow = true;
    for (let begun = 0; begun < 50; begun += 1) promoter.noteBegun();
    await clock.pass(1_000);
    expect(calls).toEqual([0, 0]);
    isSlow = false;
    answer();
    await clock.pass(50);
    expect(calls).toEqual([0, 0, 1_050]);
  });
});

test("what it promotes goes to the queue", async () => {
  promoted = { jobs: jobs(3), backlogRemains: false, nextLaterMs: null };
  start();
  await settle();
  expect(enqueued).toEqual([3]);
});

test("a sender whose pace was changed is promoted at the new one", async () => {
  start();
  await settle();
  sender = { id: "demo", pace: 500 };
  await clock.pass(250);
  expect(paces).toEqual([80, 500]);
});

describe("errors", () => {
  test("of Redis are told and do not stop it; its sign of life stays where it was until Redis answers again", async () => {
    let isAway = true;
    const { promote } = deps.store;
    const store = { promote: (of: PacedSender) => (isAway ? Promise.reject(new Error("away")) : promote(of)) };
    const startedMs = clock.monotonicMs();
    const promoter = startPromoter(() => sender, { ...deps, store });
    await clock.pass(1_000);
    expect(errors).toHaveLength(5);
    expect(promoter.lastDoneMs).toBe(startedMs);
    isAway = false;
    await clock.pass(250);
    expect(promoter.lastDoneMs).toBe(startedMs + 1_250);
  });

  test("of the queue are told and do not stop it", async () => {
    promoted = { jobs: jobs(1), backlogRemains: false, nextLaterMs: null };
    startPromoter(() => sender, { ...deps, enqueue: () => Promise.reject(new Error("full")) });
    await clock.pass(500);
    expect(errors).toHaveLength(3);
    expect(calls).toHaveLength(3);
  });
});

describe("stop", () => {
  test("waits for the promote under way, and leaves no timer", async () => {
    let answer = (_: Promoted) => {};
    const store = { promote: () => new Promise<Promoted>((resolve) => (answer = resolve)) };
    const promoter = startPromoter(() => sender, { ...deps, store });
    let isStopped = false;
    const stopping = promoter.stop().then(() => {
      isStopped = true;
    });
    await settle();
    expect(isStopped).toBe(false);
    answer({ jobs: jobs(2), backlogRemains: true, nextLaterMs: null });
    await stopping;
    expect(enqueued).toEqual([2]); // what is in due must reach the queue
    expect(clock.pending()).toEqual([]);
  });

  test("nothing is promoted after it", async () => {
    promoted = { jobs: jobs(1), backlogRemains: true, nextLaterMs: null };
    const promoter = start();
    await settle();
    await promoter.stop();
    promoter.noteBegun();
    await clock.pass(1_000);
    expect(calls).toEqual([0]);
  });
});
