// Requests that may take longer than the server's own limit: an upload over a slow line. Node's check of requestTimeout
// covers all requests of a server alike and reports to the "clientError" listener (server.ts), which asks here.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

const sockets = new WeakSet<Duplex>();

/** Runs a handler of a request that has a limit of its own. */
export async function longRequest<T>(request: IncomingMessage, handle: () => Promise<T>): Promise<T> {
  sockets.add(request.socket);
  try {
    return await handle();
  } finally {
    sockets.delete(request.socket);
  }
}

export function mayTakeLong(socket: Duplex): boolean {
  return sockets.has(socket);
}
