// The only code that knows OpenTelemetry: spans in batches as OTLP over HTTP (JSON). Loaded by tracing.ts when tracing is on.
//
// Nothing is instrumented: the spans are the few that tracing.ts is asked for. Automatic ones of every Redis command and
// connection would say less about a message, and cost at each of them.

import {
  type Attributes,
  type Context,
  type Span as OtelSpan,
  SpanKind as OtelSpanKind,
  ROOT_CONTEXT,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type TracerProviderOptions,
} from "@opentelemetry/sdk-trace";
import type { TraceContext } from "@tern/core";
import type { Span, SpanAttributes, SpanKind, Tracing, TracingOptions } from "./tracing.ts";
import { withinMs } from "./within.ts";

const STOP_MS = 2_000;
/** Some seconds of spans at full speed; what comes when it is full is dropped, for sending goes before tracing. */
const QUEUE_MOST = 8_192;
const EXPORT_TIMEOUT_MS = 5_000;
const EXPORT_EVERY_MS = 1_000;

export function createTracing({ service, endpoint, ratio, log, clock }: TracingOptions): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  let isFailing = false;
  /** The first failure of a row is told, not each. */
  function noteExport(error: unknown): void {
    if (error !== undefined && !isFailing) log.warn({ err: error }, "spans could not be exported");
    isFailing = error !== undefined;
  }
  const processor = new BatchSpanProcessor({
    exporter: noting(exporter, noteExport),
    maxQueueSize: QUEUE_MOST,
    scheduledDelayMillis: EXPORT_EVERY_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new TracerProvider({
    resource: resourceOf(`tern-${service}`),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer("tern");

  return {
    isOn: true,
    start(name, { kind, parent = null, links = [], attributes = {}, startMs }) {
      const span = tracer.startSpan(
        name,
        {
          kind: KINDS[kind],
          attributes: attributes as Attributes,
          links: links.map((link) => ({ context: spanContext(link) })),
          ...(startMs !== undefined && { startTime: startMs }),
        },
        parent === null ? ROOT_CONTEXT : under(parent),
      );
      return span.isRecording() ? wrap(span) : null;
    },
    async stop() {
      await withinMs(STOP_MS, provider.shutdown(), clock).catch(noteExport);
    },
  };
}

const KINDS: Readonly<Record<SpanKind, OtelSpanKind>> = {
  server: OtelSpanKind.SERVER,
  client: OtelSpanKind.CLIENT,
  producer: OtelSpanKind.PRODUCER,
  consumer: OtelSpanKind.CONSUMER,
};

function wrap(span: OtelSpan): Span {
  const { traceId, spanId } = span.spanContext();
  return {
    context: { traceId, spanId },
    rename: (name) => void span.updateName(name),
    set: (attributes: SpanAttributes) => void span.setAttributes(attributes as Attributes),
    end({ error, endMs } = {}) {
      if (error !== undefined) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        span.setAttribute("error.type", error);
      }
      span.end(endMs);
    },
  };
}

function spanContext({ traceId, spanId, isSampled = true }: TraceContext) {
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

function under(parent: TraceContext): Context {
  return trace.setSpanContext(ROOT_CONTEXT, spanContext(parent));
}

/**
 * By shape: the one attribute that backends group by. The package that makes resources would be one more to keep, for
 * this alone.
 */
function resourceOf(service: string): NonNullable<TracerProviderOptions["resource"]> {
  const attributes = { "service.name": service };
  const resource = { attributes, merge: () => resource, getRawAttributes: () => Object.entries(attributes) };
  return resource as NonNullable<TracerProviderOptions["resource"]>;
}

/** The exporter, with an ear for what becomes of each export: its error, or undefined. */
function noting(exporter: SpanExporter, note: (error: unknown) => void): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        note(result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}
