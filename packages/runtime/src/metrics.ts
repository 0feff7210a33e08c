// The metrics of one process, in a registry of its own: nothing is registered by importing.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@tern/core";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { withinMs } from "./within.ts";

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
 * A registry with the process's own metrics in it (CPU, memory, event loop lag, garbage collection, the release that runs),
 * each with the label `service`.
 */
export function createMetrics({ service }: { readonly service: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, prefix: METRICS_PREFIX });
  const buildInfo = new Gauge({
    name: "tern_build_info",
    help: "Always 1; the label says which release runs.",
    labelNames: ["version"],
    registers: [registry],
  });
  buildInfo.set({ version: readVersion() }, 1);
  return { registry, metricsText: () => registry.metrics() };
}

/** All packages of the repository have the same version. */
function readVersion(): string {
  const text = readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8");
  return String((JSON.parse(text) as { version?: unknown }).version);
}

/** Gauges that come out of one read of something. */
export interface GaugeFamily<Read> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** The values with their labels. */
  readonly samples: (read: Read) => readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

export interface ReadGauges<Thing, Read> {
  readonly families: readonly GaugeFamily<Read>[];
  /** What there is to be read: senders, say. Asked anew for each scrape. */
  readonly things: () => readonly Thing[];
  readonly read: (thing: Thing) => Promise<Read>;
  readonly clock: Pick<Clock, "monotonicMs" | "after">;
}

/** A scrape must not wait for a Redis that is away. */
const READ_MAX_MS = 1_500;
/** The gauges of a scrape share one read, and so do the scrapes of two that watch. */
const READ_KEPT_MS = 1_000;

/**
 * Registers gauges whose values are read when somebody asks for the metrics: each thing once for all its gauges. What cannot
 * be read within 1.5 s is missing, for nobody knows it.
 */
export function registerReadGauges<Thing, Read>(registry: Registry, gauges: ReadGauges<Thing, Read>): void {
  const { families, things, read, clock } = gauges;
  const underWay = new Map<Thing, Promise<Read>>();
  let last: { readonly atMs: number; readonly reads: Promise<readonly Read[]> } | null = null;

  function readAll(): Promise<readonly Read[]> {
    const nowMs = clock.monotonicMs();
    if (last === null || nowMs - last.atMs > READ_KEPT_MS) last = { atMs: nowMs, reads: readNow() };
    return last.reads;
  }
  async function readNow(): Promise<readonly Read[]> {
    const each = things().map((thing) => withinMs(READ_MAX_MS, readOnce(thing), clock).catch(() => null));
    return (await Promise.all(each)).filter((one) => one !== null) as Read[];
  }
  /** What waits for a Redis that is away is waited for by the next scrape, too: questions do not pile up. */
  function readOnce(thing: Thing): Promise<Read> {
    const asked = underWay.get(thing) ?? read(thing).finally(() => underWay.delete(thing));
    underWay.set(thing, asked);
    return asked;
  }

  for (const { name, help, labelNames, samples } of families) {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const reads = await readAll();
        this.reset();
        for (const one of reads) for (const [labels, value] of samples(one)) this.set(labels, value);
      },
    });
  }
}
