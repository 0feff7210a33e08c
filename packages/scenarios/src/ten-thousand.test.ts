// The main job at size while a worker is killed and restarted five times: the issue of a gateway that "usually" works
// shows here. Every message ends read; a second send is only ever one that the record says policy asked for.

import { expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { aMessage, isRead, startWorld } from "./world.ts";

test("10,000 messages in batches, a worker killed and restarted five times: all read, none doubled", async () => {
  const world = await startWorld();
  try {
    const count = 10_000;
    const { system } = world;
    const posted = world.post(
      Array.from({ length: count }, (_, at) => aMessage(at)),
      { batch: 500 },
    );
    for (const share of [0.1, 0.25, 0.4, 0.55, 0.7]) {
      await waitUntil(async () => (await system.simulator.summary()).taken >= count * share, {
        timeoutMs: 120_000,
        everyMs: 20,
        what: `${share * 100} % of the messages to be taken`,
      });
      await system.processes.workers.at(-1)?.kill();
      await system.startWorker();
    }
    await posted;

    await world.settle(isRead, 180_000);
    expect(await world.broken()).toEqual([]);
    expect(world.acceptedIds.length).toBe(count);
  } finally {
    await world.stop();
  }
}, 360_000);
