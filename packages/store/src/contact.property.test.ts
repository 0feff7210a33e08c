import { expect, test } from "@jest/globals";
import { PLACES } from "@tern/core";
import fc from "fast-check";
import { disagreements, type Snapshot, takeSnapshot } from "./testing/conservation.ts";
import { anyLearnStep, anyStep, SPELLINGS, type Step, startRun } from "./testing/random-run.ts";
import { type World, worldsOfThisFile } from "./testing/world.ts";

// Whatever is learned, when and in which order: in the end each person is one contact, whose spellings all lead to it in one
// step, and until then nobody is lost. The model is a list of sets.

const newWorld = worldsOfThisFile();

type Pair = readonly string[];

/** What a person with a pencil would know: sets of spellings, joined whenever two of them are said to be one. */
function model(pairs: readonly Pair[]): string[][] {
  let people: string[][] = SPELLINGS.map((spelling) => [spelling]);
  for (const pair of pairs) {
    const [one, other] = pair.map((spelling) => people.find((person) => person.includes(spelling)) ?? []);
    if (one === other || !one || !other) continue;
    people = [...people.filter((person) => person !== one && person !== other), [...one, ...other]];
  }
  return people;
}

const pairsOf = (steps: readonly Step[]): Pair[] =>
  steps.flatMap((step) => (step.do === "learn" ? [step.spellings] : []));

async function contactsOf(world: World): Promise<Map<string, string>> {
  const states = await Promise.all(SPELLINGS.map((one) => world.store.readContact(world.sender.id, one)));
  return new Map(SPELLINGS.map((spelling, at): [string, string] => [spelling, states[at]?.contact ?? ""]));
}

/** One sentence for each thing that is not as the model has it. */
async function complaints(world: World, pairs: readonly Pair[]): Promise<string[]> {
  const contacts = await contactsOf(world);
  const found: string[] = [];
  for (const [spelling, contact] of contacts) {
    if (contacts.get(contact) !== contact) found.push(`${spelling} leads to ${contact}, which leads further`);
  }
  for (const person of model(pairs)) {
    const names = new Set(person.map((spelling) => contacts.get(spelling)));
    if (names.size !== 1)
      found.push(`${person.join(" and ")} are one person and have the contacts ${[...names].join(" and ")}`);
    const [contact = ""] = names;
    if (!contact?.startsWith("+") && person.some((spelling) => spelling.startsWith("+")))
      found.push(`${person.join(" and ")} have a number, and ${contact} is the contact`);
    const { spellings } = await world.store.readContact(world.sender.id, person[0] ?? "");
    if ([...spellings].sort().join() !== [...person].sort().join())
      found.push(`${person.join(" and ")} are one person, and the store names ${spellings.join(" and ")}`);
  }
  return found;
}

/**
 * Those who stand in a chain, first or behind, that is not their person's: then two of one person could be on the wire at
 * once, for each chain lets one go.
 */
function outOfLine({ records }: Snapshot, contacts: ReadonlyMap<string, string>): string[] {
  return [...records].flatMap(([id, { fields }]) => {
    const isInChain = fields.g !== undefined || fields.p === String(PLACES.turn.code);
    const isHis = (fields.ct ?? fields.to) === contacts.get(fields.to ?? "");
    return isInChain && !isHis ? [`${id} to ${fields.to} stands in the chain of ${fields.ct ?? fields.to}`] : [];
  });
}

/** The usual steps, with more names to write to. */
const anyStepToAnybody = fc
  .tuple(anyStep, fc.constantFrom(...SPELLINGS))
  .map(([step, to]): Step => (step.do === "accept" ? { ...step, to } : step));
const anyStory = fc.array(
  fc.oneof({ weight: 8, arbitrary: anyStepToAnybody }, { weight: 2, arbitrary: anyLearnStep }),
  { minLength: 10, maxLength: 50, size: "max" },
);

test("each person becomes one contact, and no message is lost on the way", async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, async (steps) => {
      const world = newWorld({ pace: 50 });
      const run = startRun(world);
      for (const step of steps) {
        await run.step(step);
        const snapshot = await takeSnapshot(world, run.localIds);
        expect(disagreements(snapshot)).toEqual([]);
        const contacts = await contactsOf(world);
        expect(outOfLine(snapshot, contacts)).toEqual([]);
        for (const contact of contacts.values()) expect(contacts.get(contact)).toBe(contact);
      }
      await run.drain();
      await world.promote(); // the last turn has passed: what had to wait is joined
      expect(await complaints(world, pairsOf(steps))).toEqual([]);
      expect(await world.redis.exists(`${world.base}joins`)).toBe(0);
    }),
    { numRuns: 80 },
  );
}, 120_000);

// The partner: the check sees somebody who was forgotten.
test("if a join that had to wait were forgotten, a person would stay two", async () => {
  const check = await fc.check(
    fc.asyncProperty(anyStory, async (steps) => {
      const world = newWorld({ pace: 50 });
      const run = startRun(world);
      for (const step of steps) {
        await run.step(step);
        await world.redis.del(`${world.base}joins`);
      }
      await run.drain();
      expect(await complaints(world, pairsOf(steps))).toEqual([]);
    }),
    { numRuns: 80, endOnFailure: true },
  );
  expect(check.failed).toBe(true);
}, 120_000);

// Webhooks bring many pairs at once; the usual ones go another way in the script than the odd ones.
test("pairs that come together are learned as if they had come one by one, and the portfolio hears of each that was news", async () => {
  const anyPair = fc
    .tuple(fc.constantFrom(...SPELLINGS), fc.constantFrom(...SPELLINGS))
    .filter(([one, other]) => one !== other);
  const anyRequest = fc.record({
    spellings: fc.array(anyPair, { maxLength: 6 }),
    writer: fc.option(fc.constantFrom(...SPELLINGS)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyRequest, { maxLength: 6 }), async (requests) => {
      const world = newWorld();
      const told: Pair[] = [];
      const openedBy = new Set<string>();
      for (const [at, { spellings, writer }] of requests.entries()) {
        const wrote = { wamid: `wamid.${at}`, atMs: world.nowMs, json: "{}", opensWindowOf: writer };
        const before = model(told);
        const { learned } = await world.store.apply(world.sender, {
          statuses: [],
          inbound: writer === null ? [] : [wrote],
          spellings,
          aside: [],
          raw: null,
        });
        if (writer !== null) openedBy.add(writer);
        told.push(...spellings);
        const people = model(told);
        const personOf = (spelling: string) => people.find((person) => person.includes(spelling)) ?? [];
        for (const { names } of learned) {
          for (const name of names) expect(personOf(names[0] ?? "")).toContain(name);
        }
        // What each person became is reachable over what was told: no join stays unheard of.
        const heard = model([
          ...before.flatMap((person) => person.slice(1).map((one) => [person[0] ?? "", one])),
          ...learned.map(({ pair }) => pair.split(" ")),
        ]);
        expect(heard.map((person) => [...person].sort().join()).sort()).toEqual(
          people.map((person) => [...person].sort().join()).sort(),
        );
      }
      expect(await complaints(world, told)).toEqual([]);
      for (const writer of openedBy) {
        expect((await world.store.readContact(world.sender.id, writer)).lastInboundAtMs).toBe(world.nowMs);
      }
    }),
    { numRuns: 150 },
  );
}, 120_000);
