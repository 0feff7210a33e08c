// Answers the calls of one sender. BullMQ brings a call at least once and may bring it late or twice; whoever is called
// looks what may go, and finds nothing if others were faster. So a handler that ends is all BullMQ needs.

import { Worker } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { queueName, queuePrefix } from "./names.ts";

export interface ConsumerOptions {
  readonly connection: Redis | Cluster;
  readonly prefix: string;
  readonly senderId: string;
  readonly onCall: () => Promise<void>;
  readonly onError: (error: Error) => void;
}

export interface Consumer {
  /** Takes no more calls, and waits for the one in hand. */
  close(): Promise<void>;
}

/** How soon a worker asks again after Redis failed it; BullMQ's own 15 s would outlast most outages. */
const RETRY_AFTER_ERROR_MS = 500;

export function createConsumer(options: ConsumerOptions): Consumer {
  const worker = new Worker(queueName(options.senderId), options.onCall, {
    connection: options.connection,
    prefix: queuePrefix(options.prefix, options.senderId),
    concurrency: 1, // one look serves all who called before it
    runRetryDelay: RETRY_AFTER_ERROR_MS,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  worker.on("error", options.onError);
  worker.on("failed", (_job, error) => options.onError(error));
  return { close: () => worker.close() };
}
