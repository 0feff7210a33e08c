// Chance from a seed (mulberry32), so that a scenario can be replayed.

export interface Chance {
  /** A whole number in [from, to]. */
  between(from: number, to: number): number;
  pick<T>(options: readonly T[]): T;
}

export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return { between, pick: <T>(options: readonly T[]) => options[between(0, options.length - 1)] as T };
}
