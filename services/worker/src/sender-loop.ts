// Everything a worker does for one sender: answer its calls, take what may go and send it, move what has come due, renew
// its leases, and reap the leases of workers that died.

import { randomUUID } from "node:crypto";
import type { Clock, Random, SendingPolicy, Timer } from "@tern/core";
import { quietUntilMs, windowMarginMs } from "@tern/core";
import type { Dialog360Client } from "@tern/dialog360";
import { type Consumer, createConsumer } from "@tern/queue";
import type { RedisConnection, Store } from "@tern/store";
import { createOnWire } from "./on-wire.ts";
import type { ProviderHealth } from "./provider-health.ts";
import { createRedisClock } from "./redis-clock.ts";
import { createSendMessage, routeText, type SendingSender, type SentReport, WITHHELD_VERDICT } from "./send-message.ts";
import { startTakeLoop } from "./take-loop.ts";

export interface SenderLoopDeps {
  readonly store: Store;
  readonly client: Pick<Dialog360Client, "send">;
  readonly queueConnection: RedisConnection;
  readonly prefix: string;
  readonly concurrency: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: () => SendingPolicy;
  readonly healthOf: (sender: SendingSender) => ProviderHealth;
  readonly hasTier: (sender: SendingSender) => boolean;
  readonly report: (senderId: string, sent: SentReport) => void;
  readonly reportReaped: (senderId: string, count: number) => void;
  readonly onError: (error: unknown) => void;
}

export interface SenderLoop {
  /** The sender's declaration changed: another pace, key or address. */
  update(sender: SendingSender): void;
  /** Monotonic ms of its last progress (take-loop.ts). */
  readonly lastProgressMs: number;
  readonly onWireCount: number;
  stop(): Promise<void>;
}

const PROMOTE_EVERY_MS = 250;
const REAP_EVERY_MS = 1_000;
const TELL_AWAY_EVERY_MS = 1_000;
/** Leases are renewed this many times within their length: two renewals may fail before one runs out. */
const RENEWALS_PER_LEASE = 3;

export function startSenderLoop(initial: SendingSender, deps: SenderLoopDeps): SenderLoop {
  let sender = initial;
  const { id } = initial;
  const { store, clock, onError } = deps;
  const onWire = createOnWire(id, store, clock);

  let toldAwayMs = Number.NEGATIVE_INFINITY;
  /** So that whoever asks why a message waits is told: only workers know. */
  function tellAway(): void {
    if (clock.monotonicMs() - toldAwayMs < TELL_AWAY_EVERY_MS) return;
    toldAwayMs = clock.monotonicMs();
    store.noteProviderAway(id).catch(onError);
  }
  const sendMessage = createSendMessage({
    store,
    client: deps.client,
    onWire,
    redisClock: createRedisClock(),
    clock,
    random: deps.random,
    policy: deps.policy,
    health: deps.healthOf,
    hasTier: deps.hasTier,
    isCurrent: (used) => routeText(used) === routeText(sender),
    report: (sent) => deps.report(id, sent),
  });
  const taking = startTakeLoop<SendingSender>({
    store,
    name: randomUUID(),
    sender: () => sender,
    concurrency: deps.concurrency,
    allowance: () => {
      const health = deps.healthOf(sender);
      if (health.isFailing) tellAway();
      return health.allowance();
    },
    roomFor: (current) => ({
      bulkRestsUntilMs: current.quietHours && quietUntilMs(current.quietHours, clock.nowMs()),
      needsWindows: deps.hasTier(current),
      windowMarginMs: windowMarginMs(current.window),
    }),
    giveBack: (lost) => {
      for (const { localId, wireNumber } of lost) giveBack(localId, wireNumber).catch(onError);
    },
    send: async (current, taken, look) => {
      try {
        if (await sendMessage(current, taken, look)) void taking.look();
      } catch (error) {
        onError(error);
      }
    },
    clock,
    onError,
  });
  const giveBack = (localId: string, wireNumber: number) =>
    store.finish(id, {
      localId,
      wireNumber,
      verdict: WITHHELD_VERDICT,
      outcome: "withheld",
      failure: null,
      begunAtMs: clock.nowMs(),
      tookMs: 0,
    });
  const consumer: Consumer = createConsumer({
    connection: deps.queueConnection,
    prefix: deps.prefix,
    senderId: id,
    onCall: () => taking.look(),
    onError,
    clock,
  });

  async function promote(): Promise<number> {
    const { isReady, nextMs } = await store.promote(id);
    if (isReady) void taking.look();
    return nextMs === null ? PROMOTE_EVERY_MS : Math.max(1, Math.min(PROMOTE_EVERY_MS, nextMs - clock.nowMs()));
  }
  async function reap(): Promise<number> {
    const { reaped, isReady } = await store.reap(id, deps.policy());
    if (reaped > 0) deps.reportReaped(id, reaped);
    if (isReady) void taking.look();
    return REAP_EVERY_MS;
  }
  const renewEveryMs = store.settings.leaseMs / RENEWALS_PER_LEASE;
  const renew = async () => {
    await onWire.renew();
    return renewEveryMs;
  };
  const chores = [
    every(PROMOTE_EVERY_MS, promote, clock, onError),
    every(renewEveryMs, renew, clock, onError),
    every(REAP_EVERY_MS, reap, clock, onError),
  ];

  return {
    update: (changed) => {
      sender = changed;
      void taking.look();
    },
    get lastProgressMs() {
      return taking.lastProgressMs;
    },
    get onWireCount() {
      return onWire.size;
    },
    async stop() {
      const consumerClosed = consumer.close();
      await taking.stop(); // finishes what is on the wire, leases renewed until then
      await Promise.all([consumerClosed, ...chores.map((chore) => chore.stop())]);
    },
  };
}

/** Runs a task again and again: after as many ms as it says itself, or `otherwiseMs` when it failed. */
function every(otherwiseMs: number, task: () => Promise<number>, clock: Clock, onError: (error: unknown) => void) {
  let timer: Timer | null = null;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const run = () => {
    running = task()
      .catch((error: unknown) => {
        onError(error);
        return otherwiseMs;
      })
      .then((ms) => {
        if (!stopped) timer = clock.after(ms, run);
      });
  };
  run();
  return {
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
    },
  };
}
