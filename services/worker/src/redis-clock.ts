// Slots are moments of Redis's clock; firing needs them on this process's monotonic clock. The difference is learned
// from replies: each says what Redis's clock was, some time between the local moments it was asked for and arrived. The
// smallest difference seen lately is the truest one, since a reply can only be late. Old samples go, so a failover to a
// server with another clock is learned within two windows; until then all slots shift by the same amount, which keeps
// their spacing.
//
// The first replies of a process come while it is still busy with starting, and may all be late by tens of ms, dozens of them
// when the pace is high. A slot that is converted with them would be met late, the ones after it in time, and the two would
// crowd. So for some time, and until some replies were compared, it is told how far off a conversion may be.

const WINDOW_MS = 10_000;
/** The best of so many replies was hardly delayed: what is left of its delay is the way, which is the same for all. */
const ENOUGH_REPLIES = 8;
/** So long a process may be busy with starting. */
const STARTING_MS = 2_000;

export interface RedisClock {
  /** Learns from a reply: Redis's clock in it (µs), and the local monotonic moments (ms) it was asked for and arrived. */
  observe(redisUs: number, askedMs: number, answeredMs: number): void;
  /** The local monotonic moment (ms) of a moment of Redis's clock (µs): never too early. */
  toLocalMs(redisUs: number): number;
  /** By how many ms `toLocalMs` may be too late now and better later; 0 once it has started and enough replies were compared. */
  readonly uncertaintyMs: number;
}

/** What replies of some time say: the difference (ms) lies between `least` and `most`. */
interface Sample {
  least: number;
  most: number;
  replies: number;
}

const NOTHING: Readonly<Sample> = {
  least: Number.NEGATIVE_INFINITY,
  most: Number.POSITIVE_INFINITY,
  replies: 0,
};

export function createRedisClock(): RedisClock {
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let lastUs = Number.NEGATIVE_INFINITY;
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = 0;
  let current: Sample = { ...NOTHING };
  let previous: Readonly<Sample> = NOTHING;

  function observe(redisUs: number, askedMs: number, answeredMs: number): void {
    if (answeredMs - windowStartMs > WINDOW_MS) {
      previous = answeredMs - windowStartMs > 2 * WINDOW_MS ? NOTHING : current;
      current = { ...NOTHING };
      windowStartMs = answeredMs;
    }
    current.least = Math.max(current.least, askedMs - redisUs / 1_000);
    current.most = Math.min(current.most, answeredMs - redisUs / 1_000);
    firstMs = Math.min(firstMs, answeredMs);
    if (redisUs !== lastUs) current.replies += 1; // one reply brings several messages
    lastUs = redisUs;
    lastMs = answeredMs;
  }

  const most = () => Math.min(current.most, previous.most);

  return {
    observe,
    toLocalMs: (redisUs) => redisUs / 1_000 + most(),
    get uncertaintyMs() {
      if (current.replies + previous.replies >= ENOUGH_REPLIES && lastMs - firstMs >= STARTING_MS) return 0;
      return Math.max(0, most() - Math.max(current.least, previous.least));
    },
  };
}
