// Every length of time in the rules goes through here, so that one number shortens all of them and a test can see an alert
// fire within seconds, by the rules that run in production.

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time as Prometheus writes it: "5m", "1h". */
export type Span = `${number}${keyof typeof UNIT_MS}`;

export interface Times {
  /** A window of a query, an offset or a `for`. */
  span(length: Span): string;
  /** An age that a metric is compared with, in seconds. */
  seconds(count: number): number;
}

/** scale   1: as written; a sixtieth makes seconds of minutes. The names of recording rules stay as they are. */
export function timesAt(scale: number): Times {
  return {
    span: (length) => (scale === 1 ? length : `${Math.max(1, Math.round(msOf(length) * scale))}ms`),
    seconds: (count) => Number((count * scale).toFixed(3)),
  };
}

function msOf(length: Span): number {
  const unit = length.slice(-1) as keyof typeof UNIT_MS;
  return Number(length.slice(0, -1)) * UNIT_MS[unit];
}
