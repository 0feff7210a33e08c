// A provider on the loopback interface that answers what a test says, and a management client that calls it.

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ProviderAccount } from "../../profiles.ts";
import { createManualClock, type ManualClock } from "../../testing/manual-clock.ts";
import { createManagementClient, type ManagementClient, type ManagementClientOptions } from "../client.ts";

export interface Seen {
  /** "GET /health_status" */
  readonly what: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ManagementWorld {
  readonly url: string;
  /** What reached the provider, in order. */
  readonly seen: Seen[];
  readonly client: ManagementClient;
  readonly clock: ManualClock;
  account(fields?: Partial<ProviderAccount>): ProviderAccount;
  /** The bodies of what reached the provider, as JSON. */
  jsons(): unknown[];
  whats(): string[];
  stop(): Promise<void>;
}

/** By "GET /path?query": a JSON value (200), a status with a body, or a function; a list is used up one by one. */
export type Answers = Readonly<Record<string, Answer | readonly Answer[]>>;
export type Answer = { readonly json: unknown } | { readonly status: number; readonly body: string } | Respond;
export type Respond = (response: ServerResponse, request: IncomingMessage) => void;

export const json = (value: unknown): Answer => ({ json: value });
export const status = (httpStatus: number, body: unknown): Answer => ({
  status: httpStatus,
  body: typeof body === "string" ? body : JSON.stringify(body),
});

/** raw   requests that are handed to the answer at once, their bodies unread */
export async function managementWorld(
  answers: Answers = {},
  options: Partial<ManagementClientOptions> & { readonly raw?: readonly string[] } = {},
): Promise<ManagementWorld> {
  const { raw = [], ...clientOptions } = options;
  const seen: Seen[] = [];
  const counts = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const what = `${request.method} ${request.url}`;
    const count = counts.get(what) ?? 0;
    counts.set(what, count + 1);
    const given = answers[what] ?? status(404, `{"error":"the test has no answer for ${what}"}`);
    const answer = Array.isArray(given) ? given[Math.min(count, given.length - 1)] : given;
    const chunks: Buffer[] = [];
    if (!raw.includes(what)) for await (const chunk of request) chunks.push(chunk);
    seen.push({ what, headers: request.headers, body: Buffer.concat(chunks) });
    if (typeof answer === "function") answer(response, request);
    else if ("json" in answer) response.end(JSON.stringify(answer.json));
    else response.writeHead(answer.status).end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = createManualClock();
  const client = createManagementClient({ clock, random: () => 0.5, ...clientOptions });
  return {
    url,
    seen,
    client,
    clock,
    account: (fields = {}) => ({
      profile: "360dialog",
      apiVersion: fields.profile === "meta" ? "v24.0" : null,
      baseUrl: url,
      phoneNumberId: "106540352242922",
      wabaId: "102290129340398",
      apiKey: { reveal: () => "the-key" },
      ...fields,
    }),
    jsons: () => seen.map(({ body }) => JSON.parse(body.toString("utf8"))),
    whats: () => seen.map(({ what }) => what),
    async stop() {
      server.closeAllConnections();
      await client.close();
      server.close();
      await once(server, "close");
    },
  };
}
