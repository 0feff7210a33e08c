// A rolling upgrade: for a while two releases work on one Redis, and each process is replaced while there is work. Nothing is
// cut, lost or sent twice, and no release touches what it does not understand (ADR 24).

import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "@jest/globals";
import { type ManagedProcess, waitUntil } from "@tern/devkit";
import { keyOf, senderBase } from "@tern/store";
import { checkoutTomorrow, checkoutYesterday } from "./checkout.ts";
import { type HttpFront, startHttpFront } from "./http-front.ts";
import { aMessage, isRead, startWorld, type World } from "./world.ts";

const PACE = 200;
const CALLERS = 6;
/** Between two messages of a caller: some 150 a second together, so that a backlog stays small. */
const CALLER_PAUSE_MS = 40;
const DRAIN_DELAY_MS = 500;
/** How late the front notices that a process is no longer ready: it goes on sending requests to it. */
const NOTICED_AFTER_MS = 200;

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  closing = [];
}, 60_000);

/** For what replaces a process that is of another checkout. */
const TODAY = join(import.meta.dirname, "../../..");

const originOf = ({ ready }: ManagedProcess) => `http://127.0.0.1:${ready.port}`;

/** Tells a process to stop, and sends its requests to the next one when it no longer says that it is ready. */
async function replace(old: ManagedProcess, next: ManagedProcess, front: HttpFront): Promise<void> {
  old.signal("SIGTERM");
  const readyz = `http://127.0.0.1:${old.ready.metricsPort}/readyz`;
  await waitUntil(async () => (await fetch(readyz)).status === 503, {
    everyMs: 10,
    what: "the old process to be unready",
  });
  await pause(NOTICED_AFTER_MS);
  void front.sendTo(originOf(next)); // it answers itself what it has
  await expectOrderedEnd(old);
}

async function expectOrderedEnd(process: ManagedProcess): Promise<void> {
  expect({ name: process.name, ...(await process.exited) }).toEqual({ name: process.name, code: 0, signal: null });
}

