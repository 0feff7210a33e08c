// Many cases from a seed, for invariants: the same ones in each run, and the seed of the case that fails is told.

/** Numbers from [0, 1) that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Chance {
  /** A whole number from 0 to `most`. */
  upTo(most: number): number;
  oneOf<T>(list: readonly T[]): T;
  listOf<T>(most: number, make: () => T): T[];
}

/** Runs a case for each of so many seeds. */
export async function forCases(count: number, check: (chance: Chance) => void | Promise<void>): Promise<void> {
  for (let seed = 1; seed <= count; seed += 1) {
    const random = seeded(seed);
    const upTo = (most: number) => Math.floor(random() * (most + 1));
    const chance: Chance = {
      upTo,
      oneOf: (list) => list[upTo(list.length - 1)] as never,
      listOf: (most, make) => Array.from({ length: upTo(most) }, make),
    };
    try {
      await check(chance);
    } catch (error) {
      throw new Error(`case ${seed} fails`, { cause: error });
    }
  }
}
