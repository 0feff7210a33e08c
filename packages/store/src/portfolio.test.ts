import { describe, expect, test } from "@jest/globals";
import type { Lane } from "@tern/core";
import fc from "fast-check";
import { DAY_MS, HOUR_MS, keyOf, portfolioBase } from "./keys.ts";
import type { Portfolio, Reached } from "./portfolio.ts";
import { DEFAULT_STORE_SETTINGS } from "./settings.ts";
import { type World, worldsOfThisFile } from "./testing/world.ts";

// P3: a portfolio writes to no more different recipients outside their window in any 24 h than its tier allows.

const newWorld = worldsOfThisFile();
const WINDOW_MS = DEFAULT_STORE_SETTINGS.tierWindowMs;

/** A portfolio of this world's own. */
const portfolioOf = (world: World, fields: Partial<Portfolio> = {}): Portfolio => ({
  id: world.sender.id,
  tier: 3,
  reserve: 0,
  ...fields,
});

const reach = (world: World, portfolio: Portfolio, to: string, lane: Lane = "normal") =>
  world.store.reach(portfolio, to, lane);

async function fill(world: World, portfolio: Portfolio, count: number, everyMs = 0): Promise<void> {
  for (let at = 0; at < count; at++) {
    expect((await reach(world, portfolio, `+1${at}`)).kind).toBe("new");
    world.pass(everyMs);
  }
}

describe("a portfolio", () => {
  test("may write to as many different recipients as its tier says", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world);
    await fill(world, portfolio, 3);
    expect((await reach(world, portfolio, "+491")).kind).toBe("full");
  });

  test("may write again to whom it has written in the last 24 h, though it is full", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world);
    await fill(world, portfolio, 3);
    expect(await reach(world, portfolio, "+10")).toEqual({ kind: "known" });
    expect(await reach(world, portfolio, "+10", "bulk")).toEqual({ kind: "known" });
  });

  test("gets each place back 24 h after the last message to whom had it, not before", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world);
    await fill(world, portfolio, 3, HOUR_MS);
    world.pass(WINDOW_MS - 3 * HOUR_MS - 1);
    expect((await reach(world, portfolio, "+491")).kind).toBe("full");
    world.pass(1);
    expect((await reach(world, portfolio, "+491")).kind).toBe("new");
    expect((await reach(world, portfolio, "+492")).kind).toBe("full");
    world.pass(HOUR_MS);
    expect((await reach(world, portfolio, "+492")).kind).toBe("new");
  });

  test("that writes to somebody again counts him from then on", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world, { tier: 1 });
    await reach(world, portfolio, "+491");
    world.pass(WINDOW_MS - 1);
    await reach(world, portfolio, "+491");
    world.pass(1);
    expect((await reach(world, portfolio, "+492")).kind).toBe("full");
  });

  test("shares its places among its senders, whichever process asks", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world);
    const answers = await Promise.all(Array.from({ length: 9 }, (_, at) => reach(world, portfolio, `+1${at}`)));
    expect(answers.filter(({ kind }) => kind === "new")).toHaveLength(3);
    expect((await reach(world, { ...portfolio, reserve: 0 }, "+491")).kind).toBe("full");
    const another = portfolioOf(world.another());
    expect((await reach(world, another, "+491")).kind).toBe("new"); // of another portfolio
  });

  test("without a tier is never full, and still knows whom it has written to", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world, { tier: "unlimited" });
    await fill(world, portfolio, 20);
    expect((await reach(world, portfolio, "+10")).kind).toBe("known");
    expect((await world.store.readPortfolio(portfolio.id)).reached).toBe(20);
  });

  test("leaves nothing in Redis when it has written to nobody for long", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world);
    await reach(world, portfolio, "+491");
    const ttlMs = await world.redis.pttl(keyOf.reached(portfolioBase(world.prefix, portfolio.id)));
    expect(ttlMs).toBeGreaterThan(WINDOW_MS);
    expect(ttlMs).toBeLessThan(2 * DAY_MS);
  });
});

