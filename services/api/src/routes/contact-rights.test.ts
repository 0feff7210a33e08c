// Who may see and change what is known of people: the same for every endpoint about contacts.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ENDPOINTS } from "../endpoints.ts";
import { expectProblem } from "../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const CONTACTS = ENDPOINTS.filter(({ operation }) => operation.tags?.includes("Contacts"));

test.each(CONTACTS.map((endpoint) => [endpoint.operation.operationId, endpoint] as const))(
  "%s is 403 for a caller with every right but those to contacts",
  async (_name, { method, path, operation }) => {
    const url = path.replace(":contact", "+4915112345678").replace(":category", "marketing");
    for (const as of ["shop", "operator", "auditor"] as const) {
      const body = operation.requestBody && { body: { state: "opted-in" } };
      expectProblem(await api.request(method.toUpperCase(), url, { as, ...body }), "forbidden");
    }
  },
);

test("there are four of them, and reading takes no right to write", () => {
  expect(Object.fromEntries(CONTACTS.map(({ operation, scopes }) => [operation.operationId, scopes]))).toEqual({
    getContact: ["contacts:read"],
    setConsent: ["contacts:write"],
    setConsents: ["contacts:write"],
    eraseContact: ["contacts:write"],
  });
});
