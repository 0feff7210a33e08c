import { describe, expect, test } from "@jest/globals";
import { localIdTimeMs, messageId, parseMessageId } from "@tern/core";
import { localIdMaker } from "./local-ids.ts";
import { NOON_MS } from "./testing/world.ts";

/** Ids made at these moments, one after the other. */
function idsAt(moments: readonly number[]): string[] {
  let at = 0;
  const make = localIdMaker(() => moments[at++] ?? 0);
  return moments.map(() => make());
}

test("an id is one that a message id may hold, and says when it was made", () => {
  const [localId = ""] = idsAt([NOON_MS]);
  expect(parseMessageId(messageId({ sender: "demo", localId }))).toEqual({ sender: "demo", localId });
  expect(localIdTimeMs(localId)).toBe(NOON_MS);
});

describe("ids of one process sort as they were made, and none is made twice", () => {
  test.each([
    { what: "in one millisecond", moments: Array.from({ length: 5_000 }, () => NOON_MS) },
    { what: "as time goes on", moments: Array.from({ length: 5_000 }, (_, at) => NOON_MS + Math.floor(at / 3)) },
    {
      what: "after the clock was set back",
      moments: Array.from({ length: 600 }, (_, at) => NOON_MS - (at % 7) * 1_000),
    },
  ])("$what", ({ moments }) => {
    const ids = idsAt(moments);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("two processes make different ids in the same millisecond", () => {
  const moments = Array.from({ length: 2_000 }, () => NOON_MS);
  const [one, other] = [idsAt(moments), new Set(idsAt(moments))];
  expect(one.filter((id) => other.has(id))).toEqual([]);
});
