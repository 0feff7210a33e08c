import { expect, test } from "@jest/globals";
import { createClosers } from "./closers.ts";

test("what was started last is stopped first, once, and a failure stops nothing else from being stopped", async () => {
  const closers = createClosers();
  const stopped: string[] = [];
  for (const name of ["Redis", "worker", "API"]) {
    closers.add({
      name,
      stop: async () => {
        stopped.push(name);
        if (name === "worker") throw new Error("stuck");
      },
    });
  }
  expect(closers.isClosing).toBe(false);
  const told: string[] = [];
  await Promise.all([closers.closeAll((name) => told.push(name)), closers.closeAll()]);
  expect(stopped).toEqual(["API", "worker", "Redis"]);
  expect(told).toEqual(["API", "worker (stuck)", "Redis"]);
  expect(closers.isClosing).toBe(true);
});
