// The client against real sockets on the loopback interface. Time is moved by hand; what the tests wait for is an event.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { createDialog360Client, type Dialog360ClientOptions, type SendRequest } from "./client.ts";
import { sendRoute } from "./profiles.ts";
import { createManualClock } from "./testing/manual-clock.ts";

const WAMID = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA";
const ACCEPTED = JSON.stringify({ messaging_product: "whatsapp", messages: [{ id: WAMID }] });
const BODY = '{"type":"text","text":{"body":"Grüße ☺"}}';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function aClient(options: Partial<Dialog360ClientOptions> = {}) {
  const clock = createManualClock();
  const client = createDialog360Client({ clock, connectionsMax: 1, ...options });
  closers.push(() => client.close());
  return { client, clock };
}

async function listen(server: Server, port = 0): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket).size);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Received {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** A provider over HTTP: answers by the number of the request, counted from 0, and keeps what reached it. */
async function aProvider(answer: (response: ServerResponse, count: number) => void) {
  const received: Received[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => answer(response, received.push({ request, body }) - 1));
  });
  server.on("connection", () => {
    connections += 1;
  });
  return { url: await listen(server), received, connections: () => connections };
}

/** A provider over bare TCP: sees every byte, decides when to answer and when to hang up. */
async function aRawProvider(onRequest: (socket: Socket, count: number) => void) {
  let count = 0;
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    let seen = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      seen += chunk.toString("latin1");
      if (!seen.endsWith("}}")) return;
      seen = "";
      onRequest(socket, count++);
    });
  });
  return { url: await listen(server), requests: () => count, connections: () => connections };
}

