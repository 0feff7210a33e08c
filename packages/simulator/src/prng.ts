// Chance as an argument. Every random choice comes from a stream named by (seed, purpose, ordinal), so that the
// choices for the n-th message are the same in every run, however timers and sockets interleave.

/** Returns the next number in [0, 1). */
export type Prng = () => number;

/** What a stream of random numbers is used for; each purpose draws from its own. */
export const purpose = { answer: 1, statuses: 2, faults: 3, batches: 4, early: 5 } as const;
type Purpose = (typeof purpose)[keyof typeof purpose];

/** mulberry32: small, fast, and good enough to choose faults. `seed` is any 32-bit integer. */
export function createPrng(seed: number): Prng {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Opens the stream of one purpose and ordinal (message, request, fault...) under a seed. */
export function createStream(seed: number, forPurpose: Purpose, ordinal: number): Prng {
  return createPrng(mix32(mix32(seed + Math.imul(forPurpose, 0x9e3779b9)) ^ ordinal));
}

/** The murmur3 finaliser: a bijection on 32-bit integers, so different inputs never give the same output. */
export function mix32(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The inverse of `mix32`: with the modular inverses of its factors. */
export function unmix32(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7ed1b41d);
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ (mixed >>> 26), 0xa5cb9243);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** FNV-1a over the text's UTF-16 units: an unsigned 32-bit integer. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
