import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { keyOf } from "./keys.ts";
import type { Taken } from "./moves.ts";
import type { MessageRecord } from "./record.ts";
import { anyLearnStep, anyStep, type Run, type Step, startRun } from "./testing/random-run.ts";
import { verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

// P1 and P6: one recipient's messages of a lane go on the wire in their order, each only after the one before it was
// answered for good; and whatever happens in between, in the end every message has come to its end.

const newWorld = worldsOfThisFile();
const anyStory = fc.array(fc.oneof({ weight: 12, arbitrary: anyStep }, { weight: 1, arbitrary: anyLearnStep }), {
  minLength: 20,
  maxLength: 60,
  size: "max",
});

/**
 * Where each message stands in its recipient's line, by a few lines of bookkeeping; and who broke the order.
 *
 * A message takes its place when it is accepted. One that waits for its moment, its template or the portfolio's tier is out
 * of the line, and one that ended as well; who comes back stands at the end. Those who come back in the same step stand
 * side by side.
 */
function watchOrder(world: World) {
  interface InLine {
    /** Its contact's, which may change while it is out of the line (ADR 20). */
    line: string;
    /** The step in which it joined; null while it is out of the line. */
    since: number | null;
    place: MessageRecord["place"];
  }
  const messages = new Map<string, InLine>();
  const overtakings: string[] = [];
  let steps = 0;
  /** It was sent again after it had ended in the middle of a chain, and may have kept that place: it breaks no order. */
  const exempt = new Set<string>();

  async function onTake(taken: readonly Taken[]): Promise<void> {
    for (const { localId } of taken) {
      const own = messages.get(localId);
      if (!own || exempt.has(localId)) continue;
      // Who has come back since the last step is seen only now: he stands behind all others.
      const since = own.since ?? steps;
      for (const [other, { line, since: before, place }] of messages) {
        if (line !== own.line || other === localId || exempt.has(other)) continue;
        if (before !== null && before < since && place !== "none") overtakings.push(`${localId} overtook ${other}`);
      }
    }
  }

  const run: Run = startRun(world, {
    onAccept(localId, { lane, to }) {
      if (lane !== "bulk") messages.set(localId, { line: lane + to, since: null, place: "none" });
    },
    async onTake(taken) {
      await lookAround();
      await onTake(taken);
    },
  });

  /** Learns from the records who is in line now, and who has two sends on the wire at once. */
  async function lookAround(): Promise<void> {
    const ids = [...messages.keys()];
    const records = await world.store.readMany(world.sender.id, ids);
    const onWire = new Map<string, string>();
    for (const [at, id] of ids.entries()) {
      const message = messages.get(id);
      const record = records[at];
      if (!message || !record) continue;
      const { place, waitReason } = record;
      message.line = record.lane + record.contact;
      const isOut = place === "held" || (place === "later" && (waitReason === "scheduled" || waitReason === "tier"));
      if (place === "none" && message.place === "turn") exempt.add(id);
      if (isOut || place === "none") message.since = null;
      else message.since ??= steps;
      message.place = place;
      if (place !== "wire") continue;
      if (onWire.has(message.line)) overtakings.push(`${id} is on the wire together with ${onWire.get(message.line)}`);
      onWire.set(message.line, id);
    }
  }

  return {
    run,
    overtakings,
    async step(next: Step): Promise<void> {
      steps += 1;
      await run.step(next);
      await lookAround();
    },
  };
}

const isAtItsEnd = (record: MessageRecord | null) =>
  record !== null && record.place === "none" && (record.isFinal || ["submitted", "sent"].includes(record.status));

test("nobody is overtaken and nobody is stranded", async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, async (steps) => {
      const world = newWorld({ pace: 50 });
      const { run, step, overtakings } = watchOrder(world);
      for (const next of steps) await step(next);
      await run.drain();
      expect(overtakings).toEqual([]);
      const records = await world.store.readMany(world.sender.id, run.localIds);
      expect(records.filter((record) => !isAtItsEnd(record))).toEqual([]);
      expect(await world.redis.hgetall(`${world.base}turns`)).toEqual({});
    }),
    { numRuns: 120 },
  );
}, 60_000);

// The partner of "overtaken": without the chain the same check finds somebody.
test("if nobody remembered who holds a turn, somebody would be overtaken", async () => {
  const check = await fc.check(
    fc.asyncProperty(anyStory, async (steps) => {
      const world = newWorld({ pace: 50 });
      const { step, overtakings } = watchOrder(world);
      for (const next of steps) {
        await step(next);
        await world.redis.del(`${world.base}turns`);
      }
      expect(overtakings).toEqual([]);
    }),
    { numRuns: 120, endOnFailure: true },
  );
  expect(check.failed).toBe(true);
}, 60_000);

// The partner of "stranded": a canceled message that forgets who stands behind it.
test("if a canceled message forgot its link, those behind it would be stranded", async () => {
  const world = newWorld();
  const { run, step } = watchOrder(world);
  const accept: Step = {
    do: "accept",
    lane: "normal",
    to: "+491",
    caller: "shop",
    template: null,
    fallback: null,
    sendInMs: null,
    livesMs: null,
    doubtPolicy: "resend",
  };
  await step(accept);
  await step({ do: "look", most: 1, bulkRestsMs: null, dies: false, minds: false });
  for (let behind = 0; behind < 2; behind++) await step(accept);
  const [, canceled = "", last = ""] = run.localIds;
  await world.store.cancel(world.sender.id, canceled, null);
  await world.redis.hdel(keyOf.record(world.base, canceled), "j");
  await step({ do: "finish", which: 0, verdict: verdicts.submit(""), keeps: false });
  await run.drain();
  expect(isAtItsEnd(await world.record(last))).toBe(false);
});
