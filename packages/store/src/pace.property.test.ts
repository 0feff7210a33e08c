import { describe, expect, test } from "@jest/globals";
import type { Lane } from "@tern/core";
import fc from "fast-check";
import type { Taken } from "./moves.ts";
import { localIdOf, NOON_MS, type World, worldsOfThisFile } from "./testing/world.ts";

// P3 and P5: whatever the workers do, and whenever they do it, the slots given out never exceed the pace in any second,
// and under load hardly any is left unused.

const newWorld = worldsOfThisFile();
const SECOND_US = 1_000_000;
const LANES_OF_ALL = ["urgent", "normal", "bulk"] as const;

/** What happens next, after `afterMs`. */
type Event = { readonly afterMs: number } & (
  | { readonly do: "accept"; readonly lane: Lane; readonly count: number }
  /** One of several workers looks; some of what it takes misses its slot and takes another. */
  | { readonly do: "look"; readonly most: number; readonly misses: number }
  | { readonly do: "inbound"; readonly count: number }
  | { readonly do: "set-pace"; readonly pace: number | null }
);

interface Slot {
  readonly slotUs: number;
  readonly lane: Lane;
  /** When it was given out, and after which event. */
  readonly givenUs: number;
  readonly event: number;
}

/** Bursts, a steady stream, pauses; and Redis's clock may be set back. */
const afterMs = fc.oneof({ weight: 8, arbitrary: fc.nat(30) }, fc.constantFrom(0, 0, 400, 2_500, -300));

function anyEvents(lanes: readonly Lane[], others: readonly fc.Arbitrary<Event>[] = []): fc.Arbitrary<Event[]> {
  const event = fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({
        afterMs,
        do: fc.constant("accept" as const),
        lane: fc.constantFrom(...lanes),
        count: fc.integer({ min: 1, max: 60 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        afterMs,
        do: fc.constant("look" as const),
        most: fc.constantFrom(1, 3, 64),
        misses: fc.constantFrom(0, 0, 0, 1, 3),
      }),
    },
    ...others.map((arbitrary) => ({ weight: 1, arbitrary })),
  );
  return fc.array(event, { minLength: 60, maxLength: 150, size: "max" });
}

const anyInbound = fc.record({
  afterMs,
  do: fc.constant("inbound" as const),
  count: fc.constantFrom(1, 1, 3, 30),
});

interface Story {
  readonly slots: readonly Slot[];
  readonly inbound: readonly { readonly atUs: number; readonly count: number; readonly event: number }[];
  /** Since when which pace was ordered. */
  readonly paces: readonly { readonly sinceUs: number; readonly pace: number | null }[];
}

async function tell(world: World, events: readonly Event[], { first = "normal" as Lane } = {}): Promise<Story> {
  const { store, sender } = world;
  const slots: Slot[] = [];
  const inbound: { atUs: number; count: number; event: number }[] = [];
  const paces: { sinceUs: number; pace: number | null }[] = [{ sinceUs: 0, pace: null }];
  await world.accept(...Array.from({ length: 30 }, () => ({ lane: first })));
  for (const [at, event] of events.entries()) {
    const note = ({ slotUs, lane }: Pick<Taken, "slotUs" | "lane">) =>
      slots.push({ slotUs, lane, givenUs: world.nowMs * 1_000, event: at });
    world.pass(event.afterMs);
    switch (event.do) {
      case "accept":
        await world.accept(...Array.from({ length: event.count }, () => ({ lane: event.lane })));
        break;
      case "look": {
        const taken = await world.take({ most: event.most });
        taken.forEach(note);
        for (const one of taken.slice(0, event.misses)) {
          const again = await store.reslot(sender, one);
          if (again) note({ ...one, slotUs: again.slotUs });
        }
        break;
      }
      case "inbound": {
        const messages = Array.from({ length: event.count }, (_, one) => ({
          wamid: `wamid.${localIdOf(world.nowMs, inbound.length * 100 + one)}`,
          atMs: world.nowMs,
          json: "{}",
          opensWindowOf: null,
        }));
        await store.apply(sender, { statuses: [], inbound: messages, aside: [], raw: null });
        inbound.push({ atUs: world.nowMs * 1_000, count: event.count, event: at });
        break;
      }
      case "set-pace":
        await store.setPace(sender.id, event.pace, "operator");
        paces.push({ sinceUs: world.nowMs * 1_000, pace: event.pace });
        break;
      default:
        throw new Error(`no such event: ${JSON.stringify(event satisfies never)}`);
    }
  }
  return { slots, inbound, paces };
}

