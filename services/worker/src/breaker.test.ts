// A provider that is down must cost no message anything, and must be found out to be back within seconds: not by all
// messages at once, and not by none because one probe got lost.

import { describe, expect, test } from "@jest/globals";
import type { Failure } from "@tern/core";
import { type Attempt, type BreakerState, createBreaker, outcomeForBreaker, type SendEnd } from "./breaker.ts";
import { createHandClock } from "./testing/hand-clock.ts";

const CLOSED = Number.POSITIVE_INFINITY;

function aBreaker() {
  const clock = createHandClock();
  const changes: BreakerState[] = [];
  const breaker = createBreaker({ clock, onChange: (state) => changes.push(state) });
  const send = (how: SendEnd) => breaker.begun().ended(how);
  const begin = (count: number) => Array.from({ length: count }, () => breaker.begun());
  const fail = (times: number) => {
    for (let count = 0; count < times; count += 1) send("failed");
  };
  /** Ms until a probe may go. */
  const waitMs = () => (breaker.nextProbeMs() ?? Number.NaN) - clock.monotonicMs();
  return { breaker, changes, send, begin, fail, waitMs, pass: (ms: number) => clock.freeze(ms) };
}

/** Open, and its first probe may go. */
function aBreakerWithProbeDue() {
  const world = aBreaker();
  world.fail(10);
  world.pass(1_000);
  return world;
}

describe("closed", () => {
  test("lets everything through", () => {
    const { breaker } = aBreaker();
    expect(breaker).toMatchObject({ state: "closed", isFailing: false });
    expect(breaker.allowance()).toBe(CLOSED);
    expect(breaker.nextProbeMs()).toBeNull();
  });

  test("stays so after nine failures in a row, and opens with the tenth", () => {
    const { breaker, fail, waitMs, changes } = aBreaker();
    fail(9);
    expect(breaker.allowance()).toBe(CLOSED);

    fail(1);

    expect(breaker).toMatchObject({ state: "open", isFailing: true });
    expect(breaker.allowance()).toBe(0);
    expect(waitMs()).toBe(1_000);
    expect(changes).toEqual(["open"]);
  });

  test("an answer between failures begins the row anew", () => {
    const { breaker, send, fail } = aBreaker();
    fail(9);
    send("answered");
    fail(9);
    expect(breaker.state).toBe("closed");
    fail(1);
    expect(breaker.state).toBe("open");
  });

  test("a withheld send neither breaks the row nor belongs to it", () => {
    const { breaker, send, fail } = aBreaker();
    fail(9);
    for (let count = 0; count < 20; count += 1) send("unknown");
    expect(breaker.state).toBe("closed");
    fail(1);
    expect(breaker.state).toBe("open");
  });
});

describe("open", () => {
  test("sends begun before that fail later do not prolong the wait", () => {
    const { breaker, begin, fail, pass, waitMs } = aBreaker();
    const before = begin(200);
    fail(10);
    pass(900);
    for (const attempt of before.slice(100)) attempt.ended("failed");
    expect(waitMs()).toBe(100);
    expect(breaker.allowance()).toBe(0);

    pass(100);
    for (const attempt of before) attempt.ended("failed");
    expect(breaker.allowance()).toBe(1);
  });

  test("one of them that is answered closes it at once", () => {
    const { breaker, fail, changes } = aBreaker();
    const before = breaker.begun();
    fail(10);

    before.ended("answered");

    expect(breaker).toMatchObject({ state: "closed", isFailing: false });
    expect(breaker.allowance()).toBe(CLOSED);
    expect(changes).toEqual(["open", "closed"]);
  });

  test("after it closed, it takes a whole row of failures again", () => {
    const { breaker, fail } = aBreaker();
    const before = breaker.begun();
    fail(10);
    before.ended("answered");
    fail(9);
    expect(breaker.state).toBe("closed");
    fail(1);
    expect(breaker.state).toBe("open");
  });

  test("after it closed, what the outage left behind is no sign of another one", () => {
    const { breaker, begin, fail } = aBreaker();
    const [first, ...others] = begin(50);
    fail(10);
    first?.ended("answered");
    for (const attempt of others) attempt.ended("failed");
    expect(breaker.state).toBe("closed");
  });
});

describe("an attempt", () => {
  test("met an outage that began, lasted or ended while it was under way", () => {
    const { breaker, fail } = aBreaker();
    const before = breaker.begun();
    fail(10);
    const during = breaker.begun();
    expect([before.metOutage(), during.metOutage()]).toEqual([true, true]);
    breaker.begun().ended("answered");
    expect([before.metOutage(), during.metOutage()]).toEqual([true, true]);
  });

  test("that began when all was well again met none", () => {
    const { breaker, send, fail } = aBreaker();
    fail(10);
    send("answered");
    fail(9);
    expect(breaker.begun().metOutage()).toBe(false);
  });

  test("ends once: more is ignored", () => {
    const { breaker } = aBreaker();
    const attempt = breaker.begun();
    for (let count = 0; count < 20; count += 1) attempt.ended("failed");
    expect(breaker.state).toBe("closed");
  });
});

