// Answers the calls of one sender. BullMQ brings a call at least once and may bring it late or twice; whoever is called
// looks what may go, and finds nothing if others were faster. So a handler that ends is all BullMQ needs.
//
// A BullMQ worker that waits for calls may wait for good: when its watchdog drops a waiting Cluster connection that is just
// finding out who has which slots (a failover on a busy machine), BullMQ 6.7.0 awaits an `end` that ioredis 6.0.0 never
// emits (taskforcesh/bullmq#4138 has another way). So one that asks for nothing although Redis is there is replaced.

import type { Clock, Timer } from "@tern/core";
import { Worker, type WorkerOptions } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { queueName, queuePrefix } from "./names.ts";

export interface ConsumerOptions {
  readonly connection: Redis | Cluster;
  readonly prefix: string;
  readonly senderId: string;
  readonly onCall: () => Promise<void>;
  readonly onError: (error: Error) => void;
  readonly clock: Pick<Clock, "monotonicMs" | "after">;
}

export interface Consumer {
  /** Takes no more calls, and waits for the one in hand. */
  close(): Promise<void>;
}

/** How soon a worker asks again after Redis failed it; BullMQ's own 15 s would outlast most outages. */
const RETRY_AFTER_ERROR_MS = 500;
/** A worker that nobody calls asks again after 5 s (BullMQ's drainDelay), and after 6 s at most its watchdog makes it. */
const SILENT_MAX_MS = 12_000;
const WATCH_EVERY_MS = 1_000;

export function createConsumer(options: ConsumerOptions): Consumer {
  const { senderId, connection, clock, onCall, onError } = options;
  let lastSignMs = clock.monotonicMs();
  let inHand = 0;
  let worker = start();
  let timer: Timer = clock.after(WATCH_EVERY_MS, watch);

  function sign(): void {
    lastSignMs = clock.monotonicMs();
  }
  async function answer(): Promise<void> {
    inHand += 1;
    try {
      await onCall();
    } finally {
      inHand -= 1;
      sign();
    }
  }
  function start(): Worker {
    const started = new AskingWorker(queueName(senderId), answer, sign, {
      connection,
      prefix: queuePrefix(options.prefix, senderId),
      concurrency: 1, // one look serves all who called before it
      runRetryDelay: RETRY_AFTER_ERROR_MS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    started.on("error", onError);
    started.on("failed", (_job, error) => onError(error));
    return started;
  }
  function watch(): void {
    if (inHand > 0 || connection.status !== "ready") sign();
    if (clock.monotonicMs() - lastSignMs > SILENT_MAX_MS) {
      onError(new Error(`nobody has asked for calls of ${senderId} for ${SILENT_MAX_MS / 1_000} s: asking anew`));
      worker.close(true).catch(onError); // it may never end, and holds nothing
      worker = start();
      sign();
    }
    timer = clock.after(WATCH_EVERY_MS, watch);
  }
  return {
    close() {
      timer.cancel();
      return worker.close();
    },
  };
}

/** Tells whenever it is about to ask for a call. */
class AskingWorker extends Worker {
  readonly #onAsk: () => void;

  constructor(name: string, onCall: () => Promise<void>, onAsk: () => void, options: WorkerOptions) {
    super(name, onCall, { ...options, autorun: false });
    this.#onAsk = onAsk;
    this.run().catch((error: Error) => this.emit("error", error));
  }

  protected override getBlockTimeout(blockUntil: number): number {
    this.#onAsk();
    return super.getBlockTimeout(blockUntil);
  }
}
