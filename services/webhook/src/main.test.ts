// The service as a process: wired as in production, following its configuration, stopping in order.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  labelsThatNameSomebody,
  type ManagedProcess,
  readMetricsPage,
  startProcess,
  testRedisUrl,
  uniquePrefix,
  waitUntil,
} from "@tern/devkit";
import { body, HEADER } from "./testing/webhook-world.ts";

const OLD = "the secret of today";
const NEXT = "the secret of tomorrow";

let folder: string;
let service: ManagedProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tern-webhook-main-"));
  const config = join(folder, "tern.config.json");
  await writeFile(join(folder, "secret"), OLD);
  await writeFile(
    config,
    JSON.stringify({
      senders: [
        {
          id: "demo",
          phoneNumber: "+15550783881",
          phoneNumberId: "106540352242922",
          wabaId: "102290129340398",
          portfolio: "test",
          apiKey: { env: "NOT_GIVEN_TO_THIS_PROCESS" },
        },
      ],
      callers: [],
      webhook: { path: { env: "WEBHOOK_PATH" }, header: { name: HEADER, secrets: [{ file: "secret" }] } },
    }),
  );
  service = await startProcess({
    name: "webhook",
    file: join(import.meta.dirname, "main.ts"),
    env: {
      HOST: "127.0.0.1",
      PORT: "0",
      METRICS_PORT: "0",
      REDIS_URL: testRedisUrl(),
      TERN_CONFIG: config,
      TERN_CONFIG_POLL_MS: "100",
      TERN_REDIS_PREFIX: uniquePrefix(),
      WEBHOOK_PATH: "a-path-that-nobody-guesses",
    },
  });
}, 40_000);

afterAll(async () => {
  await service?.kill();
  await rm(folder, { recursive: true, force: true });
});

async function post(secret: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${service.ready.port}/webhook/a-path-that-nobody-guesses`, {
    method: "POST",
    headers: { [HEADER]: secret },
    body: JSON.stringify(body({ statuses: [] })),
  });
  await response.bytes();
  return response.status;
}

test("takes webhooks, counts them, follows a changed secret without a restart, and stops in order", async () => {
  expect(await post(OLD)).toBe(200);
  expect(await post(NEXT)).toBe(401);
  const metrics = await fetch(`http://127.0.0.1:${service.ready.metricsPort}/metrics`);
  const page = await metrics.text();
  expect(page).toMatch(/tern_webhook_requests_total\{result="ok",service="webhook"\} 1/);
  expect(labelsThatNameSomebody(readMetricsPage(page))).toEqual([]);

  await writeFile(join(folder, "secret"), NEXT);
  await waitUntil(async () => (await post(NEXT)) === 200, { what: "the new secret to be in force" });
  expect(await post(OLD)).toBe(401);

  expect(await service.stop()).toEqual({ code: 0, signal: null });
});
