// The API as an Express application that does not listen: middleware, endpoints, and an answer for everything else.

import { randomUUID } from "node:crypto";
import type { Clock } from "@tern/core";
import type { Producer } from "@tern/queue";
import { type Check, type Deployment, healthRoutes, type Logger, type Registry } from "@tern/runtime";
import type { Store } from "@tern/store";
import express, { type Express } from "express";
import { createAcceptMessages } from "./accept-messages.ts";
import { authenticate, requireScope } from "./authenticate.ts";
import type { Endpoint, EndpointDeps } from "./endpoint.ts";
import { ENDPOINTS } from "./endpoints.ts";
import type { ApiRequest, ApiResponse } from "./http.ts";
import { createApiMetrics } from "./metrics.ts";
import { observeRequests } from "./observe-requests.ts";
import { handleProblem, notFound } from "./problem-handler.ts";
import { ApiProblem } from "./problems.ts";
import { mountDocs } from "./routes/docs/route.ts";
import { securityHeaders } from "./security-headers.ts";

export { createOpenApiDocument } from "./openapi.ts";
export { createApiServer } from "./server.ts";

export interface ApiDeps {
  /** The deployment in force; asked anew for each request, so that a changed file takes effect. */
  readonly deployment: () => Deployment;
  readonly store: Pick<Store, "accept" | "read" | "list" | "cancel">;
  readonly producer: Pick<Producer, "add">;
  readonly isReady: () => Promise<Check>;
  /** Once aborted, /readyz says no. */
  readonly stopping?: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  /** How many proxies stand before the API whose X-Forwarded-For is believed; default none. */
  readonly trustedProxies?: number;
  /** Default: random UUIDs. */
  readonly newRequestId?: () => string;
}

/** Creates the application; `createApiServer` puts it on a server with the right timeouts. */
export function createApp(deps: ApiDeps): Express {
  const metrics = createApiMetrics(deps.registry);
  const acceptMessages = createAcceptMessages({ ...deps, metrics });
  const endpointDeps: EndpointDeps = { ...deps, metrics, acceptMessages };

  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", deps.trustedProxies ?? 0);
  app.set("query parser", "simple");
  app.set("case sensitive routing", true);
  app.use(observeRequests({ newRequestId: randomUUID, ...deps, metrics }));
  app.use(securityHeaders());
  for (const endpoint of ENDPOINTS) mountEndpoint(app, endpoint, endpointDeps);
  refuseOtherMethods(app, [...mountHealth(app, deps), ...mountDocs(app)]);
  app.use(() => {
    throw notFound();
  });
  app.use(handleProblem);
  return app;
}

function mountEndpoint(app: Express, { method, path, scopes, createHandler }: Endpoint, deps: EndpointDeps): void {
  const handle = createHandler(deps);
  app[method](path, (request: ApiRequest, response: ApiResponse) => {
    response.locals.route = path;
    const caller = authenticate(request, deps.deployment());
    response.locals.caller = caller;
    requireScope(caller, scopes);
    return handle(request, response);
  });
}

function mountHealth(app: Express, deps: ApiDeps): string[] {
  const { livez, readyz } = healthRoutes({ ...deps, isAlive: () => ({ ok: true }) });
  for (const [path, answer] of Object.entries({ "/livez": livez, "/readyz": readyz })) {
    app.get(path, (request: ApiRequest, response: ApiResponse) => {
      response.locals.route = path;
      answer(request, response);
    });
  }
  return ["/livez", "/readyz"];
}

/** 405 with Allow for the paths there are; comes after all routes. */
function refuseOtherMethods(app: Express, readOnlyPaths: readonly string[]): void {
  const methodsByPath = new Map(readOnlyPaths.map((path) => [path, ["GET", "HEAD"]]));
  for (const { method, path } of ENDPOINTS) {
    const methods = method === "get" ? ["GET", "HEAD"] : ["POST"];
    methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), ...methods]);
  }
  for (const [path, methods] of methodsByPath) {
    const allow = methods.join(", ");
    app.all(path, (_request: ApiRequest, response: ApiResponse) => {
      response.locals.route = path;
      throw new ApiProblem("method-not-allowed", {
        detail: `This path takes ${methods.join(" and ")} only.`,
        headers: { Allow: allow },
      });
    });
  }
}
