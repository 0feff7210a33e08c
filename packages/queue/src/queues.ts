// BullMQ's queues as objects, one per sender, opened when first asked for: for calling workers, and for looking at.

import { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { queueName, queuePrefix } from "./names.ts";

export interface QueuesOptions {
  readonly connection: Redis | Cluster;
  readonly prefix: string;
  readonly onError: (error: Error) => void;
}

export interface Queues {
  of(senderId: string): Queue;
  close(): Promise<void>;
}

export function createQueues({ connection, prefix, onError }: QueuesOptions): Queues {
  const queues = new Map<string, Queue>();
  return {
    of(senderId) {
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
    },
    async close() {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
    },
  };
}
