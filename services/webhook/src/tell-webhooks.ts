// What is told of a webhook request: log lines under one request id, and spans if somebody traces. Each report about a message
// whose trace is recorded gets a span in that trace, linked to the request that brought it, for one request may bring the
// reports of a thousand messages. All of it is told when the work is done, and the provider's answer does not wait for it.
//
// debug: every request and every report. info: a report of failure. warn: what could not be used, seldom for the same reason.

import { type Clock, messageId, type TraceContext } from "@tern/core";
import { ownWords } from "@tern/dialog360";
import { type Logger, type Span, sparingly, type Tracing, traceFields } from "@tern/runtime";
import type { Applied, StatusReport } from "@tern/store";
import type { RequestResult } from "./metrics.ts";
import type { Received } from "./receive.ts";

export interface WebhookRequest {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly span: Span | null;
}

export interface TellWebhooks {
  begin(): WebhookRequest;
  /** The reports of one sender that a request brought, and what became of each. */
  applied(
    request: WebhookRequest,
    senderId: string,
    reports: readonly StatusReport[],
    results: readonly Applied[],
  ): void;
  /** `received` null: nothing was taken in. */
  ended(request: WebhookRequest, result: RequestResult, received: Received | null): void;
  /** Ends when everything is told. */
  settled(): Promise<void>;
}

export interface TellWebhooksDeps {
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly readTrace: (senderId: string, localId: string) => Promise<TraceContext | null>;
  readonly clock: Pick<Clock, "nowMs" | "monotonicMs">;
  readonly newRequestId: () => string;
}

const SAME_TROUBLE_MS = 10_000;
/** What became of items that nobody can use. */
const UNUSED = ["aside", "unroutable", "unreadable", "damaged"] as const;

export function createTellWebhooks({ log, tracing, readTrace, clock, newRequestId }: TellWebhooksDeps): TellWebhooks {
  const underWay = new Set<Promise<void>>();
  const tellUnused = sparingly(
    (what, repeats) =>
      log.warn({ what, repeats }, "webhook items could not be used; they are kept in the stream aside"),
    { everyMs: SAME_TROUBLE_MS, clock },
  );

  async function traceAndLog(request: WebhookRequest, senderId: string, report: StatusReport, result: Applied) {
    const endMs = clock.nowMs();
    const { message } = report;
    const parent = message && (await readTrace(senderId, message.localId).catch(() => null));
    const span = parent && startSpan(tracing, request, senderId, report, result, parent);
    span?.end({ endMs, ...(report.failure && { error: report.failure.class }) });
    logReport(log, request, senderId, report, result, span);
  }

  return {
    begin() {
      const span = tracing.isOn ? tracing.start("POST /webhook", { kind: "server" }) : null;
      return { requestId: newRequestId(), startedAtMs: clock.nowMs(), span };
    },
    applied(request, senderId, reports, results) {
      if (!tracing.isOn && !log.isLevelEnabled("info")) return;
      for (const [at, report] of reports.entries()) {
        const result = results[at] ?? "gone";
        if (!tracing.isOn) {
          logReport(log, request, senderId, report, result, null);
          continue;
        }
        const telling: Promise<void> = traceAndLog(request, senderId, report, result).finally(() =>
          underWay.delete(telling),
        );
        underWay.add(telling);
      }
    },
    ended({ requestId, startedAtMs, span }, result, received) {
      if (received) for (const what of UNUSED) if (received[what] > 0) tellUnused(what);
      if (span) {
        span.set({ "http.request.method": "POST", "http.route": "/webhook", "tern.request_id": requestId });
        span.end(result === "ok" ? {} : { error: result });
      }
      if (!log.isLevelEnabled("debug")) return;
      const items = received && Object.fromEntries(Object.entries(received).filter(([, count]) => count > 0));
      const tookMs = clock.nowMs() - startedAtMs;
      log.debug({ requestId, result, tookMs, ...(items && { items }), ...traceFields(span) }, "webhook");
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}

function logReport(
  log: Logger,
  { requestId }: WebhookRequest,
  senderId: string,
  { message, wamid, status, failure }: StatusReport,
  result: Applied,
  span: Span | null,
): void {
  const level = failure && result === "applied" ? "info" : "debug";
  if (!log.isLevelEnabled(level)) return;
  log[level](
    {
      requestId,
      ...(message && { messageId: messageId({ sender: senderId, localId: message.localId }) }),
      sender: senderId,
      ...(message && { wireNumber: message.wireNumber }),
      wamid,
      status,
      result,
      ...(failure && { class: failure.class, code: failure.code, reason: ownWords(failure) }),
      ...traceFields(span),
    },
    failure ? "the provider reports a failure" : "status reported",
  );
}

function startSpan(
  tracing: Tracing,
  { startedAtMs, span, requestId }: WebhookRequest,
  senderId: string,
  { message, status }: StatusReport,
  result: Applied,
  parent: TraceContext,
): Span | null {
  return tracing.start(`report ${senderId}`, {
    kind: "consumer",
    parent,
    links: span ? [span.context] : [],
    startMs: startedAtMs,
    attributes: {
      "messaging.system": "tern",
      "messaging.operation.name": "report",
      "messaging.operation.type": "process",
      "messaging.destination.name": senderId,
      "messaging.message.id": message ? messageId({ sender: senderId, localId: message.localId }) : undefined,
      "tern.request_id": requestId,
      "tern.wire_number": message?.wireNumber,
      "tern.status": status,
      "tern.result": result,
    },
  });
}
