import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ConfigError } from "./config-error.ts";
import type { Check } from "./health.ts";
import { Counter, createMetrics } from "./metrics.ts";
import { type OpsServer, type OpsServerOptions, startOpsServer } from "./ops-server.ts";
import { createTestClock, type TestClock } from "./test-clock.ts";

let clock: TestClock;
let ops: OpsServer | undefined;
beforeEach(() => {
  clock = createTestClock();
});
afterEach(async () => {
  const closing = ops?.close();
  await clock.advance(60_000);
  await closing;
  ops = undefined;
});

const ok = (): Check => ({ ok: true });
const never = <T>(): Promise<T> => new Promise(() => {});

async function start(options: Partial<OpsServerOptions> = {}): Promise<void> {
  const { registry } = createMetrics({ service: "worker" });
  const defaults = { host: "127.0.0.1", port: 0, registry, isAlive: ok, isReady: async () => ok(), clock };
  ops = await startOpsServer({ ...defaults, ...options });
}

async function get(path: string, init: RequestInit = {}) {
  const response = await fetch(`http://127.0.0.1:${ops?.port}${path}`, init);
  return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
}

/** Asks, and moves the clock once the question has reached `asked`. */
async function getPastTimeout(path: string, asked: Promise<void>) {
  const answer = get(path);
  await asked;
  await clock.advance(1_000);
  return answer;
}

/** A check that never answers, and a promise for the moment it is asked. */
function aHangingCall<T>() {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const call = (): Promise<T> => {
    resolve();
    return never<T>();
  };
  return { asked, call };
}

describe("health", () => {
  test("is 200 with the checks when all is well", async () => {
    await start();
    expect(await get("/livez")).toEqual({
      status: 200,
      type: "application/json",
      body: '{"status":"ok","checks":{"live":{"ok":true}}}',
    });
    expect(await get("/readyz")).toMatchObject({ status: 200 });
    expect(JSON.parse((await get("/healthz?verbose")).body)).toEqual({
      status: "ok",
      checks: { live: { ok: true }, ready: { ok: true } },
    });
  });

  test("tells alive from ready: a service without Redis is not restarted, but gets no work", async () => {
    await start({ isReady: async () => ({ ok: false, why: "Redis does not answer" }) });
    expect((await get("/livez")).status).toBe(200);
    expect(await get("/readyz")).toMatchObject({
      status: 503,
      body: '{"status":"failing","checks":{"ready":{"ok":false,"why":"Redis does not answer"}}}',
    });
    expect((await get("/healthz")).status).toBe(503);
  });

  test("is failing when a check throws, at once or later", async () => {
    await start({
      isAlive: () => {
        throw new Error("broken");
      },
      isReady: () => Promise.reject(new Error("lost")),
    });
    expect(await get("/livez")).toMatchObject({ status: 503, body: expect.stringContaining('"why":"broken"') });
    expect(await get("/readyz")).toMatchObject({ status: 503, body: expect.stringContaining('"why":"lost"') });
  });

  test("waits one second for readiness and no longer", async () => {
    const { asked, call } = aHangingCall<Check>();
    await start({ isReady: call });
    expect(await getPastTimeout("/readyz", asked)).toMatchObject({
      status: 503,
      body: expect.stringContaining("no answer within 1000 ms"),
    });
    expect(clock.pending()).toBe(0);
  });

  test("is not ready once the process is being stopped, but alive", async () => {
    const stopping = new AbortController();
    await start({ stopping: stopping.signal });
    stopping.abort();
    expect(await get("/readyz")).toMatchObject({ status: 503, body: expect.stringContaining('"why":"stopping"') });
    expect((await get("/livez")).status).toBe(200);
  });
});

