// The HTTP server around the application: how long it waits for what, and what it says to requests that are not HTTP.

import { createServer, type RequestListener, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { mayTakeLong } from "./long-requests.ts";

/** How long a server waits, and how often it looks; Node's own names and defaults in its documentation of http. */
const TIMES = {
  /** Headers come in one piece; a caller that trickles them holds a connection for nothing. */
  headersTimeout: 10_000,
  /** The whole request: 8 MiB over a slow line. */
  requestTimeout: 30_000,
  /** Longer than the 60 s that load balancers keep idle connections, so that it is they who close them. */
  keepAliveTimeout: 65_000,
  /** How often the timeouts above are looked at. */
  connectionsCheckingInterval: 5_000,
} as const;

/** A server that does not listen yet; `times` are in milliseconds and stand for the usual ones, in tests. */
export function createApiServer(app: RequestListener, times: Partial<Record<keyof typeof TIMES, number>> = {}): Server {
  const server = createServer({ ...TIMES, ...times }, app);
  server.on("clientError", answerUnreadable);
  return server;
}

const UNREADABLE: Readonly<Record<string, { status: number; detail: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, detail: "The headers may have at most 16 KiB." },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: "The request did not come in time." },
};
const NOT_HTTP = { status: 400, detail: "This is no HTTP request that can be read." };

/** Node reports here what never becomes a request; an answer must be written by hand, if anybody still listens. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && mayTakeLong(socket)) return; // its handler watches the time itself
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, detail } = UNREADABLE[error.code ?? ""] ?? NOT_HTTP;
  const title = STATUS_CODES[status];
  const body = JSON.stringify({ type: "about:blank", title, status, detail });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