/** The most slots that fall into any window of this length: [t, t + length) for every t. */
function mostInASecond(slots: readonly { slotUs: number }[], windowUs = SECOND_US): number {
  const times = slots.map(({ slotUs }) => slotUs).sort((a, b) => a - b);
  return Math.max(0, ...times.map((from, at) => times.slice(at).filter((time) => time < from + windowUs).length));
}

test.each([1, 3, 10, 80, 1_000])("no second holds more than the pace of %d, whoever looks and when", async (pace) => {
  const world = newWorld({ pace });
  await fc.assert(
    fc.asyncProperty(anyEvents(LANES_OF_ALL), async (events) => {
      const { slots } = await tell(world.another(), events);
      expect(slots.length).toBeGreaterThan(0);
      // Even if some reach the provider 20 ms later than others: that is what the margin is for.
      expect(mostInASecond(slots, SECOND_US + 20_000)).toBeLessThanOrEqual(pace);
      expect(new Set(slots.map(({ slotUs }) => slotUs)).size).toBe(slots.length); // no two get the same
    }),
    { numRuns: 8 },
  );
});

test.each([10, 80])("of a pace of %d bulk gets at most its share in any second, whoever else sends", async (pace) => {
  const world = newWorld({ pace, settings: { bulkShare: 0.5 } });
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(anyEvents(["normal", "bulk", "bulk"]), async (events) => {
      const { slots } = await tell(world.another(), events, { first: "bulk" });
      const bulk = slots.filter(({ lane }) => lane === "bulk");
      sent += bulk.length;
      expect(mostInASecond(bulk)).toBeLessThanOrEqual(Math.ceil(pace * 0.5));
    }),
    { numRuns: 16 },
  );
  expect(sent).toBeGreaterThan(pace); // else it was never at its limit
});

describe("with messages coming in", () => {
  /**
   * The slots for which the second up to them held too much: slots, and what had come in when they were given out. What comes
   * in after a slot was given out, nobody can refuse.
   */
  function overfull({ slots, inbound }: Story, pace: number): number[] {
    return slots.flatMap(({ slotUs, event }) => {
      const isIn = (timeUs: number) => timeUs > slotUs - SECOND_US && timeUs <= slotUs;
      const out = slots.filter((other) => isIn(other.slotUs)).length;
      const cameIn = inbound.filter(({ atUs, event: before }) => isIn(atUs) && before < event);
      const sum = out + cameIn.reduce((all, { count }) => all + count, 0);
      return cameIn.length > 0 && sum > pace ? [sum] : [];
    });
  }

  test.each([10, 80])(
    "both together keep within a pace of %d",
    async (pace) => {
      const world = newWorld({ pace });
      await fc.assert(
        fc.asyncProperty(anyEvents(LANES_OF_ALL, [anyInbound]), async (events) => {
          expect(overfull(await tell(world.another(), events), pace)).toEqual([]);
        }),
        { numRuns: 12 },
      );
    },
    60_000,
  );

  // The partner: if what comes in were not counted, the same check would find too much.
  test("they would not, if what comes in were not counted", async () => {
    const pace = 10;
    const world = newWorld({ pace });
    const check = await fc.check(
      fc.asyncProperty(anyEvents(LANES_OF_ALL, [anyInbound]), async (events) => {
        const silent = events.map((event) => (event.do === "inbound" ? { ...event, count: 0 } : event));
        const sending = await tell(world.another(), silent);
        const { inbound } = await tell(world.another(), events);
        expect(overfull({ ...sending, inbound }, pace)).toEqual([]);
      }),
      { numRuns: 200, endOnFailure: true },
    );
    expect(check.failed).toBe(true);
  });
});

