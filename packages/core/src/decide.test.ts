import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { backoffMs } from "./backoff.ts";
import { type DecideInput, decide, type Verdict } from "./decide.ts";
import { LANES } from "./lane.ts";
import { type Failure, OUTCOME_CLASSES, type Outcome } from "./outcome.ts";
import { DEFAULT_SENDING_POLICY as POLICY } from "./policy.ts";

const FAILURE: Failure = { code: 131000, httpStatus: 500, reason: "something went wrong", hint: "wait" };
const ACCEPTED: Outcome = { class: "accepted", wamid: "wamid.A", held: false };
const NO_ANSWER: Outcome = { class: "unknown", grade: "no-answer", failure: FAILURE };
const AMBIGUOUS: Outcome = { class: "unknown", grade: "ambiguous-answer", failure: FAILURE };
const TRANSIENT: Outcome = { class: "transient", failure: FAILURE };
const SNOOZE = { kind: "snooze", slow: false, holdSenderMs: 0 } as const;

function aSend(outcome: Outcome, fields: Partial<DecideInput> = {}): DecideInput {
  return {
    outcome,
    lane: "normal",
    attempts: 1,
    pairThrottles: 1,
    doubtPolicy: "resend",
    expiresInMs: Number.POSITIVE_INFINITY,
    chance: 0,
    ...fields,
  };
}

