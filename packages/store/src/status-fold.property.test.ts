import { expect, test } from "@jest/globals";
import { FAILED_BY_PROVIDER_RANK, rankOf, type Status, statusOf } from "@tern/core";
import fc from "fast-check";
import type { StatusReport } from "./apply.ts";
import { shortFailure } from "./constants.ts";
import { keyOf } from "./keys.ts";
import { type FailureRecord, type Pricing, packPricing } from "./record.ts";
import { failureOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

// P7: the record is a fold over the events. Any order and repetition of the same webhook events, in batches of any size,
// the send's own answer anywhere between them, ends in the same record.

const newWorld = worldsOfThisFile();

/** One event about one of the two sends of a message. */
interface Event {
  readonly send: 1 | 2;
  readonly status: Status;
  readonly atMs: number;
  /** Whether the provider returned our callback data; without it only the wamid says whose it is. */
  readonly named: boolean;
  readonly pricing: Pricing | null;
  readonly failure: FailureRecord | null;
}

const PRICES: readonly Pricing[] = [
  { category: "utility", type: "regular", model: "PMP", billable: true },
  { category: "utility", type: "free_customer_service", model: "PMP", billable: null },
];
const FAILURES: readonly FailureRecord[] = [
  { ...failureOf("rejected"), reason: "one reason" },
  { ...failureOf("rejected"), reason: "another reason" },
  { ...failureOf("unknown"), code: 131000 },
];

const anyEvent: fc.Arbitrary<Event> = fc
  .record({
    send: fc.constantFrom(1 as const, 2 as const),
    status: fc.constantFrom<Status>("sent", "delivered", "read", "played", "failed"),
    atMs: fc.constantFrom(NOON_MS - 400, NOON_MS + 1_000, NOON_MS + 2_000),
    named: fc.boolean(),
    pricing: fc.constantFrom(null, ...PRICES),
    failure: fc.constantFrom(...FAILURES),
  })
  .map((event) => ({ ...event, failure: event.status === "failed" ? event.failure : null }));

/** What the provider's webhooks bring: each event at least once, some more often, in any order and batches. */
const anyStory = fc
  .uniqueArray(anyEvent, { minLength: 1, maxLength: 7, selector: (event) => JSON.stringify(event) })
  .chain((events) =>
    fc.record({
      events: fc.constant(events),
      repeats: fc.array(fc.constantFrom(...events), { maxLength: 7 }),
      seed: fc.infiniteStream(fc.nat(1_000)),
      answerAt: fc.nat(14),
      batchSize: fc.integer({ min: 1, max: 5 }),
    }),
  )
  .map(({ events, repeats, seed, answerAt, batchSize }) => {
    const told = [...events, ...repeats]
      .map((event) => ({ event, place: seed.next().value }))
      .sort((a, b) => Number(a.place) - Number(b.place))
      .map(({ event }) => event);
    return { events, told, answerAt, batchSize };
  });

/** A message whose first send was lost and, late, accepted; its second send is on the wire. */
async function sentTwice(world: World) {
  const first = await world.send();
  world.pass(20_000);
  await world.reap();
  world.pass(200_000);
  const [job] = await world.promote();
  const second = await world.send(job);
  await world.finish(first, verdicts.submit("wamid.1"));
  return second;
}

/** Tells the story to a new world; the record at its end. */
async function tell(story: { told: readonly Event[]; answerAt: number; batchSize: number }) {
  const world = newWorld();
  const second = await sentTwice(world);
  const { localId } = second;
  const answer = () => world.finish(second, verdicts.submit("wamid.2"));
  let answered = false;
  for (let at = 0; at < story.told.length; at += story.batchSize) {
    if (!answered && at >= story.answerAt) {
      await answer();
      answered = true;
    }
    const batch = story.told.slice(at, at + story.batchSize).map(({ send, named, ...report }): StatusReport => {
      return { ...report, wamid: `wamid.${send}`, message: named ? { localId, wireNumber: send } : null };
    });
    await world.webhook(...batch);
  }
  if (!answered) await answer();
  const [fields, hasContent] = await Promise.all([
    world.redis.hgetall(keyOf.record(world.base, localId)),
    world.redis.exists(keyOf.content(world.base, localId)),
  ]);
  return { record: await world.record(localId), fields, hasContent: hasContent === 1 };
}

/** The same in ten lines: what the record must say about these events, however they were told. */
function fold(events: readonly Event[]) {
  const counting = events.filter(({ send, failure }) => failure === null || send === 2);
  const rankOfEvent = ({ status }: Event) => rankOf(status, "provider");
  const least = (texts: readonly string[]) => texts.toSorted()[0] ?? null;
  const rank = Math.max(rankOf("submitted"), ...counting.map(rankOfEvent));
  const failures = counting.flatMap(({ failure }) => failure ?? []);
  const failureText = (failure: FailureRecord) => shortFailure(failure) + JSON.stringify(failure);
  return {
    status: statusOf(rank),
    times: Object.fromEntries(
      [...new Set(counting.map(rankOfEvent))].map((each) => [
        statusOf(each),
        Math.min(...counting.filter((event) => rankOfEvent(event) === each).map(({ atMs }) => atMs)),
      ]),
    ),
    price: least(counting.flatMap(({ pricing }) => (pricing ? packPricing(pricing) : []))),
    failure: least(failures.map(failureText)),
    hasContent: rank < rankOf("delivered"),
  };
}

/** What a record says about the same things; times as stored, since people are shown a timeline that never runs back. */
function seen({ record, fields, hasContent }: Awaited<ReturnType<typeof tell>>): ReturnType<typeof fold> {
  const times = Object.entries(fields)
    .filter(([field]) => /^t\d+$/.test(field) && Number(field.slice(1)) > rankOf("submitted"))
    .map(([field, sinceMs]) => [statusOf(Number(field.slice(1))), Number(fields.q) + Number(sinceMs)]);
  const isFailed = fields[`t${FAILED_BY_PROVIDER_RANK}`] !== undefined;
  return {
    status: record.status,
    times: Object.fromEntries(times),
    price: record.pricing && packPricing(record.pricing),
    failure: isFailed && record.failure ? shortFailure(record.failure) + JSON.stringify(record.failure) : null,
    hasContent,
  };
}

test("any order and repetition of the same events ends in the record that the fold says", async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, async (story) => {
      const end = await tell(story);
      expect(seen(end)).toEqual(fold(story.events));
      expect(end.record).toMatchObject({ place: "none", wamid: "wamid.1" });
    }),
    { numRuns: 150 },
  );
}, 60_000);