describe("half-open", () => {
  test("lets one probe through, and no more while it is out", () => {
    const { breaker, changes } = aBreakerWithProbeDue();
    expect(breaker.state).toBe("half-open");
    expect(breaker.allowance()).toBe(1);

    breaker.begun();

    expect(breaker).toMatchObject({ state: "half-open", isFailing: true });
    expect(breaker.allowance()).toBe(0);
    expect(changes).toEqual(["open", "half-open"]);
  });

  test("a probe that nobody has a message for may go later", () => {
    const { breaker, pass } = aBreakerWithProbeDue();
    pass(3_600_000);
    expect(breaker.allowance()).toBe(1);
  });

  test("an answered probe closes it", () => {
    const { breaker, send, changes } = aBreakerWithProbeDue();
    send("answered");
    expect(breaker.allowance()).toBe(CLOSED);
    expect(changes).toEqual(["open", "half-open", "closed"]);
  });

  test("a failed probe opens it again for twice as long, up to five seconds", () => {
    const { breaker, send, pass, waitMs } = aBreakerWithProbeDue();
    const waits: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      send("failed");
      expect(breaker.state).toBe("open");
      waits.push(waitMs());
      pass(waitMs());
    }
    expect(waits).toEqual([2_000, 4_000, 5_000, 5_000, 5_000]);
  });

  test("after it closed, the waits begin anew", () => {
    const { send, fail, waitMs } = aBreakerWithProbeDue();
    send("failed");
    send("answered");
    fail(10);
    expect(waitMs()).toBe(1_000);
  });

  test("a withheld probe says nothing: the next one may go at once", () => {
    const { breaker, send } = aBreakerWithProbeDue();
    send("unknown");
    expect(breaker.state).toBe("half-open");
    expect(breaker.allowance()).toBe(1);
  });

  test("a probe that never comes back lets another one go after its send timeout", () => {
    const { breaker, pass, waitMs } = aBreakerWithProbeDue();
    const lost = breaker.begun();
    expect(waitMs()).toBe(35_000);
    pass(34_999);
    expect(breaker.allowance()).toBe(0);
    pass(1);
    expect(breaker.allowance()).toBe(1);

    const probe = breaker.begun();
    expect(breaker.allowance()).toBe(0);
    lost.ended("failed"); // it is not the probe any more
    expect(breaker.state).toBe("half-open");
    probe.ended("failed");
    expect(breaker.state).toBe("open");
    expect(waitMs()).toBe(2_000);
  });

  test.each(["failed", "unknown"] as const)(
    "the end (%s) of a send begun before it opened is not the probe's",
    (how) => {
      const { breaker, fail, pass, waitMs } = aBreaker();
      const before = breaker.begun();
      fail(10);
      pass(1_000);
      const probe = breaker.begun();

      before.ended(how);
      expect(breaker).toMatchObject({ state: "half-open" });
      expect(breaker.allowance()).toBe(0);

      probe.ended("failed");
      expect(breaker.state).toBe("open");
      expect(waitMs()).toBe(2_000);
    },
  );

  test("nor is the failure of a probe of the last time, overtaken by another send's answer", () => {
    const { breaker, fail, pass } = aBreaker();
    const before = breaker.begun();
    fail(10);
    pass(1_000);
    const firstProbe = breaker.begun();
    before.ended("answered");
    fail(10);
    pass(1_000);
    breaker.begun();

    firstProbe.ended("failed");

    expect(breaker.state).toBe("half-open");
    expect(breaker.allowance()).toBe(0);
  });

  test("sends begun while another is the probe change nothing when they fail", () => {
    const { breaker, begin, waitMs } = aBreakerWithProbeDue();
    const [probe, other] = begin(2);
    other?.ended("failed");
    expect(breaker.allowance()).toBe(0);
    probe?.ended("failed");
    expect(waitMs()).toBe(2_000);
  });
});

