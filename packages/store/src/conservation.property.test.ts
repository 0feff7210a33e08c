import { expect, test } from "@jest/globals";
import { PLACES, type Place, placeOf } from "@tern/core";
import fc from "fast-check";
import { keyOf } from "./keys.ts";
import { disagreements, takeSnapshot } from "./testing/conservation.ts";
import { anyLearnStep, anyStep, type Step, startRun } from "./testing/random-run.ts";
import { type World, worldsOfThisFile } from "./testing/world.ts";

// P1: after every move, whatever came before, each live message is in exactly one place, and record and place agree.

const newWorld = worldsOfThisFile();
const anyStory = fc.array(fc.oneof({ weight: 12, arbitrary: anyStep }, { weight: 1, arbitrary: anyLearnStep }), {
  minLength: 20,
  maxLength: 50,
  size: "max",
});

/** Which moves of the table in core a step may stand for. */
const MOVES_OF: Readonly<Record<Step["do"], readonly string[]>> = {
  accept: [],
  pass: [],
  renew: [],
  reslot: [],
  uncount: [],
  pause: [],
  resume: [],
  "set-pace": [],
  write: [],
  learn: ["finish"], // it may be the answer to a send
  promote: ["promote", "expire"],
  look: ["begin"],
  finish: ["finish"],
  reap: ["reap"],
  cancel: ["cancel"],
  retry: ["retry"],
  webhook: ["settle"],
};

test("after every step record and place of every message agree, and it moved only as the table says", async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, fc.constantFrom(3, 20, "unlimited" as const), async (steps, pace) => {
      const world = newWorld({ pace });
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
    // Out of no place leads only somebody's order to send it again.
    const leavesBy: readonly string[] = PLACES[from].leavesBy;
    return MOVES_OF[step.do].some((move) => leavesBy.includes(move)) ? [] : [`${from} -> ${to} by ${step.do}`];
  });
}

// The partners: what a crash between two commands would leave behind is seen, place by place.
test.each<{ what: string; breaks: (world: World, ids: Ids) => Promise<unknown> }>([
  {
    what: "a message that is in no backlog",
    breaks: ({ redis, base }, { ready }) => redis.lrem(keyOf.backlog(base, 1, "shop"), 0, ready),
  },
  {
    what: "a message that is twice in its backlog",
    breaks: ({ redis, base }, { ready }) => redis.rpush(keyOf.backlog(base, 1, "shop"), ready),
  },
  {
    what: "a message that is in its backlog and in later as well",
    breaks: ({ redis, base }, { ready }) => redis.zadd(keyOf.later(base), 1, ready),
  },
  {
    what: "a caller whose backlog nobody will look at",
    breaks: ({ redis, base }) => redis.del(keyOf.callers(base, 1)),
  },
  {
    what: "a caller without a backlog",
    breaks: ({ redis, base }) => redis.zadd(keyOf.callers(base, 0), 1, "shop"),
  },
  {
    what: "a record that says nothing about its place",
    breaks: ({ redis, base }, { ready }) => redis.hdel(keyOf.record(base, ready), "p"),
  },
  {
    what: "a waiting message whose record will end",
    breaks: ({ redis, base }, { ready }) => redis.pexpire(keyOf.record(base, ready), 10_000),
  },
  {
    what: "a waiting message whose content will end",
    breaks: ({ redis, base }, { ready }) => redis.pexpire(keyOf.content(base, ready), 10_000),
  },
  {
    what: "a message whose turn nobody will pass on",
    breaks: ({ redis, base }, { ready }) => redis.hdel(keyOf.record(base, ready), "j"),
  },
  {
    what: "a turn that nobody holds",
    breaks: ({ redis, base }, { ready }) => redis.hdel(keyOf.record(base, ready), "g"),
  },
  {
    what: "an order whose end is forgotten",
    breaks: ({ redis, base }) => redis.del(`${base}turns`),
  },
  {
    what: "a message in no template's list",
    breaks: ({ redis, base }, { held }) => redis.lrem(keyOf.held(base, "promo"), 0, held),
  },
  {
    what: "a message that is twice in its template's list",
    breaks: ({ redis, base }, { held }) => redis.rpush(keyOf.held(base, "promo"), held),
  },
  {
    what: "a template that nobody will release",
    breaks: ({ redis, base }) => redis.del(keyOf.holds(base)),
  },
  {
    what: "a planned message whose moment is forgotten",
    breaks: ({ redis, base }, { later }) => redis.zrem(keyOf.later(base), later),
  },
  {
    what: "an expiry that nobody will see",
    breaks: ({ redis, base }, { later }) => redis.zrem(keyOf.ends(base), later),
  },
  {
    what: "an expiry of a message that has none",
    breaks: ({ redis, base }, { ready }) => redis.zadd(keyOf.ends(base), 1, ready),
  },
  {
    what: "a lease of another send",
    breaks: ({ redis, base }, { wire }) => redis.zadd(keyOf.wire(base), 1, `${wire}.7`),
  },
  {
    what: "a send without a lease",
    breaks: ({ redis, base }, { wire }) => redis.zrem(keyOf.wire(base), `${wire}.1`),
  },
  {
    what: "an entry of a message that is gone",
    breaks: ({ redis, base }) => redis.zadd(keyOf.later(base), 1, "0".repeat(26)),
  },
])("the check sees $what", async ({ breaks }) => {
  const world = newWorld();
  const ids = await oneInEachPlace(world);
  const check = async () => disagreements(await takeSnapshot(world, Object.values(ids)));
  expect(await check()).toEqual([]);
  await breaks(world, ids);
  expect(await check()).not.toEqual([]);
});

type Ids = Awaited<ReturnType<typeof oneInEachPlace>>;

async function oneInEachPlace(world: World) {
  const wire = await world.send({ to: "+490" });
  await world.store.pause(world.sender.id, { kind: "template", name: "promo" }, "operator");
  const held = await world.waiting({ template: "promo" });
  expect(await world.take()).toEqual([]);
  const later = await world.waiting({ sendAtMs: world.nowMs + 5_000, expiresAtMs: world.nowMs + 9_000 });
  const [ready, turn] = [await world.waiting({ to: "+491" }), await world.waiting({ to: "+491" })];
  const ids = { wire: wire.localId, held, later, ready, turn };
  const places = await Promise.all(Object.values(ids).map(async (id) => (await world.record(id)).place));
  expect(places).toEqual(["wire", "held", "later", "backlog", "turn"]);
  return ids;
}
