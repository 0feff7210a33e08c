// The way of a number's webhooks to its receiver: updates are collected into batches, batches go out with a limited
// number under way, and one that is not answered with 200 in time is sent again with a growing delay for up to
// seven days. A waiting retry holds up nobody.
import { createHmac } from "node:crypto";
import type { Activity } from "./activity.ts";
import type { Behaviour } from "./admin-types.ts";
import type { Clock } from "./clock.ts";
import type { DeliveryStats } from "./delivery-stats.ts";
import type { Prng } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";
import { type NumberIdentity, renderWebhook, type Update } from "./webhook-body.ts";
import type { ParsedTarget, WebhookPoster } from "./webhook-poster.ts";

export interface WebhookChannel {
  /** Adds an update to the current batch. */
  push(update: Update): void;
  /** Sends an update by itself at once; `afterFirstAttempt` is called when the first attempt is over, well or not. */
  sendNow(update: Update, afterFirstAttempt: () => void): void;
  /** Sends a body as it is; to `target` if one is given, else to the number's. */
  sendRaw(body: string, target?: ParsedTarget): void;
  /** Sends nothing any more. */
  close(): void;
}

/** What the channel looks up anew each time, because the admin API may change it while a webhook waits. */
export interface ChannelOwner {
  identity: NumberIdentity;
  target: ParsedTarget | null;
  behaviour: Behaviour;
  /** How bodies are signed; null: not at all. */
  signing: { header: string; prefix: string; secret: string } | null;
  /** Whether bodies come without their envelope. */
  isLegacy: boolean;
  /** Where a copy goes once the target has answered with 200. */
  cloneTargets: ParsedTarget[];
}

export interface ChannelDeps {
  clock: Clock;
  scheduler: Scheduler;
  poster: WebhookPoster;
  activity: Activity;
  stats: DeliveryStats;
  chance: Prng;
}

interface Delivery {
  body: string;
  updates: number;
  attempts: number;
  firstAttemptAtMs: number;
  afterFirstAttempt: (() => void) | null;
  /** Where it goes instead of the owner's target. */
  ownTarget: ParsedTarget | null;
}

