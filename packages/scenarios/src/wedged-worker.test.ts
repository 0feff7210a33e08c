// A worker whose places are all taken by sends that never end consumes nothing while there is work. It must say so itself,
// within a minute, for only a restart helps (P9). A worker that merely has nothing to do is alive.

import { afterEach, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { aMessage, livezOf, type Outside, startOutside } from "./outside.ts";

const REPORTED_WITHIN_MS = 60_000;

let outside: Outside;

afterEach(async () => {
  for (const worker of outside.system.processes.workers) await worker.kill(); // it would wait for its sends
  await outside.stop();
}, 60_000);

test("a wedged worker is reported dead within a minute, one with nothing to do is not, and another one sends the rest", async () => {
  outside = await startOutside({
    senders: [
      { id: "demo", pace: "unlimited" },
      { id: "idle", pace: "unlimited" },
    ],
    workerEnv: { CONCURRENCY: "4", SEND_TIMEOUT_MS: "300000" },
    sending: { reconcileMs: { urgent: 1_000, normal: 1_000, bulk: 1_000 } },
  });
  const { simulator, processes } = outside.system;
  const [wedged] = processes.workers;
  if (!wedged) throw new Error("there is no worker");
  await simulator.putBehaviour({ down: "silent" });
  await outside.post(Array.from({ length: 12 }, (_, at) => aMessage(at)));
  await waitUntil(async () => (await simulator.summary()).requests >= 3, { what: "its places to be taken" });
  const sinceMs = performance.now();
  expect(await livezOf(wedged)).toBe(200);

  await waitUntil(async () => (await livezOf(wedged)) === 503, {
    timeoutMs: REPORTED_WITHIN_MS,
    everyMs: 500,
    what: "its liveness to say so",
  });
  expect(performance.now() - sinceMs).toBeLessThan(REPORTED_WITHIN_MS);

  // What an orchestrator does then. Those in doubt are settled by their policy.
  await wedged.kill();
  await simulator.putBehaviour({ down: null });
  const fresh = await outside.system.startWorker();
  await outside.settle((message) => message.status === "read", { timeoutMs: 60_000 });
  expect(await outside.broken()).toEqual([]);
  expect(await livezOf(fresh)).toBe(200);
}, 200_000);
