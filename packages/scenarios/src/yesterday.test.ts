// The records and jobs that the release before this one wrote (fixtures/yesterday.json) are read and finished by this one,
// whatever place they were in when that release was stopped.

import { afterEach, expect, test } from "@jest/globals";
import { readYesterday, restore, writeYesterday } from "./records-of-yesterday.ts";
import { isRead, startWorld, type World } from "./world.ts";

let world: World | undefined;
afterEach(() => world?.stop(), 60_000);

test("what the last release left in Redis goes on with this one: every message is sent, in order, once", async () => {
  if (process.env.TERN_WRITE_YESTERDAY) await writeYesterday();
  const yesterday = await readYesterday();
  const places = new Set(yesterday.keys.map(({ name }) => name.split("}:")[1]?.split(":")[0]));
  for (const place of ["bl", "later", "turns", "wire", "send.demo"]) expect(places).toContain(place);

  world = await startWorld({ workers: 0 });
  await restore(world.connection, world.store.prefix, yesterday);
  world.acceptedIds.push(...yesterday.ids);
  await world.system.startWorker();
  const records = await world.settle(isRead, 30_000);
  expect(await world.broken()).toEqual([]);
  const onWire = yesterday.ids.slice(0, 2).map((id) => records.get(id));
  for (const record of onWire) expect(record).toMatchObject({ attempts: 2, resends: 1 }); // its worker was killed: a doubt
  expect([...records.values()].find((record) => record?.reference === "order-7")).toMatchObject({
    metadata: { order: 7 },
  });
}, 120_000);