export function createWebhookChannel(owner: ChannelOwner, deps: ChannelDeps): WebhookChannel {
  const { clock, scheduler, poster, activity, stats, chance } = deps;
  let batch: Update[] = [];
  let batchNumber = 0;
  let waiting: Delivery[] = [];
  let waitingHead = 0;
  let underWay = 0;
  let isClosed = false;

  function flush(): void {
    const updates = batch;
    batch = [];
    batchNumber += 1;
    const inOneChange = updates.length > 1 && chance() < 0.5;
    enqueue(
      newDelivery(renderWebhook(owner.identity, updates, { inOneChange, isLegacy: owner.isLegacy }), updates.length),
    );
  }

  function flushLater(ofBatch: number): void {
    scheduler.at(clock.nowMs() + owner.behaviour.batchWaitMs, () => {
      if (batchNumber === ofBatch) flush();
    });
  }

  function enqueue(delivery: Delivery): void {
    waiting.push(delivery);
    startWaiting();
  }

  function startWaiting(): void {
    while (underWay < owner.behaviour.webhookConcurrency) {
      const next = waiting[waitingHead];
      if (next === undefined) return;
      waitingHead += 1;
      if (waitingHead === waiting.length || waitingHead > 4096) {
        waiting = waiting.slice(waitingHead);
        waitingHead = 0;
      }
      attempt(next);
    }
  }

  function attempt(delivery: Delivery): void {
    const { signing, behaviour } = owner;
    const target = delivery.ownTarget ?? owner.target;
    if (target === null) {
      stats.withoutWebhook += delivery.updates;
      settle(delivery);
      return;
    }
    const startedAtMs = clock.nowMs();
    if (delivery.attempts === 0) delivery.firstAttemptAtMs = startedAtMs;
    else stats.retried += 1;
    delivery.attempts += 1;
    underWay += 1;
    const { body } = delivery;
    const extraHeaders = signing === null ? [] : [signing.header, signing.prefix + sign(signing.secret, body)];
    poster.post({ target, extraHeaders, body, deadlineMs: behaviour.webhookDeadlineMs }, (isAcknowledged) => {
      underWay -= 1;
      const afterFirstAttempt = delivery.afterFirstAttempt;
      delivery.afterFirstAttempt = null;
      if (!isClosed) conclude(delivery, isAcknowledged, clock.nowMs() - startedAtMs);
      afterFirstAttempt?.();
    });
  }

  function conclude(delivery: Delivery, isAcknowledged: boolean, tookMs: number): void {
    if (isAcknowledged) {
      stats.sent += 1;
      stats.updatesSent += delivery.updates;
      stats.tookMs(tookMs);
      if (owner.cloneTargets.length > 0) postClones(delivery.body);
      settle(delivery);
    } else {
      stats.failed += 1;
      retryLater(delivery);
    }
    startWaiting();
  }

  /** One after the other, each once: what becomes of a clone that fails is not documented. */
  function postClones(body: string, at = 0): void {
    const target = owner.cloneTargets[at];
    if (target === undefined || isClosed) return;
    activity.began(1);
    poster.post({ target, extraHeaders: [], body, deadlineMs: owner.behaviour.webhookDeadlineMs }, (isAcknowledged) => {
      if (isAcknowledged) stats.cloned += 1;
      postClones(body, at + 1);
      if (!isClosed) activity.ended(1);
    });
  }

  function retryLater(delivery: Delivery): void {
    const { behaviour } = owner;
    const nowMs = clock.nowMs();
    const delayMs = retryDelayMs(behaviour, delivery.attempts);
    if (nowMs + delayMs - delivery.firstAttemptAtMs > behaviour.webhookRetryForMs) {
      stats.givenUp += 1;
      settle(delivery);
    } else {
      scheduler.at(nowMs + delayMs, () => enqueue(delivery));
    }
  }

  function settle(delivery: Delivery): void {
    delivery.afterFirstAttempt?.();
    delivery.afterFirstAttempt = null;
    activity.ended(delivery.updates);
  }

  return {
    push(update) {
      if (isClosed) return;
      activity.began(1);
      batch.push(update);
      if (batch.length >= owner.behaviour.batchMax) flush();
      else if (batch.length === 1) flushLater(batchNumber);
    },
    sendNow(update, afterFirstAttempt) {
      if (isClosed) {
        afterFirstAttempt();
        return;
      }
      activity.began(1);
      const rendered = renderWebhook(owner.identity, [update], { inOneChange: false, isLegacy: owner.isLegacy });
      const delivery = newDelivery(rendered, 1);
      delivery.afterFirstAttempt = afterFirstAttempt;
      attempt(delivery);
    },
    sendRaw(body, target) {
      if (isClosed) return;
      activity.began(1);
      const delivery = newDelivery(body, 1);
      delivery.ownTarget = target ?? null;
      enqueue(delivery);
    },
    close() {
      isClosed = true;
      batch = [];
      waiting = [];
      waitingHead = 0;
    },
  };
}

/** How long to wait before the next attempt, after `attempts` (1-based) have failed. */
function retryDelayMs(behaviour: Behaviour, attempts: number): number {
  const growth = behaviour.webhookRetryFactor ** (attempts - 1);
  return Math.min(behaviour.webhookRetryBaseMs * growth, behaviour.webhookRetryCapMs);
}

function newDelivery(body: string, updates: number): Delivery {
  return { body, updates, attempts: 0, firstAttemptAtMs: 0, afterFirstAttempt: null, ownTarget: null };
}

// 360dialog "signature validation" and Meta's X-Hub-Signature-256: HMAC-SHA256 of the raw body in lowercase hex.
function sign(secret: string, body: string): string {
  return createHmac("sha256", secret).update(body).digest("hex");
}
