// What every problem must be, whatever it is about.

import { expect } from "@jest/globals";
import { problemSchema } from "../problem-responses.ts";
import { PROBLEMS, type ProblemSlug, problemType } from "../problems.ts";
import type { Answer } from "./test-api.ts";

/** Expects the answer to be this problem in full form. */
export function expectProblem(answer: Answer, slug: ProblemSlug): void {
  expect(answer.body).toMatchObject({
    type: problemType(slug),
    title: PROBLEMS[slug].title,
    status: PROBLEMS[slug].status,
    detail: expect.stringMatching(/\S/),
    instance: answer.headers.get("x-request-id"),
  });
  expect(answer.status).toBe(PROBLEMS[slug].status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(problemSchema.safeParse(answer.body).success).toBe(true);
  expect(answer.text).not.toMatch(/\bat .*\.(ts|js):\d+/); // no stack, ever
}
