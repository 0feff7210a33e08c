// Connections that cost the webhook service time on purpose: they are ended, and the provider is served meanwhile. (What a
// body may say: request.test.ts and hostile.test.ts.)

import { createServer, type RequestListener, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openRaw, sendForEver } from "@tern/devkit";
import { closeServer, listen } from "@tern/runtime";
import { createWebhookServer } from "./server.ts";
import { body, HEADER, SECRET, startWorld, type World } from "./testing/webhook-world.ts";

let world: World;
const servers: Server[] = [];
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => closeServer(server, { graceMs: 100 })));
  await world.stop();
});

/** The times of the real server, some fifty times faster, and those of one that waits for ever. */
const FAST = { headersTimeout: 100, requestTimeout: 300, connectionsCheckingInterval: 50 };
const NONE = { headersTimeout: 0, requestTimeout: 0, connectionsCheckingInterval: 50 };

const application = () => world.server.listeners("request")[0] as RequestListener;
async function listenWith(server: Server): Promise<string> {
  servers.push(server);
  return `http://127.0.0.1:${await listen(server, { host: "127.0.0.1", port: 0 })}`;
}

test("the server of the process has its limits", () => {
  const { headersTimeout, requestTimeout } = createWebhookServer(application());
  expect([headersTimeout, requestTimeout]).toEqual([5_000, 10_000]);
});

test.each([
  ["headers that trickle", "Host: x\r\nX-Slow: "],
  ["a body that trickles", `Host: x\r\n${HEADER}: ${SECRET}\r\nContent-Length: 100\r\n\r\n{`],
])("%s are cut off; without the limit the connection would stay", async (_what, rest) => {
  const bytes = `POST ${new URL(world.url).pathname} HTTP/1.1\r\n${rest}`;
  const limited = openRaw(await listenWith(createWebhookServer(application(), FAST)), bytes);
  const unlimited = openRaw(await listenWith(createServer(NONE, application())), bytes);
  expect(await limited.closed()).toMatch(/^HTTP\/1\.1 408 /);
  expect(unlimited.isClosed()).toBe(false);
  unlimited.socket.destroy();
  expect((await world.post(body({ statuses: [] }))).status).toBe(200);
});

// Under the secret path the parser drops what is above the limit, but answers only when the body ends: here, by the time.
test.each([
  ["under the secret path, is 408", () => new URL(world.url).pathname, 408],
  ["under another path, is 404", () => "/webhook/guessed", 404],
])("a body without an end %s, and its connection ends", async (_what, path, status) => {
  const url = await listenWith(createWebhookServer(application(), FAST));
  const limited = openRaw(
    url,
    `POST ${path()} HTTP/1.1\r\nHost: x\r\n${HEADER}: ${SECRET}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const stop = sendForEver(limited);
  const answer = await limited.closed();
  stop();
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

test("two lengths, or headers of 17 KiB, never become a request", async () => {
  const twice = openRaw(
    world.url,
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
  );
  const large = openRaw(world.url, `POST / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(17 * 1024)}\r\n\r\n`);
  expect(await twice.closed()).toMatch(/^HTTP\/1\.1 400 /);
  expect(await large.closed()).toMatch(/^HTTP\/1\.1 431 /);
});
