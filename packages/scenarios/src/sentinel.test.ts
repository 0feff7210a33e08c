// A master behind Sentinels is killed while messages are accepted, sent and reported. Its replica has all that was answered
// or acted upon (ADR 23), so nothing is lost, and nothing is sent twice that its record does not show.
// Sentinels have a password of their own, all speak TLS, and each service has its user of deploy/redis/users.acl.
//   TERN_FAILOVER_MESSAGES=10000 pnpm --filter @tern/scenarios test sentinel

import { afterEach, expect, test } from "@jest/globals";
import { FAILOVER_PACE, failOver, printFigures } from "./failover.ts";
import { startSentinelShape } from "./redis-shapes.ts";
import { startWorld, type World } from "./world.ts";

let world: World;

afterEach(async () => {
  await world.stop();
}, 60_000);

test("the master is killed under load: its replica takes over, all accepted messages are read, the pace is kept", async () => {
  world = await startWorld({ startRedis: startSentinelShape, senders: [{ id: "demo", pace: FAILOVER_PACE }] });
  const { processes } = world.system;
  const pids = [...processes.api, ...processes.workers, ...processes.webhook].map(({ pid }) => pid);
  const figures = await failOver(world);
  printFigures("sentinel", figures);
  expect(figures.brokenPromises).toEqual([]);
  expect(await world.connection.call("ACL", "LOG")).toEqual([]); // nothing was refused
  for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
}, 300_000);