describe("metrics", () => {
  test("are the process's own and the service's, with the service as a label", async () => {
    const { registry } = createMetrics({ service: "worker" });
    const sends = new Counter({ name: "tern_sends_total", help: "Sends.", registers: [registry] });
    sends.inc(3);
    await start({ registry });

    const { status, type, body } = await get("/metrics");
    expect(status).toBe(200);
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body).toContain('tern_sends_total{service="worker"} 3\n');
    expect(body).toMatch(/^tern_nodejs_eventloop_lag_p99_seconds\{service="worker"\} /m);
    expect(body).toMatch(/^tern_process_resident_memory_bytes\{/m);
    const names = [...body.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
    expect(names.filter((name) => !name?.startsWith("tern_"))).toEqual([]);
  });

  test("end with a line end, also when further ones do not", async () => {
    await start({ extraMetrics: async () => 'bullmq_job_count{queue="send.demo"} 3' });
    expect((await get("/metrics")).body).toMatch(/\nbullmq_job_count\{queue="send\.demo"\} 3\n$/);
  });

  test("come without the further ones when those fail or take too long", async () => {
    const { asked, call } = aHangingCall<string>();
    await start({ extraMetrics: call });
    const late = await getPastTimeout("/metrics", asked);
    expect(late.status).toBe(200);
    expect(late.body).toMatch(/tern_process_cpu.*\n# further metrics are missing: no answer within 1000 ms\n$/s);
  });

  test("come without the further ones when asking for them throws at once", async () => {
    await start({
      extraMetrics: () => {
        throw new Error("no\nRedis");
      },
    });
    expect((await get("/metrics")).body).toMatch(/\n# further metrics are missing: no Redis\n$/);
  });

  test("that fail are a 500, not a half answer", async () => {
    const { registry } = createMetrics({ service: "worker" });
    registry.metrics = () => Promise.reject(new Error("a collector failed"));
    await start({ registry });
    expect(await get("/metrics")).toMatchObject({ status: 500, body: "metrics failed: a collector failed\n" });
  });
});

test("anything else is not found", async () => {
  await start();
  expect((await get("/")).status).toBe(404);
  expect((await get("/metrics/x")).status).toBe(404);
  expect((await get("/metrics", { method: "POST" })).status).toBe(404);
  expect(await get("/livez", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
});

test("a port that is taken is told with the name of its setting", async () => {
  await start();
  const again = startOpsServer({
    host: "127.0.0.1",
    port: Number(ops?.port),
    registry: createMetrics({ service: "api" }).registry,
    isAlive: ok,
    isReady: async () => ok(),
  });
  await expect(again).rejects.toThrow(ConfigError);
  await expect(again).rejects.toThrow(`port ${ops?.port} is taken: set METRICS_PORT to another`);
});

describe("whoever takes too long, or sends too much", () => {
  const FAST = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 50 };
  const connectionTo = (bytes: string) => {
    const socket = connect(Number(ops?.port), "127.0.0.1");
    socket.write(bytes);
    socket.on("error", () => {});
    return socket;
  };
  /** All that comes back until the server ends the connection. */
  async function answerTo(socket: Socket): Promise<string> {
    let text = "";
    socket.on("data", (chunk) => {
      text += String(chunk);
    });
    await new Promise((resolve) => socket.once("close", resolve));
    return text;
  }

  test.each([
    ["headers that trickle", "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ", /^HTTP\/1\.1 408 /],
    ["a body that trickles", "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx", /^HTTP\/1\.1 404 /],
    ["17 KiB of headers", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(17 * 1024)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ])("%s: the connection ends", async (_what, bytes, answer) => {
    await start({ times: FAST });
    expect(await answerTo(connectionTo(bytes))).toMatch(answer);
  });

  test("more connections than monitoring needs are not kept", async () => {
    await start();
    const kept = Array.from({ length: 100 }, () => connectionTo("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"));
    await Promise.all(kept.map((socket) => once(socket, "data")));
    expect(await answerTo(connectionTo("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"))).toBe("");
    for (const socket of kept) socket.destroy();
  });
});