describe("the reserve", () => {
  test("keeps places from bulk for the other lanes", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world, { tier: 3, reserve: 2 });
    expect((await reach(world, portfolio, "+491", "bulk")).kind).toBe("new");
    expect((await reach(world, portfolio, "+492", "bulk")).kind).toBe("full");
    expect((await reach(world, portfolio, "+493", "urgent")).kind).toBe("new");
    expect((await reach(world, portfolio, "+494", "normal")).kind).toBe("new");
    expect((await reach(world, portfolio, "+495", "urgent")).kind).toBe("full");
  });

  test("as large as the tier leaves bulk none, and an answer when to ask again", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world, { tier: 3, reserve: 5 });
    const answer = await reach(world, portfolio, "+491", "bulk");
    expect(answer).toEqual({ kind: "full", untilMs: world.nowMs + 60_000 });
  });
});

describe("when it is full", () => {
  const untilOf = (answer: Reached) => (answer.kind === "full" ? answer.untilMs : null);

  test("bulk is told when the first place comes free, all of it the same", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world);
    const startMs = world.nowMs;
    await fill(world, portfolio, 3, HOUR_MS);
    const answers = [await reach(world, portfolio, "+491", "bulk"), await reach(world, portfolio, "+492", "bulk")];
    expect(answers.map(untilOf)).toEqual([startMs + WINDOW_MS, startMs + WINDOW_MS]);
  });

  test("bulk with a reserve is told when enough places are free for it", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world);
    const startMs = world.nowMs;
    await fill(world, portfolio, 3, HOUR_MS);
    const answer = await reach(world, { ...portfolio, reserve: 2 }, "+491", "bulk");
    expect(untilOf(answer)).toBe(startMs + 2 * HOUR_MS + WINDOW_MS); // when no more than none is taken
  });

  test("the others are told a place each, so that not all come back for one", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world);
    const startMs = world.nowMs;
    await fill(world, portfolio, 3, HOUR_MS);
    const times = [];
    for (const to of ["+491", "+492", "+493", "+494"]) times.push(untilOf(await reach(world, portfolio, to)));
    const places = [0, 1, 2, 2].map((at) => startMs + at * HOUR_MS + WINDOW_MS); // the fourth waits for the last of them
    expect(times).toEqual(places);
  });

  test("whoever comes at the time he was told finds a place", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world);
    await fill(world, portfolio, 3, HOUR_MS);
    const waiting = [];
    for (const to of ["+491", "+492", "+493"]) {
      waiting.push({ to, untilMs: untilOf(await reach(world, portfolio, to)) ?? 0 });
    }
    for (const { to, untilMs } of waiting) {
      world.nowMs = untilMs;
      expect((await reach(world, portfolio, to)).kind).toBe("new");
    }
  });
});

describe("an operator's word", () => {
  test("outranks the configured tier, up and down, until it is taken back", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world);
    await fill(world, portfolio, 3);
    await world.store.setTier(portfolio.id, "tier", 4, "operator");
    expect((await reach(world, portfolio, "+491")).kind).toBe("new");
    expect((await reach(world, portfolio, "+492")).kind).toBe("full");
    await world.store.setTier(portfolio.id, "tier", 1, "operator");
    world.pass(1_000);
    const answer = await reach(world, portfolio, "+492");
    expect(answer).toEqual({ kind: "full", untilMs: world.nowMs - 1_000 + WINDOW_MS });
    await world.store.setTier(portfolio.id, "tier", null, "operator");
    expect((await reach(world, { ...portfolio, tier: 5 }, "+492")).kind).toBe("new");
  });

  test("outranks the configured reserve", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world, { tier: 3, reserve: 3 });
    await world.store.setTier(portfolio.id, "reserve", 0, "operator");
    expect((await reach(world, portfolio, "+491", "bulk")).kind).toBe("new");
  });

  test("stands in the portfolio's audit trail", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world);
    await world.store.setTier(portfolio.id, "tier", 4, "ann");
    const [entry] = await world.redis.xrange(keyOf.audit(portfolioBase(world.prefix, portfolio.id)), "-", "+");
    expect(entry?.[1].join(" ")).toBe("who ann verb set kind portfolio name tier value 4 changed 1");
  });
});

