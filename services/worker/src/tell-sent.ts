// What is told of a send when it is over: one log line, and its spans if its message's trace is recorded. All of it is made
// afterwards, from what is known anyway, so that sending does not wait for either.
//
// debug: it is with the provider, or nothing was written (the moment was over, the tier is full). info: it came back, failed
// or is in doubt. warn: the whole sender has been stopped by it.

import { type Clock, parseMessageId, type TraceContext, type Verdict } from "@tern/core";
import { ownWords } from "@tern/dialog360";
import { type Logger, type Span, type Tracing, traceFields } from "@tern/runtime";
import type { SendOutcome, SentReport } from "./send-message.ts";

export interface TellSentDeps {
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly readTrace: (senderId: string, localId: string) => Promise<TraceContext | null>;
  readonly clock: Pick<Clock, "nowMs">;
  /** The provider's address for a sender. */
  readonly baseUrlOf: (senderId: string) => string | undefined;
}

export interface TellSent {
  tell(senderId: string, sent: SentReport): void;
  /** Ends when everything is told. */
  settled(): Promise<void>;
}

export function createTellSent(deps: TellSentDeps): TellSent {
  const { log, tracing, readTrace, clock } = deps;
  const underWay = new Set<Promise<void>>();

  async function traceAndLog(senderId: string, sent: SentReport): Promise<void> {
    const endMs = clock.nowMs();
    const localId = parseMessageId(sent.messageId)?.localId ?? "";
    const parent = await readTrace(senderId, localId).catch(() => null);
    const span = parent && startSpan(tracing, senderId, sent, parent);
    if (span) {
      traceCall(tracing, sent, span, deps.baseUrlOf(senderId));
      span.end({ endMs, ...(sent.verdict.kind === "fail" && { error: sent.outcome.class }) });
    }
    logSent(log, senderId, sent, span);
  }

  return {
    tell(senderId, sent) {
      if (!tracing.isOn) return logSent(log, senderId, sent, null);
      const telling: Promise<void> = traceAndLog(senderId, sent).finally(() => underWay.delete(telling));
      underWay.add(telling);
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}

function logSent(log: Logger, senderId: string, sent: SentReport, span: Span | null): void {
  const { outcome, verdict } = sent;
  const level = levelOf(outcome, verdict);
  if (!log.isLevelEnabled(level)) return;
  const { messageId, caller, lane, wireNumber, attempts, queuedMs, tookMs, inTime } = sent;
  const failure = failureOf(outcome, verdict);
  log[level](
    {
      messageId,
      sender: senderId,
      caller,
      lane,
      wireNumber,
      attempts,
      class: outcome.class,
      verdict: verdict.kind,
      ...(failure && { code: failure.code, http: failure.httpStatus, reason: ownWords(failure) }),
      ...("wamid" in outcome && { wamid: outcome.wamid }),
      queuedMs,
      tookMs,
      inTime,
      ...traceFields(span),
    },
    phraseOf(outcome, verdict),
  );
}

function levelOf(outcome: SendOutcome, verdict: Verdict): "debug" | "info" | "warn" {
  if (verdict.kind === "snooze" && verdict.hold?.of === "sender") return "warn";
  return verdict.kind === "submit" || isUnwritten(outcome) ? "debug" : "info";
}

function phraseOf(outcome: SendOutcome, verdict: Verdict): string {
  if (verdict.kind === "submit") return "sent";
  if (verdict.kind === "snooze" && verdict.hold?.of === "sender") return "the sender is stopped: send not submitted";
  return isUnwritten(outcome) && verdict.kind === "snooze" ? "send put off" : "send not submitted";
}

function isUnwritten({ class: kind }: SendOutcome): boolean {
  return kind === "withheld" || kind === "tier";
}

/** What is to blame: the answer, or what ended the message without one. */
function failureOf(outcome: SendOutcome, verdict: Verdict) {
  if ("failure" in outcome) return outcome.failure;
  return verdict.kind === "fail" ? verdict.failure : null;
}

/** From the moment it was taken out of its line until its record knew what came of it. */
function startSpan(tracing: Tracing, senderId: string, sent: SentReport, parent: TraceContext): Span | null {
  return tracing.start(`process ${senderId}`, {
    kind: "consumer",
    parent,
    startMs: sent.takenAtMs,
    attributes: {
      "messaging.system": "tern",
      "messaging.operation.name": "process",
      "messaging.operation.type": "process",
      "messaging.destination.name": senderId,
      "messaging.message.id": sent.messageId,
      "tern.lane": sent.lane,
      "tern.wire_number": sent.wireNumber,
      "tern.queued_ms": sent.queuedMs ?? undefined,
      "tern.outcome": sent.outcome.class,
      "tern.verdict": sent.verdict.kind,
    },
  });
}

/** The provider's call; none if nothing was to be written. It does not learn of the trace (ADR 25). */
function traceCall(tracing: Tracing, sent: SentReport, parent: Span, baseUrl: string | undefined): void {
  const { outcome, way, begunAtMs, tookMs } = sent;
  if (isUnwritten(outcome)) return;
  const failure = "failure" in outcome ? outcome.failure : null;
  const span = tracing.start(`POST /${way}`, {
    kind: "client",
    parent: parent.context,
    startMs: begunAtMs,
    attributes: {
      "http.request.method": "POST",
      "url.template": `/${way}`,
      "server.address": baseUrl === undefined ? undefined : new URL(baseUrl).hostname,
      "http.response.status_code": failure === null ? 200 : (failure.httpStatus ?? undefined),
      "tern.provider_code": failure?.code ?? undefined,
    },
  });
  span?.end({ endMs: begunAtMs + tookMs, ...(failure && { error: outcome.class }) });
}
