// An outage must cost no message an attempt, not even the first ones it meets, of which nobody could know; and a message
// that fails by itself must not get its attempts back because others fare well.

import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Failure, Outcome } from "@tern/core";
import type { BreakerState } from "./breaker.ts";
import { type CountedSend, createProviderHealth, type HealthAttempt, type ProviderHealth } from "./provider-health.ts";
import { createHandClock, type HandClock } from "./testing/hand-clock.ts";

const failure: Failure = { code: null, httpStatus: null, reason: "silence", hint: "wait" };
const ANSWERED: Outcome = { class: "accepted", wamid: "wamid.A", held: false };
const NO_ANSWER: Outcome = { class: "unknown", grade: "no-answer", failure };
/** An answer that names no fault of the provider as a whole. */
const AMBIGUOUS: Outcome = { class: "unknown", grade: "ambiguous-answer", failure: { ...failure, httpStatus: 400 } };
const OPENS_AFTER = 10;

let clock: HandClock;
let health: ProviderHealth;
let givenBack: string[];
let changes: BreakerState[];

beforeEach(() => {
  clock = createHandClock();
  [givenBack, changes] = [[], []];
  health = createProviderHealth({
    clock,
    giveBack: (sends) => givenBack.push(...sends.map(({ localId }) => localId)),
    onChange: (state) => changes.push(state),
  });
});

const sendOf = (localId: string): CountedSend => ({ senderId: "demo", localId, wireNumber: 1 });

/** A send without an answer, counted as sendMessage does it. */
function fails(localId: string, attempt: HealthAttempt = health.begin(), outcome = NO_ANSWER): void {
  attempt.ended(outcome);
  if (!attempt.metOutage()) attempt.counted(sendOf(localId));
}
const failRow = (count: number, name: string) => {
  const ids = Array.from({ length: count }, (_, at) => `${name}${at}`);
  for (const id of ids) fails(id);
  return ids;
};

describe("attempts that failures used up", () => {
  test("are given back, all of them and once, when the failures turn out to be an outage", () => {
    const ids = failRow(OPENS_AFTER - 1, "m");
    expect(givenBack).toEqual([]);
    fails("last"); // it opens the breaker, and so is not counted at all
    expect(changes).toEqual(["open"]);
    expect(givenBack).toEqual(ids);
    clock.freeze(1_000);
    fails("probe");
    expect(givenBack).toEqual(ids);
  });

  test("stay used up when somebody was answered in between", () => {
    failRow(OPENS_AFTER - 1, "early");
    health.begin().ended(ANSWERED);
    const ids = failRow(OPENS_AFTER - 1, "m");
    fails("last");
    expect(givenBack).toEqual(ids);
  });

  test("are given back when they are noted only after the outage has shown itself", () => {
    const slow = health.begin();
    slow.ended(NO_ANSWER); // its finish is under way
    const ids = failRow(OPENS_AFTER - 2, "m");
    fails("last");
    expect(health.isFailing).toBe(true);
    slow.counted(sendOf("slow"));
    expect(givenBack).toEqual([...ids, "slow"]);
  });

  test("are given back even when the outage is over by the time they are noted", () => {
    const slow = health.begin();
    slow.ended(NO_ANSWER);
    failRow(OPENS_AFTER - 1, "m");
    health.begin().ended(ANSWERED);
    slow.counted(sendOf("slow"));
    expect(givenBack).toContain("slow");
  });

  test("stay used up when somebody is answered before they are noted", () => {
    const slow = health.begin();
    slow.ended(NO_ANSWER);
    health.begin().ended(ANSWERED);
    slow.counted(sendOf("slow"));
    failRow(OPENS_AFTER, "m");
    expect(givenBack).not.toContain("slow");
  });

  test("by an answer, however odd, stay used up: a provider that answers is there", () => {
    fails("odd", health.begin(), AMBIGUOUS);
    failRow(OPENS_AFTER, "m");
    expect(givenBack).not.toContain("odd");
  });

  test("are counted again after an outage is over", () => {
    failRow(OPENS_AFTER, "m");
    health.begin().ended(ANSWERED);
    givenBack = [];
    failRow(OPENS_AFTER - 1, "later");
    expect(health.begin().metOutage()).toBe(false);
    expect(givenBack).toEqual([]);
  });
});

test("a send begun before or in an outage met it, even if it ends after it", () => {
  const before = health.begin();
  failRow(OPENS_AFTER, "m");
  const during = health.begin();
  health.begin().ended(ANSWERED);
  expect([before.metOutage(), during.metOutage(), health.begin().metOutage()]).toEqual([true, true, false]);
});

test("says how many may be taken, and when to ask again", () => {
  expect(health.allowance()).toEqual({ most: Number.POSITIVE_INFINITY, nextMs: null });
  failRow(OPENS_AFTER, "m");
  expect(health.allowance()).toEqual({ most: 0, nextMs: clock.monotonicMs() + 1_000 });
  clock.freeze(1_000);
  expect(health.allowance()).toEqual({ most: 1, nextMs: null });
  const probe = health.begin();
  expect(health.allowance().most).toBe(0);
  probe.ended({ class: "tier" }); // it never reached the provider
  expect(health.allowance().most).toBe(1);
  health.begin().ended(ANSWERED);
  expect(health).toMatchObject({ isFailing: false, state: "closed" });
  expect(changes).toEqual(["open", "half-open", "closed"]);
});

test("an attempt ends once: what is said later is ignored", () => {
  for (let count = 0; count < OPENS_AFTER; count += 1) {
    const attempt = health.begin();
    attempt.ended({ class: "withheld" });
    attempt.ended(NO_ANSWER);
  }
  expect(health.state).toBe("closed");
});
