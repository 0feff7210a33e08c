// From a request that breaks no rule to a message that is safe: one script call takes it in, and if its time is now, its
// job goes to the queue. The message is safe before that: `due` is an outbox, from which workers add a job that failed.

import { type DueJob, messageId, type SendingPolicy } from "@tern/core";
import { contentJson } from "@tern/dialog360";
import type { Producer } from "@tern/queue";
import type { Logger, Sender } from "@tern/runtime";
import { type Accepted, coalesce, type NewMessage, type Store } from "@tern/store";
import { idempotencyOf } from "./idempotency.ts";
import { expiryMs, type MessageRequest } from "./message-request.ts";
import type { ApiMetrics } from "./metrics.ts";

export interface AcceptDeps {
  readonly store: Pick<Store, "accept">;
  readonly producer: Pick<Producer, "add">;
  readonly metrics: Pick<ApiMetrics, "countAccepted" | "countReplayed" | "countNotEnqueued">;
  readonly log: Logger;
}

export interface Terms {
  readonly caller: string;
  readonly idempotencyKey: string | null;
  readonly policy: Pick<SendingPolicy, "doubtPolicy">;
  readonly nowMs: number;
}

/** The message as the store takes it. */
export function newMessage(request: MessageRequest, { caller, idempotencyKey, policy, nowMs }: Terms): NewMessage {
  const { to, lane, reference, metadata, sendAtMs, onDoubt, content } = request;
  const contentText = contentJson(content);
  return {
    to,
    lane,
    caller,
    type: content.type,
    template: content.type === "template" ? content.template.name : null,
    content: contentText,
    sendAtMs,
    expiresAtMs: expiryMs(request, nowMs),
    reference,
    metadata: metadata && JSON.stringify(metadata),
    idempotency: idempotencyOf(idempotencyKey, request, contentText),
    doubtPolicy: onDoubt ?? policy.doubtPolicy[lane],
  };
}

/** The most single messages that share their round trips. */
const TOGETHER_MOST = 64;

export type AcceptMessages = (sender: Sender, messages: readonly NewMessage[]) => Promise<Accepted[]>;

/**
 * Returns a function that takes messages of one sender in; single ones of one moment go together. All or (if it rejects) possibly some: whoever cannot bear to
 * send twice uses an idempotency key and asks again.
 */
export function createAcceptMessages({ store, producer, metrics, log }: AcceptDeps): AcceptMessages {
  const accept: AcceptMessages = async (sender, messages) => {
    const results = await store.accept(sender, messages);
    const jobs: DueJob[] = [];
    for (const [at, result] of results.entries()) {
      const { lane } = messages[at] as NewMessage;
      if (result.kind === "replay") metrics.countReplayed();
      if (result.kind !== "accepted") continue;
      if (result.job) jobs.push(result.job);
      metrics.countAccepted(sender.id, lane, result.job ? "due" : "waiting");
      if (log.isLevelEnabled("debug")) {
        const id = messageId({ sender: sender.id, localId: result.localId });
        log.debug({ messageId: id, lane, place: result.job ? "due" : "waiting" }, "accepted");
      }
    }
    if (jobs.length > 0) await enqueue({ producer, metrics, log }, sender.id, jobs);
    return results;
  };
  const acceptTogether = coalesce(TOGETHER_MOST, accept);
  return async (sender, messages) => {
    const [single] = messages;
    if (messages.length > 1 || !single) return accept(sender, messages);
    return [await acceptTogether(`${sender.id} ${sender.pace}`, sender, single)];
  };
}

/** Adds jobs; a failure is told to the log and the metrics and is nobody else's business. */
export async function enqueue(
  { producer, metrics, log }: Pick<AcceptDeps, "producer" | "log"> & { metrics: Pick<ApiMetrics, "countNotEnqueued"> },
  sender: string,
  jobs: readonly DueJob[],
): Promise<void> {
  try {
    await producer.add(sender, jobs);
  } catch (error) {
    metrics.countNotEnqueued(sender, jobs.length);
    log.warn({ err: error, sender, jobs: jobs.length }, "jobs not added now; the workers' sweep adds them");
  }
}
