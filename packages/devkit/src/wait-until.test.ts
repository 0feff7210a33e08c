import { expect, test } from "@jest/globals";
import { waitUntil } from "./wait-until.ts";

test("the first value that holds is returned, after errors and refusals", async () => {
  let looks = 0;
  const value = await waitUntil(
    () => {
      looks++;
      if (looks === 1) throw new Error("not there yet");
      return looks === 3 && "found";
    },
    { what: "the third look", everyMs: 0 },
  );
  expect(value).toBe("found");
});

test("the error says what was waited for and what was seen last", async () => {
  await expect(waitUntil(() => false, { what: "the moon", timeoutMs: 5, everyMs: 1 })).rejects.toThrow(
    "waited 5 ms for the moon in vain (last value: false)",
  );
  const failing = () => Promise.reject(new Error("clouds"));
  await expect(waitUntil(failing, { what: "the moon", timeoutMs: 5, everyMs: 1 })).rejects.toThrow(
    "last error: clouds",
  );
});