test("two ways to tell the same events end in records that are equal in every field", async () => {
  const twoWays = anyStory.chain((story) =>
    fc.record({
      story: fc.constant(story),
      told: fc.shuffledSubarray([...story.told], { minLength: story.told.length, maxLength: story.told.length }),
      answerAt: fc.nat(14),
    }),
  );
  await fc.assert(
    fc.asyncProperty(twoWays, async ({ story, told, answerAt }) => {
      const [one, other] = [await tell(story), await tell({ ...story, told, answerAt })];
      const anonymous = { id: "", sender: "", to: "" };
      expect({ ...other.record, ...anonymous }).toEqual({ ...one.record, ...anonymous });
      expect(other.hasContent).toBe(one.hasContent);
    }),
    { numRuns: 80 },
  );
}, 60_000);

// The partners: with a model that is wrong in one point, the property above must not hold.
test.each([
  {
    what: "the last status wins",
    wrong: (events: readonly Event[], told: readonly Event[]) => ({ ...fold(events), status: told.at(-1)?.status }),
  },
  {
    what: "a failure of the first send counts like one of the second",
    wrong: (events: readonly Event[]) => fold(events.map((event) => ({ ...event, send: 2 as const }))),
  },
  {
    what: "the first price wins",
    wrong: (events: readonly Event[], told: readonly Event[]) => {
      const first = told.find(({ pricing }) => pricing !== null)?.pricing;
      return { ...fold(events), price: first ? packPricing(first) : null };
    },
  },
])("it is not so that $what", async ({ wrong }) => {
  const check = await fc.check(
    fc.asyncProperty(anyStory, async (story) => {
      expect(seen(await tell(story))).toEqual(wrong(story.events, story.told));
    }),
    { numRuns: 150, endOnFailure: true },
  );
  expect(check.failed).toBe(true);
});
