// What every request gets: an id, which its answer carries and its log line too, an entry in the metrics, and a span if its
// trace is recorded. One log line per request: error with the cause when the API failed, info from status 400 on, otherwise
// debug.

import { type Clock, parseTraceparent } from "@tern/core";
import { type Logger, maskNumber, maskNumbersIn, type Span, type Tracing, traceFields } from "@tern/runtime";
import type { NextFunction } from "express";
import type { ApiRequest, ApiResponse } from "./http.ts";
import type { ApiMetrics } from "./metrics.ts";
import type { ProblemSlug } from "./problems.ts";

export interface ObserveDeps {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly log: Logger;
  readonly metrics: Pick<ApiMetrics, "countRequest" | "countRefused">;
  readonly newRequestId: () => string;
  readonly tracing: Tracing;
}

/** An id that a caller may give a request: short, and harmless wherever it is printed. */
const REQUEST_ID = /^[\w.=-]{1,128}$/;
const PATH_MAX = 200;

export function observeRequests({ clock, log, metrics, newRequestId, tracing }: ObserveDeps) {
  return (request: ApiRequest, response: ApiResponse, next: NextFunction): void => {
    const startedMs = clock.monotonicMs();
    const given = request.headers["x-request-id"];
    const requestId = typeof given === "string" && REQUEST_ID.test(given) ? given : newRequestId();
    response.locals.requestId = requestId;
    response.locals.route = "unmatched";
    response.locals.span = tracing.isOn ? startSpan(tracing, request) : null;
    response.setHeader("X-Request-Id", requestId);
    response.once("close", () => {
      const tookMs = clock.monotonicMs() - startedMs;
      const status = response.writableFinished ? response.statusCode : "aborted";
      metrics.countRequest({ route: response.locals.route, method: request.method, status, seconds: tookMs / 1_000 });
      const refusal = refusalOf(request, response);
      if (refusal !== null) metrics.countRefused(refusal);
      logRequest(log, request, response, { status, tookMs });
      if (response.locals.span) endSpan(response.locals.span, request, response, status);
    });
    next();
  };
}

const ACCEPTING = new Set(["/v1/messages", "/v1/messages/batch"]);

/** Why a request that brings messages was refused as a whole; null when it was not. */
function refusalOf({ method }: ApiRequest, { locals }: ApiResponse): ProblemSlug | "memory" | null {
  if (method !== "POST" || !ACCEPTING.has(locals.route) || locals.problem === undefined) return null;
  const isFull = locals.problem === "unavailable" && locals.error === undefined; // an outage has a cause, admission.ts none
  return isFull ? "memory" : locals.problem;
}

type Ending = { readonly status: number | "aborted"; readonly tookMs: number };

function logRequest(log: Logger, request: ApiRequest, response: ApiResponse, { status, tookMs }: Ending): void {
  const { requestId, route, caller, messageId, problem, error, span } = response.locals;
  const level = problem === "internal-error" ? "error" : response.statusCode >= 400 ? "info" : "debug";
  if (!log.isLevelEnabled(level)) return;
  log[level](
    {
      requestId,
      method: request.method,
      route,
      ...(route === "unmatched" && { path: shownPath(request.path) }),
      status,
      tookMs: Math.round(tookMs * 10) / 10,
      ...(caller && { caller: caller.id }),
      ...(messageId !== undefined && { messageId }),
      ...(problem !== undefined && { problem }),
      ...(error !== undefined && { err: error }),
      ...traceFields(span),
    },
    "request",
  );
}

/** The beginning, which tells a mistyped path; what follows may be a person's number or anything else. */
function shownPath(path: string): string {
  const [, version = "", what = "", ...rest] = path.slice(0, PATH_MAX).split("/");
  return maskDigits(`/${version}/${what}${rest.length > 0 ? "/…" : ""}`);
}

function maskDigits(text: string): string {
  return maskNumbersIn(text.replace(/(?:%[0-9a-f]{2})+/gi, "…").replace(/\d(?:[-.…]?\d){6,}/g, maskNumber));
}

/** None for probes and documents: they are about no message, and come all day long. */
function startSpan(tracing: Tracing, { method, path, headers }: ApiRequest): Span | null {
  if (!path.startsWith("/v1/")) return null;
  return tracing.start(method, {
    kind: "server",
    parent: parseTraceparent(headers.traceparent),
    attributes: { "http.request.method": method },
  });
}

function endSpan(span: Span, { method }: ApiRequest, { locals }: ApiResponse, status: Ending["status"]): void {
  const { route, requestId, caller, problem } = locals;
  span.rename(`${method} ${route}`);
  span.set({
    "http.route": route,
    "http.response.status_code": status === "aborted" ? undefined : status,
    "tern.request_id": requestId,
    "tern.caller": caller?.id,
  });
  const isFailure = status === "aborted" || status >= 500;
  span.end(isFailure ? { error: problem ?? String(status) } : {});
}
