// The HTTP side of the webhook service: one route under a secret path, the raw body (signatures need the bytes), and
// exactly three answers that matter: 200 when Redis has it, 503 when Redis has not, 401 when it is not the provider.

import type { Clock } from "@tern/core";
import { type Deployment, type Handler, type Logger, sparingly } from "@tern/runtime";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { isFromProvider, isOurPath } from "./authenticate.ts";
import type { RequestResult, WebhookMetrics } from "./metrics.ts";
import type { Received } from "./receive.ts";

export interface WebhookAppDeps {
  readonly receive: (body: Buffer) => Promise<Received>;
  readonly deployment: () => Pick<Deployment, "webhook">;
  readonly metrics: WebhookMetrics;
  readonly health: { readonly livez: Handler; readonly readyz: Handler };
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly log: Logger;
}

/** The provider sends up to 3 MB (docs/sources.md, webhook delivery); a little room above it. */
const BODY_MAX_BYTES = 4 * 1024 * 1024;

const SAME_ERROR_MS = 10_000;

export function createWebhookApp(deps: WebhookAppDeps): Express {
  const { metrics, clock, log } = deps;
  const reportNotStored = sparingly(
    (error, repeats) =>
      log.error({ err: error, repeats }, "webhook not stored: answered 503, the provider will send it again"),
    { everyMs: SAME_ERROR_MS, clock },
  );
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", false);

  const answer = (response: express.Response, status: number, result: RequestResult, sinceMs: number): void => {
    metrics.answered(result, clock.monotonicMs() - sinceMs);
    response.status(status).end();
  };
  const start: RequestHandler = (_request, response, next) => {
    response.locals.startedMs = clock.monotonicMs();
    next();
  };
  const onlyOurPath: RequestHandler = (request, response, next) => {
    if (isOurPath(deps.deployment().webhook, request.path)) next();
    else answer(response, 404, "not-found", response.locals.startedMs);
  };
  const handle: RequestHandler = async (request, response) => {
    const { startedMs } = response.locals;
    const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!isFromProvider(deps.deployment().webhook, request.headers, body)) {
      log.warn({ ip: request.ip }, "webhook refused: neither its header secret nor its signature is ours");
      return answer(response, 401, "unauthorized", startedMs);
    }
    try {
      metrics.received(await deps.receive(body));
      answer(response, 200, "ok", startedMs);
    } catch (error) {
      reportNotStored(error);
      answer(response, 503, "unavailable", startedMs);
    }
  };
  const onBodyError: ErrorRequestHandler = (error, _request, response, _next) => {
    const status = Number(error?.status) || 400;
    log.warn({ status, reason: String(error?.type ?? error) }, "webhook body could not be read");
    answer(response, status, status === 413 ? "too-large" : "unreadable", response.locals.startedMs);
  };

  app.get("/livez", deps.health.livez);
  app.get("/readyz", deps.health.readyz);
  app.post("/webhook/*secret", start, onlyOurPath, express.raw({ type: () => true, limit: BODY_MAX_BYTES }), handle);
  app.use((_request, response) => void response.status(404).end());
  app.use(onBodyError);
  return app;
}