const head = (status: string, length: number, more = "") =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${more}\r\n`;
const OK = `${head("200 OK", ACCEPTED.length)}${ACCEPTED}`;

function aSend(baseUrl: string, more: Partial<SendRequest> = {}): SendRequest {
  const auth = { header: "D360-API-KEY", value: "key_sandbox" };
  return { baseUrl, path: "/messages", auth, body: BODY, beforeWrite: () => true, ...more };
}

function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("a send that is answered", () => {
  test("carries key, path, type and body, and returns the wamid", async () => {
    const provider = await aProvider((response) => response.end(ACCEPTED));
    const { client } = aClient();

    const result = await client.send(aSend(provider.url));

    expect(result).toEqual({ class: "accepted", wamid: WAMID, held: false });
    const [{ request, body } = { request: undefined, body: "" }] = provider.received;
    expect(body).toBe(BODY);
    expect(request?.method).toBe("POST");
    expect(request?.url).toBe("/messages");
    expect(request?.headers).toMatchObject({ "d360-api-key": "key_sandbox", "content-type": "application/json" });
  });

  test.each([
    ["", undefined, "/messages"],
    ["/", undefined, "/messages"],
    ["/wa/v2", undefined, "/wa/v2/messages"],
    ["/wa/v2/", "/marketing_messages", "/wa/v2/marketing_messages"],
  ])("goes to a base URL ending in %j", async (prefix, path, url) => {
    const provider = await aProvider((response) => response.end(ACCEPTED));
    const { client } = aClient();

    await client.send(aSend(`${provider.url}${prefix}`, path === undefined ? {} : { path }));

    expect(provider.received[0]?.request.url).toBe(url);
  });

  test("at Meta itself goes to the number's own path, with a bearer token", async () => {
    const provider = await aProvider((response) => response.end(ACCEPTED));
    const { client } = aClient();
    const account = {
      profile: "meta",
      apiVersion: "v24.0",
      baseUrl: provider.url,
      phoneNumberId: "106540352242922",
      wabaId: "102290129340398",
      apiKey: { reveal: () => "EAAtoken" },
    } as const;

    await client.send({ ...sendRoute(account), body: BODY, beforeWrite: () => true });

    const [request] = provider.received.map((one) => one.request);
    expect(request?.url).toBe("/v24.0/106540352242922/messages");
    expect(request?.headers).toMatchObject({ authorization: "Bearer EAAtoken" });
    expect(request?.headers).not.toHaveProperty("d360-api-key");
  });

  test("is judged with its Retry-After", async () => {
    const provider = await aProvider((response) => {
      response.writeHead(429, { "retry-after": "3" }).end('{"error":"slow down"}');
    });
    const { client } = aClient();

    expect(await client.send(aSend(provider.url))).toMatchObject({
      class: "throttled",
      scope: "number",
      retryAfterMs: 3_000,
      failure: { httpStatus: 429, reason: "HTTP 429, too many requests: slow down" },
    });
  });

  test("may come in pieces, after an early hint, with characters cut in the middle", async () => {
    const details = "é☺".repeat(20);
    const text = Buffer.from(JSON.stringify({ error: { code: 100, error_data: { details } } }));
    const { url } = await aRawProvider((socket) => {
      socket.setNoDelay(true);
      socket.write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
      socket.write(head("400 Bad Request", text.length));
      for (const byte of text) socket.write(Buffer.of(byte));
    });
    const { client } = aClient();

    expect(await client.send(aSend(url))).toMatchObject({
      class: "rejected",
      failure: { code: 100, httpStatus: 400, reason: expect.stringContaining(details) },
    });
  });

  test("uses one connection for many, and as many as allowed for all", async () => {
    const provider = await aProvider((response) => response.end(ACCEPTED));
    const { client } = aClient({ connectionsMax: 2 });

    const results = await Promise.all(Array.from({ length: 50 }, () => client.send(aSend(provider.url))));

    expect(results.every((result) => result.class === "accepted")).toBe(true);
    expect(provider.received).toHaveLength(50);
    expect(provider.connections()).toBeLessThanOrEqual(2);
  });
});

describe("an answer longer than 256 KiB", () => {
  const LIMIT = 256 * 1024;
  const long = (bytes: number) => ACCEPTED.padEnd(bytes, " ");

  test("is read up to exactly that", async () => {
    const provider = await aProvider((response) => response.end(long(LIMIT)));
    const { client } = aClient();

    expect(await client.send(aSend(provider.url))).toMatchObject({ class: "accepted" });
  });

  test.each([
    [200, "unknown", "keep-alive"],
    [400, "rejected", "keep-alive"],
    [502, "unknown", "keep-alive"],
    [200, "unknown", "close"],
  ])("is judged by its status %s, and the next send is not harmed (%s, %s)", async (status, outcome, connection) => {
    const provider = await aProvider((response, count) => {
      response.writeHead(count === 0 ? status : 200, { connection }).end(count === 0 ? long(LIMIT + 1) : ACCEPTED);
    });
    const { client } = aClient();

    expect(await client.send(aSend(provider.url))).toMatchObject({ class: outcome, failure: { httpStatus: status } });
    expect(await client.send(aSend(provider.url))).toMatchObject({ class: "accepted" });
  });

  test("is not waited for when it never ends", async () => {
    const provider = await aProvider((response) => {
      response.writeHead(500);
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(16_384)));
      };
      response.on("drain", more);
      more();
    });
    const { client } = aClient();

    expect(await client.send(aSend(provider.url))).toMatchObject({ class: "unknown", grade: "ambiguous-answer" });
  });
});

describe("a send that certainly did not leave", () => {
  test("is unreachable when the connection is refused, and was never asked about", async () => {
    const provider = await aProvider(() => {});
    await closers.pop()?.();
    const { client } = aClient();
    const beforeWrite = jest.fn(() => true);

    expect(await client.send(aSend(provider.url, { beforeWrite }))).toMatchObject({
      class: "unreachable",
      failure: { reason: expect.stringContaining("the connection was refused") },
    });
    expect(beforeWrite).not.toHaveBeenCalled();
  });

  test("is unreachable for all that wait while the connection is refused, and works once it is not", async () => {
    const provider = await aProvider(() => {});
    await closers.pop()?.();
    const { client } = aClient({ connectionsMax: 2 });

    const results = await Promise.all(Array.from({ length: 20 }, () => client.send(aSend(provider.url))));
    const server = createServer((request, response) => {
      request.resume();
      response.end(ACCEPTED);
    });
    await listen(server, Number(new URL(provider.url).port));

    expect(results.map((result) => result.class)).toEqual(Array(20).fill("unreachable"));
    expect(await client.send(aSend(provider.url))).toMatchObject({ class: "accepted" });
  });

  test("is unreachable when the host does not exist", async () => {
    const { client } = aClient();

    expect(await client.send(aSend("http://no-such-host.invalid"))).toMatchObject({ class: "unreachable" });
  });

  test("is unreachable when TLS fails", async () => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.end("this is no TLS\r\n");
    });
    const url = (await listen(server)).replace("http:", "https:");
    const { client } = aClient();

    expect(await client.send(aSend(url))).toMatchObject({ class: "unreachable" });
  });

  test("is unreachable when the connection does not come about in time", async () => {
    const silent = createTcpServer((socket) => socket.on("error", () => {})); // takes TCP, says nothing of TLS
    const url = (await listen(silent)).replace("http:", "https:");
    const { client } = aClient({ connectTimeoutMs: 1 });

    expect(await client.send(aSend(url))).toMatchObject({
      class: "unreachable",
      failure: { reason: expect.stringContaining("no connection in time") },
    });
  });

  test("is withheld when asked to be, and its connection serves the next", async () => {
    const provider = await aProvider((response) => response.end(ACCEPTED));
    const { client } = aClient();
    await client.send(aSend(provider.url));

    expect(await client.send(aSend(provider.url, { beforeWrite: () => false }))).toEqual({ class: "withheld" });
    expect(await client.send(aSend(provider.url, { beforeWrite: () => false }))).toEqual({ class: "withheld" });
    expect(await client.send(aSend(provider.url))).toMatchObject({ class: "accepted" });
    expect(provider.received).toHaveLength(2);
    expect(provider.connections()).toBe(1);
  });

  test("is withheld also as the first of a connection", async () => {
    const provider = await aProvider((response) => response.end(ACCEPTED));
    const { client } = aClient();

    expect(await client.send(aSend(provider.url, { beforeWrite: () => false }))).toEqual({ class: "withheld" });
    expect(provider.received).toHaveLength(0);
  });

  test("is withheld here and there among many that share a connection", async () => {
    const provider = await aProvider((response) => response.end(ACCEPTED));
    const { client } = aClient();

    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        client.send(aSend(provider.url, { beforeWrite: () => index % 3 === 0 })),
      ),
    );

    expect(results.map((result) => result.class)).toEqual(
      Array.from({ length: 40 }, (_, index) => (index % 3 === 0 ? "accepted" : "withheld")),
    );
    expect(provider.received).toHaveLength(14);
    expect(provider.connections()).toBe(1);
  });

  test("rejects with a mistake in beforeWrite, sends nothing and goes on", async () => {
    const provider = await aProvider((response) => response.end(ACCEPTED));
    const { client } = aClient();
    const beforeWrite = () => {
      throw new Error("a mistake of ours");
    };

    await expect(client.send(aSend(provider.url, { beforeWrite }))).rejects.toThrow("a mistake of ours");
    expect(await client.send(aSend(provider.url))).toMatchObject({ class: "accepted" });
    expect(provider.received).toHaveLength(1);
  });

  // One sender's malformed key would otherwise use up the connections that all senders of the origin share.
  test.each([
    ["an API key with a line break", { auth: { header: "D360-API-KEY", value: "key\r\nx-injected: 1" } }],
    ["an empty API key", { auth: { header: "D360-API-KEY", value: "" } }],
    ["an empty token", { auth: { header: "authorization", value: "Bearer " } }],
    ["no path, for its account lacks an id", { path: "" }],
    ["a path with a space", { path: "/mess ages" }],
    ["a path that is none", { path: "messages" }],
    ["a base URL that is none", { baseUrl: "waba-v2.360dialog.io" }],
    ["a base URL of another protocol", { baseUrl: "ftp://127.0.0.1" }],
  ])("is misconfigured with %s, and others are not harmed", async (_label, more) => {
    const provider = await aProvider((response) => response.end(ACCEPTED));
    const { client } = aClient();

    for (let count = 0; count < 3; count++) {
      expect(await client.send(aSend(provider.url, more))).toMatchObject({ class: "misconfigured" });
    }
    expect(await client.send(aSend(provider.url))).toMatchObject({ class: "accepted" });
    expect(provider.received).toHaveLength(1);
  });
});

describe("a send that may have left", () => {
  const unknown = { class: "unknown", grade: "no-answer", failure: { code: null, httpStatus: null } };

  test.each<[string, (socket: Socket) => void]>([
    ["reset", (socket) => socket.resetAndDestroy()],
    ["closed", (socket) => socket.destroy()],
    ["half closed", (socket) => socket.end()],
    ["cut in the headers", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-le")],
    ["cut in the body", (socket) => socket.end(OK.slice(0, -5))],
    ["answered with no HTTP", (socket) => socket.end("SSH-2.0-OpenSSH\r\n")],
    [
      "answered with a 101",
      (socket) => socket.end("HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
    ],
  ])("is unknown when the connection is %s", async (_label, hangUp) => {
    const provider = await aRawProvider(hangUp);
    const { client } = aClient();
    const beforeWrite = jest.fn(() => true);

    expect(await client.send(aSend(provider.url, { beforeWrite }))).toMatchObject(unknown);
    expect(beforeWrite).toHaveBeenCalledTimes(1);
    expect(provider.requests()).toBe(1);
  });

  test("is unknown when the answer does not come in time, and its connection is given up", async () => {
    const { open, opened } = gate();
    const provider = await aRawProvider((socket, count) => {
      if (count === 0) open();
      else socket.write(OK);
    });
    const { client, clock } = aClient();
    const sending = client.send(aSend(provider.url));
    await opened;

    clock.advance(29_999);
    clock.advance(1);

    expect(await sending).toMatchObject({
      ...unknown,
      failure: { reason: expect.stringContaining("within the send timeout") },
    });
    expect(await client.send(aSend(provider.url))).toMatchObject({ class: "accepted" });
    expect(provider.connections()).toBe(2);
  });

  test("is unknown when the answer drips: the timeout is for all of it", async () => {
    const { open, opened } = gate();
    const { url } = await aRawProvider((socket) => {
      socket.write(OK.slice(0, -5), () => open());
    });
    const { client, clock } = aClient({ sendTimeoutMs: 500 });
    const sending = client.send(aSend(url));
    await opened;

    clock.advance(500);

    expect(await sending).toMatchObject(unknown);
  });
});

describe("a send that waits for a connection", () => {
  test("is unreachable when its time runs out, and is never written afterwards", async () => {
    const { open, opened } = gate();
    const bodies: string[] = [];
    const provider = await aRawProvider((socket, count) => {
      bodies.push(`request ${count}`);
      if (count === 0) open();
      else socket.write(OK);
    });
    const { client, clock } = aClient({ connectionsMax: 1 });
    const first = client.send(aSend(provider.url));
    await opened;
    const beforeWrite = jest.fn(() => true);
    const second = client.send(aSend(provider.url, { beforeWrite }));

    clock.advance(30_000);

    expect(await first).toMatchObject({ class: "unknown", grade: "no-answer" });
    expect(await second).toMatchObject({
      class: "unreachable",
      failure: { reason: expect.stringContaining("no free connection within the send timeout") },
    });
    expect(await client.send(aSend(provider.url))).toMatchObject({ class: "accepted" });
    expect(beforeWrite).not.toHaveBeenCalled();
    expect(bodies).toEqual(["request 0", "request 1"]);
  });
});

describe("a connection that the provider closes between sends", () => {
  test("is replaced, and the send is asked for and written once", async () => {
    const closed = gate();
    const provider = await aRawProvider((socket, count) => {
      socket.write(OK);
      if (count === 0) socket.end(() => closed.open());
    });
    const { client } = aClient();
    await client.send(aSend(provider.url));
    await closed.opened;
    const beforeWrite = jest.fn(() => true);

    expect(await client.send(aSend(provider.url, { beforeWrite }))).toMatchObject({ class: "accepted" });
    expect(beforeWrite).toHaveBeenCalledTimes(1);
    expect(provider.requests()).toBe(2);
    expect(provider.connections()).toBe(2);
  });

  // The keep-alive race: the close and the request cross on the way. Bytes were written, so it must not go out again.
  test.each<[string, (socket: Socket) => void]>([
    ["orderly", (socket) => socket.end()],
    ["by reset", (socket) => socket.resetAndDestroy()],
  ])("while the request is under way (%s) leaves it unknown, never written twice", async (_label, close) => {
    const provider = await aRawProvider((socket, count) => (count === 1 ? close(socket) : void socket.write(OK)));
    const { client } = aClient();
    await client.send(aSend(provider.url));
    const beforeWrite = jest.fn(() => true);

    expect(await client.send(aSend(provider.url, { beforeWrite }))).toMatchObject({
      class: "unknown",
      grade: "no-answer",
    });
    expect(beforeWrite).toHaveBeenCalledTimes(1);
    expect(await client.send(aSend(provider.url))).toMatchObject({ class: "accepted" });
    expect(provider.requests()).toBe(3);
  });

  test("after every single answer costs connections, not messages", async () => {
    const provider = await aProvider((response) => {
      response.setHeader("connection", "close");
      response.end(ACCEPTED);
    });
    const { client } = aClient({ connectionsMax: 4 });

    const results = await Promise.all(Array.from({ length: 40 }, () => client.send(aSend(provider.url))));

    expect(results.filter((result) => result.class === "accepted")).toHaveLength(40);
    expect(provider.received).toHaveLength(40);
  });
});

describe("close", () => {
  test("finishes what is under way and sends nothing more", async () => {
    const { open, opened } = gate();
    let answer = () => {};
    const provider = await aProvider((response) => {
      answer = () => response.end(ACCEPTED);
      open();
    });
    const { client, clock } = aClient();
    const sending = client.send(aSend(provider.url));
    await opened;

    const closing = client.close();
    const late = await client.send(aSend(provider.url));
    answer();

    expect(await sending).toMatchObject({ class: "accepted" });
    expect(late).toMatchObject({ class: "unreachable", failure: { reason: expect.stringContaining("closed") } });
    await closing;
    expect(clock.waiting()).toBe(0);
    expect(provider.received).toHaveLength(1);
  });
});