const cases: { what: string; input: DecideInput; verdict: Verdict }[] = [
  {
    what: "an accepted send is submitted under its wamid",
    input: aSend(ACCEPTED),
    verdict: { kind: "submit", wamid: "wamid.A" },
  },
  {
    what: "a send the provider holds back for now is submitted all the same",
    input: aSend({ class: "accepted", wamid: "wamid.A", held: true }),
    verdict: { kind: "submit", wamid: "wamid.A" },
  },
  {
    what: "an accepted send is submitted even with its attempts used up and its time over",
    input: aSend(ACCEPTED, { attempts: POLICY.attemptsMax + 1, expiresInMs: -1 }),
    verdict: { kind: "submit", wamid: "wamid.A" },
  },
  {
    what: "a throttled number slows down and waits",
    input: aSend({ class: "throttled", scope: "number", failure: FAILURE }),
    verdict: { ...SNOOZE, afterMs: POLICY.throttledWaitMs, reason: "throttled", slow: true },
  },
  {
    what: "a throttled account slows the number down as well",
    input: aSend({ class: "throttled", scope: "account", failure: FAILURE }),
    verdict: { ...SNOOZE, afterMs: POLICY.throttledWaitMs, reason: "throttled", slow: true },
  },
  {
    what: "a Retry-After is obeyed",
    input: aSend({ class: "throttled", scope: "number", failure: FAILURE, retryAfterMs: 7_000 }),
    verdict: { ...SNOOZE, afterMs: 7_000, reason: "throttled", slow: true },
  },
  {
    what: "a throttle never fails a message, however many attempts it has had",
    input: aSend({ class: "throttled", scope: "number", failure: FAILURE }, { attempts: 99 }),
    verdict: { ...SNOOZE, afterMs: POLICY.throttledWaitMs, reason: "throttled", slow: true },
  },
  {
    what: "a throttled pair waits 4^0 s and does not slow the number",
    input: aSend({ class: "throttled", scope: "pair", failure: FAILURE }),
    verdict: { ...SNOOZE, afterMs: 1_000, reason: "pair-throttled" },
  },
  {
    what: "a pair throttled for the third time waits 4^2 s",
    input: aSend({ class: "throttled", scope: "pair", failure: FAILURE }, { pairThrottles: 3 }),
    verdict: { ...SNOOZE, afterMs: 16_000, reason: "pair-throttled" },
  },
  {
    what: "a pair's Retry-After outranks 4^X",
    input: aSend({ class: "throttled", scope: "pair", failure: FAILURE, retryAfterMs: 6_000 }, { pairThrottles: 3 }),
    verdict: { ...SNOOZE, afterMs: 6_000, reason: "pair-throttled" },
  },
  {
    what: "a transient failure is tried again after the backoff",
    input: aSend(TRANSIENT, { attempts: 2, chance: 0.5 }),
    verdict: { kind: "retry", afterMs: backoffMs(2, 0.5, POLICY) },
  },
  {
    what: "a transient failure with a Retry-After is tried again then",
    input: aSend({ ...TRANSIENT, retryAfterMs: 12_345 }),
    verdict: { kind: "retry", afterMs: 12_345 },
  },
  {
    what: "the last attempt but one is followed by one more",
    input: aSend(TRANSIENT, { attempts: POLICY.attemptsMax - 1 }),
    verdict: { kind: "retry", afterMs: backoffMs(POLICY.attemptsMax - 1, 0, POLICY) },
  },
  {
    what: "a transient failure of the last attempt fails the message and says how many there were",
    input: aSend(TRANSIENT, { attempts: POLICY.attemptsMax }),
    verdict: { kind: "fail", failure: { ...FAILURE, reason: "something went wrong (5 attempts)" } },
  },
  ...LANES.map((lane) => ({
    what: `an ambiguous answer in ${lane} waits the short time, then is sent again, whatever the message's policy`,
    input: aSend(AMBIGUOUS, { lane, doubtPolicy: "fail" as const }),
    verdict: { kind: "doubt" as const, afterMs: POLICY.ambiguousWaitMs, unsettled: "resend" as const },
  })),
  ...LANES.map((lane) => ({
    what: `no answer in ${lane} waits that lane's reconcile time`,
    input: aSend(NO_ANSWER, { lane }),
    verdict: { kind: "doubt" as const, afterMs: POLICY.reconcileMs[lane], unsettled: "resend" as const },
  })),
  {
    what: "no answer follows the message's own policy",
    input: aSend(NO_ANSWER, { doubtPolicy: "fail" }),
    verdict: { kind: "doubt", afterMs: POLICY.reconcileMs.normal, unsettled: "fail" },
  },
  {
    what: "an ambiguous answer to the last attempt is not sent again",
    input: aSend(AMBIGUOUS, { attempts: POLICY.attemptsMax }),
    verdict: { kind: "doubt", afterMs: POLICY.ambiguousWaitMs, unsettled: "fail" },
  },
  {
    what: "no answer to the last attempt is not sent again",
    input: aSend(NO_ANSWER, { attempts: POLICY.attemptsMax }),
    verdict: { kind: "doubt", afterMs: POLICY.reconcileMs.normal, unsettled: "fail" },
  },
  {
    what: "a doubt does not wait beyond the message's expiry",
    input: aSend(NO_ANSWER, { expiresInMs: 4_000 }),
    verdict: { kind: "doubt", afterMs: 4_000, unsettled: "resend" },
  },
  {
    what: "a doubt about a message that has expired meanwhile waits no longer",
    input: aSend(AMBIGUOUS, { expiresInMs: -500 }),
    verdict: { kind: "doubt", afterMs: 0, unsettled: "resend" },
  },
  {
    what: "a rejected message fails with the provider's reason",
    input: aSend({ class: "rejected", failure: FAILURE }),
    verdict: { kind: "fail", failure: FAILURE },
  },
  {
    what: "a paused template waits and holds nobody else",
    input: aSend({ class: "template-paused", failure: FAILURE }),
    verdict: { ...SNOOZE, afterMs: POLICY.templatePausedMs, reason: "template-held" },
  },
  {
    what: "a paused number holds the whole sender",
    input: aSend({ class: "number-paused", failure: FAILURE }),
    verdict: {
      ...SNOOZE,
      afterMs: POLICY.numberPausedMs,
      reason: "sender-held",
      holdSenderMs: POLICY.numberPausedMs,
    },
  },
  {
    what: "a paused number with a Retry-After holds the sender for that long",
    input: aSend({ class: "number-paused", failure: FAILURE, retryAfterMs: 90_000 }),
    verdict: { ...SNOOZE, afterMs: 90_000, reason: "sender-held", holdSenderMs: 90_000 },
  },
  {
    what: "a misconfigured sender is held, since every message would meet the same",
    input: aSend({ class: "misconfigured", failure: FAILURE }),
    verdict: {
      ...SNOOZE,
      afterMs: POLICY.misconfiguredMs,
      reason: "sender-held",
      holdSenderMs: POLICY.misconfiguredMs,
    },
  },
];

