import { beforeEach, expect, test } from "@jest/globals";
import { type RedisPulse, startRedisPulse } from "./redis-pulse.ts";
import { createHandClock, type HandClock } from "./testing/hand-clock.ts";

let clock: HandClock;
let pulse: RedisPulse;
let isConnected: boolean;
let answers: boolean;
let reconnects: number;
let answerLate: () => void;

beforeEach(() => {
  clock = createHandClock();
  [isConnected, answers, reconnects] = [true, true, 0];
  pulse = startRedisPulse({
    ping: () =>
      answers
        ? Promise.resolve()
        : new Promise<void>((resolve) => {
            answerLate = resolve;
          }),
    isConnected: () => isConnected,
    reconnect: () => {
      reconnects += 1;
    },
    clock,
  });
});

test("a Redis that answers is not away, however long", async () => {
  await clock.pass(60_000);
  expect(pulse.isAway).toBe(false);
  expect(reconnects).toBe(0);
});

test("a Redis without a connection is away at once, and the connection is left to those who make it", async () => {
  await clock.pass(2_000);
  [isConnected, answers] = [false, false];
  expect(pulse.isAway).toBe(true);
  await clock.pass(60_000);
  expect(reconnects).toBe(0);
});

test("a Redis that has gone silent is away within 7 s, and back with its first answer", async () => {
  await clock.pass(3_500);
  answers = false;
  await clock.pass(7_000);
  expect(pulse.isAway).toBe(true);
  answers = true;
  answerLate();
  await clock.pass(0);
  expect(pulse.isAway).toBe(false);
});

test("a connection that stays silent is made anew every 15 s, and not sooner", async () => {
  answers = false;
  await clock.pass(15_500);
  expect(reconnects).toBe(0);
  await clock.pass(1_000);
  expect(reconnects).toBe(1);
  await clock.pass(15_000);
  expect(reconnects).toBe(2);
});

test("a process that was frozen for a minute takes nobody for dead", async () => {
  await clock.pass(2_000);
  clock.freeze(60_000);
  await clock.pass(1_000);
  expect(reconnects).toBe(0);
  expect(pulse.isAway).toBe(false);
});

test("it stops with the process", async () => {
  pulse.stop();
  expect(clock.pending()).toEqual([]);
});
