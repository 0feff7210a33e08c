import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { keyOf } from "./keys.ts";
import type { MessageRecord } from "./record.ts";
import { anyStep, type Run, type Step, startRun } from "./testing/random-run.ts";
import { verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

// P1 and P6: one recipient's messages of a lane go on the wire in their order, each only after the one before it was
// answered for good; and whatever happens in between, in the end every message has come to its end.

const newWorld = worldsOfThisFile();
const anyStory = fc.array(anyStep, { minLength: 20, maxLength: 60, size: "max" });

/** The order in which each recipient's messages stand in line, by ten lines of bookkeeping; and who broke it. */
function watchOrder(world: World) {
  const lines = new Map<string, string[]>();
  const planned: { localId: string; line: string; atMs: number }[] = [];
  const overtakings: string[] = [];
  let run: Run;
  const standInLine = (line: string, localId: string) => lines.set(line, [...(lines.get(line) ?? []), localId]);
  run = startRun(world, {
    onAccept(localId, { lane, to, sendInMs }) {
      if (lane === "bulk") return;
      if (sendInMs) planned.push({ localId, line: lane + to, atMs: world.nowMs + sendInMs });
      else standInLine(lane + to, localId);
    },
    async onSend({ localId, lane, to }) {
      const line = lines.get(lane + to) ?? [];
      const ahead = line.slice(0, Math.max(0, line.indexOf(localId)));
      const records = await world.store.readMany(world.sender.id, ahead);
      for (const record of records) if (record?.place !== "none") overtakings.push(`${localId} overtook ${record?.id}`);
    },
  });

  async function step(next: Step): Promise<void> {
    await run.step(next);
    if (next.do !== "promote") return;
    // A planned message stands in line from the first promote after its moment.
    const due = planned.filter(({ atMs }) => atMs <= world.nowMs);
    due.sort((a, b) => a.atMs - b.atMs || (a.localId < b.localId ? -1 : 1));
    for (const message of due) {
      planned.splice(planned.indexOf(message), 1);
      standInLine(message.line, message.localId);
    }
  }

  return { run, step, overtakings };
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
      expect(await world.redis.exists(`${world.base}turns`)).toBe(0);
    }),
    { numRuns: 1500 },
  );
}, 400_000);

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
}, 400_000);

// The partner of "stranded": a canceled message that forgets who stands behind it.
test("if a canceled message forgot its link, those behind it would be stranded", async () => {
  const world = newWorld();
  const { run, step } = watchOrder(world);
  const accept: Step = {
    do: "accept",
    lane: "normal",
    to: "+491",
    caller: "shop",
    sendInMs: null,
    livesMs: null,
    doubtPolicy: "resend",
  };
  await step(accept);
  await step({ do: "begin", which: 0, keeps: false });
  for (let behind = 0; behind < 2; behind++) await step(accept);
  const [, canceled = "", last = ""] = run.localIds;
  await world.store.cancel(world.sender.id, canceled, null);
  await world.redis.hdel(keyOf.record(world.base, canceled), "j");
  await step({ do: "finish", which: 0, verdict: verdicts.submit(""), keeps: false });
  await run.drain();
  expect(isAtItsEnd(await world.record(last))).toBe(false);
});
