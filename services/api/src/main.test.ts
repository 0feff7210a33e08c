// The process as it runs in production: it says when it is ready, serves on two ports, follows its deployment file, and
// ends in order.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  labelsThatNameSomebody,
  type ManagedProcess,
  readMetricsPage,
  startProcess,
  startRedis,
  testRedisUrl,
  uniquePrefix,
  waitUntil,
} from "@tern/devkit";
import { hashApiKey } from "@tern/runtime";
import { aText } from "./testing/test-api.ts";

const KEY = "test-key";
const folder = mkdtempSync(join(tmpdir(), "tern-api-"));
const path = join(folder, "tern.config.json");

function writeDeployment(keys: readonly string[], file = path, more: object = {}): void {
  const secret = { env: "NOT_FOR_THE_API" }; // the webhook's: it does not look for them
  const sender = {
    id: "demo",
    phoneNumber: "+15550783881",
    phoneNumberId: "1",
    wabaId: "2",
    portfolio: "p",
    apiKey: { env: "TEST_PROVIDER_KEY" },
    window: { check: "off" }, // the tests here write texts to strangers
  };
  const scopes = ["messages:write", "messages:read"];
  const callers = [{ id: "shop", keySha256: keys.map(hashApiKey), scopes, senders: ["*"] }];
  writeFileSync(
    file,
    JSON.stringify({ senders: [sender], callers, webhook: { path: secret, signatureSecrets: [secret] }, ...more }),
  );
}

let api: ManagedProcess;
const start = (env: Record<string, string> = {}) =>
  startProcess({
    name: "api",
    file: join(import.meta.dirname, "main.ts"),
    env: {
      REDIS_URL: testRedisUrl(),
      TERN_CONFIG: path,
      TERN_CONFIG_POLL_MS: "100",
      TERN_REDIS_PREFIX: uniquePrefix(),
      HOST: "127.0.0.1",
      PORT: "0",
      METRICS_PORT: "0",
      TEST_PROVIDER_KEY: "test-provider-key",
      ...env,
    },
  });

beforeAll(async () => {
  writeDeployment([KEY]);
  api = await start();
});
afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true });
});

const urlOf = (process: ManagedProcess, path: string, port = process.ready.port) => `http://127.0.0.1:${port}${path}`;
const send = (process: ManagedProcess, key = KEY) =>
  fetch(urlOf(process, "/v1/messages"), {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(aText()),
  });

test("the ready line names both ports", () => {
  expect(api.ready).toMatchObject({
    msg: "ready",
    service: "api",
    port: expect.any(Number),
    metricsPort: expect.any(Number),
  });
});

test("messages are accepted on the one port, and counted on the other", async () => {
  expect((await send(api)).status).toBe(202);

  const metrics = await (await fetch(urlOf(api, "/metrics", api.ready.metricsPort))).text();
  expect(metrics).toMatch(/tern_messages_accepted_total\{sender="demo",lane="normal",service="api"\} 1\n/);
  expect(metrics).toMatch(/tern_http_request_duration_seconds_count\{service="api",route="\/v1\/messages"\} 1\n/);
  expect(metrics).toMatch(/tern_waiting_messages\{sender="demo",lane="normal",service="api"\} 1\n/);
  expect(labelsThatNameSomebody(readMetricsPage(metrics))).toEqual([]);
  for (const port of [api.ready.port, api.ready.metricsPort]) {
    expect((await fetch(urlOf(api, "/livez", port))).status).toBe(200);
    expect((await fetch(urlOf(api, "/readyz", port))).status).toBe(200);
  }
});

test("a changed deployment file takes effect without a restart; a wrong one does not", async () => {
  writeDeployment([KEY, "new-key"]);
  await waitUntil(async () => (await send(api, "new-key")).status === 202, { what: "the new key to work" });

  writeFileSync(path, "{");
  await waitUntil(() => api.lines.some((line) => line.includes("deployment not changed")), { what: "a word about it" });
  expect((await send(api, "new-key")).status).toBe(202);
  writeDeployment([KEY]);
});

test("the deployment's admission is in force: messages waiting per caller, and Redis's memory", async () => {
  const redis = await startRedis({ maxmemory: "8mb" });
  const limits = { waitingMaxPerCaller: 1, redisMemoryMax: 1 };
  const startLimited = async (name: string, admission: object) => {
    const file = join(folder, name);
    writeDeployment([KEY], file, { admission });
    return start({ TERN_CONFIG: file, REDIS_URL: redis.url });
  };
  const [few, little] = await Promise.all([
    startLimited("few.json", limits),
    startLimited("little.json", { ...limits, redisMemoryMax: 0.1 }), // an empty Redis uses more of it
  ]);
  try {
    expect([(await send(few)).status, (await send(few)).status]).toEqual([202, 429]);
    await waitUntil(async () => (await send(little)).status === 503, { what: "the API to notice how full Redis is" });
  } finally {
    await Promise.all([few.stop(), little.stop()]);
    await redis.stop();
  }
});

test("SIGTERM: not ready at once, but accepting through the drain delay; what is in progress is answered; exit 0", async () => {
  const stopping = await start({ DRAIN_DELAY_MS: "1000" });
  const slow = slowRequest(stopping);
  await slow.begun;
  const kept = await send(stopping);
  stopping.signal("SIGTERM");
  await waitUntil(async () => (await fetch(urlOf(stopping, "/readyz"))).status === 503, { what: "not ready" });

  expect(kept.status).toBe(202);
  expect((await send(stopping)).status).toBe(202);
  await waitUntil(
    async () =>
      send(stopping).then(
        () => false,
        () => true,
      ),
    { what: "the port to be closed" },
  );
  slow.end();
  expect(await slow.status).toBe(202);
  expect(await stopping.exited).toEqual({ code: 0, signal: null });
});

test("a Redis that is not there is named at the start", async () => {
  const failed = start({ REDIS_URL: "redis://127.0.0.1:1" });
  await expect(failed).rejects.toThrow(/cannot reach Redis at 127\.0\.0\.1:1.*REDIS_URL/);
});

/** A message whose body comes in two halves, the second one when `end` is called. */
function slowRequest(process: ManagedProcess) {
  const body = JSON.stringify(aText());
  const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json", "content-length": body.length };
  const outgoing = request(urlOf(process, "/v1/messages"), { method: "POST", headers });
  const status = new Promise<number | undefined>((resolve, reject) => {
    outgoing.once("response", (response) => resolve(response.resume().statusCode));
    outgoing.once("error", reject);
  });
  const begun = new Promise<void>((resolve) => outgoing.write(body.slice(0, 10), () => resolve()));
  return { begun, status, end: () => outgoing.end(body.slice(10)) };
}

test("secrets may all be in files, and /queues is there for operators where it is asked for", async () => {
  const [url, key] = [join(folder, "redis-url"), join(folder, "provider-key")];
  writeFileSync(url, `${testRedisUrl()}\n`);
  writeFileSync(key, "test-provider-key\n");
  const own = await start({
    REDIS_URL: "",
    REDIS_URL_FILE: url,
    TEST_PROVIDER_KEY: "",
    TEST_PROVIDER_KEY_FILE: key,
    QUEUES_PAGE: "on",
  });
  try {
    const ask = (port: number | undefined, headers = {}) => fetch(`http://127.0.0.1:${port}/queues/`, { headers });
    expect((await ask(own.ready.port)).status).toBe(401);
    expect((await ask(own.ready.port, { authorization: `Bearer ${KEY}` })).status).toBe(403); // it may not operate
    expect((await ask(api.ready.port)).status).toBe(404);
  } finally {
    await own.stop();
  }
});