describe("a place given back", () => {
  const markOf = (answer: Reached) => (answer.kind === "new" ? answer.markMs : 0);

  test("is free at once", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world, { tier: 1 });
    const mark = markOf(await reach(world, portfolio, "+491"));
    expect(await world.store.unreach(portfolio.id, "+491", mark)).toBe(true);
    expect((await reach(world, portfolio, "+492")).kind).toBe("new");
  });

  test("stays taken when another message has used it since", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world, { tier: 1 });
    const mark = markOf(await reach(world, portfolio, "+491"));
    world.pass(5);
    await reach(world, portfolio, "+491");
    expect(await world.store.unreach(portfolio.id, "+491", mark)).toBe(false);
    expect((await reach(world, portfolio, "+492")).kind).toBe("full");
  });

  // Two senders, or two lanes, at once: their calls share a round trip, and one clock reading.
  test("stays taken when another message uses it in the same millisecond", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world, { tier: 1 });
    const [first, second] = await Promise.all([
      reach(world, portfolio, "+491", "urgent"),
      reach(world, portfolio, "+491", "normal"),
    ]);
    expect([first.kind, second.kind]).toEqual(["new", "known"]);
    expect(await world.store.unreach(portfolio.id, "+491", markOf(first))).toBe(false);
    expect((await reach(world, portfolio, "+492")).kind).toBe("full");
  });

  test("a second time gives back nothing", async () => {
    const world = newWorld();
    const portfolio = portfolioOf(world, { tier: 1 });
    const mark = markOf(await reach(world, portfolio, "+491"));
    await world.store.unreach(portfolio.id, "+491", mark);
    expect(await world.store.unreach(portfolio.id, "+491", mark)).toBe(false);
  });
});

describe("whatever is asked for, and whenever", () => {
  const TIER = 4;
  const anyStory = fc.array(
    fc.record({
      afterMs: fc.constantFrom(0, 1, 60_000, HOUR_MS, 5 * HOUR_MS, DAY_MS - 1, DAY_MS, WINDOW_MS),
      to: fc.integer({ min: 1, max: 12 }).map((number) => `+1${number}`),
      lane: fc.constantFrom<Lane>("urgent", "normal", "bulk"),
      isGivenBack: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 30, maxLength: 80, size: "max" },
  );
  type Story = typeof anyStory extends fc.Arbitrary<infer T> ? T : never;

  /** Who was written to when. */
  async function tell(world: World, story: Story): Promise<{ to: string; atMs: number }[]> {
    const portfolio = portfolioOf(world, { tier: TIER, reserve: 1 });
    const written: { to: string; atMs: number }[] = [];
    for (const { afterMs, to, lane, isGivenBack } of story) {
      world.pass(afterMs);
      const answer = await reach(world, portfolio, to, lane);
      if (answer.kind === "full") continue;
      if (isGivenBack && answer.kind === "new") await world.store.unreach(portfolio.id, to, answer.markMs);
      else written.push({ to, atMs: world.nowMs });
    }
    return written;
  }

  function mostIn24h(written: readonly { to: string; atMs: number }[]): number {
    const counts = written.map(({ atMs: from }) => {
      return new Set(written.filter(({ atMs }) => atMs >= from && atMs < from + DAY_MS).map(({ to }) => to)).size;
    });
    return Math.max(0, ...counts);
  }

  test("no 24 h hold more different recipients than the tier", async () => {
    let reached = 0;
    await fc.assert(
      fc.asyncProperty(anyStory, async (story) => {
        const most = mostIn24h(await tell(newWorld(), story));
        expect(most).toBeLessThanOrEqual(TIER);
        reached = Math.max(reached, most);
      }),
      { numRuns: 40 },
    );
    expect(reached).toBe(TIER);
  }, 60_000);

  // The partner: a window that is shorter than the provider's lets more through.
  test("with a shorter window some would", async () => {
    const check = await fc.check(
      fc.asyncProperty(anyStory, async (story) => {
        const world = newWorld({ settings: { tierWindowMs: 5 * HOUR_MS } });
        expect(mostIn24h(await tell(world, story))).toBeLessThanOrEqual(TIER);
      }),
      { numRuns: 40, endOnFailure: true },
    );
    expect(check.failed).toBe(true);
  }, 60_000);
});
