// Sides measured in turns (A B A B …), so that whatever else the machine does meets all of them alike; the median of the
// rounds stands for each.

/**
 * Runs every side once per round, in the order given.
 *
 * returns   the numbers of each side, round by round
 */
export async function inTurns<Side extends string>(
  rounds: number,
  sides: Readonly<Record<Side, (round: number) => Promise<number>>>,
): Promise<Record<Side, number[]>> {
  const names = Object.keys(sides) as Side[];
  const found = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Side, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) found[name].push(await sides[name](round));
  }
  return found;
}

/** The middle value; the mean of the two middle ones when the count is even. Throws on an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const below = sorted[Math.ceil(middle) - 1];
  const above = sorted[Math.floor(middle)];
  if (below === undefined || above === undefined) throw new Error("no round was measured");
  return (below + above) / 2;
}

/** The least value that this share of them does not exceed (nearest rank); share in (0, 1]. Throws on an empty list. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.ceil(sorted.length * share) - 1];
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}

/** Milliseconds since the epoch with a fraction, as the simulator's ledger writes them. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}
