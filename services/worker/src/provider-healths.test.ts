import { expect, test } from "@jest/globals";
import { createProviderHealths } from "./provider-healths.ts";
import { createHandClock, settle } from "./testing/hand-clock.ts";

const REFUSED = { code: null, httpStatus: null, reason: "refused", hint: "" };
const UNREACHABLE = { class: "unreachable", failure: REFUSED } as const;
const NO_ANSWER = { class: "unknown", grade: "no-answer", failure: REFUSED } as const;
const FAILURES_TO_OPEN = 10;

function world() {
  const clock = createHandClock();
  const told: string[] = [];
  const given: unknown[] = [];
  const errors: unknown[] = [];
  const log = (level: string) => (fields: unknown, text?: string) => {
    told.push(`${level} ${(fields as { provider: string }).provider} ${text?.split(";")[0]}`);
  };
  const healths = createProviderHealths({
    clock,
    store: {
      uncount: async (senderId, sends) => {
        given.push([senderId, sends.map(({ localId }) => localId)]);
        if (senderId === "broken") throw new Error("Redis went away");
        return sends.length;
      },
    },
    log: { warn: log("warn"), info: log("info") } as never,
    onError: (error) => errors.push(error),
  });
  return { clock, told, given, errors, healths };
}

test("each address has a health of its own, the same each time", () => {
  const { healths } = world();
  expect(healths.of("https://a")).toBe(healths.of("https://a"));
  expect(healths.of("https://a")).not.toBe(healths.of("https://b"));
  expect([...healths.all.keys()]).toEqual(["https://a", "https://b"]);
});

test("an outage is told once, however many probes fail in it, and so is its end", async () => {
  const { clock, told, healths } = world();
  const health = healths.of("https://a");
  for (let nth = 0; nth < FAILURES_TO_OPEN; nth++) health.begin().ended(UNREACHABLE);
  for (let nth = 0; nth < 5; nth++) {
    await clock.pass(1_000);
    health.begin().ended(UNREACHABLE);
  }
  expect(told).toEqual(["warn https://a the provider is away"]);
  await clock.pass(1_000);
  health.begin().ended({ class: "accepted", wamid: "wamid.A", held: false });
  expect(told.slice(1)).toEqual(["info https://a the provider is back"]);
});

test("attempts are given back sender by sender, and one that fails does not keep the others from theirs", async () => {
  const { given, errors, healths } = world();
  const health = healths.of("https://a");
  for (let nth = 0; nth < FAILURES_TO_OPEN; nth++) {
    const attempt = health.begin();
    attempt.ended(NO_ANSWER);
    attempt.counted({ senderId: nth % 2 === 0 ? "broken" : "demo", localId: String(nth), wireNumber: 1 });
  }
  await settle();
  expect(given.flat(2).filter((value) => value === "demo" || value === "broken")).toEqual(
    expect.arrayContaining(["demo", "broken"]),
  );
  expect(given.flat(2).filter((value) => /^\d$/.test(String(value)))).toHaveLength(FAILURES_TO_OPEN);
  expect(errors.length).toBeGreaterThan(0);
});
