// What every request gets: an id, which its answer carries and its log line too, and an entry in the metrics. One log
// line per request: error with the cause when the API failed, info from status 400 on, otherwise debug.

import type { Clock } from "@tern/core";
import { type Logger, maskNumbersIn } from "@tern/runtime";
import type { NextFunction } from "express";
import type { ApiRequest, ApiResponse } from "./http.ts";
import type { ApiMetrics } from "./metrics.ts";

export interface ObserveDeps {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly log: Logger;
  readonly metrics: Pick<ApiMetrics, "countRequest">;
  readonly newRequestId: () => string;
}

/** An id that a caller may give a request: short, and harmless wherever it is printed. */
const REQUEST_ID = /^[\w.=-]{1,128}$/;
const PATH_MAX = 200;

export function observeRequests({ clock, log, metrics, newRequestId }: ObserveDeps) {
  return (request: ApiRequest, response: ApiResponse, next: NextFunction): void => {
    const startedMs = clock.monotonicMs();
    const given = request.headers["x-request-id"];
    const requestId = typeof given === "string" && REQUEST_ID.test(given) ? given : newRequestId();
    response.locals.requestId = requestId;
    response.locals.route = "unmatched";
    response.setHeader("X-Request-Id", requestId);
    response.once("close", () => {
      const tookMs = clock.monotonicMs() - startedMs;
      const status = response.writableFinished ? response.statusCode : "aborted";
      metrics.countRequest({ route: response.locals.route, method: request.method, status, seconds: tookMs / 1_000 });
      logRequest(log, request, response, { status, tookMs });
    });
    next();
  };
}

type Ending = { readonly status: number | "aborted"; readonly tookMs: number };

function logRequest(log: Logger, request: ApiRequest, response: ApiResponse, { status, tookMs }: Ending): void {
  const { requestId, route, caller, problem, error } = response.locals;
  const level = problem === "internal-error" ? "error" : response.statusCode >= 400 ? "info" : "debug";
  if (!log.isLevelEnabled(level)) return;
  log[level](
    {
      requestId,
      method: request.method,
      route,
      ...(route === "unmatched" && { path: maskNumbersIn(request.path.slice(0, PATH_MAX)) }),
      status,
      tookMs: Math.round(tookMs * 10) / 10,
      ...(caller && { caller: caller.id }),
      ...(problem !== undefined && { problem }),
      ...(error !== undefined && { err: error }),
    },
    "request",
  );
}
