// The HTTP side of the webhook service: one route under a secret path, the raw body (signatures need the bytes), and
// exactly three answers that matter: 200 when Redis has it, 503 when Redis has not, 401 when it is not the provider.
// Beside it, on the same path, Meta's handshake, for deployments that name a token for it.
//
// The provider's usual request goes past Express (ADR 13); what is packed, of unknown length or for another path goes
// through it. Both end in `settle`.

import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Clock } from "@tern/core";
import { type Deployment, type Handler, type Logger, sparingly } from "@tern/runtime";
import express, { type ErrorRequestHandler, type RequestHandler } from "express";
import { challengeOf, isFromProvider, isOurPath } from "./authenticate.ts";
import type { RequestResult, WebhookMetrics } from "./metrics.ts";
import { isPlain, readPlainBody } from "./plain-body.ts";
import type { Received } from "./receive.ts";
import type { TellWebhooks, WebhookRequest } from "./tell-webhooks.ts";

export interface WebhookAppDeps {
  readonly receive: (body: Buffer, request: WebhookRequest) => Promise<Received>;
  readonly tell: Pick<TellWebhooks, "begin" | "ended">;
  readonly deployment: () => Pick<Deployment, "webhook">;
  readonly metrics: WebhookMetrics;
  readonly health: { readonly livez: Handler; readonly readyz: Handler };
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly log: Logger;
}

/** The provider sends up to 3 MB (docs/sources.md, webhook delivery); a little room above it. */
const BODY_MAX_BYTES = 4 * 1024 * 1024;

const SAME_ERROR_MS = 10_000;

/** Makes what answers the requests of the webhook port. */
export function createWebhookApp(deps: WebhookAppDeps): RequestListener {
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

  const answer = (response: ServerResponse, status: number, result: RequestResult, sinceMs: number): void => {
    metrics.answered(result, clock.monotonicMs() - sinceMs);
    response.writeHead(status, ["content-length", "0"]).end();
  };
  async function settle(request: IncomingMessage, response: ServerResponse, body: Buffer, startedMs: number) {
    if (!isFromProvider(deps.deployment().webhook, request.headers, body)) {
      const ip = request.socket.remoteAddress;
      log.warn({ ip }, "webhook refused: neither its header secret nor its signature is ours");
      return answer(response, 401, "unauthorized", startedMs);
    }
    const asked = deps.tell.begin();
    try {
      const received = await deps.receive(body, asked);
      metrics.received(received);
      answer(response, 200, "ok", startedMs);
      deps.tell.ended(asked, "ok", received);
    } catch (error) {
      reportNotStored(error);
      answer(response, 503, "unavailable", startedMs);
      deps.tell.ended(asked, "unavailable", null);
    }
  }
  const start: RequestHandler = (_request, response, next) => {
    response.locals.startedMs = clock.monotonicMs();
    next();
  };
  const onlyOurPath: RequestHandler = (request, response, next) => {
    if (isOurPath(deps.deployment().webhook, request.path)) next();
    else answer(response, 404, "not-found", response.locals.startedMs);
  };
  const handle: RequestHandler = (request, response) => {
    const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    return settle(request, response, body, response.locals.startedMs);
  };
  const shakeHands: RequestHandler = (request, response, next) => {
    const settings = deps.deployment().webhook;
    if (settings.metaVerifyToken === null || !isOurPath(settings, request.path)) return next();
    const challenge = challengeOf(settings, new URLSearchParams(request.url.split("?")[1]));
    if (challenge === null) {
      log.warn({ ip: request.ip }, "webhook handshake refused: its token is not ours, or it is no handshake");
      return answer(response, 401, "unauthorized", response.locals.startedMs);
    }
    metrics.answered("ok", clock.monotonicMs() - response.locals.startedMs);
    response.status(200).type("text/plain").send(challenge);
  };
  const onBodyError: ErrorRequestHandler = (error, _request, response, _next) => {
    const status = Number(error?.status) || 400;
    log.warn({ status, reason: String(error?.type ?? error) }, "webhook body could not be read");
    answer(response, status, status === 413 ? "too-large" : "unreadable", response.locals.startedMs);
  };

  app.get("/livez", deps.health.livez);
  app.get("/readyz", deps.health.readyz);
  app.post("/webhook/*secret", start, onlyOurPath, express.raw({ type: () => true, limit: BODY_MAX_BYTES }), handle);
  app.get("/webhook/*secret", start, shakeHands);
  app.use((_request, response) => void response.status(404).end());
  app.use(onBodyError);

  return (request, response) => {
    const isUsual = request.method === "POST" && isPlain(request, BODY_MAX_BYTES);
    if (!isUsual || !isOurPath(deps.deployment().webhook, request.url ?? "")) return app(request, response);
    const startedMs = clock.monotonicMs();
    const onCut = (): void => {
      log.warn({ reason: "request.aborted" }, "webhook body could not be read");
      metrics.answered("unreadable", clock.monotonicMs() - startedMs);
    };
    readPlainBody(request, (body) => void settle(request, response, body, startedMs), onCut);
  };
}
