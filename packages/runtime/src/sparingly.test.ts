import { expect, test } from "@jest/globals";
import { sparingly } from "./sparingly.ts";

function reporter() {
  let nowMs = 0;
  const reports: [unknown, number][] = [];
  const tell = sparingly((error, repeats) => reports.push([error, repeats]), {
    everyMs: 30_000,
    clock: { monotonicMs: () => nowMs },
  });
  return {
    tell,
    reports,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

test("the same message is reported once, and later with how often it came meanwhile", () => {
  const { tell, reports, pass } = reporter();
  const errors = Array.from({ length: 5 }, () => new Error("connect ECONNREFUSED"));
  for (const error of errors) tell(error);
  expect(reports).toEqual([[errors[0], 0]]);
  pass(30_000);
  tell(errors[4]);
  expect(reports).toEqual([
    [errors[0], 0],
    [errors[4], 4],
  ]);
});

test("another message is reported at once, and what is no Error is reported, too", () => {
  const { tell, reports } = reporter();
  tell(new Error("one"));
  tell(new Error("another"));
  tell("a text");
  expect(reports.map(([error]) => String(error))).toEqual(["Error: one", "Error: another", "a text"]);
});
