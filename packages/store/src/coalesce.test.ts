import { describe, expect, test } from "@jest/globals";
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

describe("while a call is under way", () => {
  /** Answers only when told to. */
  function held() {
    const calls: { items: readonly number[]; answer: () => void }[] = [];
    const double = coalesce(3, (_: string, items: readonly number[]) => {
      return new Promise<number[]>((resolve) => {
        calls.push({ items, answer: () => resolve(items.map((item) => item * 2)) });
      });
    });
    const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    return { calls, double: (item: number, group = "g") => double(group, group, item), turn };
  }

  test("those that come gather for the next one", async () => {
    const { calls, double, turn } = held();
    const first = double(1);
    await turn();
    const later = [double(2)];
    await turn();
    later.push(double(3));
    await turn();
    expect(calls.map(({ items }) => items)).toEqual([[1]]);
    calls[0]?.answer();
    expect(await first).toBe(2);
    await turn();
    expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    calls[1]?.answer();
    expect(await Promise.all(later)).toEqual([4, 6]);
  });

  test("a full one goes at once, and another group waits for nobody", async () => {
    const { calls, double, turn } = held();
    void double(1);
    await turn();
    for (const item of [2, 3, 4, 5]) void double(item);
    void double(9, "other");
    expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
    await turn();
    expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3, 4], [9]]);
  });
});

test("with a gap, a lone call goes at once, and those that follow gather until the gap is over, unless they are enough", async () => {
  const { calls, run } = doubling();
  const ends: (() => void)[] = [];
  const double = coalesce(3, run, () => new Promise<void>((resolve) => ends.push(resolve)));
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(await double("g", "g", 1)).toBe(2);
  const later = [double("g", "g", 2)];
  await turn();
  later.push(double("g", "g", 3));
  await turn();
  expect(calls.map(({ items }) => items)).toEqual([[1]]);
  ends[0]?.();
  expect(await Promise.all(later)).toEqual([4, 6]);
  expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3]]);
  void [4, 5, 6].map((item) => double("g", "g", item));
  expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3], [4, 5, 6]]);
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

describe("an error", () => {
  /** Answers with the double, in calls of at most two; a call with a 3 in it fails with this error. */
  function failingAtThree(error: Error) {
    const { calls, run } = doubling();
    const double = coalesce(2, async (group: string, items: readonly number[]) => {
      const answer = await run(group, items);
      if (items.includes(3)) throw error;
      return answer;
    });
    return { calls, answers: Promise.allSettled([1, 2, 3, 4].map((item) => double("g", "g", item))) };
  }

  test("of the connection reaches all that shared the call, and nobody else", async () => {
    const { calls, answers } = failingAtThree(new Error("Redis is away"));
    expect((await answers).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"]);
    expect(calls).toHaveLength(2);
  });

  // One item that Redis refuses (a record of another version, say) must not take its neighbours with it.
  test("of the call itself reaches only the item that is to blame: each is tried alone", async () => {
    const refusal = Object.assign(new Error("ERR in script"), { name: "ReplyError" });
    const { calls, answers } = failingAtThree(refusal);
    expect(await answers).toEqual([
      { status: "fulfilled", value: 2 },
      { status: "fulfilled", value: 4 },
      { status: "rejected", reason: refusal },
      { status: "fulfilled", value: 8 },
    ]);
    expect(calls.map(({ items }) => items)).toEqual([[1, 2], [3, 4], [3], [4]]);
  });

  test("of a call with one item is not tried again", async () => {
    const refusal = Object.assign(new Error("ERR in script"), { name: "ReplyError" });
    let calls = 0;
    const double = coalesce(10, async () => {
      calls += 1;
      throw refusal;
    });
    await expect(double("g", "g", 1)).rejects.toBe(refusal);
    expect(calls).toBe(1);
  });
});

test("a call made from an answer is carried out as well", async () => {
  const { run } = doubling();
  const double = coalesce(10, run);
  expect(await double("g", "g", 1).then((two) => double("g", "g", two))).toBe(4);
});
