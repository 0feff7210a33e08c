// Lanes: priority classes with their own wait target. The number is what Redis and BullMQ see; lower is served first.

export const LANES = ["urgent", "normal", "bulk"] as const;
export type Lane = (typeof LANES)[number];

/** 0 urgent, 1 normal, 2 bulk: how a lane is written in records and keys. */
export function laneNumber(lane: Lane): number {
  return LANES.indexOf(lane);
}

/** The lane a number of {@link laneNumber} stands for; throws on any other number, for that is a corrupt record. */
export function laneOf(number: number): Lane {
  const lane = LANES[number];
  if (!lane) throw new Error(`no lane has the number ${number}`);
  return lane;
}

/** One value for each lane, in a record whose keys are the lanes. */
export type PerLane<T> = Readonly<Record<Lane, T>>;
