// The operations port: metrics and health, apart from the service's own port, so that neither is offered to the world
// nor waits behind its requests.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Clock } from "@tern/core";
import { asError } from "./caught.ts";
import { systemClock } from "./clock.ts";
import { type HealthDeps, healthRoutes } from "./health.ts";
import { closeServer, listen } from "./http-server.ts";
import type { Registry } from "./metrics.ts";
import { withinMs } from "./within.ts";

export interface OpsServerOptions extends Omit<HealthDeps, "clock"> {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly registry: Registry;
  /** More text in the Prometheus format (BullMQ's, for one). Left out, with a comment, if it fails or takes over 1 s. */
  readonly extraMetrics?: () => Promise<string>;
  readonly clock?: Clock;
  /** In place of the usual times, in tests; milliseconds. */
  readonly times?: Partial<Record<keyof typeof TIMES, number>>;
}

export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

const EXTRA_TIMEOUT_MS = 1_000;
const CLOSE_GRACE_MS = 1_000;

/** How long it waits, and how often it looks: its requests are one line and some headers. */
const TIMES = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 2_500,
} as const;
/** Of Prometheus and orchestrators; whoever opens more is no reason to take file descriptors from the service. */
const CONNECTIONS_MAX = 100;

/**
 * Serves GET /metrics, /livez, /readyz and /healthz; anything else is 404.
 *
 * throws   ConfigError that names METRICS_PORT when the port cannot be had
 */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const { host, port, clock = systemClock } = options;
  const health = healthRoutes({ ...options, clock });
  const routes = new Map([
    ["/metrics", (_: IncomingMessage, response: ServerResponse) => void answerMetrics(response, { ...options, clock })],
    ["/livez", health.livez],
    ["/readyz", health.readyz],
    ["/healthz", health.healthz],
  ]);
  const server = createServer({ ...TIMES, ...options.times }, (request, response) => {
    const path = request.url?.split("?", 1)[0] ?? "";
    const route = request.method === "GET" || request.method === "HEAD" ? routes.get(path) : undefined;
    if (route) route(request, response);
    else response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
  });
  server.maxConnections = CONNECTIONS_MAX;
  const boundPort = await listen(server, { host, port, setting: "METRICS_PORT" });
  return { port: boundPort, close: () => closeServer(server, { graceMs: CLOSE_GRACE_MS, clock }) };
}

type MetricsDeps = Pick<OpsServerOptions, "registry" | "extraMetrics"> & { readonly clock: Clock };

async function answerMetrics(response: ServerResponse, { registry, extraMetrics, clock }: MetricsDeps): Promise<void> {
  try {
    const [own, extra] = await Promise.all([registry.metrics(), extraMetrics && extraText(extraMetrics, clock)]);
    response.writeHead(200, { "content-type": registry.contentType });
    response.end(extra ? `${own}${extra.endsWith("\n") ? extra : `${extra}\n`}` : own);
  } catch (error) {
    response.writeHead(500, { "content-type": "text/plain" });
    response.end(`metrics failed: ${asError(error).message}\n`);
  }
}

/** The process's own metrics are wanted most when the others cannot be had. */
async function extraText(extraMetrics: () => Promise<string>, clock: Clock): Promise<string> {
  try {
    return await withinMs(EXTRA_TIMEOUT_MS, extraMetrics(), clock);
  } catch (error) {
    const why = asError(error).message;
    return `# further metrics are missing: ${why.replaceAll("\n", " ")}\n`;
  }
}
