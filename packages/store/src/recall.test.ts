import { expect, test } from "@jest/globals";
import { worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const key = (bodyDigest = "b".repeat(16)) => ({ idempotency: { keyDigest: "k".repeat(16), bodyDigest } });

test("a message that was accepted is known by its key: the same one as a replay, another one as a conflict", async () => {
  const world = newWorld();
  const localId = await world.waiting(key());
  const recall = (fields: ReturnType<typeof key>, caller = "shop") =>
    world.store.recall(world.sender.id, { caller, ...fields });
  expect(await recall(key())).toEqual({ kind: "replay", localId });
  expect(await recall(key("c".repeat(16)))).toEqual({ kind: "conflict", localId });
  expect(await recall(key(), "bank")).toBeNull(); // keys are each caller's own
});

test("asking for a key that is new takes nothing in", async () => {
  const world = newWorld();
  expect(await world.store.recall(world.sender.id, { caller: "shop", ...key() })).toBeNull();
  expect(await world.store.recall(world.sender.id, { caller: "shop", idempotency: null })).toBeNull();
  expect(await world.keys()).toEqual([]);
});
