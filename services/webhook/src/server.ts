// The HTTP server around the webhook application: how long it waits for what.

import { createServer, type RequestListener, type Server } from "node:http";

/** How long a server waits, and how often it looks; Node's own names. */
const TIMES = {
  /** Headers come in one piece. */
  headersTimeout: 5_000,
  /** The whole request: the provider itself waits 5 s for the answer (docs/sources.md, webhook delivery). */
  requestTimeout: 10_000,
  keepAliveTimeout: 60_000,
  /** How often the timeouts above are looked at. */
  connectionsCheckingInterval: 2_500,
} as const;

/** A server that does not listen yet; `times` are in milliseconds and stand for the usual ones, in tests. */
export function createWebhookServer(
  app: RequestListener,
  times: Partial<Record<keyof typeof TIMES, number>> = {},
): Server {
  return createServer({ ...TIMES, ...times }, app);
}
