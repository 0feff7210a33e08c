import { expect, test } from "@jest/globals";
import { PLACES, type Place, placeOf } from "@tern/core";
import fc from "fast-check";
import { keyOf } from "./keys.ts";
import { disagreements, takeSnapshot } from "./testing/conservation.ts";
import { anyStep, type Step, startRun } from "./testing/random-run.ts";
import { type World, worldsOfThisFile } from "./testing/world.ts";

// P1: after every move, whatever came before, each live message is in exactly one place, and record and place agree.

const newWorld = worldsOfThisFile();
const anyStory = fc.array(anyStep, { minLength: 20, maxLength: 50, size: "max" });

/** Which moves of the table in core a step may stand for. */
const MOVES_OF: Readonly<Record<Step["do"], readonly string[]>> = {
  accept: [],
  pass: [],
  lose: [],
  renew: [],
  reslot: [],
  promote: ["promote"],
  begin: ["begin"],
  burst: ["begin"],
  finish: ["finish"],
  reap: ["reap"],
  cancel: ["cancel"],
  webhook: ["settle"],
};

test("after every step record and place of every message agree, and it moved only as the table says", async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, fc.constantFrom(3, 20, "unlimited" as const), async (steps, pace) => {
      const world = newWorld({ pace, settings: { dueMax: 3 } });
      const run = startRun(world);
      let before = new Map<string, Place>();
      for (const step of steps) {
        await run.step(step);
        const snapshot = await takeSnapshot(world, run.localIds);
        expect(disagreements(snapshot)).toEqual([]);
        const after = new Map([...snapshot.records].map(([id, { fields }]) => [id, placeOf(Number(fields.p ?? 0))]));
        expect(unlisted(before, after, step)).toEqual([]);
        before = after;
      }
    }),
    { numRuns: 80 },
  );
}, 60_000);

/** The moves that the table of places does not know. */
function unlisted(before: ReadonlyMap<string, Place>, after: ReadonlyMap<string, Place>, step: Step): string[] {
  return [...before].flatMap(([id, from]) => {
    const to = after.get(id);
    if (to === from) return [];
    const leavesBy: readonly string[] = PLACES[from].leavesBy;
    return MOVES_OF[step.do].some((move) => leavesBy.includes(move)) ? [] : [`${from} -> ${to} by ${step.do}`];
  });
}

// The partners: what a crash between two commands would leave behind is seen, place by place.
test.each<{ what: string; breaks: (world: World, ids: readonly string[]) => Promise<unknown> }>([
  {
    what: "a due message that is in due no more",
    breaks: ({ redis, base }, [due]) => redis.zrem(keyOf.due(base, 1), due ?? ""),
  },
  {
    what: "a due message that is in later as well",
    breaks: ({ redis, base }, [due]) => redis.zadd(keyOf.later(base), 1, due ?? ""),
  },
  {
    what: "a record that says nothing about its place",
    breaks: ({ redis, base }, [due]) => redis.hdel(keyOf.record(base, due ?? ""), "p"),
  },
  {
    what: "a waiting message whose record will end",
    breaks: ({ redis, base }, [due]) => redis.pexpire(keyOf.record(base, due ?? ""), 10_000),
  },
  {
    what: "a waiting message whose content will end",
    breaks: ({ redis, base }, [due]) => redis.pexpire(keyOf.content(base, due ?? ""), 10_000),
  },
  {
    what: "a message whose turn nobody will pass on",
    breaks: ({ redis, base }, [due]) => redis.hdel(keyOf.record(base, due ?? ""), "j"),
  },
  {
    what: "a turn that nobody holds",
    breaks: ({ redis, base }, [due]) => redis.hdel(keyOf.record(base, due ?? ""), "g"),
  },
  {
    what: "an order whose end is forgotten",
    breaks: ({ redis, base }) => redis.del(`${base}turns`),
  },
  {
    what: "a message that is in no backlog",
    breaks: ({ redis, base }, [, , backlog]) => redis.lrem(keyOf.backlog(base, 1, "shop"), 0, backlog ?? ""),
  },
  {
    what: "a message that is twice in its backlog",
    breaks: ({ redis, base }, [, , backlog]) => redis.rpush(keyOf.backlog(base, 1, "shop"), backlog ?? ""),
  },
  {
    what: "a caller whose backlog nobody will look at",
    breaks: ({ redis, base }) => redis.del(keyOf.callersInTurn(base, 1)),
  },
  {
    what: "a lease of another send",
    breaks: ({ redis, base }, [, , , wire]) => redis.zadd(keyOf.wire(base), 1, `${wire}.7`),
  },
  {
    what: "an entry of a message that is gone",
    breaks: ({ redis, base }) => redis.zadd(keyOf.later(base), 1, "0".repeat(26)),
  },
])("the check sees $what", async ({ breaks }) => {
  const world = newWorld({ settings: { dueMax: 1 } });
  const onWire = await world.send({ to: "+490" });
  const accepted = await world.accept({ to: "+491" }, { to: "+491" }, { to: "+492" });
  const ids = [...accepted.map(({ localId }) => localId), onWire.localId];
  expect(disagreements(await takeSnapshot(world, ids))).toEqual([]);
  await breaks(world, ids);
  expect(disagreements(await takeSnapshot(world, ids))).not.toEqual([]);
});
