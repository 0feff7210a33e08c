// The server: POST /messages goes straight to its handler, everything else through Express.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Express } from "express";
import { answerInputError, createAdminApi } from "./admin-api.ts";
import { type Clock, realClock } from "./clock.ts";
import { createProviderApi } from "./provider-api.ts";
import { createSendRoute } from "./send-route.ts";
import { createWebhookPoster } from "./webhook-poster.ts";
import { createWorld, type World } from "./world.ts";

export interface SimulatorOptions {
  /** Address to listen on. Default 127.0.0.1. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** What all chance comes from: any 32-bit integer. Default 1. */
  seed?: number;
  /** How many requests the ledger keeps. Default 2,000,000, some 110 bytes each. */
  ledgerMax?: number;
  /** Default: the real clock. */
  clock?: Clock;
}

export interface Simulator {
  /** Without a slash at the end. */
  url: string;
  port: number;
  /** Stops at once: connections are cut, scheduled webhooks forgotten. */
  stop(): Promise<void>;
}

export const LEDGER_MAX_DEFAULT = 2_000_000;
// Longer than any client keeps an idle connection, so that it is never us who close one under a request.
const KEEP_ALIVE_MS = 120_000;

/**
 * Starts a simulated 360dialog with no number registered.
 *
 * returns   once it listens; rejects with the system's error when it cannot (EADDRINUSE)
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = "127.0.0.1", port = 0, seed = 1, ledgerMax = LEDGER_MAX_DEFAULT, clock = realClock } = options;
  const poster = createWebhookPoster(clock);
  const world = createWorld({ clock, poster }, seed, ledgerMax);
  const handleSend = createSendRoute(world);
  const app = createApp(world, seed);

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => {
    if (request.method === "POST" && request.url === "/messages") handleSend(request, response);
    else app(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;

  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    port: bound,
    async stop() {
      world.reset(seed);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, poster.close()]);
    },
  };
}

function createApp(world: World, seed: number): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(express.json({ limit: "4mb", strict: false })); // a raw webhook may be as large as Meta's largest, 3 MB
  app.use("/_sim", createAdminApi(world, seed));
  app.use(createProviderApi(world));
  app.use((request, response) => {
    // 360dialog on a path that is not enabled: 403 "The endpoint is blocked" (its error list, read 2026-11).
    response.status(403).json({ error: `The endpoint is blocked: ${request.method} ${request.path} is not simulated` });
  });
  app.use(answerInputError);
  return app;
}
