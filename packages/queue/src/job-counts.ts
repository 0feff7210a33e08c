// BullMQ's own counts as metrics: how many calls wait or are in hand, per queue. Not by BullMQ's exportPrometheusMetrics,
// which gives a text for each queue with the same headings, and two totals that nobody keeps here (jobs leave nothing).

import type { Queues } from "./queues.ts";

export const JOB_COUNT_METRIC = {
  name: "bullmq_job_count",
  type: "gauge",
  help: "Calls for a worker, by BullMQ's state of their job.",
  labelNames: ["queue", "state"],
} as const;

/**
 * Returns a function that answers with the counts of these senders' queues in the Prometheus text format, "" for none. It
 * rejects when Redis cannot be reached; while it is waited for, nothing more is asked.
 */
export function createJobCounts(queues: Queues, senderIds: () => readonly string[]): () => Promise<string> {
  let underWay: Promise<string> | null = null;

  async function read(): Promise<string> {
    const { name, help, type } = JOB_COUNT_METRIC;
    const counted = await Promise.all(
      senderIds().map(async (id) => {
        const queue = queues.of(id);
        return { queue: queue.name, counts: await queue.getJobCounts() };
      }),
    );
    if (counted.length === 0) return "";
    const samples = counted.flatMap(({ queue, counts }) =>
      Object.entries(counts).map(([state, count]) => `${name}{queue="${queue}",state="${state}"} ${count}`),
    );
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples, ""].join("\n");
  }

  return () => {
    underWay ??= read().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}
