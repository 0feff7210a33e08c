import { describe, expect, test } from "@jest/globals";
import { worldsOfThisFile } from "./testing/world.ts";
const newWorld = worldsOfThisFile();
test("smoke", async () => {
  const world = newWorld();
  const s = await world.send();
  await world.finish(s, {kind:"submit", wamid:"wamid.A"});
  console.log(await world.record(s.localId), await world.keys());
});
