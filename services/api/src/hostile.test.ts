// Requests that nobody sends by mistake: each gets an answer or the end of its connection, and costs nobody else anything.
// (What is no HTTP at all: unknown-paths.test.ts; sizes and compression: routes/send-message/413.test.ts and 415.test.ts.)

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openRaw, sendForEver } from "@tern/devkit";
import { contentSchema } from "@tern/dialog360";
import { z } from "zod";
import { createApiServer } from "./app.ts";
import { createOpenApiDocument } from "./openapi.ts";
import { aTemplate, aText, startTestApi, type TestApi } from "./testing/test-api.ts";
import { KEYS, type TestCaller } from "./testing/test-deployment.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const HEAD = `Host: x\r\nAuthorization: Bearer ${KEYS.shop}\r\nContent-Type: application/json\r\n`;

describe("whoever takes too long", () => {
  /** The times of the real server, as far as it matters here, a hundred times faster; the application is the same. */
  const FAST = { headersTimeout: 100, requestTimeout: 300, connectionsCheckingInterval: 50 };
  const NONE = { headersTimeout: 0, requestTimeout: 0, connectionsCheckingInterval: 50 };
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  });
  async function listenWith(server: Server): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const application = () => api.server.listeners("request")[0] as Parameters<typeof createApiServer>[0];

  test("the server of the process has its limits", () => {
    const { headersTimeout, requestTimeout } = createApiServer(application());
    expect([headersTimeout, requestTimeout]).toEqual([10_000, 30_000]);
  });

  test.each([
    ["with the headers", "POST /v1/messages HTTP/1.1\r\nHost: x\r\nX-Slow: "],
    ["with the body", `POST /v1/messages HTTP/1.1\r\n${HEAD}Content-Length: 100\r\n\r\n{`],
  ])("%s is cut off with 408; without the limit the connection would stay", async (_what, bytes) => {
    const limited = openRaw(await listenWith(createApiServer(application(), FAST)), bytes);
    const unlimited = openRaw(await listenWith(createServer(NONE, application())), bytes);
    expect(await limited.closed()).toMatch(/^HTTP\/1\.1 408 /);
    expect(unlimited.isClosed()).toBe(false);
    unlimited.socket.destroy();
  });

  test("a body without an end is refused at its limit, and its connection ends", async () => {
    const start = `POST /v1/messages HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
    const limited = openRaw(await listenWith(createApiServer(application(), FAST)), start);
    const stop = sendForEver(limited);
    const answer = await limited.closed();
    stop();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("nor does a path that nobody knows read a body without an end for ever", async () => {
    const start = `POST /nothing HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
    const limited = openRaw(await listenWith(createApiServer(application(), FAST)), start);
    const stop = sendForEver(limited);
    const answer = await limited.closed();
    stop();
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe("requests that smuggle", () => {
  const body = JSON.stringify(aText());
  test.each([
    ["a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["an unknown transfer encoding", `Transfer-Encoding: xchunked\r\n\r\n${body}`],
    ["a length that is none", `Content-Length: +${body.length}\r\n\r\n${body}`],
    ["a folded header", `X-Folded: a\r\n b\r\nContent-Length: ${body.length}\r\n\r\n${body}`],
  ])("%s: 400, and nothing is accepted", async (_what, rest) => {
    const before = await api.metric("tern_messages_accepted_total");
    const answer = await openRaw(api.url, `POST /v1/messages HTTP/1.1\r\n${HEAD}${rest}`).closed();
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(await api.metric("tern_messages_accepted_total")).toBe(before);
  });

  test("requests one behind the other are answered one behind the other", async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `pipelined-${at}`);
    const requests = ids.map((id, at) => {
      const last = at === ids.length - 1 ? "Connection: close\r\n" : "";
      const about = at % 2 === 0 ? aText({ reference: id }) : aText({ to: "nobody" });
      const text = JSON.stringify(about);
      return `POST /v1/messages HTTP/1.1\r\n${HEAD}${last}X-Request-Id: ${id}\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    });
    const answers = await openRaw(api.url, requests.join("")).closed();
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))).toEqual(
      ids.map((_, at) => (at % 2 === 0 ? 202 : 400)),
    );
    expect([...answers.matchAll(/^X-Request-Id: (\S+)/gim)].map(([, id]) => id)).toEqual(ids);
  });
});

describe("headers", () => {
  test("as many as fit into 16 KiB are borne, and the usual ones among them still count", async () => {
    const many = Array.from({ length: 700 }, (_, at) => `a${at}:b\r\n`).join("");
    const text = JSON.stringify(aText());
    const request = `POST /v1/messages HTTP/1.1\r\n${HEAD}${many}Connection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    expect(await openRaw(api.url, request).closed()).toMatch(/^HTTP\/1\.1 202 /);
  });

  test.each(["X-Request-Id", "Idempotency-Key", "Authorization", "traceparent"])(
    "a hostile %s is an answer of its own, and is in no header and no line as it came",
    async (name) => {
      const value = `x\tnewline\u00e9<script>${"%0d%0aSet-Cookie:a=b".repeat(20)}`;
      api.lines.length = 0;
      const text = JSON.stringify(aText());
      const head = HEAD.replace(/Authorization.*\r\n/, name === "Authorization" ? "" : "$&");
      const request = `POST /v1/messages HTTP/1.1\r\n${head}${name}: ${value}\r\nConnection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
      const answer = await openRaw(api.url, request).closed();
      expect(answer).toMatch(/^HTTP\/1\.1 (202|400|401) /);
      expect(answer + JSON.stringify(api.lines)).not.toMatch(/<script>|Set-Cookie/);
    },
  );
});

/** What some paths need besides. */
const QUERY: Record<string, string> = { "/v1/contacts/{contact}/consents/{category}": "?sender=demo" };

/** Every JSON body that an operation shows as an example, with a caller that may send it. */
const BODIES = bodiesOfExamples();

describe("whatever stands anywhere in a body", () => {
  const deep = (levels: number) => `${'{"a":['.repeat(levels)}1${"]}".repeat(levels)}`;
  const values: [string, string][] = [
    ["3,000 levels", deep(1_500)],
    ["30,000 levels", deep(15_000)],
    ["__proto__ and constructor", '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'],
    ["a number without end", "1e999"],
    ["U+0000 and half a character", '"\\u0000\\ud800"'],
  ];

  test.each(values)(
    "%s: an answer that is no 500, and no harm to the next request",
    async (_what, value) => {
      let asked = 0;
      for (const { method, path, as, body } of BODIES) {
        const places = placesIn(body);
        const answers = await Promise.all(
          places.map((place) => {
            const text = JSON.stringify(replaced(body, place)).replace(`"${MARK}"`, value);
            return api.request(method, path, { as, body: text });
          }),
        );
        asked += places.length;
        const wrong = places.filter((_, at) => answers[at]?.status === 500);
        expect(wrong.map((place) => `${method} ${path} at /${place.join("/")}`)).toEqual([]);
      }
      expect(asked).toBeGreaterThan(150);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      expect((await api.request("POST", "/v1/messages", { body: aTemplate() })).status).toBe(202);
    },
    60_000,
  );

  test("a member more, called __proto__, is no way past a check", async () => {
    const text = JSON.stringify(aText()).replace("{", '{"__proto__":{"sender":"third","scopes":["operate"]},');
    expect((await api.request("POST", "/v1/messages", { body: text })).status).toBe(400);
  });
});

const MARK = "HOSTILE";

interface Body {
  readonly method: string;
  readonly path: string;
  readonly as: TestCaller;
  readonly body: unknown;
}

/** The example of each kind of content, as a message. */
function contents(): Body[] {
  const asShop = { method: "POST", path: "/v1/messages", as: "shop" } as const;
  const { template } = aTemplate();
  const extras = {
    metadata: { list: [1] },
    context: { message_id: "wamid.x" },
    fallback: { type: "template", template },
  };
  const found: Body[] = [
    { ...asShop, body: aText(extras) },
    {
      ...asShop,
      body: { ...aText(), type: "hologram", text: undefined, passthrough: true, hologram: { a: { b: 1 } } },
    },
  ];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { example } = value as { example?: { type?: string } };
    if (example?.type !== undefined && example.type in example) {
      const body = { sender: "demo", to: "+4915112345678", ...example };
      found.push({ ...asShop, body });
    }
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(z.toJSONSchema(contentSchema, { io: "input", unrepresentable: "any" }));
  return found;
}

function bodiesOfExamples(): Body[] {
  const callers: Record<string, TestCaller> = {
    Messages: "shop",
    Contacts: "desk",
    Conversations: "agent",
    Templates: "designer",
    Operating: "operator",
  };
  const found = contents();
  const { paths = {} } = JSON.parse(JSON.stringify(createOpenApiDocument())) as { paths?: Record<string, object> };
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      const { example, examples = {} } = operation.requestBody?.content?.["application/json"] ?? {};
      const given = [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)];
      const as = callers[operation.tags?.[0] ?? ""];
      if (as === undefined) continue;
      const asked = path
        .replace("{id}", "demo")
        .replace("{contact}", "+4915112345678")
        .replace("{category}", "marketing");
      for (const body of given)
        found.push({ method: method.toUpperCase(), path: `${asked}${QUERY[path] ?? ""}`, as, body });
    }
  }
  return found;
}

interface Operation {
  readonly tags?: readonly string[];
  readonly requestBody?: {
    readonly content?: Record<string, { example?: unknown; examples?: Record<string, { value: unknown }> }>;
  };
}

/** The paths to every value inside. */
function placesIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...placesIn(inner, [...path, key])]);
}

function replaced(value: unknown, [key = "", ...rest]: readonly string[]): unknown {
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  Reflect.set(copy, key, rest.length === 0 ? MARK : replaced(Reflect.get(copy, key), rest));
  return copy;
}
