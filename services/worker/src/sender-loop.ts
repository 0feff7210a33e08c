// Everything a worker does for one sender: consume its queue, top its due set up, renew its leases, and reap the leases
// of workers that died.

import type { Clock, DueJob, Random, SendingPolicy, Timer } from "@tern/core";
import type { Dialog360Client } from "@tern/dialog360";
import { type Consumer, createConsumer, type Producer } from "@tern/queue";
import type { RedisConnection, Store } from "@tern/store";
import { createOnWire } from "./on-wire.ts";
import { startPromoter } from "./promoter.ts";
import { createRedisClock } from "./redis-clock.ts";
import { createSendMessage, type SendingSender, type SentReport } from "./send-message.ts";

export interface SenderLoopDeps {
  readonly store: Store;
  readonly producer: Producer;
  readonly client: Pick<Dialog360Client, "send">;
  readonly queueConnection: RedisConnection;
  readonly prefix: string;
  readonly concurrency: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: () => SendingPolicy;
  readonly report: (senderId: string, sent: SentReport) => void;
  readonly reportReaped: (senderId: string, count: number) => void;
  readonly onError: (error: unknown) => void;
}

export interface SenderLoop {
  /** The sender's declaration changed: another pace, key or address. */
  update(sender: SendingSender): void;
  /** Monotonic ms of its last sign of life: a promote that Redis answered. */
  readonly lastAliveMs: number;
  readonly onWireCount: number;
  stop(): Promise<void>;
}

const REAP_EVERY_MS = 1_000;
/** Leases are renewed this many times within their length: two renewals may fail before one runs out. */
const RENEWALS_PER_LEASE = 3;

export function startSenderLoop(initial: SendingSender, deps: SenderLoopDeps): SenderLoop {
  let sender = initial;
  const { id } = initial;
  const { store, producer, clock, onError } = deps;
  const onWire = createOnWire(id, store, clock);

  const enqueue = async (jobs: readonly DueJob[]) => {
    // A job that cannot be added is not lost: `due` is the outbox, and its sweep adds the job again.
    if (jobs.length > 0) await producer.add(id, jobs).catch(onError);
  };
  const promoter = startPromoter(() => sender, { store, enqueue, clock, onError });
  const sendMessage = createSendMessage({
    store,
    client: deps.client,
    onWire,
    redisClock: createRedisClock(),
    clock,
    random: deps.random,
    policy: deps.policy,
    enqueue: (job) => enqueue([job]),
    report: (sent) => deps.report(id, sent),
  });
  const consumer: Consumer = createConsumer({
    connection: deps.queueConnection,
    prefix: deps.prefix,
    senderId: id,
    concurrency: deps.concurrency,
    handle: async ({ localId, promotion }) => {
      promoter.noteBegun();
      await sendMessage(sender, localId, promotion);
    },
    onError,
  });

  async function reap(): Promise<void> {
    const { reaped, jobs } = await store.reap(id, deps.policy());
    if (reaped > 0) deps.reportReaped(id, reaped);
    await enqueue(jobs);
  }
  const renewing = every(store.settings.leaseMs / RENEWALS_PER_LEASE, () => onWire.renew(), clock, onError);
  const reaping = every(REAP_EVERY_MS, reap, clock, onError);

  return {
    update: (changed) => {
      sender = changed;
    },
    get lastAliveMs() {
      return promoter.lastDoneMs;
    },
    get onWireCount() {
      return onWire.size;
    },
    async stop() {
      await consumer.close(); // finishes what is on the wire, leases renewed until then
      await Promise.all([renewing.stop(), reaping.stop(), promoter.stop()]);
    },
  };
}

/** Runs a task again and again, `everyMs` after the last one ended, whatever its end. */
function every(everyMs: number, task: () => Promise<void>, clock: Clock, onError: (error: unknown) => void) {
  let timer: Timer | null = null;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const run = () => {
    running = task()
      .catch(onError)
      .finally(() => {
        if (!stopped) timer = clock.after(everyMs, run);
      });
  };
  timer = clock.after(everyMs, run);
  return {
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
    },
  };
}
