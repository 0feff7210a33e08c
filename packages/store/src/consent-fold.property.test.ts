import { expect, test } from "@jest/globals";
import { CONSENT_CATEGORIES, type ConsentState } from "@tern/core";
import fc from "fast-check";
import type { ConsentStatement } from "./consent.ts";
import { NOON_MS, worldsOfThisFile } from "./testing/world.ts";

// Consent is a fold over what was said and over which spellings were found to be one person: any order and repetition, told
// by whoever, ends in the same state. An opt-out that is lost in some order is a message somebody forbade.

const world = worldsOfThisFile()();
const SPELLINGS = ["+5511987654321", "+551187654321", "BR.1", "BR.2"] as const;
type Spelling = (typeof SPELLINGS)[number];

type Event =
  | { readonly kind: "said"; readonly spelling: Spelling; readonly statement: ConsentStatement }
  | { readonly kind: "same-person"; readonly pair: readonly [Spelling, Spelling] };

const anySpelling = fc.constantFrom(...SPELLINGS);
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("said" as const),
      spelling: anySpelling,
      statement: fc.record({
        category: fc.constantFrom(...CONSENT_CATEGORIES),
        state: fc.constantFrom<ConsentState>("opted-in", "opted-out"),
        atMs: fc.constantFrom(NOON_MS - 86_400_000, NOON_MS, NOON_MS + 1, 5),
        source: fc.constantFrom("api" as const, "keyword" as const),
        by: fc.constantFrom(null, "crm"),
        proof: fc.constantFrom(null, "STOP"),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("same-person" as const), pair: fc.tuple(anySpelling, anySpelling) }),
  },
);

/** Events, and two orders in which they are told, each with repetitions. */
const anyStory = fc.array(anyEvent, { minLength: 1, maxLength: 10 }).chain((events) => {
  const told = fc
    .array(fc.constantFrom(...events), { maxLength: 5 })
    .chain((again) => fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length }));
  return fc.record({ events: fc.constant(events), one: told, other: told });
});

/** Which spellings are one person, as far as these events tell. */
function personOf(spelling: Spelling, events: readonly Event[]): Set<Spelling> {
  const person = new Set([spelling]);
  for (let size = 0; size !== person.size; ) {
    size = person.size;
    for (const event of events) {
      if (event.kind === "same-person" && event.pair.some((one) => person.has(one)))
        for (const one of event.pair) person.add(one);
    }
  }
  return person;
}

let stories = 0;

/** Tells a story to a portfolio of its own: whoever tells something names all spellings it has learned so far. */
async function tell(told: readonly Event[]) {
  const portfolio = `p${stories++}`;
  for (const [at, event] of told.entries()) {
    const spellings = [...personOf(event.kind === "said" ? event.spelling : event.pair[0], told.slice(0, at + 1))];
    if (event.kind === "same-person") await world.store.joinConsents(portfolio, [spellings]);
    else await world.store.recordConsents(portfolio, [{ spellings, statement: event.statement }]);
  }
  return Object.fromEntries(
    await Promise.all(
      SPELLINGS.map(async (spelling) => {
        const { statements } = await world.store.readConsent(portfolio, spelling);
        return [spelling, statements] as const;
      }),
    ),
  );
}

/** The state of each spelling and category, as it was found. */
function statesIn(end: Awaited<ReturnType<typeof tell>>) {
  return SPELLINGS.map((spelling) => CONSENT_CATEGORIES.map((category) => end[spelling]?.[category][0]?.state ?? null));
}

/** The same in ten lines; `counts` says which of two statements about one category is the last word. */
function fold(
  events: readonly Event[],
  counts: (one: ConsentStatement, other: ConsentStatement) => boolean = isLater,
): (ConsentState | null)[][] {
  return SPELLINGS.map((spelling) => {
    const person = personOf(spelling, events);
    const said = events.flatMap((event) =>
      event.kind === "said" && person.has(event.spelling) ? [event.statement] : [],
    );
    return CONSENT_CATEGORIES.map((category) => {
      const about = said.filter((statement) => statement.category === category);
      return (
        about.reduce<ConsentStatement | null>((last, one) => (!last || counts(one, last) ? one : last), null)?.state ??
        null
      );
    });
  });
}

function isLater(one: ConsentStatement, other: ConsentStatement): boolean {
  return one.atMs === other.atMs ? one.state === "opted-out" : one.atMs > other.atMs;
}

test("any order and repetition of the same events ends in the state that the fold says", async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, async ({ events, one }) => {
      expect(statesIn(await tell(one))).toEqual(fold(events));
    }),
    { numRuns: 150 },
  );
}, 60_000);

test("two ways to tell the same events keep the same statements", async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, async ({ one, other }) => {
      expect(await tell(one)).toEqual(await tell(other));
    }),
    { numRuns: 100 },
  );
}, 60_000);

// The partners: with a model that is wrong in one point, the property above must not hold.
test.each([
  { what: "what was told last counts", wrong: (_: readonly Event[], told: readonly Event[]) => fold(told, () => true) },
  {
    what: "an opt-in of the same moment outranks an opt-out",
    wrong: (events: readonly Event[]) =>
      fold(events, (one, other) => (one.atMs === other.atMs ? one.state === "opted-in" : one.atMs > other.atMs)),
  },
  {
    what: "each spelling is a person of its own",
    wrong: (events: readonly Event[]) => fold(events.filter(({ kind }) => kind === "said")),
  },
])(
  "it is not so that $what",
  async ({ wrong }) => {
    const check = await fc.check(
      fc.asyncProperty(anyStory, async ({ events, one }) => {
        expect(statesIn(await tell(one))).toEqual(wrong(events, one));
      }),
      { numRuns: 150, endOnFailure: true },
    );
    expect(check.failed).toBe(true);
  },
  60_000,
);
