// What happens to the system in the live test, one thing after the other. Each is what a panel is there to show.

import { setTimeout as pause } from "node:timers/promises";
import { waitUntil } from "@tern/devkit";
import type { World } from "./world.ts";

interface Cause {
  /** Makes it happen. */
  readonly begin: (world: World) => Promise<unknown>;
  /** Goes on with it, as long as Prometheus has not seen all of it. */
  readonly goOn?: (world: World) => Promise<unknown>;
  readonly end?: (world: World) => Promise<unknown>;
}

const REJECTED = 131_026; // the recipient is not on WhatsApp
const THROTTLED = 130_429;
const NOT_OURS = "999999999999999";

const aStatus = (id: string) => ({
  id,
  status: "delivered",
  timestamp: String(Math.floor(Date.now() / 1_000)),
  recipient_id: "4915111111111",
});

/** The body of a webhook for the number with this id. */
function aWebhook(phoneNumberId: string, wamid: string): unknown {
  const metadata = { display_phone_number: "15550783800", phone_number_id: phoneNumberId };
  const value = { messaging_product: "whatsapp", metadata, statuses: [aStatus(wamid)] };
  return { object: "whatsapp_business_account", entry: [{ id: "1", changes: [{ field: "messages", value }] }] };
}

const DEMO_NUMBER_ID = "106540352242900"; // of the first sender of a system under test

async function postWebhook({ system }: World, body: unknown, headers = system.webhookHeaders): Promise<void> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body: text };
  await fetch(system.webhookUrl, init).catch(() => null);
}

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
let waiting = new AbortController();

const causes = {
  /**
   * Messages in every lane, more bulk than the pace allows at once, and at its end some that will not come in time; and
   * people write, too.
   */
  traffic: {
    async begin({ post }) {
      await post(20);
      await post(20, { lane: "normal" });
      await post(300, { lane: "bulk" });
      await post(20, { lane: "bulk", expiresAt: inSeconds(3) });
    },
    async goOn({ system, post }) {
      await post(5);
      await post(5, { lane: "normal" });
      await system.simulator.sendInbound({ apiKey: system.providerKey("demo"), from: "+4915244444444", text: "Hi" });
    },
  },
  /** The provider refuses some recipients for good. */
  refusals: {
    async begin({ system, post }) {
      await system.simulator.addFault({ kind: "metaError", code: REJECTED, match: { toPrefix: "+4916" } });
      await post(25, {}, "+4916");
    },
    goOn: ({ post }) => post(3, {}, "+4916"),
  },
  /** The provider tells a sender to slow down. */
  throttles: {
    async begin({ system, post }) {
      await system.simulator.addFault({
        kind: "metaError",
        code: THROTTLED,
        count: 2,
        match: { apiKey: system.providerKey("demo") },
      });
      await post(4);
    },
    async goOn({ system, post }) {
      await system.simulator.addFault({
        kind: "metaError",
        code: THROTTLED,
        count: 1,
        match: { apiKey: system.providerKey("demo") },
      });
      await post(2);
    },
  },
  /** Callers write nonsense, say things twice, ask for media that are not there, and wait for news. */
  callers: {
    async begin(world) {
      waiting = new AbortController();
      const { system, request } = world;
      await writeNonsense(world);
      await request("GET", "/v1/media/demo/1");
      void fetch(`${system.apiUrls[0]}/v1/inbound?sender=other&waitSeconds=20`, {
        headers: { authorization: `Bearer ${system.apiKey}` },
        signal: waiting.signal,
      }).catch(() => null);
    },
    goOn: writeNonsense,
    end: async () => waiting.abort(),
  },
  /** Operators change pace and tier. */
  orders: {
    async begin({ request }) {
      const pace = await request("PUT", "/v1/senders/other/pace", { perSecond: 70 });
      const tier = await request("PUT", "/v1/portfolios/test/tier", { tier: 9_000 });
      if (!pace?.ok || !tier?.ok) throw new Error(`orders refused: ${pace?.status} ${tier?.status}`);
    },
  },
  /** Redis gets a lower limit. */
  memory: { begin: ({ redisCommand }) => redisCommand("CONFIG SET maxmemory 40mb") },
  /** An operator pauses a sender and a template, callers go on, and one plans ahead. */
  pauses: {
    async begin({ request, post }) {
      await request("POST", "/v1/senders/demo/pause");
      await request("POST", "/v1/senders/demo/templates/sale/pause");
      await post(10, { sendAt: inSeconds(3_600) });
      await post(1, { lane: "normal" });
    },
    end: ({ request }) => request("POST", "/v1/senders/demo/resume"),
  },
  /** The provider takes what the other sender sends and never answers. */
  silence: {
    async begin({ system, post }) {
      await system.simulator.addFault({ kind: "timeoutBefore", match: { apiKey: system.providerKey("other") } });
      await post(30, { sender: "other" });
    },
  },
  /** The only worker stands still while it has sends on the wire, doubts to settle and messages to send. */
  freeze: {
    async begin({ system, worker, post }) {
      const { requests } = await system.simulator.summary();
      await post(5, { sender: "other" });
      await waitUntil(async () => (await system.simulator.summary()).requests > requests, {
        what: "a send on the wire",
      });
      worker().signal("SIGSTOP");
      await post(3);
    },
    end: ({ system }) => system.simulator.clearFaults(),
  },
  /** Webhooks come that are not ours, not the provider's, or about messages nobody knows. */
  strangers: { begin: postStrangeWebhooks, goOn: postStrangeWebhooks },
  /** Another worker comes up, and does what the frozen one left. */
  relief: {
    begin: ({ system, secondWorkerMetricsPort }) =>
      system.startWorker({ METRICS_PORT: String(secondWorkerMetricsPort) }),
  },
  /** Urgent messages have to wait until an operator lets them go. */
  lateness: { begin: holdUrgent, goOn: holdUrgent },
  /** BullMQ cannot number its jobs. */
  noCalls: {
    async begin({ prefix, redisCommand, post }) {
      await redisCommand(`SET ${prefix}:{other}:send.other:id broken`);
      await post(1, { sender: "other" });
    },
    goOn: ({ post }) => post(1, { sender: "other" }),
    end: ({ prefix, redisCommand }) => redisCommand(`DEL ${prefix}:{other}:send.other:id`),
  },
  /** BullMQ hands out no calls for one sender; its worker looks by itself, too. */
  idleQueue: {
    begin: ({ prefix, redisCommand }) => redisCommand(`HSET ${prefix}:{other}:send.other:meta paused 1`),
    end: ({ prefix, redisCommand }) => redisCommand(`HDEL ${prefix}:{other}:send.other:meta paused`),
  },
  /** The webhook service gets the processor only now and then. */
  starvation: { begin: starveWebhook, goOn: starveWebhook },
  /** API and webhook service stand still. */
  standstill: {
    begin: async ({ system }) => signalAll(system, "SIGSTOP"),
    end: async ({ system }) => signalAll(system, "SIGCONT"),
  },
  /** Redis dies. */
  death: {
    async begin(world) {
      await world.redis.kill();
      await tryInVain(world);
    },
    goOn: tryInVain,
  },
} satisfies Record<string, Cause>;

