import { expect, test } from "@jest/globals";
import { coalesce } from "./coalesce.ts";

/** Answers each item with its double, and keeps what it was asked. */
function doubling() {
  const calls: { group: string; items: readonly number[] }[] = [];
  const run = async (group: string, items: readonly number[]) => {
    calls.push({ group, items });
    return items.map((item) => item * 2);
  };
  return { calls, run };
}

test("calls of one turn of the event loop are one, and each gets its own answer", async () => {
  const { calls, run } = doubling();
  const double = coalesce(10, run);
  expect(await Promise.all([1, 2, 3].map((item) => double("g", "g", item)))).toEqual([2, 4, 6]);
  expect(calls).toEqual([{ group: "g", items: [1, 2, 3] }]);
});

test("a later call waits for nobody and takes part in no earlier one", async () => {
  const { calls, run } = doubling();
  const double = coalesce(10, run);
  await double("g", "g", 1);
  await double("g", "g", 2);
  expect(calls.map(({ items }) => items)).toEqual([[1], [2]]);
});

test("groups are kept apart", async () => {
  const { calls, run } = doubling();
  const double = coalesce(10, run);
  await Promise.all([double("a", "a", 1), double("b", "b", 2), double("a", "a", 3)]);
  expect(calls).toEqual([
    { group: "a", items: [1, 3] },
    { group: "b", items: [2] },
  ]);
});

test("more than the most are several calls, in order", async () => {
  const { calls, run } = doubling();
  const double = coalesce(2, run);
  expect(await Promise.all([1, 2, 3, 4, 5].map((item) => double("g", "g", item)))).toEqual([2, 4, 6, 8, 10]);
  expect(calls.map(({ items }) => items)).toEqual([[1, 2], [3, 4], [5]]);
});

test("an error reaches all that shared the call, and nobody else", async () => {
  const double = coalesce(2, async (_: string, items: readonly number[]) => {
    if (items.includes(3)) throw new Error("no");
    return items.map((item) => item * 2);
  });
  const answers = await Promise.allSettled([1, 2, 3, 4].map((item) => double("g", "g", item)));
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"]);
});

test("a call made from an answer is carried out as well", async () => {
  const { run } = doubling();
  const double = coalesce(10, run);
  expect(await double("g", "g", 1).then((two) => double("g", "g", two))).toBe(4);
});
