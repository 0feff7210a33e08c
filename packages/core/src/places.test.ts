import { expect, test } from "@jest/globals";
import { LANES, laneNumber, laneOf } from "./lane.ts";
import { PLACES, type Place, placeOf, WAIT_REASONS, waitReasonNumber, waitReasonOf } from "./places.ts";

// Records in Redis outlive releases: these numbers are what is written there.
test("the codes of the places are the ones that stand in records", () => {
  const codes = Object.fromEntries(Object.entries(PLACES).map(([place, row]) => [place, row.code]));
  expect(codes).toEqual({ none: 0, backlog: 1, held: 2, later: 3, turn: 4, wire: 5 });
});

test("a stored code comes back as its place", () => {
  for (const place of Object.keys(PLACES) as Place[]) expect(placeOf(PLACES[place].code)).toBe(place);
});

test("an unknown code of a place is a corrupt record and says so", () => {
  expect(() => placeOf(6)).toThrow("no place has the code 6");
});

test("every place can be left, and none only by an order", () => {
  const stuck = Object.entries(PLACES).filter(([, { leavesBy }]) => (leavesBy as readonly string[]).length === 0);
  expect(stuck.map(([place]) => place)).toEqual([]);
  expect(PLACES.none.leavesBy).toEqual(["retry"]);
});

test("the reasons to wait keep their numbers", () => {
  expect(WAIT_REASONS).toEqual([
    "none",
    "scheduled",
    "retry",
    "throttled",
    "pair-throttled",
    "doubt",
    "sender-held",
    "template-held",
    "pace",
    "pair",
    "tier",
    "provider-away",
    "upgrade",
  ]);
  for (const reason of WAIT_REASONS) expect(waitReasonOf(waitReasonNumber(reason))).toBe(reason);
});

test("a reason that a newer release wrote reads as none", () => {
  expect(waitReasonOf(99)).toBe("none");
});

test("lanes keep their numbers, the more urgent the lower", () => {
  expect(LANES.map(laneNumber)).toEqual([0, 1, 2]);
  for (const lane of LANES) expect(laneOf(laneNumber(lane))).toBe(lane);
});

test("a number that no lane has is a corrupt record and says so", () => {
  expect(() => laneOf(3)).toThrow("no lane has the number 3");
});
