// Ids for messages: UUIDv7, so that they sort by time, and by the order of their making within one process.

import { getRandomValues } from "node:crypto";
import { encodeLocalId } from "@tern/core";
import { v7 } from "uuid";

const RANDOM_BYTES = 16;
/** Asking the system for randomness costs a microsecond or two each time, so it is asked for many ids at once. */
const IDS_PER_DRAW = 256;
/** Leaves the counter room to count up within one millisecond. */
const COUNTER_START_MAX = 2 ** 31;

/** Returns a function that makes local ids; `nowMs` is the wall clock they are stamped with. */
export function localIdMaker(nowMs: () => number): () => string {
  const drawn = new Uint8Array(RANDOM_BYTES * IDS_PER_DRAW);
  const bytes = new Uint8Array(16);
  let used = drawn.length;
  let lastMs = Number.NEGATIVE_INFINITY;
  let counter = 0;

  return () => {
    if (used === drawn.length) {
      getRandomValues(drawn);
      used = 0;
    }
    const random = drawn.subarray(used, used + RANDOM_BYTES);
    used += RANDOM_BYTES;
    const ms = nowMs();
    if (ms > lastMs) {
      lastMs = ms;
      counter =
        ((random[6] as number) * 2 ** 24 + (random[7] as number) * 2 ** 16 + (random[8] as number) * 2 ** 8) %
        COUNTER_START_MAX;
    } else {
      counter += 1; // also when the clock was set back: ids never run backwards
    }
    return encodeLocalId(v7({ msecs: lastMs, seq: counter, random }, bytes));
  };
}
