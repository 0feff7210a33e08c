// The webhook service dies while it applies a batch. The provider sends the batch again; nothing may be lost, and
// nothing that was applied may count twice.

import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type RedisProxy, startRedisProxy } from "./redis-proxy.ts";
import { aMessage, isRead, startWorld, type World } from "./world.ts";

let world: World;
let proxy: RedisProxy;

beforeEach(async () => {
  world = await startWorld();
  proxy = await startRedisProxy(world.redis.url);
}, 60_000);

afterEach(async () => {
  await proxy.stop();
  await world.stop();
}, 60_000);

test.each([
  { when: "before Redis has the batch", passes: false },
  { when: "after Redis has the batch, before the 200", passes: true },
])(
  "killed $when: the provider repeats it and every status arrives",
  async ({ passes }) => {
    await world.system.processes.webhook[0]?.kill();
    const doomed = await world.system.startWebhook({ REDIS_URL: proxy.url });
    const killed = new Promise<unknown>((resolve) => {
      proxy.onWrite(({ text }) => {
        if (!text.includes("delivered")) return "pass";
        resolve(doomed.kill());
        return passes ? "pass-then-mute" : "drop";
      });
    });
    await world.post(Array.from({ length: 50 }, (_, at) => aMessage(at)));
    await killed;
    await world.system.startWebhook();

    await world.settle(isRead, 60_000);
    expect(await world.broken()).toEqual([]);
    for (const record of (await world.records()).values()) {
      expect(record?.timeline.map((step) => step.status)).toEqual([
        "queued",
        "sending",
        "submitted",
        "sent",
        "delivered",
        "read",
      ]);
    }
  },
  90_000,
);
