// A server's two hard moments: taking its port, and letting go of it.
import type { Server } from "node:http";
import type { Clock } from "@tern/core";
import { systemClock } from "./clock.ts";
import { ConfigError } from "./config-error.ts";

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** The setting that a person would change; default PORT. */
  readonly setting?: string;
}

/**
 * Starts listening and gives the port.
 *
 * throws   ConfigError when the port is taken, not allowed, or the host is not of this machine
 */
export function listen(server: Server, { host, port, setting = "PORT" }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const problem = describeListenError(error, { host, port, setting });
      reject(problem ? new ConfigError(setting, [problem]) : error);
    };
    server.once("error", onError);
    server.listen({ host, port }, () => {
      server.off("error", onError);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

function describeListenError(error: NodeJS.ErrnoException, at: Required<ListenOptions>): string | null {
  switch (error.code) {
    case "EADDRINUSE":
      return `port ${at.port} is taken: set ${at.setting} to another, or stop what uses it`;
    case "EACCES":
      return `port ${at.port} is not allowed to this user: set ${at.setting} to 1024 or above`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${at.host} is not an address of this machine: set HOST to one, or to 0.0.0.0 for all`;
    default:
      return null;
  }
}

/** How often connections that became idle are looked for while closing. */
const IDLE_CHECK_MS = 50;

/**
 * Stops accepting, lets requests in progress end, and closes each connection as it becomes idle; after `graceMs` all
 * that are left are cut. Resolves when the server is closed; safe to call twice, and on one that never listened.
 */
export function closeServer(
  server: Server,
  { graceMs, clock = systemClock }: { readonly graceMs: number; readonly clock?: Pick<Clock, "after"> },
): Promise<void> {
  return new Promise((resolve) => {
    // Node closes what is idle at the moment of close(); a kept-alive connection whose request ends later stays open
    // until its time runs out, unless somebody looks.
    const closeIdle = (): void => {
      server.closeIdleConnections();
      idleTimer = clock.after(IDLE_CHECK_MS, closeIdle);
    };
    let idleTimer = clock.after(IDLE_CHECK_MS, closeIdle);
    // A request that still comes over a kept-alive connection is answered, and its sender told to open another next time.
    server.prependListener("request", (_request, response) => {
      response.shouldKeepAlive = false;
    });
    const deadline = clock.after(graceMs, () => server.closeAllConnections());
    server.close(() => {
      idleTimer.cancel();
      deadline.cancel();
      resolve();
    });
  });
}
