// A message in good order that cannot be taken: its sender is not the caller's, or its key was used before.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const send = (body: unknown, options: Parameters<TestApi["request"]>[2] = {}) =>
  api.request("POST", "/v1/messages", { ...options, body });

describe("the sender", () => {
  test("that is not there and one that the key may not use are refused alike", async () => {
    const unknown = await send(aText({ sender: "nobody" }));
    const foreign = await send(aText({ sender: "third" }));

    expectProblem(unknown, "unknown-sender");
    expect(unknown.body.errors).toEqual([{ pointer: "/sender", detail: expect.any(String) }]);
    const { instance: _one, ...unknownProblem } = unknown.body;
    const { instance: _other, ...foreignProblem } = foreign.body;
    expect(foreignProblem).toEqual(unknownProblem);
  });

  test.each<[string, object, string[]]>([
    ["a fault of another field", { lane: "express" }, ["/lane", "/sender"]],
    ["a broken rule about times", { expiresAt: "2020-01-01T00:00:00Z" }, ["/sender", "/expiresAt"]],
  ])("beside %s is one of the faults, with 400", async (_what, changes, pointers) => {
    const answer = await send(aText({ sender: "nobody", ...changes }));

    expectProblem(answer, "invalid-request");
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test("that is no text is a fault like any other", async () => {
    const answer = await send(aText({ sender: 17 }));

    expectProblem(answer, "invalid-request");
    expect(answer.body.errors).toEqual([{ pointer: "/sender", detail: expect.any(String) }]);
  });
});

describe("an Idempotency-Key that was used for another request", () => {
  test.each<[string, object]>([
    ["another text", { text: { body: "Something else." } }],
    ["another recipient", { to: "+4915112345679" }],
    ["another lane", { lane: "urgent" }],
    ["a time to live", { ttlSeconds: 60 }],
    ["other metadata", { metadata: { a: 1 } }],
  ])("%s", async (what, changes) => {
    const headers = { "Idempotency-Key": `reused by ${what}` };
    const first = await send(aText(), { headers });
    api.calls.length = 0;
    const second = await send(aText({ ...changes }), { headers });

    expectProblem(second, "idempotency-key-reused");
    expect(second.body.messageId).toBe(first.body.id);
    expect(api.calls).toEqual([]);
  });
});
