import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Erased } from "./erase.ts";
import { disagreements, takeSnapshot } from "./testing/conservation.ts";
import { everythingIn } from "./testing/everything.ts";
import { anyStep, type Run, type Step, startRun } from "./testing/random-run.ts";
import { type World, worldsOfThisFile } from "./testing/world.ts";

// Whatever happens before, between and after, an erasure strands no message and loses none of anybody else; and once it says
// that it is done, nothing names the person.

const newWorld = worldsOfThisFile();
const PERSON = "+491";
const OTHER = "+492";
const NAMED = /\+491(?!\d)/;

type StoryStep = Step | { readonly do: "erase" };
const anyStory = fc.array(fc.oneof({ weight: 9, arbitrary: anyStep }, fc.constant<StoryStep>({ do: "erase" })), {
  minLength: 20,
  maxLength: 50,
  size: "max",
});

/** All but budgets of the past: they end by Redis's own clock, which stands still here. */
async function whatIsLeft(world: World): Promise<string> {
  const lines = (await everythingIn(world)).split("\n");
  return lines.filter((line) => !/\}:pair:/.test(line)).join("\n");
}

const erase = ({ store, sender }: World): Promise<Erased> =>
  store.eraseContact({ portfolioId: sender.id, senderIds: [sender.id], spellings: [PERSON], optOuts: "keep" });

async function recordsOf(world: World, { localIds }: Run) {
  const records = await world.store.readMany(world.sender.id, localIds);
  return localIds.flatMap((id, at) => (records[at] ? [{ id, record: records[at] }] : []));
}

/** Of what is still there. Whose backlogs hold nothing but ids of erased messages cannot be told from the records. */
async function complaintsAbout(world: World, localIds: readonly string[]): Promise<string[]> {
  const complaints = disagreements(await takeSnapshot(world, localIds));
  return complaints.filter((complaint) => !complaint.startsWith("callers of lane"));
}

/** Plays a story with a person who is erased now and then; afterwards all comes to its end, and is erased once more. */
async function play(steps: readonly StoryStep[], eraseOnce: typeof erase): Promise<{ toOthers: number; left: string }> {
  const world = newWorld();
  let toOthers = 0;
  const run = startRun(world, { onAccept: (_id, { to }) => (toOthers += to === OTHER ? 1 : 0) });
  for (const step of steps) {
    if (step.do !== "erase") await run.step(step);
    else if ((await eraseOnce(world)).kind === "erased") expect(await whatIsLeft(world)).not.toMatch(NAMED);
    const there = (await recordsOf(world, run)).map(({ id }) => id);
    expect((await complaintsAbout(world, there)).join("\n")).toBe("");
  }
  await run.drain();
  const atTheEnd = await recordsOf(world, run);
  expect(atTheEnd.filter(({ record }) => record.place !== "none")).toEqual([]);
  expect(atTheEnd.filter(({ record }) => record.to === OTHER)).toHaveLength(toOthers);
  expect(await eraseOnce(world)).toMatchObject({ kind: "erased" });
  return { toOthers, left: await whatIsLeft(world) };
}

test("nobody is stranded by an erasure, and nothing of the person is left", async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, async (steps) => {
      expect((await play(steps, erase)).left).not.toMatch(NAMED);
    }),
    { numRuns: 40 },
  );
}, 120_000);

// The partner: taking records away without leaving the line is what the property above would not let pass.
test("it is not so that records could simply be deleted", async () => {
  const check = await fc.check(
    fc.asyncProperty(anyStory, async (steps) => {
      await play(steps, async (world) => {
        for (const key of await world.keys()) {
          if (key.includes("}:m:") && (await world.redis.hget(key, "to")) === PERSON) await world.redis.del(key);
        }
        return { kind: "erased", messages: 0, entries: 0, optOutsKept: 0, call: [] };
      });
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect(check.failed).toBe(true);
}, 120_000);
