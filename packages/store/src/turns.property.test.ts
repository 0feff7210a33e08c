import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { disagreements, takeSnapshot } from "./testing/conservation.ts";
import { anyStep, startRun } from "./testing/random-run.ts";
import { worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

test("conservation", async () => {
  const t0 = performance.now();
  let n = 0,
    m = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 20, maxLength: 60, size: "max" }), async (steps) => {
      n++;
      const world = newWorld({ pace: 20 });
      const run = startRun(world);
      for (const step of steps) {
        m++;
        await run.step(step);
        expect(disagreements(await takeSnapshot(world, run.localIds))).toEqual([]);
      }
      await run.drain();
      const records = await world.store.readMany(world.sender.id, run.localIds);
      for (const r of records) {
        expect(r?.place).toBe("none");
        expect(r?.isFinal || r?.status === "submitted" || r?.status === "sent").toBe(true);
      }
    }),
    { numRuns: 100 },
  );
  console.log(n, m, performance.now() - t0);
}, 120_000);
