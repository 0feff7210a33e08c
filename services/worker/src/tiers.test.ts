// Where nobody counts, a recipient costs nothing; where a tier holds, each must be counted, and an operator may set one at
// any time.

import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Portfolio } from "@tern/store";
import { createHandClock, type HandClock, settle } from "./testing/hand-clock.ts";
import { watchTiers } from "./tiers.ts";

const UNLIMITED: Portfolio = { id: "acme", tier: "unlimited", reserve: 0 };
const LIMITED: Portfolio = { id: "small", tier: 250, reserve: 25 };

let clock: HandClock;
/** Tiers that operators have set. */
let ordered: Record<string, number | null>;
let reads: string[];
let errors: unknown[];
let portfolios: Portfolio[];
/** What Redis does before it answers. */
let redis: () => Promise<void>;

beforeEach(() => {
  clock = createHandClock();
  [ordered, reads, errors, portfolios] = [{}, [], [], [UNLIMITED, UNLIMITED, LIMITED]];
  redis = async () => {};
});

function watch() {
  type Answer = Awaited<ReturnType<Parameters<typeof watchTiers>[0]["store"]["readPortfolio"]>>;
  return watchTiers({
    store: {
      readPortfolio: async (id) => {
        reads.push(id);
        await redis();
        return { tierOrdered: ordered[id] ?? null } as Answer;
      },
    },
    portfolios: () => portfolios,
    clock,
    onError: (error) => errors.push(error),
  });
}

test("a configured tier counts from the first moment, none does not", () => {
  const tiers = watch();
  expect([tiers.hasTier(LIMITED), tiers.hasTier(UNLIMITED)]).toEqual([true, false]);
});

test("a tier that an operator sets counts a second later at the latest, and no longer when it is taken back", async () => {
  const tiers = watch();
  await settle();
  ordered.acme = 1_000;
  await clock.pass(1_000);
  expect(tiers.hasTier(UNLIMITED)).toBe(true);
  ordered.acme = null;
  await clock.pass(1_000);
  expect(tiers.hasTier(UNLIMITED)).toBe(false);
  expect(tiers.hasTier(LIMITED)).toBe(true);
});

test("each portfolio is asked for once a second, however many senders it has, new ones included", async () => {
  watch();
  await settle();
  expect(reads).toEqual(["acme", "small"]);
  portfolios = [{ ...UNLIMITED, id: "new" }];
  await clock.pass(1_000);
  expect(reads).toEqual(["acme", "small", "new"]);
});

test("while Redis is away what was known holds, and it goes on when Redis is back", async () => {
  ordered.acme = 1_000;
  const tiers = watch();
  await settle();
  redis = () => Promise.reject(new Error("Redis is away"));
  ordered.acme = null;
  await clock.pass(3_000);
  expect(errors).toHaveLength(3);
  expect(tiers.hasTier(UNLIMITED)).toBe(true);
  redis = async () => {};
  await clock.pass(1_000);
  expect(tiers.hasTier(UNLIMITED)).toBe(false);
});

describe("stop", () => {
  test("leaves no timer and asks no more", async () => {
    const tiers = watch();
    await settle();
    await tiers.stop();
    await clock.pass(5_000);
    expect(reads).toEqual(["acme", "small"]);
    expect(clock.pending()).toEqual([]);
  });

  test("waits for the reading under way: its connection is closed next", async () => {
    let answer = () => {};
    redis = () => new Promise((resolve) => (answer = resolve));
    portfolios = [UNLIMITED];
    const tiers = watch();
    let isStopped = false;
    const stopping = tiers.stop().then(() => {
      isStopped = true;
    });
    await settle();
    expect(isStopped).toBe(false);
    answer();
    await stopping;
    expect(clock.pending()).toEqual([]);
  });
});
