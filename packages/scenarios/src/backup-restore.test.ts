// The drill of docs/deploy/backup.md, with its own scripts: a copy is taken, Redis is lost with its disk, and another one
// starts from the copy. What the page says of a copy that is current, and of one that is old, is proven here.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { findRedisBinary, type RedisServer, startRedis, waitUntil } from "@tern/devkit";
import { aMessage, type Outside, startOutside } from "./outside.ts";

const run = promisify(execFile);
const scripts = join(import.meta.dirname, "../../../deploy/redis");

let outside: Outside;
let folder: string;
let copy: string;
let restored: RedisServer | null;

beforeEach(async () => {
  restored = null;
  folder = await mkdtemp(join(tmpdir(), "tern-backup-"));
  copy = join(folder, "copy.rdb");
});

afterEach(async () => {
  await outside.stop();
  await restored?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

async function runScript(name: string, ...args: string[]): Promise<void> {
  const { path, env } = await findRedisBinary();
  const searchPath = [dirname(path), process.env.PATH].join(delimiter);
  await run(join(scripts, name), args, { env: { ...env, PATH: searchPath }, timeout: 30_000 });
}

const takeCopy = () => runScript("backup.sh", copy, "-h", "127.0.0.1", "-p", String(outside.redis.port));

/** Redis and all it wrote are gone; another one, on the address of the first, starts from the copy. */
async function loseAndRestore(): Promise<void> {
  await outside.redis.kill();
  await rm(outside.redis.dir, { recursive: true });
  const dir = join(folder, "restored");
  await runScript("restore.sh", copy, dir);
  restored = await startRedis({ dir, port: outside.redis.port, appendonly: "always" });
  // The same processes, which nobody told: they find it by themselves.
  const isBack = async () => (await outside.request("GET", "/v1/senders")).ok;
  await waitUntil(isBack, { timeoutMs: 20_000, what: "the API to find Redis again" });
}

const order = async (path: string, body?: unknown) => {
  const response = await outside.request("POST", path, body);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
};

const isRead = ({ status }: { status: string }) => status === "read";

test("from a current copy everything is found again: what ended, what waits, what is scheduled, and every key", async () => {
  outside = await startOutside();
  const ended = await outside.post([0, 1, 2].map((number) => aMessage(number)));
  await outside.settle(isRead, { timeoutMs: 20_000 });
  await order("/v1/senders/demo/pause");
  const waiting = await outside.post(Array.from({ length: 30 }, (_, at) => aMessage(100 + at)));
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const [scheduled = ""] = await outside.post([aMessage(300, { sendAt: tomorrow })]);
  const key = { "idempotency-key": "order-17" };
  const first = await outside.request("POST", "/v1/messages", aMessage(400), key);
  const keyed = ((await first.json()) as { id: string }).id;
  outside.acceptedIds.push(keyed);

  await takeCopy();
  const before = await outside.readAll();
  await loseAndRestore();

  expect(await outside.readAll()).toEqual(before);
  const again = await outside.request("POST", "/v1/messages", aMessage(400), key);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(await again.json()).toMatchObject({ id: keyed });

  await order("/v1/senders/demo/resume");
  await outside.settle(isRead, { timeoutMs: 20_000, ids: [...ended, ...waiting, keyed] });
  expect(await outside.read(scheduled)).toMatchObject({ status: "queued" });
  expect(await outside.broken()).toEqual([]);
}, 90_000);

test("from an old copy: what was sent since is sent again unless it is canceled first, and what came since is unknown", async () => {
  outside = await startOutside({ workers: 0 });
  const bulk = await outside.post([0, 1, 2].map((number) => aMessage(number, { lane: "bulk" })));
  const normal = await outside.post([10, 11, 12].map((number) => aMessage(number)));
  await takeCopy();
  const copiedAt = new Date();

  // What happens after the copy: all is sent, one more comes and is sent, and a person opts out.
  const worker = await outside.system.startWorker();
  await outside.settle(isRead, { timeoutMs: 20_000 });
  const key = { "idempotency-key": "order-18" };
  const late = aMessage(20);
  const lateId = ((await (await outside.request("POST", "/v1/messages", late, key)).json()) as { id: string }).id;
  await outside.settle(isRead, { timeoutMs: 20_000, ids: [lateId] });
  await optOut("+4915100000000");
  expect(await mayGetMarketing("+4915100000000")).toBe(false);

  // Workers are stopped first, so that nothing goes out before somebody has decided.
  await worker.stop();
  await loseAndRestore();

  // Sent long ago, and the copy says: queued. An operator takes the bulk messages back and lets the others go.
  await outside.settle(({ status }) => status === "queued", { timeoutMs: 20_000, ids: [...bulk, ...normal] });
  expect((await outside.request("GET", `/v1/messages/${lateId}`)).status).toBe(404);
  expect(await mayGetMarketing("+4915100000000")).toBe(true);
  const filter = { sender: "demo", lane: "bulk", acceptedTo: copiedAt.toISOString() };
  expect(await order("/v1/messages/cancel", filter)).toMatchObject({ nextCursor: null });
  await outside.system.startWorker();
  await outside.settle(isRead, { timeoutMs: 20_000, ids: normal });

  // The caller of what came after the copy repeats it with its key: nobody knows it any more, so it is new.
  const again = await outside.request("POST", "/v1/messages", late, key);
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([202, null]);
  const { id } = (await again.json()) as { id: string };
  await outside.settle(isRead, { timeoutMs: 20_000, ids: [id] });

  const counts = await outside.takenCounts();
  expect(bulk.map((each) => counts.get(each))).toEqual([1, 1, 1]);
  expect(normal.map((each) => counts.get(each))).toEqual([2, 2, 2]);
  expect([counts.get(lateId), counts.get(id)]).toEqual([1, 1]);
  expect((await outside.taken()).filter(({ to }) => to === late.to)).toHaveLength(2);
}, 90_000);

async function optOut(contact: string): Promise<void> {
  const body = JSON.stringify({ state: "opted-out", at: new Date().toISOString(), proof: "a call" });
  const headers = { authorization: `Bearer ${outside.system.apiKey}`, "content-type": "application/json" };
  const path = `/v1/contacts/${encodeURIComponent(contact)}/consents/marketing?sender=demo`;
  const answer = await fetch(`${outside.system.apiUrls[0]}${path}`, { method: "PUT", headers, body });
  expect(answer.status).toBe(200);
}

async function mayGetMarketing(contact: string): Promise<boolean> {
  const response = await outside.request("GET", `/v1/contacts/${encodeURIComponent(contact)}?sender=demo`);
  const { consent } = (await response.json()) as { consent: { marketing: { state: string } } };
  return consent.marketing.state !== "opted-out";
}
