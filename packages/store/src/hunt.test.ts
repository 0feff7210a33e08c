import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { disagreements, takeSnapshot } from "./testing/conservation.ts";
import { anyStep, startRun } from "./testing/random-run.ts";
import { worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const seen = new Map<string, number>();
test("conservation", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 20, maxLength: 80, size: "max" }),
      fc.constantFrom(2, 20, "unlimited" as const),
      async (steps, pace) => {
        const world = newWorld({ pace, settings: { dueMax: 4 } });
        const run = startRun(world);
        const before = new Map<string, string>();
        for (const step of steps) {
          await run.step(step);
          const snap = await takeSnapshot(world, run.localIds);
          for (const [id, r] of snap.records) {
            const k = `${before.get(id) ?? "-"}>${r.fields.p ?? 0}:${r.fields.k} ${step.do}`;
            if (before.get(id) !== (r.fields.p ?? "0")) seen.set(k, (seen.get(k) ?? 0) + 1);
            before.set(id, r.fields.p ?? "0");
          }
          expect(disagreements(snap)).toEqual([]);
        }
        await run.drain();
        const records = await world.store.readMany(world.sender.id, run.localIds);
        for (const r of records) {
          expect(r?.place).toBe("none");
          expect(r?.isFinal || r?.status === "submitted" || r?.status === "sent").toBe(true);
        }
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 200) },
  );
  console.log(
    [...seen]
      .sort()
      .map(([k, v]) => `${k} ${v}`)
      .join("\n"),
  );
}, 600_000);
