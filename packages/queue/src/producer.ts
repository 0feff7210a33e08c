// Calls workers: one job says that a sender has messages that may go, not which ones (ADR 15). Which ones is decided when
// a worker takes them, by urgency, fairness and limits as they are then.

import { createQueues, type QueuesOptions } from "./queues.ts";

export interface Producer {
  /**
   * Calls one of the workers to a sender. Rejects when Redis cannot be reached; nothing is lost by that, since workers
   * also look by themselves twice a second.
   */
  call(senderId: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * What a job holds: the version of calls, and nothing else; before there were versions it held 0. A worker looks what may go
 * whatever a call holds, so one of any other release is as good as its own (ADR 24).
 */
const CALL_VERSION = 1;

/** A job that ended leaves nothing behind: the record is the history. */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true } as const;

export function createProducer(options: QueuesOptions): Producer {
  const queues = createQueues(options);
  return {
    async call(senderId) {
      await queues.of(senderId).add("call", CALL_VERSION, JOB_OPTIONS);
    },
    close: queues.close,
  };
}
