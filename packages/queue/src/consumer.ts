// Takes due messages from BullMQ, one worker per sender. BullMQ brings a job at least once and may bring it late or
// twice; the record decides whether it still means anything, so a handler that ends normally is all BullMQ needs.

import type { DueJob } from "@tern/core";
import { Worker } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { parseJobId, queueName, queuePrefix } from "./names.ts";

export interface ConsumerOptions {
  readonly connection: Redis | Cluster;
  readonly prefix: string;
  readonly senderId: string;
  /** Messages of this sender in hand at once, the ones waiting for their slot included. */
  readonly concurrency: number;
  readonly handle: (job: Pick<DueJob, "localId" | "promotion">) => Promise<void>;
  readonly onError: (error: Error) => void;
}

export interface Consumer {
  /** Stops taking jobs and waits for those in hand. */
  close(): Promise<void>;
}

/** How soon a worker asks again after Redis failed it; BullMQ's own 15 s would outlast most outages. */
const RETRY_AFTER_ERROR_MS = 500;

export function createConsumer(options: ConsumerOptions): Consumer {
  const worker = new Worker(
    queueName(options.senderId),
    async (job) => {
      const message = parseJobId(job.id ?? "");
      if (!message) throw new Error(`job ${job.id} is not one of Tern's: its id should be <local id>.<promotion>`);
      await options.handle(message);
    },
    {
      connection: options.connection,
      prefix: queuePrefix(options.prefix, options.senderId),
      concurrency: options.concurrency,
      runRetryDelay: RETRY_AFTER_ERROR_MS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
  );
  worker.on("error", options.onError);
  worker.on("failed", (_job, error) => options.onError(error));
  return { close: () => worker.close() };
}
