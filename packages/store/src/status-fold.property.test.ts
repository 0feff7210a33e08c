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
  await world.promote();
  const second = await world.sendAgain(first.localId);
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
      const anonymous = { id: "", sender: "", to: "", contact: "" };
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

// An operator's retry is one more event, and the events about the sends before it come in any order, before it and after.
const anyRetriedStory = fc.record({
  before: fc.array(
    anyEvent.map((event) => ({ ...event, send: 1 as const })),
    { maxLength: 4 },
  ),
  after: fc.array(anyEvent, { maxLength: 6 }),
  failed: fc.constantFrom(...FAILURES),
});

/** A message that the provider took and reported as failed, and that somebody ordered again; its second send is answered. */
async function tellRetried(story: { before: readonly Event[]; after: readonly Event[]; failed: FailureRecord }) {
  const world = newWorld();
  const first = await world.send();
  const { localId } = first;
  await world.finish(first, verdicts.submit("wamid.1"));
  const report = ({ send, named, ...rest }: Event): StatusReport => {
    return { ...rest, wamid: `wamid.${send}`, message: named ? { localId, wireNumber: send } : null };
  };
  await world.webhook(...story.before.map(report));
  await world.webhook({ status: "failed", wamid: "wamid.1", failure: story.failed });
  const { results } = await world.store.retry(world.sender.id, [localId], null);
  const early = story.after.filter(({ send }) => send === 1);
  const isRetried = results[0] === "retried";
  await world.webhook(...early.slice(0, 2).map(report));
  const [second] = await world.take();
  if (second) await world.finish(second, verdicts.submit("wamid.2"));
  await world.webhook(
    ...early.slice(2).map(report),
    ...story.after.filter(({ send }) => send === 2 && second).map(report),
  );
  return { isRetried, isSentAgain: second !== undefined, record: await world.record(localId) };
}

const isArrival = ({ status }: Event) => rankOf(status, "provider") > FAILED_BY_PROVIDER_RANK;

/** What its status must be: of the first send only an arrival counts, for it had been reported as failed. */
function foldRetried(
  { before, after }: { before: readonly Event[]; after: readonly Event[] },
  isSentAgain: boolean,
): Status {
  const ofFirst = [...before, ...after].filter((event) => event.send === 1 && isArrival(event));
  const ofSecond = isSentAgain ? after.filter(({ send }) => send === 2) : [];
  const ranks = [...ofFirst, ...ofSecond].map(({ status }) => rankOf(status, "provider"));
  return statusOf(Math.max(rankOf(isSentAgain ? "submitted" : "queued"), ...ranks));
}

test("after an operator's retry nothing but an arrival of the send before it counts", async () => {
  let retries = 0;
  await fc.assert(
    fc.asyncProperty(anyRetriedStory, async (story) => {
      const { isRetried, isSentAgain, record } = await tellRetried(story);
      expect(isRetried).toBe(!story.before.some(isArrival));
      expect(record).toMatchObject({ status: foldRetried(story, isSentAgain), place: "none" });
      if (isSentAgain) retries += 1;
    }),
    { numRuns: 120 },
  );
  expect(retries).toBeGreaterThan(10);
}, 60_000);

// The partner: if everything about the first send counted, the same property would not hold.
test("it is not so that all that is told of the send before it counts", async () => {
  const check = await fc.check(
    fc.asyncProperty(anyRetriedStory, async (story) => {
      const { isSentAgain, record } = await tellRetried(story);
      const second = story.after.map((event) => ({ ...event, send: 2 as const }));
      expect(record.status).toBe(foldRetried({ ...story, after: second }, isSentAgain));
    }),
    { numRuns: 120, endOnFailure: true },
  );
  expect(check.failed).toBe(true);
}, 60_000);
