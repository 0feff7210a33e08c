// The one place where an error becomes an answer. Expected ones say what to do; of unexpected ones the caller learns no
// more than the request's id, under which the log has the cause.

import type { NextFunction } from "express";
import type { ApiRequest, ApiResponse } from "./http.ts";
import { sendJson } from "./http.ts";
import { ApiProblem, problemBody } from "./problems.ts";
import { BODY_ABORTED } from "./read-body.ts";
import { retryAfterSeconds } from "./redis-outage.ts";

/** Express's error middleware: it is told apart by its four parameters. */
export function handleProblem(error: unknown, _request: ApiRequest, response: ApiResponse, _next: NextFunction): void {
  if (error === BODY_ABORTED) {
    response.destroy(); // nobody listens any more
    return;
  }
  if (response.headersSent) {
    response.locals.problem = "internal-error";
    response.locals.error = error;
    response.destroy(); // half an answer is out: a cut connection is the only way to say so
    return;
  }
  const problem = problemOf(error);
  response.locals.problem = problem.slug;
  if (problem.init.cause !== undefined) response.locals.error = problem.init.cause;
  sendProblem(response, problem);
}

export function sendProblem(response: ApiResponse, problem: ApiProblem): void {
  for (const [name, value] of Object.entries(problem.init.headers ?? {})) response.setHeader(name, value);
  sendJson(response, problem.status, problemBody(problem, response.locals.requestId), "application/problem+json");
}

/** The problem that an error is answered with; whatever is not expected is `internal-error`. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const seconds = retryAfterSeconds(error);
  if (seconds !== null) {
    return new ApiProblem("unavailable", {
      detail: `Redis cannot be used now. Try again in ${seconds} s, with an Idempotency-Key if it must not be sent twice.`,
      headers: { "Retry-After": String(seconds) },
      cause: error,
    });
  }
  // Express's router: a path whose percent-encoding is wrong leads nowhere.
  if (error instanceof URIError) return notFound();
  return new ApiProblem("internal-error", {
    detail: "Something unexpected happened; the log has the cause under the request id given as instance.",
    cause: error,
  });
}

export function notFound(): ApiProblem {
  return new ApiProblem("not-found", {
    detail: "Nothing is known under this path; /openapi.json lists what there is.",
  });
}
