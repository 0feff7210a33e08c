// The server: sends go straight to their handler, everything else through Express. It listens twice: on one
// port for everything, and on one for the provider API alone, which an outage can close.
import { createServer, type RequestListener } from "node:http";
import express, { type Express, type Router } from "express";
import { answerInputError, createAdminApi } from "./admin-api.ts";
import { type Clock, realClock } from "./clock.ts";
import { sendTargetOf } from "./incoming.ts";
import { meetOutage } from "./outage.ts";
import { createProviderApi } from "./provider/api.ts";
import { close, createProviderListener, listen, portOf } from "./provider-listener.ts";
import { createSendRoute } from "./send-route.ts";
import { createWebhookPoster } from "./webhook-poster.ts";
import { createWorld, type World } from "./world.ts";

export interface SimulatorOptions {
  /** Address to listen on. Default 127.0.0.1. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** Of the provider API alone. Default 0: any free port. */
  providerPort?: number;
  /** What all chance comes from: any 32-bit integer. Default 1. */
  seed?: number;
  /** How many requests the ledger keeps. Default 2,000,000, some 120 bytes each. */
  ledgerMax?: number;
  /** Default: the real clock. */
  clock?: Clock;
}

export interface Simulator {
  /** Provider API and admin API, without a slash at the end. */
  url: string;
  port: number;
  /** The provider API alone, on a port that refuses connections while `down` is "refuse". */
  providerUrl: string;
  providerPort: number;
  /** Stops at once: connections are cut, scheduled webhooks forgotten. */
  stop(): Promise<void>;
}

export const LEDGER_MAX_DEFAULT = 2_000_000;
// Longer than any client keeps an idle connection, so that it is never us who close one under a request.
const KEEP_ALIVE_MS = 120_000;
const ADMIN_PATH = "/_sim";

/**
 * Starts a simulated 360dialog with no number registered.
 *
 * returns   once it listens; rejects with the system's error when it cannot (EADDRINUSE)
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = "127.0.0.1", port = 0, providerPort = 0, seed = 1, clock = realClock } = options;
  const poster = createWebhookPoster(clock);
  const world = createWorld({ clock, poster }, seed, options.ledgerMax ?? LEDGER_MAX_DEFAULT);
  const handleSend = createSendRoute(world);

  const handler =
    (app: Express, hasAdmin: boolean): RequestListener =>
    (request, response) => {
      const { down } = world.behaviour;
      if (down !== null && !(hasAdmin && request.url?.startsWith(`${ADMIN_PATH}/`))) {
        meetOutage(world, down, request, response);
        return;
      }
      const target = sendTargetOf(request);
      if (target) handleSend(request, response, target);
      else app(request, response);
    };
  const createHttpServer = (listener: RequestListener) =>
    createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, listener);

  const providerHandler = handler(createApp(world, null), false);
  const provider = createProviderListener(() => createHttpServer(providerHandler), { port: providerPort, host });
  const app = createApp(world, createAdminApi(world, seed, provider));
  // The port that was asked for comes first, so that the free one chosen for the other cannot be just that.
  const server = await listen(createHttpServer(handler(app, true)), { port, host });
  try {
    await provider.setOpen(true);
  } catch (error) {
    await close(server);
    throw error;
  }
  const bound = portOf(server);
  const urlOf = (ofPort: number) => `http://${host.includes(":") ? `[${host}]` : host}:${ofPort}`;

  return {
    url: urlOf(bound),
    port: bound,
    providerUrl: urlOf(provider.port),
    providerPort: provider.port,
    async stop() {
      world.reset(seed);
      await Promise.all([close(server), provider.setOpen(false), poster.close()]);
    },
  };
}

function createApp(world: World, admin: Router | null): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(express.json({ limit: "4mb", strict: false })); // a raw webhook may be as large as Meta's largest, 3 MB
  if (admin) app.use(ADMIN_PATH, admin);
  app.use(createProviderApi(world));
  app.use((request, response) => {
    // 360dialog on a path that is not enabled: 403 "The endpoint is blocked" (its error list, read 2026-11).
    response.status(403).json({ error: `The endpoint is blocked: ${request.method} ${request.path} is not simulated` });
  });
  app.use(answerInputError);
  return app;
}
