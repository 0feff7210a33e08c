// A provider of templates as a server of a test's own: it keeps what is created, and answers once what the test wants.

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Deployment, Secret } from "@tern/runtime";
import { testDeployment } from "./test-deployment.ts";

type Json = Record<string, unknown>;

export interface TemplateProvider {
  readonly url: string;
  /** What the account has; a test may write to it. */
  templates: Json[];
  /** The calls that came, as "GET /message_templates". */
  readonly calls: string[];
  /** The next call that is no GET is answered so. */
  answerNext(status: number, body: Json): void;
  /** The tests' deployment, with its senders at this provider. */
  readonly deployment: Deployment;
  close(): Promise<void>;
}

export async function startTemplateProvider(): Promise<TemplateProvider> {
  const calls: string[] = [];
  let next: { status: number; body: Json } | null = null;
  let made = 100;

  async function answer(request: IncomingMessage): Promise<{ status: number; body: Json }> {
    const url = new URL(request.url ?? "/", "http://provider");
    calls.push(`${request.method} ${url.pathname}`);
    const name = url.searchParams.get("name");
    if (request.method === "GET") {
      const data = provider.templates.filter((one) => !name || String(one.name).includes(name));
      return { status: 200, body: { data, paging: {} } };
    }
    if (next) {
      const scripted = next;
      next = null;
      return scripted;
    }
    if (request.method === "DELETE") {
      const id = url.searchParams.get("hsm_id");
      const before = provider.templates.length;
      provider.templates = provider.templates.filter((one) => one.name !== name || (id !== null && one.id !== id));
      return provider.templates.length < before ? { status: 200, body: { success: true } } : NOT_FOUND;
    }
    const body = JSON.parse(await textOf(request)) as Json;
    if (url.pathname === "/message_templates") {
      made += 1;
      const template = { id: String(made), status: "PENDING", ...body };
      provider.templates.push(template);
      return { status: 200, body: { id: template.id, status: template.status, category: body.category } };
    }
    const edited = provider.templates.find((one) => `/${one.id}` === url.pathname);
    if (!edited) return NOT_FOUND;
    Object.assign(edited, body, { status: "PENDING" });
    return { status: 200, body: { success: true } };
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: TemplateProvider = {
    url,
    templates: [],
    calls,
    answerNext: (status, body) => {
      next = { status, body };
    },
    deployment: deploymentAt(url),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;
}

/** Meta's answer about an object that is not there. */
const NOT_FOUND = {
  status: 400,
  body: { error: { code: 100, message: "(#100) Invalid parameter", type: "OAuthException" } },
};

function deploymentAt(baseUrl: string): Deployment {
  const deployment = testDeployment();
  const senders = deployment.senders.map((sender) => ({ ...sender, baseUrl, apiKey: new Secret("a-key") }));
  return {
    ...deployment,
    senders,
    senderById: new Map(senders.map((sender) => [sender.id, sender])),
    senderByPhoneNumberId: new Map(senders.map((sender) => [sender.phoneNumberId, sender])),
    sendersByWabaId: Map.groupBy(senders, ({ wabaId }) => wabaId),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** A template as the provider lists it. */
export function listed(fields: Json = {}): Json {
  return {
    id: "1",
    name: "order_update",
    language: "en_US",
    status: "APPROVED",
    category: "UTILITY",
    components: [{ type: "BODY", text: "Hello {{1}}, your order {{2}} is on its way." }],
    ...fields,
  };
}
