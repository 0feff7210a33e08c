// From a request that breaks no rule to a message that is safe: one script call takes it in, and a worker is called if none
// has the sender in mind. The message is safe before that, and nobody waits for it: workers look by themselves, too.

import { messageId, packTrace, type SendingPolicy, windowMarginMs } from "@tern/core";
import { type Content, contentJson, isFreeForm, isPassthrough, storedContent, templateNameOf } from "@tern/dialog360";
import type { Producer } from "@tern/queue";
import { type Logger, type Sender, type Span, type Tracing, traceFields } from "@tern/runtime";
import { type Accepted, coalesce, type NewMessage, type Store } from "@tern/store";
import { type ConsentRefusal, judgeConsent } from "./contacts/judge-consent.ts";
import { jsonPointer } from "./faults.ts";
import type { RequestLocals } from "./http.ts";
import { idempotencyOf } from "./idempotency.ts";
import { expiryMs, type MessageRequest } from "./message-request.ts";
import type { ApiMetrics } from "./metrics.ts";
import { ApiProblem } from "./problems.ts";
import type { TemplateCache } from "./template-cache.ts";
import { iso, isoOrNull } from "./times.ts";

export interface AcceptDeps {
  readonly store: Pick<Store, "accept" | "recall" | "checkConsent">;
  readonly templates: Pick<TemplateCache, "ready" | "categoryOf">;
  readonly producer: Pick<Producer, "call">;
  readonly metrics: Pick<ApiMetrics, "countAccepted" | "countReplayed" | "countNotCalled">;
  readonly log: Logger;
  readonly tracing: Tracing;
}

export interface Terms {
  readonly caller: string;
  readonly idempotencyKey: string | null;
  readonly policy: Pick<SendingPolicy, "doubtPolicy">;
  readonly nowMs: number;
  readonly sender: Pick<Sender, "window">;
}

/** The message as the store takes it. */
export function newMessage(request: MessageRequest, terms: Terms): NewMessage {
  const { caller, idempotencyKey, policy, nowMs, sender } = terms;
  const { to, lane, reference, metadata, sendAtMs, onDoubt, content, fallback } = request;
  const needsWindow = isFreeForm(content) && fallback === null;
  const contentText = contentJson(content);
  return {
    to,
    lane,
    caller,
    type: content.type,
    template: templateNameOf(content),
    templateLanguage: templateLanguageOf(content),
    fallback: fallback && { template: fallback.template.name, templateLanguage: fallback.template.language.code },
    isPassthrough: isPassthrough(content),
    windowMarginMs: needsWindow ? windowMarginMs(sender.window) : null,
    content: storedContent(content, fallback),
    sendAtMs,
    expiresAtMs: expiryMs(request, nowMs),
    reference,
    metadata: metadata && JSON.stringify(metadata),
    idempotency: idempotencyOf(idempotencyKey, request, contentText),
    doubtPolicy: onDoubt ?? policy.doubtPolicy[lane],
  };
}

function templateLanguageOf(content: Content): string | null {
  if (content.type !== "template") return null;
  const { language } = content.template as { readonly language?: { readonly code?: unknown } };
  return typeof language?.code === "string" ? language.code : null; // a passed-through one may say anything
}

/** The most single messages that share their round trips. */
const TOGETHER_MOST = 64;

/** Refused: its recipient does not want it, or has not said that it does. */
export type AcceptedMessage = Accepted | { readonly kind: "refused"; readonly why: ConsentRefusal };

/** `asked`: the request that brings them, for logs and traces. */
export type AcceptMessages = (
  sender: Sender,
  messages: readonly NewMessage[],
  asked: AskedBy,
) => Promise<readonly AcceptedMessage[]>;

export type AskedBy = Pick<RequestLocals, "requestId" | "span" | "caller">;

/**
 * Returns a function that takes messages of one sender in; single ones of one moment go together. All or (if it rejects)
 * possibly some: whoever cannot bear to send twice uses an idempotency key and asks again.
 */
