// The other side: BullMQ as one uses it without Tern, in the bench's own process and as processes (baselines/).
import { join } from "node:path";
import { type ManagedProcess, startProcess } from "@tern/devkit";
import { type Job, Queue } from "bullmq";
import { Redis } from "ioredis";
import { payloadOf } from "./messages.ts";

export const BARE_QUEUE = "bare";

export interface BareQueue {
  readonly queue: Queue;
  /** One `addBulk` with the payload of each message. */
  addAll(numbers: readonly number[]): Promise<Job[]>;
  close(): Promise<void>;
}

export async function openBareQueue(redisUrl: string): Promise<BareQueue> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue(BARE_QUEUE, { connection });
  await queue.waitUntilReady();
  return {
    queue,
    addAll: (numbers) => queue.addBulk(numbers.map((number) => ({ name: "send", data: payloadOf(number) }))),
    async close() {
      await queue.close();
      connection.disconnect();
    },
  };
}

/** Starts one of baselines/ and returns once it is ready. */
export function startBaseline(
  name: "accept" | "drain" | "webhook",
  env: Readonly<Record<string, string>>,
): Promise<ManagedProcess> {
  return startProcess({
    name: `baseline ${name}`,
    file: join(import.meta.dirname, "baselines", `${name}.ts`),
    env: { QUEUE: BARE_QUEUE, ...env },
  });
}
