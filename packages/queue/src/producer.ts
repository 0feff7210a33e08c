// Calls workers: one job says that a sender has messages that may go, not which ones (ADR 15). Which ones is decided when
// a worker takes them, by urgency, fairness and limits as they are then.

import { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { queueName, queuePrefix } from "./names.ts";

export interface Producer {
  /**
   * Calls one of the workers to a sender. Rejects when Redis cannot be reached; nothing is lost by that, since workers
   * also look by themselves twice a second.
   */
  call(senderId: string): Promise<void>;
  close(): Promise<void>;
}

export interface ProducerOptions {
  readonly connection: Redis | Cluster;
  readonly prefix: string;
  readonly onError: (error: Error) => void;
}

/** A job that ended leaves nothing behind: the record is the history. */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true } as const;

export function createProducer({ connection, prefix, onError }: ProducerOptions): Producer {
  const queues = new Map<string, Queue>();

  function queueOf(senderId: string): Queue {
    let queue = queues.get(senderId);
    if (!queue) {
      queue = new Queue(queueName(senderId), {
        connection,
        prefix: queuePrefix(prefix, senderId),
        skipVersionCheck: true, // the consumer checks
        streams: { events: { maxLen: 100 } }, // nobody listens: our own event stream is the feed
      });
      queue.on("error", onError);
      queues.set(senderId, queue);
    }
    return queue;
  }

  async function call(senderId: string): Promise<void> {
    await queueOf(senderId).add("call", 0, JOB_OPTIONS);
  }

  async function close(): Promise<void> {
    await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
  }

  return { call, close };
}
