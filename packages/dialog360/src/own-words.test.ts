import { expect, test } from "@jest/globals";
import { outcomeOfAnswer } from "./answer.ts";
import { outcomeOfError } from "./no-answer.ts";
import { ownWords } from "./own-words.ts";

const ECHO = "Hello Anna, your code is 4711";

function failureOf(httpStatus: number, body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const outcome = outcomeOfAnswer({ httpStatus, headers: {}, body: text, nowMs: 0 });
  if (!("failure" in outcome)) throw new Error("this was no failure");
  return outcome.failure;
}

test.each([
  ["a documented code", failureOf(400, { error: { code: 131009, message: ECHO, error_data: { details: ECHO } } })],
  ["an undocumented code", failureOf(400, { error: { code: 999_999, message: ECHO } })],
  ["360dialog's own text", failureOf(403, { error: ECHO })],
  ["a proxy's text", failureOf(502, ECHO)],
])("what the provider wrote with %s is not in our own words", (_what, failure) => {
  expect(failure.reason).toContain("Anna");
  expect(ownWords(failure)).not.toContain("Anna");
  expect(ownWords(failure).length).toBeGreaterThan(5);
});

test("what went wrong on the way is told whole, for that is what an operator looks for", () => {
  const outcome = outcomeOfError(
    Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:443"), { code: "ECONNREFUSED" }),
    { written: false },
  );
  if (!("failure" in outcome)) throw new Error("this was no failure");
  expect(ownWords(outcome.failure)).toBe("the connection was refused: connect ECONNREFUSED 10.0.0.7:443");
});
