// How Tern names things in BullMQ. One queue per sender, in the hash slot of the sender's other keys.

import type { DueJob } from "@tern/core";

export const QUEUE_NAME_PREFIX = "send.";

/** The queue of a sender; `.` because BullMQ refuses `:` in queue names. */
export function queueName(senderId: string): string {
  return QUEUE_NAME_PREFIX + senderId;
}

/** BullMQ's key prefix for a sender: the same hash tag as the sender's records, so that both share a slot. */
export function queuePrefix(prefix: string, senderId: string): string {
  return `${prefix}:{${senderId}}`;
}

/**
 * The id of the job for one promotion of a message. A new promotion is a new id, so a job that is just ending, or
 * lingers after a crash, cannot swallow the next one; the same promotion added twice is one job.
 */
export function jobId(job: Pick<DueJob, "localId" | "promotion">): string {
  return `${job.localId}.${job.promotion}`;
}

/** The message and promotion a job id stands for; null when it is not one of ours. */
export function parseJobId(id: string): Pick<DueJob, "localId" | "promotion"> | null {
  const match = /^([0-9a-z]{26})\.(\d+)$/.exec(id);
  return match?.[1] ? { localId: match[1], promotion: Number(match[2]) } : null;
}
