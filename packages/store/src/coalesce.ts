// Calls that happen in one turn of the event loop go to Redis as one script call: the script's fixed costs are paid once,
// and so are ours. Nothing waits for more to come.

/**
 * Returns a function that takes one item and answers with its result.
 *
 * most   items per call at most
 * run    gets the items of one group in the order they came, and answers in the same order. If it rejects because Redis
 *        refused the call, each item is tried by itself, so that one that cannot be done harms no other; if it rejects
 *        for any other reason (Redis is away), so do all
 */
export function coalesce<Group, Item, Result>(
  most: number,
  run: (group: Group, items: readonly Item[]) => Promise<readonly Result[]>,
): (groupKey: string, group: Group, item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (result: Result) => void;
    readonly reject: (error: unknown) => void;
  }
  const groups = new Map<string, { group: Group; waiting: Waiting[] }>();

  function flush(): void {
    const collected = [...groups.values()];
    groups.clear();
    for (const { group, waiting } of collected) {
      for (let at = 0; at < waiting.length; at += most) void answer(group, waiting.slice(at, at + most));
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
      if (groups.size === 0) setImmediate(flush);
      const found = groups.get(groupKey);
      if (found) found.waiting.push({ item, resolve, reject });
      else groups.set(groupKey, { group, waiting: [{ item, resolve, reject }] });
    });
}
