import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { ConfigError } from "./config-error.ts";
import type { Deployment } from "./deployment.ts";
import { loadDeployment } from "./load-deployment.ts";
import { createTestClock, type TestClock } from "./test-clock.ts";
import { watchDeployment } from "./watch-deployment.ts";

const EVERY_MS = 5_000;
const env = { WEBHOOK: "0123456789abcdef" };

function fileWith(pace: number): string {
  const numbers = { phoneNumber: "+15550783881", phoneNumberId: "1", wabaId: "2" };
  return JSON.stringify({
    senders: [{ id: "demo", ...numbers, portfolio: "demo", apiKey: { file: "key" }, pace }],
    callers: [],
    webhook: { path: { env: "WEBHOOK" }, signatureSecrets: [{ env: "WEBHOOK" }] },
  });
}

let folder: string;
let path: string;
let clock: TestClock;
let watch: { stop(): void } | undefined;
const onChange = jest.fn<(deployment: Deployment) => void>();
const onError = jest.fn<(error: Error) => void>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tern-watch-"));
  path = join(folder, "tern.config.json");
  clock = createTestClock();
  writeFileSync(join(folder, "key"), "first-key");
  writeFileSync(path, fileWith(80));
  onChange.mockReset();
  onError.mockReset();
});
afterEach(() => {
  watch?.stop();
  rmSync(folder, { recursive: true });
});

function startWatching(): void {
  const current = loadDeployment(path, env);
  watch = watchDeployment({ path, env, current, everyMs: EVERY_MS, clock, onChange, onError });
}

test("a changed file is handed on once; an unchanged one never", async () => {
  startWatching();
  await clock.advance(3 * EVERY_MS);
  expect(onChange).not.toHaveBeenCalled();

  writeFileSync(path, fileWith(40));
  await clock.advance(3 * EVERY_MS);
  expect(onChange).toHaveBeenCalledTimes(1);
  expect(onChange.mock.lastCall?.[0].senderById.get("demo")?.pace).toBe(40);
  expect(onError).not.toHaveBeenCalled();
});

test("a change between load and first look is not missed", async () => {
  startWatching();
  writeFileSync(path, fileWith(41));
  await clock.advance(EVERY_MS);
  expect(onChange).toHaveBeenCalledTimes(1);
});

test("a wrong file is reported once for each distinct content, and what was in force stays", async () => {
  startWatching();
  writeFileSync(path, "{");
  await clock.advance(3 * EVERY_MS);
  expect(onError).toHaveBeenCalledTimes(1);
  expect(onError.mock.lastCall?.[0]).toBeInstanceOf(ConfigError);

  writeFileSync(path, fileWith(0));
  await clock.advance(3 * EVERY_MS);
  expect(onError).toHaveBeenCalledTimes(2);
  expect(onError.mock.lastCall?.[0].message).toContain("/senders/0/pace");

  rmSync(path);
  await clock.advance(2 * EVERY_MS);
  expect(onError).toHaveBeenCalledTimes(3);
  expect(onChange).not.toHaveBeenCalled();
});

test("after a wrong file the next right one is handed on, unless it is the one still in force", async () => {
  startWatching();
  writeFileSync(path, "{");
  await clock.advance(EVERY_MS);
  writeFileSync(path, fileWith(80));
  await clock.advance(EVERY_MS);
  expect(onChange).not.toHaveBeenCalled();

  writeFileSync(path, "{");
  await clock.advance(EVERY_MS);
  writeFileSync(path, fileWith(20));
  await clock.advance(EVERY_MS);
  expect(onError).toHaveBeenCalledTimes(2);
  expect(onChange.mock.lastCall?.[0].senderById.get("demo")?.pace).toBe(20);
});

test("a rotated secret file is a change, although the deployment file is the same", async () => {
  startWatching();
  writeFileSync(join(folder, "key"), "second-key");
  await clock.advance(2 * EVERY_MS);
  expect(onChange).toHaveBeenCalledTimes(1);
  expect(onChange.mock.lastCall?.[0].senderById.get("demo")?.apiKey.reveal()).toBe("second-key");
});

test("a ConfigMap's swapped link is a change", async () => {
  for (const [version, pace] of [
    ["v1", 10],
    ["v2", 11],
  ] as const) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, "tern.config.json"), fileWith(pace));
    writeFileSync(join(folder, version, "key"), "key");
  }
  symlinkSync("v1", join(folder, "..data"));
  path = join(folder, "..data", "tern.config.json");
  startWatching();

  symlinkSync("v2", join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  await clock.advance(EVERY_MS);
  expect(onChange.mock.lastCall?.[0].senderById.get("demo")?.pace).toBe(11);
});

test("a service that cannot take the change is told, and the watch goes on", async () => {
  onChange.mockImplementationOnce(() => {
    throw new Error("no room");
  });
  startWatching();
  writeFileSync(path, fileWith(30));
  await clock.advance(EVERY_MS);
  expect(onError.mock.lastCall?.[0].message).toBe("no room");

  writeFileSync(path, fileWith(31));
  await clock.advance(EVERY_MS);
  expect(onChange.mock.lastCall?.[0].senderById.get("demo")?.pace).toBe(31);
});

test("stopped, it looks no more and leaves no timer, also when stopped by what it calls", async () => {
  onChange.mockImplementationOnce(() => watch?.stop());
  startWatching();
  writeFileSync(path, fileWith(30));
  await clock.advance(EVERY_MS);
  expect(clock.pending()).toBe(0);
  writeFileSync(path, fileWith(31));
  await clock.advance(3 * EVERY_MS);
  expect(onChange).toHaveBeenCalledTimes(1);
});
