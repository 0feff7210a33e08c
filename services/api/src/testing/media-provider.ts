// A provider for tests of everything besides sending, as docs/sources.md describes 360dialog: media, read and typing, the
// block list. It counts what it is asked, keeps no file longer than its test, and fails when it is told to.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Deployment, Secret } from "@tern/runtime";
import { boundaryOf, readForm } from "../media/form.ts";
import { testDeployment } from "./test-deployment.ts";

export const PROVIDER_KEY = "test-provider-key";

export interface ProviderRequest {
  readonly method: string;
  readonly path: string;
  readonly apiKey: string | undefined;
  /** Of JSON bodies. */
  readonly json: unknown;
}

export interface StoredMedia {
  readonly mimeType: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Null when it was too large to keep. */
  readonly content: Buffer | null;
  readonly filename: string | null;
}

type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> };

export interface MediaProvider {
  readonly url: string;
  /** A deployment whose senders are at this provider. */
  readonly deployment: Deployment;
  readonly requests: ProviderRequest[];
  readonly media: Map<string, StoredMedia>;
  /** Answers in place of what it would say; null: as usual. It gets every request, once its body has come. */
  respond: (request: ProviderRequest) => Answer | null | Promise<Answer | null>;
  /** What a download sends in place of the file's bytes. */
  sends: (content: Buffer) => Buffer;
  /** The requests that begin so: "POST /media". */
  asked(start: string): number;
  /** Puts a file there, as an upload or a person would; its id. */
  keep(content: Buffer, mimeType: string): string;
  close(): Promise<void>;
}

const KEPT_MAX = 8 * 1024 * 1024;

export async function startMediaProvider(): Promise<MediaProvider> {
  const media = new Map<string, StoredMedia>();
  const requests: ProviderRequest[] = [];
  let made = 0;
  const newId = () => `10033834${String(++made).padStart(8, "0")}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const upload = method === "POST" && url === "/media" ? await receive(request) : null;
    const text = upload === null ? await textOf(request) : "";
    const apiKey = request.headers["d360-api-key"] as string | undefined;
    const asked = { method, path: url, apiKey, json: text === "" ? null : JSON.parse(text) };
    requests.push(asked);
    const instead = await provider.respond(asked);
    if (instead) send(response, instead);
    else if (apiKey !== PROVIDER_KEY) send(response, { status: 401, body: { error: "Invalid API key" } });
    else if (upload !== null) send(response, taken(upload));
    else if (url.startsWith("/whatsapp_business/attachments/")) sendContent(response, url);
    else send(response, ofOther(asked));
  }

  function taken(upload: StoredMedia): Answer {
    const id = newId();
    media.set(id, upload);
    return { status: 200, body: { id } };
  }

  function sendContent(response: ServerResponse, url: string): void {
    const found = media.get(new URLSearchParams(url.split("?")[1]).get("mid") ?? "");
    if (!found?.content) {
      send(response, { status: 404, body: { error: "not found" } });
      return;
    }
    response.writeHead(200, { "content-type": found.mimeType });
    response.end(provider.sends(found.content));
  }

  function ofOther({ method, path, json }: ProviderRequest): Answer {
    if (method === "POST" && path === "/messages") return { status: 200, body: { success: true } };
    if (path.startsWith("/block_users")) return ofBlockList(method, path, json);
    const id = path.slice(1);
    const found = media.get(id);
    if (!found) return NO_SUCH;
    if (method === "DELETE") {
      media.delete(id);
      return { status: 200, body: { success: true } };
    }
    const { mimeType, sha256, bytes } = found;
    const place = `https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=${id}&ext=1&hash=x`;
    return {
      status: 200,
      body: { messaging_product: "whatsapp", url: place, mime_type: mimeType, sha256, file_size: bytes, id },
    };
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: MediaProvider = {
    url,
    deployment: deploymentAt(url),
    requests,
    media,
    respond: () => null,
    sends: (content) => content,
    asked: (start) => requests.filter(({ method, path }) => `${method} ${path}`.startsWith(start)).length,
    keep(content, mimeType) {
      const id = newId();
      const sha256 = createHash("sha256").update(content).digest("hex");
      media.set(id, { mimeType, sha256, bytes: content.length, content, filename: null });
      return id;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return provider;
}

/** The deployment of the tests with its senders at this address. */
export function deploymentAt(url: string): Deployment {
  const deployment = testDeployment();
  const senders = deployment.senders.map((sender) => ({ ...sender, baseUrl: url, apiKey: new Secret(PROVIDER_KEY) }));
  return {
    ...deployment,
    senders,
    senderById: new Map(senders.map((sender) => [sender.id, sender])),
    senderByPhoneNumberId: new Map(senders.map((sender) => [sender.phoneNumberId, sender])),
    sendersByWabaId: Map.groupBy(senders, (sender) => sender.wabaId),
  };
}

/** As Graph answers for an id that is none, or none any more. */
const NO_SUCH: Answer = {
  status: 400,
  body: {
    error: {
      message: "Unsupported get request. Object with this ID does not exist",
      type: "GraphMethodException",
      code: 100,
      error_subcode: 33,
    },
  },
};

function ofBlockList(method: string, path: string, json: unknown): Answer {
  if (method === "GET") {
    const { limit = "25", after } = Object.fromEntries(new URLSearchParams(path.split("?")[1]));
    const start = after === undefined ? 0 : Number(after);
    const data = ["4915100000001", "4915100000002", "4915100000003"]
      .slice(start, start + Number(limit))
      .map((waId) => ({ messaging_product: "whatsapp", wa_id: waId }));
    return { status: 200, body: { data, paging: { cursors: { before: "0", after: String(start + data.length) } } } };
  }
  const users = (json as { block_users: { user?: string; user_id?: string }[] }).block_users;
  const done = users.map(({ user, user_id }) => ({ input: user ?? user_id, wa_id: user?.slice(1), user_id }));
  const lists = method === "POST" ? { added_users: done } : { removed_users: done };
  return { status: 200, body: { messaging_product: "whatsapp", block_users: lists } };
}

async function receive(request: IncomingMessage): Promise<StoredMedia | null> {
  const boundary = boundaryOf(request.headers["content-type"]) ?? "";
  let received: StoredMedia | null = null;
  for await (const { filename, contentType = "", body } of readForm(request, boundary)) {
    const hash = createHash("sha256");
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes <= KEPT_MAX) chunks.push(Buffer.from(chunk));
    }
    if (filename === null) continue;
    const content = bytes <= KEPT_MAX ? Buffer.concat(chunks) : null;
    received = { mimeType: contentType, sha256: hash.digest("hex"), bytes, content, filename };
  }
  return received;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