export function createAcceptMessages(deps: AcceptDeps): AcceptMessages {
  const { store, templates, producer, metrics, log, tracing } = deps;
  const accept = async (sender: Sender, messages: readonly NewMessage[]): Promise<readonly AcceptedMessage[]> => {
    const judged = await judgeConsent({ store, templates }, sender, messages);
    const wanted = judged.flatMap(({ message, refusal }) => (refusal === null ? [message] : []));
    const { results: taken, call } =
      wanted.length > 0 ? await store.accept(sender.id, wanted) : { results: [], call: false };
    const inOrder = taken.values();
    const results = await Promise.all(
      judged.map(({ message, refusal }) =>
        refusal === null ? (inOrder.next().value as Accepted) : refuse(store, sender, message, refusal),
      ),
    );
    if (call) void callWorker({ producer, metrics, log }, sender.id);
    for (const [at, result] of results.entries()) {
      const { lane } = messages[at] as NewMessage;
      if (result.kind === "replay") metrics.countReplayed();
      if (result.kind !== "accepted") continue;
      metrics.countAccepted(sender.id, lane);
    }
    return results;
  };
  const acceptTogether = coalesce(TOGETHER_MOST, accept);
  const acceptAny = async (sender: Sender, messages: readonly NewMessage[]): Promise<readonly AcceptedMessage[]> => {
    const [single] = messages;
    if (messages.length > 1 || !single) return accept(sender, messages);
    return [await acceptTogether(sender.id, sender, single)];
  };
  return async (sender, messages, asked) => {
    const span = asked.span && startSpan(tracing, sender, messages.length, asked.span);
    const trace = span && packTrace(span.context);
    let isDone = false;
    try {
      const results = await acceptAny(sender, trace ? messages.map((message) => ({ ...message, trace })) : messages);
      isDone = true;
      tellAccepted(log, sender, messages, results, asked, span);
      return results;
    } finally {
      span?.end(isDone ? {} : { error: "unavailable" });
    }
  };
}

/** The span under which whatever becomes of these messages is found: their records keep it. */
function startSpan(tracing: Tracing, sender: Sender, count: number, parent: Span): Span | null {
  return tracing.start(`send ${sender.id}`, {
    kind: "producer",
    parent: parent.context,
    attributes: {
      "messaging.system": "tern",
      "messaging.operation.name": "send",
      "messaging.operation.type": "send",
      "messaging.destination.name": sender.id,
      "messaging.batch.message_count": count > 1 ? count : undefined,
    },
  });
}

function tellAccepted(
  log: Logger,
  sender: Sender,
  messages: readonly NewMessage[],
  results: readonly AcceptedMessage[],
  { requestId, caller }: AskedBy,
  span: Span | null,
): void {
  const [first] = results;
  if (span && results.length === 1 && first !== undefined && "localId" in first) {
    span.set({ "messaging.message.id": messageId({ sender: sender.id, localId: first.localId }) });
  }
  if (!log.isLevelEnabled("debug")) return;
  for (const [at, result] of results.entries()) {
    if (result.kind !== "accepted" && result.kind !== "replay") continue;
    const { lane, type } = messages[at] as NewMessage;
    log.debug(
      {
        requestId,
        messageId: messageId({ sender: sender.id, localId: result.localId }),
        sender: sender.id,
        caller: caller?.id,
        lane,
        type,
        ...traceFields(span),
      },
      result.kind === "replay" ? "accepted before" : "accepted",
    );
  }
}

/** What was accepted before under its key is answered as then, whatever its recipient has said since. */
async function refuse(
  store: Pick<Store, "recall">,
  sender: Sender,
  message: NewMessage,
  why: ConsentRefusal,
): Promise<AcceptedMessage> {
  return (await store.recall(sender.id, message)) ?? { kind: "refused", why };
}

/** Calls a worker; a failure is told to the log and the metrics, and is nobody else's business: workers also look. */
export async function callWorker(
  { producer, metrics, log }: Pick<AcceptDeps, "producer" | "log"> & { metrics: Pick<ApiMetrics, "countNotCalled"> },
  sender: string,
): Promise<void> {
  try {
    await producer.call(sender);
  } catch (error) {
    metrics.countNotCalled(sender);
    log.warn({ err: error, sender }, "no worker called now; the workers look by themselves a moment later");
  }
}

/**
 * The problem of free-form content for somebody whose customer service window is closed, or about to close.
 *
 * content   the name of its field in the message
 * sinceMs   when it closed or closes; null when the recipient has not written for days, or never
 * base      where the message stands in the body
 */
export function windowClosed(content: string, sinceMs: number | null, base: readonly PropertyKey[] = []): ApiProblem {
  const when =
    sinceMs === null
      ? "is closed: nothing has come from them in the last days"
      : `closed at ${iso(sinceMs)}, or is too near to that moment`;
  return new ApiProblem("window-closed", {
    detail:
      `The recipient's customer service window ${when}. Send a template, or give the message a fallback: a template that ` +
      "is sent instead.",
    errors: [
      {
        pointer: jsonPointer([...base, content]),
        detail: `${content} is free-form content, which needs an open customer service window, or a fallback`,
      },
    ],
    members: { windowClosedAt: isoOrNull(sinceMs) },
  });
}

/** Until some of what waits has gone; a sender's pace says how long that takes, and this is no promise. */
const TOO_MANY_RETRY_AFTER_SECONDS = 10;

/** The problem of a caller with so many messages waiting that another one would only wait, too. */
export function tooManyWaiting(sender: string): ApiProblem {
  return new ApiProblem("too-many-waiting", {
    detail: `Too many of your messages wait at the sender ${sender} already: let some be sent, then send this one again.`,
    headers: { "Retry-After": String(TOO_MANY_RETRY_AFTER_SECONDS) },
  });
}
