// Traces: spans that tell which part of a message's way took how long, in which process (docs/tracing.md). Off unless a
// collector's address is set: then nothing of OpenTelemetry is loaded, and every span is null.
//
// Parents are passed by hand and never looked up in the background, since one script call serves many messages at once:
// what was awaited last says nothing about whose span it is.

import type { Clock, TraceContext } from "@tern/core";
import type { Logger } from "./logger.ts";

export type SpanKind = "server" | "client" | "producer" | "consumer";
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  readonly kind: SpanKind;
  /** The span that this one is part of, here or elsewhere; null or left out begins a trace. */
  readonly parent?: TraceContext | null | undefined;
  /** Spans that belong together with this one without being part of each other. */
  readonly links?: readonly TraceContext[];
  /** Never a number, a name, a text or a key. */
  readonly attributes?: SpanAttributes;
  /** Epoch ms; default now. */
  readonly startMs?: number;
}

export interface Span {
  readonly context: TraceContext;
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** `error`: what kind of failure, from a closed set; `endMs`: epoch ms, default now. */
  end(ending?: { readonly error?: string | undefined; readonly endMs?: number }): void;
}

export interface Tracing {
  readonly isOn: boolean;
  /** Null when the trace is not recorded: tracing is off, or whoever began it decided so. Costs nothing then. */
  start(name: string, options: SpanOptions): Span | null;
  /** Sends what is not sent yet, for 2 s at most. */
  stop(): Promise<void>;
}

export const NO_TRACING: Tracing = { isOn: false, start: () => null, stop: async () => {} };

/** The fields of a log line that lead to its trace, as OpenTelemetry names them; none without a span. */
export function traceFields(span: Span | null | undefined): { trace_id?: string; span_id?: string } {
  return span ? { trace_id: span.context.traceId, span_id: span.context.spanId } : {};
}

export interface TracingOptions {
  readonly service: string;
  /** The collector's address, before `/v1/traces`; empty: tracing is off. */
  readonly endpoint: string;
  /** Of the traces that begin here, the part that is recorded: 0 to 1. */
  readonly ratio: number;
  readonly log: Pick<Logger, "warn">;
  readonly clock: Pick<Clock, "after">;
}

/** Loads what is needed, if it is. Nothing that goes wrong with spans later is anybody's failure: it is logged. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  if (options.endpoint === "") return NO_TRACING;
  const { createTracing } = await import("./open-telemetry.ts");
  return createTracing(options);
}