/** Callers who post one message after the other until they are told to end, and complain about whatever is not a 202. */
function startCallers({ system, acceptedIds }: World, front: HttpFront) {
  const complaints: string[] = [];
  let isOver = false;
  let count = 0;
  const calling = Array.from({ length: CALLERS }, async () => {
    while (!isOver) {
      count += 1;
      const lane = count % 3 === 0 ? "bulk" : count % 3 === 1 ? "normal" : "urgent";
      try {
        const response = await fetch(`${front.url}/v1/messages`, {
          method: "POST",
          headers: { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json" },
          body: JSON.stringify(aMessage(count, { lane })),
        });
        const body = (await response.json()) as { id?: string };
        if (response.status === 202 && body.id) acceptedIds.push(body.id);
        else complaints.push(`${response.status} ${JSON.stringify(body)}`);
      } catch (error) {
        complaints.push(String(error));
      }
      await pause(CALLER_PAUSE_MS); // a load, not a wait: nothing is asserted about it
    }
  });
  return {
    complaints,
    posted: (more: number) => waitUntil(() => acceptedIds.length >= more, { what: `${more} messages to be accepted` }),
    async end() {
      isOver = true;
      await Promise.all(calling);
    },
  };
}

test("every process is replaced under load, by the next release where the last one is at hand", async () => {
  const yesterday = await checkoutYesterday();
  if (yesterday) closing.push(yesterday.remove);
  else process.stderr.write("the history of git is not here: today's release is replaced by itself\n");
  let webhookFront: HttpFront | undefined;
  const world = await startWorld({
    ...(yesterday && { root: yesterday.root }),
    senders: [{ id: "demo", pace: PACE, throughputPerSecond: PACE }],
    logLevel: "debug",
    serviceEnv: (service) => (service === "worker" ? {} : { DRAIN_DELAY_MS: String(DRAIN_DELAY_MS) }),
    async webhookFront(url) {
      const { origin, pathname } = new URL(url);
      webhookFront = await startHttpFront(origin);
      closing.push(webhookFront.stop);
      return webhookFront.url + pathname;
    },
  });
  closing.push(world.stop);
  const { system } = world;
  const [oldApi, oldWorker, oldWebhook] = [
    ...system.processes.api,
    ...system.processes.workers,
    ...system.processes.webhook,
  ];
  if (!oldApi || !oldWorker || !oldWebhook || !webhookFront) throw new Error("the system is not complete");
  const apiFront = await startHttpFront(originOf(oldApi));
  closing.push(apiFront.stop);
  const callers = startCallers(world, apiFront);
  const sentBy = ({ lines }: ManagedProcess) => lines.filter((line) => line.includes('"msg":"sent"')).length;
  await callers.posted(50);

  // Two releases of workers share the work for a while; then the old one goes, with sends on the wire.
  const worker = await system.startWorker({}, TODAY);
  await waitUntil(() => sentBy(worker) >= 20 && sentBy(oldWorker) >= 20, { what: "both workers to have sent" });
  oldWorker.signal("SIGTERM");
  await expectOrderedEnd(oldWorker);

  await replace(oldApi, await system.startApi({}, TODAY), apiFront);

  // A webhook service of before DRAIN_DELAY_MS closes its port at once: first it gets no more requests, and answers all it has.
  const webhook = await system.startWebhook({ PORT: "0" }, TODAY);
  await webhookFront.sendTo(originOf(webhook));
  oldWebhook.signal("SIGTERM");
  await expectOrderedEnd(oldWebhook);
  await replace(webhook, await system.startWebhook({ PORT: "0" }, TODAY), webhookFront);

  const accepted = world.acceptedIds.length;
  await callers.posted(accepted + 50);
  await callers.end();
  await world.settle(isRead, 30_000);
  expect(callers.complaints).toEqual([]);
  expect([...apiFront.broken, ...webhookFront.broken]).toEqual([]);
  expect([...webhookFront.answered.keys()]).toEqual([200]);
  expect(await world.broken()).toEqual([]);
}, 120_000);

test("a message that only the next release can send waits for it, while all others go", async () => {
  const world = await startWorld({ logLevel: "warn" });
  closing.push(world.stop);
  const { system, store, connection } = world;
  const tomorrow = await checkoutTomorrow();
  closing.push(tomorrow.remove);
  await store.pause("demo", { kind: "sender" }, "test");
  const ids = await world.post(Array.from({ length: 40 }, (_, at) => aMessage(at)));
  const ofTomorrow = new Set(ids.filter((_id, at) => at % 2 === 1));
  const base = senderBase(store.prefix, "demo");
  for (const id of ofTomorrow) await connection.hset(keyOf.record(base, id.slice("msg_demo_".length)), "v", 2);
  await store.resume("demo", { kind: "sender" }, "test");

  const byRelease = async () => {
    const records = [...(await world.records())];
    const of = (isOfTomorrow: boolean) =>
      records.filter(([id]) => ofTomorrow.has(id) === isOfTomorrow).map(([, one]) => one);
    return { today: of(false), tomorrow: of(true) };
  };
  await waitUntil(async () => (await byRelease()).today.every((record) => record && isRead(record)), {
    what: "today's messages to be read",
  });
  for (const record of (await byRelease()).tomorrow) {
    expect(record).toMatchObject({ status: "queued", attempts: 0, sends: [] });
  }
  expect((await byRelease()).tomorrow.some((record) => record?.waitReason === "upgrade")).toBe(true);

  // Side by side: the older worker may look first, again and again, and takes none of them.
  await system.startWorker({}, tomorrow.root);
  await world.settle(isRead, 30_000);
  expect(await world.broken()).toEqual([]);
}, 90_000);

test("a second signal ends a process at once, whatever it is waiting for", async () => {
  const world = await startWorld({ logLevel: "info" });
  closing.push(world.stop);
  const { simulator, processes } = world.system;
  await simulator.putBehaviour({ answerDelayMs: 20_000 });
  const [worker] = processes.workers;
  if (!worker) throw new Error("there is no worker");
  await world.post([aMessage(1)]);
  await waitUntil(
    async () => (await world.connection.zcard(keyOf.wire(senderBase(world.store.prefix, "demo")))) === 1,
    {
      what: "the message to be on the wire",
    },
  );
  worker.signal("SIGTERM");
  await waitUntil(() => worker.lines.some((line) => line.includes('"msg":"stopping"')), { what: "the stop to begin" });
  const pressing = setInterval(() => worker.signal("SIGINT"), 100); // what comes within 250 ms counts as the same signal
  const end = await worker.exited;
  clearInterval(pressing);
  expect(end).toEqual({ code: 1, signal: null });
  expect(worker.lines.at(-1)).toContain("told to stop again");
}, 60_000);
