// Calls that come while another one of their group is under way, or in one turn of the event loop, go to Redis as one script
// call: the script's fixed costs are paid once, and so are ours. A lone call goes at once; the busier it is, the more go
// together, and none waits for longer than the call before it takes, or than the gap. As many as may go together go at the
// very moment: Redis works on them while the rest of the turn is still being read.

import type { Clock } from "@tern/core";

/** A gap of so long, by a clock; none without one. */
export function gapOf(clock: Pick<Clock, "after"> | null, ms: number): (() => Promise<unknown>) | undefined {
  return clock === null ? undefined : () => new Promise<void>((resolve) => clock.after(ms, resolve));
}

/**
 * Returns a function that takes one item and answers with its result.
 *
 * most   items per call at most
 * run    gets the items of one group in the order they came, and answers in the same order. If it rejects because Redis
 *        refused the call, each item is tried by itself, so that one that cannot be done harms no other; if it rejects
 *        for any other reason (Redis is away), so do all
 * gap    a call counts as under way until this has settled, too, when its answer comes sooner: so a stream of single items
 *        makes at most one call in that time. Must not reject
 */
export function coalesce<Group, Item, Result>(
  most: number,
  run: (group: Group, items: readonly Item[]) => Promise<readonly Result[]>,
  gap: () => Promise<unknown> = async () => {},
): (groupKey: string, group: Group, item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (result: Result) => void;
    readonly reject: (error: unknown) => void;
  }
  interface Gathering {
    readonly group: Group;
    waiting: Waiting[];
    underWay: number;
    isScheduled: boolean;
  }
  const groups = new Map<string, Gathering>();

  function schedule(key: string, gathering: Gathering): void {
    if (gathering.isScheduled) return;
    gathering.isScheduled = true;
    setImmediate(() => {
      gathering.isScheduled = false;
      flush(key, gathering);
    });
  }

  function flush(key: string, gathering: Gathering): void {
    while (gathering.waiting.length > 0 && (gathering.underWay === 0 || gathering.waiting.length >= most)) {
      const waiting = gathering.waiting.slice(0, most);
      gathering.waiting = gathering.waiting.slice(most);
      gathering.underWay += 1;
      void Promise.all([answer(gathering.group, waiting), gap()]).finally(() => {
        gathering.underWay -= 1;
        if (gathering.waiting.length > 0) schedule(key, gathering);
        else if (gathering.underWay === 0) groups.delete(key);
      });
    }
  }

  async function answer(group: Group, waiting: readonly Waiting[]): Promise<void> {
    try {
      const results = await run(
        group,
        waiting.map(({ item }) => item),
      );
      for (const [at, { resolve }] of waiting.entries()) resolve(results[at] as Result);
    } catch (error) {
      const isRefused = error instanceof Error && error.name === "ReplyError";
      if (isRefused && waiting.length > 1) for (const one of waiting) void answer(group, [one]);
      else for (const { reject } of waiting) reject(error);
    }
  }

  return (groupKey, group, item) =>
    new Promise((resolve, reject) => {
      const found = groups.get(groupKey);
      const gathering = found ?? { group, waiting: [], underWay: 0, isScheduled: false };
      if (!found) groups.set(groupKey, gathering);
      gathering.waiting.push({ item, resolve, reject });
      if (gathering.waiting.length >= most) flush(groupKey, gathering);
      else if (gathering.underWay === 0) schedule(groupKey, gathering);
    });
}
