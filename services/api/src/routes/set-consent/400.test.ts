// What breaks a rule is told with its place, and nothing is kept of it.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const CONTACT = "/v1/contacts/+4915112345678";
const PATH = `${CONTACT}/consents/marketing?sender=demo`;
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

test.each<[string, object, string]>([
  ["no state", {}, "/state"],
  ["another state", { state: "maybe" }, "/state"],
  ["a time that has not come", { state: "opted-in", at: tomorrow() }, "/at"],
  ["a time before there were any", { state: "opted-in", at: "1969-12-31T00:00:00Z" }, "/at"],
  ["a proof of 1,025 characters", { state: "opted-in", proof: "x".repeat(1_025) }, "/proof"],
  ["a source that only Tern may tell", { state: "opted-in", source: "keyword" }, "/source"],
  ["a field that is none", { state: "opted-in", prof: "x" }, "/prof"],
])("%s", async (_what, body, pointer) => {
  const answer = await api.request("PUT", PATH, { as: "desk", body });
  expectProblem(answer, "invalid-request");
  expect(answer.body.errors.map((fault) => fault.pointer)).toEqual([pointer]);
  expect((await api.store.readConsent("test", "+4915112345678")).statements.marketing).toEqual([]);
});

test("a proof of 1,024 characters is just right", async () => {
  const body = { state: "opted-in", proof: "x".repeat(1_024) };
  const answer = await api.request("PUT", "/v1/contacts/+4915112345679/consents/marketing?sender=demo", {
    as: "desk",
    body,
  });
  expect(answer.status).toBe(200);
});

test.each([
  ["a contact that is none", "/v1/contacts/4915112345678/consents/marketing?sender=demo", "contact"],
  ["a category that is none", `${CONTACT}/consents/service?sender=demo`, "category"],
  ["no sender, of more than one", `${CONTACT}/consents/marketing`, "sender"],
  ["a sender that is not the caller's", `${CONTACT}/consents/marketing?sender=third`, "sender"],
])("%s", async (_what, path, parameter) => {
  const answer = await api.request("PUT", path, { as: "desk", body: { state: "opted-in" } });
  expectProblem(answer, "invalid-parameters");
  expect(answer.body.errors.map((fault) => fault.parameter)).toEqual([parameter]);
});