// Every walk is the same in every run: a failure names its seed.
test.each(Array.from({ length: 50 }, (_, seed) => seed))("whatever happens in whatever order (seed %d)", (seed) => {
  const next = chanceFrom(seed);
  const { breaker, pass } = aBreaker();
  /** What is under way. `leftMs`: what remains of its send timeout. */
  let underWay: { readonly attempt: Attempt; readonly isProbe: boolean; readonly leftMs: number }[] = [];
  const check = () => {
    const { state } = breaker;
    const allowance = breaker.allowance();
    expect(allowance === CLOSED).toBe(state === "closed");
    expect(breaker.nextProbeMs() === null).toBe(state === "closed");
    expect(breaker.isFailing).toBe(state !== "closed");
    if (state === "open") expect(allowance).toBe(0);
    if (state === "half-open") {
      const probes = underWay.filter(({ isProbe }) => isProbe).length;
      expect(probes + allowance).toBeLessThanOrEqual(1);
    }
  };
  const end = (index: number, how: SendEnd) => {
    const [before, nextProbeMs] = [breaker.state, breaker.nextProbeMs()];
    const [ended] = underWay.splice(index, 1);
    ended?.attempt.ended(how);
    if (how === "answered") {
      expect(breaker.state).toBe("closed");
      underWay = underWay.map((send) => ({ ...send, isProbe: false }));
    } else if (before !== "closed" && !ended?.isProbe) expect(breaker.nextProbeMs()).toBe(nextProbeMs);
    else if (ended?.isProbe && how === "failed") expect(breaker.state).toBe("open");
    check();
  };

  const failsOften = next() < 0.7;
  for (let step = 0; step < 300; step += 1) {
    const chance = next();
    if (chance < 0.5 && underWay.length < 30 && breaker.allowance() > 0) {
      const isProbe = breaker.isFailing;
      underWay.push({ attempt: breaker.begun(), isProbe, leftMs: 30_000 });
    } else if (chance < 0.8 && underWay.length > 0) {
      const how = next() < (failsOften ? 0.95 : 0.6) ? "failed" : next() < 0.5 ? "answered" : "unknown";
      end(Math.floor(next() * underWay.length), how);
    } else if (chance < 0.82 && underWay.length > 0) {
      const lost = underWay.pop(); // it never ends: after its timeout and the longest wait it is no probe any more
      if (lost?.isProbe) {
        expect(breaker.allowance()).toBe(0);
        pass(35_000);
        expect(breaker.allowance()).toBe(1);
        while (underWay.length > 0) end(0, "failed");
      }
    } else {
      const ms = Math.floor(next() * (next() < 0.1 ? 20_000 : 1_500));
      pass(ms);
      underWay = underWay.map((send) => ({ ...send, leftMs: send.leftMs - ms }));
      for (let index = underWay.length - 1; index >= 0; index -= 1) {
        if ((underWay[index]?.leftMs ?? 0) <= 0) end(index, "failed");
      }
    }
    check();
  }
  pass(35_000);
  expect(breaker.allowance()).toBeGreaterThan(0);
});

/** Numbers from [0, 1) by a seed (mulberry32). */
function chanceFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("what an outcome says about the provider", () => {
  const failure = (httpStatus: number | null): Failure => ({ code: null, httpStatus, reason: "why", hint: "what" });
  const cases: [string, Parameters<typeof outcomeForBreaker>[0], SendEnd][] = [
    ["accepted", { class: "accepted", wamid: "wamid.A", held: false }, "answered"],
    ["no connection", { class: "unreachable", failure: failure(null) }, "failed"],
    ["no answer", { class: "unknown", grade: "no-answer", failure: failure(null) }, "failed"],
    ["500", { class: "unknown", grade: "ambiguous-answer", failure: failure(500) }, "failed"],
    ["503", { class: "unknown", grade: "ambiguous-answer", failure: failure(503) }, "failed"],
    ["code 1 with 400", { class: "unknown", grade: "ambiguous-answer", failure: failure(400) }, "answered"],
    ["a 200 without an id", { class: "unknown", grade: "no-answer", failure: failure(200) }, "answered"],
    ["a throttle", { class: "throttled", scope: "number", failure: failure(429) }, "answered"],
    ["a refusal", { class: "rejected", failure: failure(400) }, "answered"],
    ["a refusal of the key", { class: "misconfigured", failure: failure(401) }, "answered"],
    ["maintenance of the account", { class: "number-paused", failure: failure(500) }, "answered"],
    ["a paused template", { class: "template-paused", failure: failure(400) }, "answered"],
    ["a disabled template", { class: "template-disabled", failure: failure(400) }, "answered"],
    ["a transient refusal", { class: "transient", failure: failure(400) }, "answered"],
    ["withheld", { class: "withheld" }, "unknown"],
    ["no place in the tier", { class: "tier" }, "unknown"],
    ["damaged content, refused before the call", { class: "rejected", failure: failure(null) }, "unknown"],
    ["a key that no header carries", { class: "misconfigured", failure: failure(null) }, "unknown"],
  ];
  test.each(cases)("%s", (_what, outcome, end) => {
    expect(outcomeForBreaker(outcome)).toBe(end);
  });
});
