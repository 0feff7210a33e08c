import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { backoffMs } from "./backoff.ts";
import { type DecideInput, decide, type Hold, type Verdict } from "./decide.ts";
import { LANES } from "./lane.ts";
import { type Failure, OUTCOME_CLASSES, type Outcome, type OutcomeClass } from "./outcome.ts";
import { DEFAULT_SENDING_POLICY as POLICY } from "./policy.ts";

const FAILURE: Failure = { code: 131000, httpStatus: 500, reason: "something went wrong", hint: "wait" };
const ACCEPTED: Outcome = { class: "accepted", wamid: "wamid.A", held: false };
const NO_ANSWER: Outcome = { class: "unknown", grade: "no-answer", failure: FAILURE };
const AMBIGUOUS: Outcome = { class: "unknown", grade: "ambiguous-answer", failure: FAILURE };
const TRANSIENT: Outcome = { class: "transient", failure: FAILURE };
const SNOOZE = { kind: "snooze", slow: false, hold: null } as const;
const DOUBT = { kind: "doubt", unsettled: "resend", counted: true } as const;

function aSend(outcome: Outcome, fields: Partial<DecideInput> = {}): DecideInput {
  return {
    outcome,
    lane: "normal",
    attempts: 1,
    pairThrottles: 1,
    doubtPolicy: "resend",
    providerFails: false,
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
    what: "a throttled pair waits 4^0 s: its recipient rests as long, and the number does not slow down",
    input: aSend({ class: "throttled", scope: "pair", failure: FAILURE }),
    verdict: { ...SNOOZE, afterMs: 1_000, reason: "pair-throttled", hold: { of: "recipient", forMs: 1_000 } },
  },
  {
    what: "a pair throttled for the third time waits 4^2 s",
    input: aSend({ class: "throttled", scope: "pair", failure: FAILURE }, { pairThrottles: 3 }),
    verdict: { ...SNOOZE, afterMs: 16_000, reason: "pair-throttled", hold: { of: "recipient", forMs: 16_000 } },
  },
  {
    what: "a pair's Retry-After outranks 4^X",
    input: aSend({ class: "throttled", scope: "pair", failure: FAILURE, retryAfterMs: 6_000 }, { pairThrottles: 3 }),
    verdict: { ...SNOOZE, afterMs: 6_000, reason: "pair-throttled", hold: { of: "recipient", forMs: 6_000 } },
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
    verdict: {
      kind: "fail",
      failure: { ...FAILURE, reason: "something went wrong (5 attempts)" },
      endsTemplate: false,
    },
  },
  {
    what: "a send that found no connection waits a moment and uses no attempt up",
    input: aSend({ class: "unreachable", failure: FAILURE }, { attempts: POLICY.attemptsMax }),
    verdict: { ...SNOOZE, afterMs: POLICY.unreachableWaitMs, reason: "provider-away" },
  },
  ...LANES.map((lane) => ({
    what: `an ambiguous answer in ${lane} waits the short time, then is sent again, whatever the message's policy`,
    input: aSend(AMBIGUOUS, { lane, doubtPolicy: "fail" as const }),
    verdict: { ...DOUBT, afterMs: POLICY.ambiguousWaitMs },
  })),
  ...LANES.map((lane) => ({
    what: `no answer in ${lane} waits that lane's reconcile time`,
    input: aSend(NO_ANSWER, { lane }),
    verdict: { ...DOUBT, afterMs: POLICY.reconcileMs[lane] },
  })),
  {
    what: "no answer follows the message's own policy",
    input: aSend(NO_ANSWER, { doubtPolicy: "fail" }),
    verdict: { ...DOUBT, afterMs: POLICY.reconcileMs.normal, unsettled: "fail" },
  },
  {
    what: "an ambiguous answer to the last attempt is not sent again",
    input: aSend(AMBIGUOUS, { attempts: POLICY.attemptsMax }),
    verdict: { ...DOUBT, afterMs: POLICY.ambiguousWaitMs, unsettled: "fail" },
  },
  {
    what: "no answer to the last attempt is not sent again",
    input: aSend(NO_ANSWER, { attempts: POLICY.attemptsMax }),
    verdict: { ...DOUBT, afterMs: POLICY.reconcileMs.normal, unsettled: "fail" },
  },
  {
    what: "a doubt does not wait beyond the message's expiry",
    input: aSend(NO_ANSWER, { expiresInMs: 4_000 }),
    verdict: { ...DOUBT, afterMs: 4_000 },
  },
  {
    what: "a doubt about a message that has expired meanwhile waits no longer",
    input: aSend(AMBIGUOUS, { expiresInMs: -500 }),
    verdict: { ...DOUBT, afterMs: 0 },
  },
  {
    what: "an ambiguous answer while the provider fails as a whole counts no attempt and is sent again all the same",
    input: aSend(AMBIGUOUS, { attempts: POLICY.attemptsMax, providerFails: true }),
    verdict: { ...DOUBT, afterMs: POLICY.ambiguousWaitMs, counted: false },
  },
  {
    what: "no answer while the provider fails as a whole counts no attempt either",
    input: aSend(NO_ANSWER, { attempts: POLICY.attemptsMax, providerFails: true }),
    verdict: { ...DOUBT, afterMs: POLICY.reconcileMs.normal, counted: false },
  },
  {
    what: "no answer while the provider fails still follows the message's own policy: it may have been taken",
    input: aSend(NO_ANSWER, { doubtPolicy: "fail", providerFails: true }),
    verdict: { ...DOUBT, afterMs: POLICY.reconcileMs.normal, unsettled: "fail", counted: false },
  },
  {
    what: "a rejected message fails with the provider's reason",
    input: aSend({ class: "rejected", failure: FAILURE }),
    verdict: { kind: "fail", failure: FAILURE, endsTemplate: false },
  },
  {
    what: "a message outside its window goes as its fallback, however many attempts there were",
    input: aSend(
      { class: "rejected", failure: FAILURE, isWindowClosed: true },
      { hasFallback: true, attempts: POLICY.attemptsMax },
    ),
    verdict: { kind: "retry", afterMs: 0, asFallback: true },
  },
  {
    what: "a message outside its window that has no fallback fails",
    input: aSend({ class: "rejected", failure: FAILURE, isWindowClosed: true }),
    verdict: { kind: "fail", failure: FAILURE, endsTemplate: false },
  },
  {
    what: "a fallback is of no use against any other refusal",
    input: aSend({ class: "rejected", failure: FAILURE }, { hasFallback: true }),
    verdict: { kind: "fail", failure: FAILURE, endsTemplate: false },
  },
  {
    what: "a message that the other endpoint takes goes there next",
    input: aSend({ class: "misrouted", way: "marketing_messages", failure: FAILURE }),
    verdict: { kind: "retry", afterMs: 0, way: "marketing_messages" },
  },
  {
    what: "a message that each endpoint refers to the other ends with its attempts",
    input: aSend({ class: "misrouted", way: "messages", failure: FAILURE }, { attempts: POLICY.attemptsMax }),
    verdict: {
      kind: "fail",
      failure: { ...FAILURE, reason: `${FAILURE.reason} (${POLICY.attemptsMax} attempts)` },
      endsTemplate: false,
    },
  },
  {
    what: "a paused template rests with all its messages, and nobody else does",
    input: aSend({ class: "template-paused", failure: FAILURE }),
    verdict: {
      ...SNOOZE,
      afterMs: 0,
      reason: "template-held",
      hold: { of: "template", forMs: POLICY.templatePausedMs },
    },
  },
  {
    what: "a disabled template ends this message and every other one with it",
    input: aSend({ class: "template-disabled", failure: FAILURE }),
    verdict: { kind: "fail", failure: FAILURE, endsTemplate: true },
  },
  {
    what: "a paused number without a time holds the whole sender until somebody resumes it: trying again makes it worse",
    input: aSend({ class: "number-paused", failure: FAILURE }),
    verdict: { ...SNOOZE, afterMs: 0, reason: "sender-held", hold: { of: "sender", forMs: null } },
  },
  {
    what: "a paused number for which the platform names a time holds the sender for that long",
    input: aSend({ class: "number-paused", failure: FAILURE, retryAfterMs: 90_000 }),
    verdict: { ...SNOOZE, afterMs: 0, reason: "sender-held", hold: { of: "sender", forMs: 90_000 } },
  },
  {
    what: "a misconfigured sender is held until somebody resumes it, since every message would meet the same",
    input: aSend({ class: "misconfigured", failure: FAILURE }),
    verdict: { ...SNOOZE, afterMs: 0, reason: "sender-held", hold: { of: "sender", forMs: null } },
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
    retryAfterMs.map((after): Outcome => ({ class: "number-paused", failure: FAILURE, ...after })),
    fc
      .constantFrom("unreachable", "rejected", "template-paused", "template-disabled", "misconfigured")
      .map((outcomeClass): Outcome => ({ class: outcomeClass, failure: FAILURE })),
  );
  const anySend: fc.Arbitrary<DecideInput> = fc.record({
    outcome: anyOutcome,
    lane: fc.constantFrom(...LANES),
    attempts: fc.integer({ min: 1, max: 20 }),
    pairThrottles: fc.integer({ min: 1, max: 2_000 }),
    doubtPolicy: fc.constantFrom("resend", "fail"),
    providerFails: fc.boolean(),
    expiresInMs: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: -1e6, max: 1e7 })),
    chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });
  const sendThat = (...classes: OutcomeClass[]) => anySend.filter(({ outcome }) => classes.includes(outcome.class));

  test("every wait is a finite number of milliseconds, not negative", () => {
    fc.assert(
      fc.property(anySend, (input) => {
        const verdict = decide(input, POLICY);
        const waitsMs = [
          "afterMs" in verdict ? verdict.afterMs : 0,
          verdict.kind === "snooze" ? (verdict.hold?.forMs ?? 0) : 0,
        ];
        for (const waitMs of waitsMs) {
          expect(Number.isFinite(waitMs)).toBe(true);
          expect(waitMs).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  // P2: an unanswered send that reached the limit, or whose message says `fail`, never goes on the wire again by itself.
  test("nothing is counted more than attemptsMax times", () => {
    fc.assert(
      fc.property(anySend, (input) => {
        const verdict = decide({ ...input, attempts: POLICY.attemptsMax }, POLICY);
        expect(verdict.kind).not.toBe("retry");
        if (verdict.kind === "doubt" && verdict.counted) expect(verdict.unsettled).toBe("fail");
      }),
    );
  });

  test("a message that says `fail` is never sent again after no answer, however the provider fares", () => {
    fc.assert(
      fc.property(anySend, (input) => {
        const verdict = decide({ ...input, outcome: NO_ANSWER, doubtPolicy: "fail" }, POLICY);
        expect(verdict).toMatchObject({ kind: "doubt", unsettled: "fail" });
      }),
    );
  });

  // Waiting longer for evidence would let an expired message be sent again, or keep its end from its caller.
  test("a doubt never waits beyond the message's expiry", () => {
    fc.assert(
      fc.property(sendThat("unknown"), (input) => {
        const verdict = decide(input, POLICY);
        expect(verdict.kind === "doubt" && verdict.afterMs <= Math.max(0, input.expiresInMs)).toBe(true);
      }),
    );
  });

  test("a doubt uses an attempt up exactly when the provider answers others", () => {
    fc.assert(
      fc.property(sendThat("unknown"), (input) => {
        expect(decide(input, POLICY)).toMatchObject({ kind: "doubt", counted: !input.providerFails });
      }),
    );
  });

  // P4: waiting for a limit uses up no attempt, so the verdict must not depend on how many there were.
  test("a throttle, a pause or a provider out of reach is a snooze, whatever the number of attempts", () => {
    fc.assert(
      fc.property(
        sendThat("throttled", "unreachable", "template-paused", "number-paused", "misconfigured"),
        (input) => {
          const verdict = decide(input, POLICY);
          expect(verdict.kind).toBe("snooze");
          expect(decide({ ...input, attempts: 1 }, POLICY)).toEqual(verdict);
        },
      ),
    );
  });

  test("only what is wrong with more than the message holds more than the message", () => {
    const heldBy: Partial<Record<OutcomeClass, Hold["of"]>> = {
      "template-paused": "template",
      "number-paused": "sender",
      misconfigured: "sender",
    };
    fc.assert(
      fc.property(anySend, (input) => {
        const verdict = decide(input, POLICY);
        const held = verdict.kind === "snooze" ? verdict.hold?.of : undefined;
        const isPair = input.outcome.class === "throttled" && input.outcome.scope === "pair";
        expect(held).toBe(isPair ? "recipient" : heldBy[input.outcome.class]);
      }),
    );
  });

  test("a sender rests until somebody resumes it if our side is wrong, or its number is paused and nobody says for how long", () => {
    fc.assert(
      fc.property(anySend, (input) => {
        const verdict = decide(input, POLICY);
        const isForGood = verdict.kind === "snooze" && verdict.hold !== null && verdict.hold.forMs === null;
        const { outcome } = input;
        const isOpenEnded = outcome.class === "number-paused" && outcome.retryAfterMs === undefined;
        expect(isForGood).toBe(outcome.class === "misconfigured" || isOpenEnded);
      }),
    );
  });

  test("other messages end with this one only if its template can never be sent again", () => {
    fc.assert(
      fc.property(anySend, (input) => {
        const verdict = decide(input, POLICY);
        const endsTemplate = verdict.kind === "fail" && verdict.endsTemplate;
        expect(endsTemplate).toBe(input.outcome.class === "template-disabled");
      }),
    );
  });
});
