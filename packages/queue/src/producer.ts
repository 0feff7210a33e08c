// Hands due messages to BullMQ. The job is the id alone: what it is about stands in the message's record.

import type { DueJob } from "@tern/core";
import { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { jobId, queueName, queuePrefix } from "./names.ts";

export interface Producer {
  /**
   * Adds the jobs of due messages; adding one again is harmless. Rejects when Redis cannot be reached: nothing is lost
   * by that, since `due` is the outbox and its sweep adds the job again.
   */
  add(senderId: string, jobs: readonly DueJob[]): Promise<void>;
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

  async function add(senderId: string, jobs: readonly DueJob[]): Promise<void> {
    const [first] = jobs;
    if (!first) return;
    const queue = queueOf(senderId);
    if (jobs.length === 1) {
      await queue.add("send", 0, optionsOf(first));
    } else {
      await queue.addBulk(jobs.map((job) => ({ name: "send", data: 0, opts: optionsOf(job) })));
    }
  }

  async function close(): Promise<void> {
    await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
  }

  return { add, close };
}

/**
 * The lane in BullMQ's words. Bulk has a priority, and BullMQ serves jobs without one first. Urgent goes to the head of the
 * line: last in, first out among the few that are due at once, and ahead of all normal ones. A priority for every lane
 * would say the same and cost some 15 µs more of Redis for each message.
 */
function optionsOf(job: DueJob) {
  const options = { ...JOB_OPTIONS, jobId: jobId(job) };
  switch (job.lane) {
    case 0:
      return { ...options, lifo: true };
    case 1:
      return options;
    default:
      return { ...options, priority: 1 };
  }
}
