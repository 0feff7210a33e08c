// An HTTP proxy between the client and the API that does to answers what networks do: lose them after the API has acted,
// keep them back, or answer for an API that is away.

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What becomes of one request: `lose` lets the API act and cuts the connection instead of answering. */
export type Fate = "pass" | "lose" | "hold" | { readonly status: number; readonly headers?: Record<string, string> };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  /** What the API answered; null when it was not asked. */
  status: number | null;
}

export interface FaultyProxy {
  readonly url: string;
  /** Every request that came, in order. */
  readonly seen: Seen[];
  /** Fates of the next requests, in order; then they pass. */
  next(...fates: Fate[]): void;
  close(): Promise<void>;
}

/** `target` is asked for each request, so that the API may have moved. */
export async function startFaultyProxy(target: () => string): Promise<FaultyProxy> {
  const seen: Seen[] = [];
  const fates: Fate[] = [];

  const server: Server = createServer((incoming: IncomingMessage, answer: ServerResponse) => {
    const key = incoming.headers["idempotency-key"];
    const entry: Seen = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      idempotencyKey: typeof key === "string" ? key : undefined,
      status: null,
    };
    seen.push(entry);
    const fate = fates.shift() ?? "pass";
    if (typeof fate === "object") {
      incoming.resume();
      answer.writeHead(fate.status, { "content-type": "text/html", ...fate.headers }).end("<h1>Nobody is here</h1>");
      return;
    }
    const { headers, method, url } = incoming;
    const onward = request(new URL(url ?? "/", target()), { method, headers }, (response) => {
      entry.status = response.statusCode ?? null;
      if (fate === "pass") {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
        return;
      }
      response.resume();
      response.on("end", () => fate === "lose" && incoming.socket.resetAndDestroy());
    });
    onward.on("error", () => incoming.socket.destroy());
    incoming.on("error", () => onward.destroy());
    incoming.pipe(onward);
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    next: (...more) => void fates.push(...more),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
