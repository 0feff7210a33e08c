// Where a message stands in a distributed trace: the ids of W3C Trace Context, as callers send them and records keep them.

/** A span of somebody's, by its ids: 32 and 16 small hex digits, neither all zeros. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  /** False when whoever began the trace decided not to record it; left out, it is recorded. */
  readonly isSampled?: boolean;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** Reads the header `traceparent` of any version (https://www.w3.org/TR/trace-context/); null for anything else. */
export function parseTraceparent(header: unknown): TraceContext | null {
  const match = typeof header === "string" ? TRACEPARENT.exec(header) : null;
  const [, version, traceId = "", spanId = "", flags = "", rest] = match ?? [];
  if (version === undefined || version === "ff" || (version === "00" && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** The two ids in 32 characters (24 bytes in base64); of a trace that is recorded, so no flag is kept. */
export function packTrace({ traceId, spanId }: TraceContext): string {
  return Buffer.from(traceId + spanId, "hex").toString("base64");
}

/** The reverse of {@link packTrace}; null for anything else. */
export function unpackTrace(packed: string | null): TraceContext | null {
  if (packed === null || !/^[A-Za-z0-9+/]{32}$/.test(packed)) return null;
  const hex = Buffer.from(packed, "base64").toString("hex");
  return { traceId: hex.slice(0, 32), spanId: hex.slice(32) };
}