test.each(cases)("$what", ({ input, verdict }) => {
  expect(decide(input, POLICY)).toEqual(verdict);
});

test("the table above has a case for every class of outcome", () => {
  expect(new Set(cases.map(({ input }) => input.outcome.class))).toEqual(new Set(OUTCOME_CLASSES));
});

test("an outcome that is none is refused loudly", () => {
  expect(() => decide(aSend({ class: "odd" } as unknown as Outcome), POLICY)).toThrow('no verdict for {"class":"odd"}');
});

describe("whatever happened", () => {
  const retryAfterMs = fc
    .option(fc.nat(1e7), { nil: undefined })
    .map((ms) => (ms === undefined ? {} : { retryAfterMs: ms }));
  const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
    fc.constant(ACCEPTED),
    fc
      .tuple(fc.constantFrom("number", "pair", "account"), retryAfterMs)
      .map(([scope, after]): Outcome => ({ class: "throttled", scope, failure: FAILURE, ...after })),
    retryAfterMs.map((after): Outcome => ({ ...TRANSIENT, ...after })),
    fc.constantFrom(NO_ANSWER, AMBIGUOUS),
    fc.constant<Outcome>({ class: "rejected", failure: FAILURE }),
    fc.constant<Outcome>({ class: "template-paused", failure: FAILURE }),
    retryAfterMs.map((after): Outcome => ({ class: "number-paused", failure: FAILURE, ...after })),
    fc.constant<Outcome>({ class: "misconfigured", failure: FAILURE }),
  );
  const anySend: fc.Arbitrary<DecideInput> = fc.record({
    outcome: anyOutcome,
    lane: fc.constantFrom(...LANES),
    attempts: fc.integer({ min: 1, max: 20 }),
    pairThrottles: fc.integer({ min: 1, max: 2_000 }),
    doubtPolicy: fc.constantFrom("resend", "fail"),
    expiresInMs: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: -1e6, max: 1e7 })),
    chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });

  test("every wait is a finite number of milliseconds, not negative", () => {
    fc.assert(
      fc.property(anySend, (input) => {
        const verdict = decide(input, POLICY);
        const waitMs = "afterMs" in verdict ? verdict.afterMs : 0;
        expect(Number.isFinite(waitMs)).toBe(true);
        expect(waitMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  // P2: an unanswered send that reached the limit, or whose message says `fail`, never goes on the wire again by itself.
  test("nothing is sent more than attemptsMax times", () => {
    fc.assert(
      fc.property(anySend, (input) => {
        const verdict = decide({ ...input, attempts: POLICY.attemptsMax }, POLICY);
        expect(verdict.kind).not.toBe("retry");
        if (verdict.kind === "doubt") expect(verdict.unsettled).toBe("fail");
      }),
    );
  });

  // P4: waiting for a limit uses up no attempt, so the verdict must not depend on how many there were.
  test("a throttle or a pause is a snooze, whatever the number of attempts", () => {
    fc.assert(
      fc.property(anySend, (input) => {
        fc.pre(["throttled", "template-paused", "number-paused", "misconfigured"].includes(input.outcome.class));
        const verdict = decide(input, POLICY);
        expect(verdict.kind).toBe("snooze");
        expect(decide({ ...input, attempts: 1 }, POLICY)).toEqual(verdict);
      }),
    );
  });
});
