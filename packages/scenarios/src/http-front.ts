// What stands before a service in production: it sends each request to a process that says it is ready. One that is told to
// stop says so, and gets no more of them, while it still finishes those it has.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface HttpFront {
  readonly url: string;
  /** Requests that were cut or refused: what a caller would have seen as a broken connection. */
  readonly broken: readonly string[];
  /** Requests answered, by status. */
  readonly answered: ReadonlyMap<number, number>;
  /** From now on requests go here; ends when those that went elsewhere have been answered. */
  sendTo(origin: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startHttpFront(first: string): Promise<HttpFront> {
  const broken: string[] = [];
  const answered = new Map<number, number>();
  const underWay = new Set<Promise<void>>();
  let origin = first;
  const server = createServer((request, response) => {
    const passing: Promise<void> = pass(request, response).finally(() => underWay.delete(passing));
    underWay.add(passing);
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { host: _host, connection: _connection, "content-length": _length, ...headers } = request.headers;
    try {
      const answer = await fetch(origin + request.url, {
        method: request.method ?? "GET",
        headers: headers as Record<string, string>,
        ...(body !== "" && { body }),
      });
      answered.set(answer.status, (answered.get(answer.status) ?? 0) + 1);
      const type = answer.headers.get("content-type");
      response.writeHead(answer.status, type === null ? {} : { "content-type": type });
      response.end(await answer.text());
    } catch (error) {
      broken.push(
        `${request.method} ${request.url}: ${error instanceof Error ? (error.cause ?? error.message) : error}`,
      );
      response.writeHead(502).end();
    }
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    broken,
    answered,
    async sendTo(next) {
      origin = next;
      await Promise.all([...underWay]);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
