// How Tern names things in BullMQ. One queue per sender, in the hash slot of the sender's other keys.

export const QUEUE_NAME_PREFIX = "send.";

/** The queue of a sender; `.` because BullMQ refuses `:` in queue names. */
export function queueName(senderId: string): string {
  return QUEUE_NAME_PREFIX + senderId;
}

/** BullMQ's key prefix for a sender: the same hash tag as the sender's records, so that both share a slot. */
export function queuePrefix(prefix: string, senderId: string): string {
  return `${prefix}:{${senderId}}`;
}
