// The metrics of each service, on a registry of their own: made by the functions that its main.ts calls, and never fed.
import { createMetrics, type Registry, systemClock } from "@tern/runtime";
import { createApiMetrics } from "../../services/api/src/metrics.ts";
import { createWebhookMetrics } from "../../services/webhook/src/metrics.ts";
import { createWorkerMetrics } from "../../services/worker/src/metrics.ts";

export interface MetricRow {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
  readonly help: string;
}

const store = () => {
  throw new Error("nobody asks for these metrics");
};

const REGISTER: Readonly<Record<string, (registry: Registry) => void>> = {
  api: (registry) =>
    createApiMetrics(registry, {
      redisMemory: () => null,
      feedReadersWaiting: () => 0,
      senders: () => [],
      store,
      clock: systemClock,
    }),
  worker: (registry) =>
    createWorkerMetrics(registry, {
      loops: () => new Map(),
      healths: () => new Map(),
      isRedisAway: () => false,
      senders: () => [],
      store,
      clock: systemClock,
    }),
  webhook: (registry) => createWebhookMetrics(registry, systemClock),
};

/** The metrics by service, those of every process among them. */
export function readRegistries(): ReadonlyMap<string, readonly MetricRow[]> {
  return new Map(
    Object.entries(REGISTER).map(([service, register]) => {
      const { registry } = createMetrics({ service });
      register(registry);
      const rows = registry.getMetricsAsArray().map((metric) => {
        const { name, help, type, labelNames } = metric as unknown as MetricRow; // its types leave out what it has
        return { name, help, type, labelNames: labelNames.filter((label) => label !== "le") };
      });
      return [service, rows];
    }),
  );
}
