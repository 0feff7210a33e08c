// What all senders of a portfolio share is changed by nobody who may not use all of them.

import { expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { startTestApi } from "../../testing/test-api.ts";
import { testDeployment } from "../../testing/test-deployment.ts";

test("a portfolio of which the caller may use one sender only", async () => {
  const whole = testDeployment();
  const shared = whole.senders.map((sender) => ({ ...sender, portfolio: { id: "test", tier: 10, reserve: 1 } }));
  const api = await startTestApi({ deployment: () => ({ ...whole, senders: shared }) });
  try {
    expectProblem(
      await api.request("PUT", "/v1/portfolios/test/tier", { as: "operator", body: { tier: 20 } }),
      "forbidden",
    );
    expect((await api.store.readPortfolio("test")).tierOrdered).toBeNull();
  } finally {
    await api.close();
  }
});