async function writeNonsense({ request }: World): Promise<void> {
  await request("POST", "/v1/messages", { sender: "demo", to: "nobody" });
  const twice = { sender: "demo", lane: "normal", to: "+4915222222222", type: "text", text: { body: "twice" } };
  await request("POST", "/v1/messages", twice, { "idempotency-key": "twice" });
}

async function postStrangeWebhooks(world: World): Promise<void> {
  await postWebhook(world, aWebhook(DEMO_NUMBER_ID, `wamid.${Date.now()}`));
  await postWebhook(world, aWebhook(NOT_OURS, "wamid.1"));
  await postWebhook(world, "no webhook");
  await postWebhook(world, aWebhook(DEMO_NUMBER_ID, "wamid.2"), { "x-tern-webhook-secret": "wrong" });
}

async function holdUrgent({ request, post }: World): Promise<void> {
  await request("POST", "/v1/senders/demo/pause");
  await post(3);
  await pause(300); // longer than the 250 ms that they may take
  await request("POST", "/v1/senders/demo/resume");
}

async function starveWebhook({ system }: World): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    for (const webhook of system.processes.webhook) webhook.signal("SIGSTOP");
    await pause(300);
    for (const webhook of system.processes.webhook) webhook.signal("SIGCONT");
    await pause(30);
  }
}

async function tryInVain(world: World): Promise<void> {
  const text = { sender: "demo", to: "+4915333333333", type: "text", text: { body: "Hello" } };
  await Promise.all([
    world.request("POST", "/v1/messages", text),
    postWebhook(world, aWebhook(DEMO_NUMBER_ID, "wamid.3")),
  ]);
  await pause(100); // as a caller who tries again
}

function signalAll({ processes }: World["system"], signal: NodeJS.Signals): void {
  for (const process of [...processes.api, ...processes.webhook]) process.signal(signal);
}

export type CauseName = keyof typeof causes;
export const CAUSES: Readonly<Record<CauseName, Cause>> = causes;

/** What happens at the same time, in this order. */
export const ACTS: readonly (readonly CauseName[])[] = [
  ["traffic"],
  ["refusals", "throttles", "callers", "orders", "noCalls"],
  ["pauses", "idleQueue", "silence", "memory"],
  ["freeze", "strangers"],
  ["relief"],
  ["lateness"],
  ["starvation"],
  ["standstill"],
  ["death"],
];
