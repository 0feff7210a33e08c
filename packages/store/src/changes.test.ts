// Whoever counts is told of every change by the call that made it, once. What is told twice or not at all makes the
// figures lie, and nobody would notice.

import { describe, expect, test } from "@jest/globals";
import { readChanges } from "./changes.ts";
import { NOON_MS, verdicts, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();

describe("a message that ends", () => {
  test("by a verdict is told with its lane and the class of its failure", async () => {
    const world = newWorld();
    await world.finish(await world.send({ lane: "urgent" }), verdicts.fail());
    expect(world.changes).toEqual([{ kind: "end", status: "failed", lane: "urgent", class: "rejected" }]);
  });

  test("because its time is over, in line or at its turn, is told as expired", async () => {
    const world = newWorld();
    await world.waiting({ lane: "bulk", expiresAtMs: NOON_MS + 1_000 });
    await world.store.pause(world.sender.id, { kind: "sender" }, "ops");
    world.pass(1_000);
    await world.promote();
    expect(world.changes).toEqual([{ kind: "end", status: "expired", lane: "bulk", class: "none" }]);
    await world.store.resume(world.sender.id, { kind: "sender" }, "ops");
    await world.waiting({ lane: "normal", expiresAtMs: NOON_MS + 2_000 });
    world.pass(1_000);
    await world.take();
    expect(world.changes.slice(1)).toEqual([{ kind: "end", status: "expired", lane: "normal", class: "none" }]);
  });

  test("because nothing settled its doubt is told as failed, of the class unknown", async () => {
    const world = newWorld();
    await world.finish(await world.send(), verdicts.doubt(5_000, "fail"));
    expect(world.changes).toEqual([]);
    world.pass(5_000);
    await world.promote();
    expect(world.changes).toEqual([{ kind: "end", status: "failed", lane: "normal", class: "unknown" }]);
  });

  test("because it was taken back is told once", async () => {
    const world = newWorld();
    const localId = await world.waiting();
    await world.store.cancel(world.sender.id, localId, null);
    await world.store.cancel(world.sender.id, localId, null);
    expect(world.changes).toEqual([{ kind: "end", status: "canceled", lane: "normal", class: "none" }]);
  });

  test("by a window that closed is told when its turn comes", async () => {
    const world = newWorld();
    await world.waiting();
    await world.take({ windowMarginMs: 60_000 });
    expect(world.changes).toEqual([{ kind: "end", status: "failed", lane: "normal", class: "rejected" }]);
  });

  test("by the provider's report is told as a status and as an end, repeated or not", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.finish(sending, verdicts.submit("wamid.A"));
    await world.webhook({ status: "failed" });
    await world.webhook({ status: "failed" });
    expect(world.changes).toEqual([
      { kind: "end", status: "failed", lane: "normal", class: "rejected" },
      { kind: "status", status: "failed", lane: "normal", atMs: NOON_MS, dueMs: NOON_MS },
    ]);
  });

  test("after it was delivered, by a report that comes late, has not ended undelivered", async () => {
    const world = newWorld();
    await world.finish(await world.send(), verdicts.submit("wamid.A"));
    await world.webhook({ status: "delivered" }, { status: "failed" });
    expect(world.changes.map(({ kind, status }) => `${kind} ${status}`)).toEqual(["status delivered", "status failed"]);
  });
});

describe("a status", () => {
  test("is told with the provider's time and the moment since when its message was due", async () => {
    const world = newWorld();
    await world.waiting({ lane: "urgent", sendAtMs: NOON_MS + 60_000 });
    world.pass(61_000);
    await world.promote();
    const [sending] = await world.take();
    if (!sending) throw new Error("the message should go");
    await world.finish(sending, verdicts.submit("wamid.A"));
    await world.webhook({ status: "delivered", atMs: NOON_MS + 63_000 });
    expect(world.changes).toEqual([
      { kind: "status", status: "delivered", lane: "urgent", atMs: NOON_MS + 63_000, dueMs: NOON_MS + 60_000 },
    ]);
  });

  test("that comes before anybody knows its message is told when it finds it", async () => {
    const world = newWorld();
    const sending = await world.send();
    await world.webhook({ status: "delivered" });
    expect(world.changes).toEqual([]);
    await world.finish(sending, verdicts.submit("wamid.A"));
    expect(world.changes).toEqual([
      { kind: "status", status: "delivered", lane: "normal", atMs: NOON_MS, dueMs: NOON_MS },
    ]);
  });
});

test("what a script could not tell of a damaged record is left out, and an unknown class is other", () => {
  expect(readChanges("")).toEqual([]);
  expect(readChanges("e failed  rejected,s delivered  1 2,e failed 7 rejected,e nonsense 0 ")).toEqual([]);
  expect(readChanges("e failed 2 of-a-later-release")).toEqual([
    { kind: "end", status: "failed", lane: "bulk", class: "other" },
  ]);
});
