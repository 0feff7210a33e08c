// A mistake of ours: the caller learns an id, the log the cause, in one line.

import { expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi } from "../../testing/test-api.ts";

test.each(["debug", "error"] as const)("an unexpected error, with the log at %s", async (logLevel) => {
  const accept = async () => {
    throw new TypeError("undefined is not a function, +4915112345678");
  };
  const api = await startTestApi({ logLevel, storeOverrides: { accept } });
  try {
    const answer = await api.request("POST", "/v1/messages", { body: aText() });

    expectProblem(answer, "internal-error");
    expect(answer.text).not.toContain("undefined is not");
    expect(api.lines).toEqual([
      expect.objectContaining({
        level: "error",
        requestId: answer.body.instance,
        route: "/v1/messages",
        status: 500,
        err: expect.objectContaining({ type: "TypeError", stack: expect.stringContaining("500.test.ts") }),
      }),
    ]);
    expect(JSON.stringify(api.lines)).not.toContain("15112345678");
  } finally {
    await api.close();
  }
});
