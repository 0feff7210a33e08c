// The metrics of one process, in a registry of its own: nothing is registered by importing.
import { collectDefaultMetrics, Registry } from "prom-client";

export { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What every metric's name starts with. */
const METRICS_PREFIX = "tern_";

export interface Metrics {
  /** Services add theirs: `new Counter({ name: "tern_…_total", help, labelNames, registers: [registry] })`. */
  readonly registry: Registry;
  /** The Prometheus text format, with a final line end. */
  metricsText(): Promise<string>;
}

/**
 * A registry with the process's own metrics in it (CPU, memory, event loop lag, garbage collection), each with the
 * label `service`.
 */
export function createMetrics({ service }: { readonly service: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, prefix: METRICS_PREFIX });
  return { registry, metricsText: () => registry.metrics() };
}
