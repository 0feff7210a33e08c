// The API as an Express application that does not listen: middleware, endpoints, and an answer for everything else.

import { randomUUID } from "node:crypto";
import { type Clock, parseMessageId } from "@tern/core";
import type { ManagementClient } from "@tern/dialog360";
import type { Producer, Queues } from "@tern/queue";
import { type Check, type Deployment, healthRoutes, type Logger, NO_TRACING, type Tracing } from "@tern/runtime";
import type { FeedWatch } from "@tern/store";
import express, { type Express } from "express";
import { createAcceptMessages } from "./accept-messages.ts";
import { createRequireRoom } from "./admission.ts";
import { authenticate, requireScope } from "./authenticate.ts";
import type { ApiStore, Endpoint, EndpointDeps } from "./endpoint.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { createFeeds } from "./feeds/feeds.ts";
import type { ApiRequest, ApiResponse } from "./http.ts";
import { createMedia } from "./media/media.ts";
import type { TempFiles } from "./media/temp-files.ts";
import type { ApiMetrics } from "./metrics.ts";
import { observeRequests } from "./observe-requests.ts";
import { handleProblem, notFound } from "./problem-handler.ts";
import { ApiProblem } from "./problems.ts";
import { createQuotas } from "./quotas.ts";
import { documentPages } from "./routes/docs/route.ts";
import { mountQueuesPage } from "./routes/queues/route.ts";
import { securityHeaders } from "./security-headers.ts";
import { createTemplateCache } from "./template-cache.ts";

export { createOpenApiDocument } from "./openapi.ts";
export { createApiServer } from "./server.ts";

export interface ApiDeps {
  /** The deployment in force; asked anew for each request, so that a changed file takes effect. */
  readonly deployment: () => Deployment;
  readonly store: ApiStore;
  readonly producer: Pick<Producer, "call">;
  readonly provider: ManagementClient;
  /** Where files wait on their way through. */
  readonly mediaFiles: TempFiles;
  /** How many files may be on their way through this process. */
  readonly mediaTransfersMax: number;
  readonly feedWatch: FeedWatch;
  readonly isReady: () => Promise<Check>;
  /** How full Redis is, 0 to 1; null while that is unknown or has no limit. */
  readonly memoryUsed: () => number | null;
  /** Once aborted, /readyz says no. */
  readonly stopping?: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
  /** Default: no traces. */
  readonly tracing?: Tracing;
  readonly metrics: ApiMetrics;
  /** Given: the page /queues shows them. */
  readonly queues?: Queues;
  /** How many proxies stand before the API whose X-Forwarded-For is believed; default none. */
  readonly trustedProxies?: number;
  /** Default: random UUIDs. */
  readonly newRequestId?: () => string;
}

/** Creates the application; `createApiServer` puts it on a server with the right timeouts. */
export function createApp(deps: ApiDeps): Express {
  const { metrics } = deps;
  const templates = createTemplateCache({
    ...deps,
    onError: (error) => deps.log.warn({ err: error }, "templates not read anew; what was known stays in use"),
  });
  const acceptMessages = createAcceptMessages({ tracing: NO_TRACING, ...deps, metrics, templates });
  const requireRoom = createRequireRoom(deps);
  const endpointDeps: EndpointDeps = {
    ...deps,
    metrics,
    acceptMessages,
    requireRoom,
    quotas: createQuotas(deps),
    templates,
    media: createMedia({ newToken: randomUUID, ...deps, metrics }),
    feeds: createFeeds(deps),
  };

  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", deps.trustedProxies ?? 0);
  app.set("query parser", "simple");
  app.set("case sensitive routing", true);
  app.use(observeRequests({ newRequestId: randomUUID, tracing: NO_TRACING, ...deps, metrics }));
  app.use(securityHeaders());
  mountEndpoints(app, endpointDeps);
  mountHealth(app, deps);
  mountDocs(app);
  if (deps.queues) mountQueuesPage(app, { ...endpointDeps, queues: deps.queues });
  app.use(() => {
    throw notFound();
  });
  app.use(handleProblem);
  return app;
}

/** The endpoints path by path, each followed by a 405 for other methods, so that /batch is not taken for an id. */
function mountEndpoints(app: Express, deps: EndpointDeps): void {
  for (const [path, endpoints] of Map.groupBy(ENDPOINTS, (endpoint) => endpoint.path)) {
    for (const endpoint of endpoints) mountEndpoint(app, endpoint, deps);
    refuseOtherMethods(
      app,
      path,
      endpoints.flatMap(({ method }) => (method === "get" ? READING : [method.toUpperCase()])),
    );
  }
}

const READING = ["GET", "HEAD"];

function mountEndpoint(app: Express, { method, path, scopes, createHandler }: Endpoint, deps: EndpointDeps): void {
  const handle = createHandler(deps);
  app[method](path, (request: ApiRequest, response: ApiResponse) => {
    response.locals.route = path;
    const { id } = request.params;
    if (id !== undefined && parseMessageId(id) !== null) response.locals.messageId = id;
    const caller = authenticate(request, deps.deployment());
    response.locals.caller = caller;
    requireScope(caller, scopes);
    const counting = deps.quotas.countRequest(caller, response);
    return counting === null ? handle(request, response) : counting.then(() => handle(request, response));
  });
}

function mountHealth(app: Express, deps: ApiDeps): void {
  const { livez, readyz } = healthRoutes({ ...deps, isAlive: () => ({ ok: true }) });
  for (const [path, answer] of Object.entries({ "/livez": livez, "/readyz": readyz })) {
    app.get(path, (request: ApiRequest, response: ApiResponse) => {
      response.locals.route = path;
      answer(request, response);
    });
    refuseOtherMethods(app, path, READING);
  }
}

function mountDocs(app: Express): void {
  for (const { path, send } of documentPages()) {
    app.get(path, (_request: ApiRequest, response: ApiResponse) => {
      response.locals.route = path;
      send(response);
    });
    refuseOtherMethods(app, path, READING);
  }
}

function refuseOtherMethods(app: Express, path: string, methods: readonly string[]): void {
  app.all(path, (_request: ApiRequest, response: ApiResponse) => {
    response.locals.route = path;
    throw new ApiProblem("method-not-allowed", {
      detail: `This path takes ${methods.join(" and ")} only.`,
      headers: { Allow: methods.join(", ") },
    });
  });
}