describe("with operators who change the pace", () => {
  const PACE = 40;
  const anyOrder = fc.record({
    afterMs,
    do: fc.constant("set-pace" as const),
    pace: fc.constantFrom(null, 5, 20, 120),
  });

  /** The seconds that hold more than the greatest pace that was in force when their slots were given out. */
  function overfull({ slots, paces }: Story, tooMuch: (pace: number) => number): number[] {
    const paceAt = (timeUs: number) => paces.findLast(({ sinceUs }) => sinceUs <= timeUs)?.pace ?? PACE;
    return slots.flatMap(({ slotUs: from }) => {
      const inIt = slots.filter(({ slotUs }) => slotUs >= from && slotUs < from + SECOND_US);
      const greatest = Math.max(...inIt.map(({ givenUs }) => paceAt(givenUs)));
      return inIt.length > tooMuch(greatest) ? [inIt.length] : [];
    });
  }
  /** Without steps back: they would leave open which order was in force when. */
  const anyOrders = anyEvents(LANES_OF_ALL, [anyOrder]).map((events) =>
    events.map((event) => ({ ...event, afterMs: Math.max(1, event.afterMs) })),
  );

  test("no second holds more than the greatest of those in force", async () => {
    const world = newWorld({ pace: PACE });
    await fc.assert(
      fc.asyncProperty(anyOrders, async (events) => {
        expect(overfull(await tell(world.another(), events), (pace) => pace)).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  // The partner: the order is obeyed, up as well as down.
  test("but some hold more than the configured one, and some that hold less were ordered to", async () => {
    const world = newWorld({ pace: PACE });
    const check = await fc.check(
      fc.asyncProperty(anyOrders, async (events) => {
        expect(overfull(await tell(world.another(), events), () => PACE)).toEqual([]);
      }),
      { numRuns: 200, endOnFailure: true },
    );
    expect(check.failed).toBe(true);
  });

  test.each([
    { ordered: 10, expected: [100_000] },
    { ordered: 200, expected: [5_000] },
    { ordered: null, expected: [25_000] },
  ])("an order of $ordered gives slots of $expected µs", async ({ ordered, expected }) => {
    const world = newWorld({ pace: PACE, settings: { paceMargin: 1 } });
    await world.store.setPace(world.sender.id, ordered, "operator");
    expect((await world.look()).intervalUs).toBe(expected[0]);
  });
});

// The partner of these properties: the limit that many use, "so many per full second", does not survive them.
test("a limit that starts afresh with every full second lets twice the pace through", () => {
  const pace = 10;
  const perSecond = new Map<number, number>();
  const slots: { slotUs: number }[] = [];
  for (let timeUs = 0; timeUs < 3 * SECOND_US; timeUs += 10_000) {
    if (timeUs < 0.9 * SECOND_US) continue;
    const second = Math.floor(timeUs / SECOND_US);
    const used = perSecond.get(second) ?? 0;
    if (used < pace) slots.push({ slotUs: timeUs });
    perSecond.set(second, used + 1);
  }
  expect(mostInASecond(slots)).toBe(2 * pace);
});

// And the check itself sees it when two workers keep the pace each for himself.
test("two senders of the same pace exceed it together", async () => {
  const looks = Array.from({ length: 60 }, (): Event => ({ afterMs: 50, do: "look", most: 64, misses: 0 }));
  const world = newWorld({ pace: 10 });
  const [one, other] = [await tell(world.another(), looks), await tell(world.another(), looks)];
  expect(mostInASecond(one.slots)).toBe(10);
  expect(mostInASecond([...one.slots, ...other.slots])).toBe(20);
});

describe("while more waits than may go", () => {
  test.each([
    { lanes: ["normal"] as const, pace: 80, least: 0.97 },
    { lanes: ["normal"] as const, pace: 1_000, least: 0.97 },
    { lanes: ["urgent", "normal"] as const, pace: 80, least: 0.97 },
    { lanes: ["bulk"] as const, pace: 80, least: 0.87 }, // its share of 0.9, less the margin
  ])("three workers use at least $least of a pace of $pace for $lanes", async ({ lanes, pace, least }) => {
    const world = newWorld({ pace });
    const seconds = 3;
    const messages = Array.from({ length: pace * seconds }, (_, at) => ({
      lane: lanes[at % lanes.length] ?? "normal",
    }));
    for (let at = 0; at < messages.length; at += 500) await world.accept(...messages.slice(at, at + 500));
    // Each looks when half of what was in its reach is in the past, as the worker does: here at three moments.
    const slots: Taken[] = [];
    for (const endMs = world.nowMs + seconds * 1_000; world.nowMs < endMs; world.pass(4)) {
      slots.push(...(await world.take()));
    }
    const startUs = NOON_MS * 1_000;
    const used = slots.filter(({ slotUs }) => slotUs < startUs + (seconds - 0.5) * SECOND_US).length;
    expect(used).toBeGreaterThanOrEqual(least * pace * (seconds - 0.5));
    expect(mostInASecond(slots)).toBeLessThanOrEqual(pace);
  });
});
