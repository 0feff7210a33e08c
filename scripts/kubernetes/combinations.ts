/** Every way to choose some of these, none and all included: 2^n of them. */
export function combinations<T>(items: readonly T[]): T[][] {
  return Array.from({ length: 2 ** items.length }, (_, bits) => items.filter((_, index) => (bits >> index) & 1));
}
