// Who may operate, and what: the same for every endpoint of the operators, so it is tested for all of them at once.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ENDPOINTS } from "../endpoints.ts";
import { expectProblem } from "../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const OPERATING = ENDPOINTS.filter(({ operation }) => operation.tags?.includes("Operating"));
/** What changes something, and who did. */
const ORDERS = OPERATING.filter(({ method, path }) => method !== "get" || path.endsWith("/audit"));
const BODIES: Readonly<Record<string, object>> = {
  setPace: { perSecond: 40 },
  setTier: { tier: 100 },
  retryMessages: { sender: "third" },
  cancelMessages: { sender: "third" },
};

const named = (endpoints: typeof ENDPOINTS) =>
  endpoints.map((endpoint) => [endpoint.operation.operationId, endpoint] as const);
const pathOf = (path: string, sender: string) =>
  path
    .replace("portfolios/:id", `portfolios/${sender === "demo" ? "test" : "other"}`)
    .replace(":id", sender)
    .replace(":lane", "bulk")
    .replace(":name", "sale");

const ask = (
  { method, path, operation }: (typeof ENDPOINTS)[number],
  sender: string,
  as: "shop" | "auditor" | "operator",
) =>
  api.request(method.toUpperCase(), pathOf(path, sender), {
    as,
    ...(operation.requestBody && { body: BODIES[operation.operationId] }),
  });

test.each(named(OPERATING))("%s is 403 for a caller that may only write and read its own", async (_name, endpoint) => {
  expectProblem(await ask(endpoint, "demo", "shop"), "forbidden");
});

test.each(named(ORDERS))(
  "%s is 403 for a caller that may read everything and change nothing",
  async (_name, endpoint) => {
    expectProblem(await ask(endpoint, "demo", "auditor"), "forbidden");
  },
);

const ONE_SENDER = OPERATING.filter(({ path }) => path.includes(":id"));
test.each(named(ONE_SENDER))(
  "%s is 404 for a sender that is not the caller's, as for one that is not there",
  async (_name, endpoint) => {
    const answers = [await ask(endpoint, "third", "operator"), await ask(endpoint, "nobody", "operator")];
    for (const answer of answers) expectProblem(answer, "not-found");
    expect(answers[0]?.body.detail).toBe(answers[1]?.body.detail);
  },
);

const FILTERED = OPERATING.filter(({ path }) => !path.includes(":id") && path !== "/v1/senders");
test.each(named(FILTERED))("%s is 422 for a sender that is not the caller's", async (_name, endpoint) => {
  expectProblem(await ask(endpoint, "third", "operator"), "unknown-sender");
});

test("nothing that was refused stands in a trail", async () => {
  for (const sender of ["demo", "third"]) expect(await api.store.readAudit(sender, 10, null)).toEqual([]);
});
