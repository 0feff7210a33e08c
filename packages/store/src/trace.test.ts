import { expect, test } from "@jest/globals";
import { packTrace } from "@tern/core";
import { keyOf } from "./keys.ts";
import { worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const SPAN = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

test("a message keeps its trace, and its neighbours in one call keep theirs or none", async () => {
  const world = newWorld();
  const other = { ...SPAN, spanId: "00f067aa0ba902b7" };
  const results = await world.accept({}, { trace: packTrace(SPAN) }, { trace: null }, { trace: packTrace(other) });
  const traces = await Promise.all(
    results.map((result) => world.store.readTrace(world.sender.id, "localId" in result ? result.localId : "")),
  );
  expect(traces).toEqual([null, SPAN, null, other]);
});

test("a message whose trace is not recorded keeps no byte of it", async () => {
  const world = newWorld();
  const localId = await world.waiting();
  expect(await world.redis.hexists(keyOf.record(world.base, localId), "tr")).toBe(0);
  expect(await world.store.readTrace(world.sender.id, "nobody")).toBeNull();
});

// A value over 64 bytes would take the record out of its listpack, and cost hundreds of bytes (DESIGN: 1,100 a message).
test("a message with a trace is as compact as one without, but for the trace itself", async () => {
  const world = newWorld();
  const [plain, traced] = [await world.waiting(), await world.waiting({ trace: packTrace(SPAN) })];
  const [before, after] = await Promise.all(
    [plain, traced].map((id) => world.redis.memory("USAGE", keyOf.record(world.base, id))),
  );
  expect(await world.redis.object("ENCODING", keyOf.record(world.base, traced))).toBe("listpack");
  expect((after ?? 0) - (before ?? 0)).toBeLessThanOrEqual(64);
});
