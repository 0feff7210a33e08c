// The api dies between accept and call. If only the call brought a worker, a message would be accepted and never sent (P1);
// without the idempotency check inside accept, the caller's second try would send it twice (P2).

import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { ManagedProcess } from "@tern/devkit";
import { type RedisProxy, startRedisProxy } from "./redis-proxy.ts";
import { aMessage, isRead, startWorld, type World } from "./world.ts";

let world: World;
let proxy: RedisProxy;
let doomed: ManagedProcess;

beforeEach(async () => {
  world = await startWorld({ api: 0 });
  proxy = await startRedisProxy(world.redis.url);
  doomed = await world.system.startApi({ REDIS_URL: proxy.url });
}, 60_000);

afterEach(async () => {
  await proxy.stop();
  await world.stop();
}, 60_000);

const IS_ACCEPT = /message \d+/;
const IS_CALL = /send\.demo:wait/; // a key of the script with which BullMQ adds a job

test.each([
  { when: "before accept reached Redis", isIt: IS_ACCEPT, passes: false },
  { when: "after accept, before its answer", isIt: IS_ACCEPT, passes: true },
  { when: "after accept, before a worker was called", isIt: IS_CALL, passes: false },
  { when: "after a worker was called, before it knew", isIt: IS_CALL, passes: true },
])(
  "killed $when: the caller tries again and each message is sent once",
  async ({ isIt, passes }) => {
    const killed = new Promise<unknown>((resolve) => {
      proxy.onWrite(({ text }) => {
        if (!isIt.test(text)) return "pass";
        resolve(doomed.kill());
        return passes ? "pass-then-mute" : "drop";
      });
    });
    const posted = world.post(Array.from({ length: 20 }, (_, at) => aMessage(at)));
    await killed;
    await world.system.startApi();

    const ids = await posted;
    await world.settle(isRead, 60_000);
    expect(new Set(ids).size).toBe(20);
    expect(await world.broken()).toEqual([]);
    expect((await world.system.simulator.summary()).taken).toBe(20);
  },
  90_000,
);
