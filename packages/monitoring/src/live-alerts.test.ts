// Three alerts seen firing for real: real services, a real Prometheus with the generated rules, a provider that misbehaves. In
// each story the alert fires, its section of the runbook is followed to its end by carrying out the very commands that
// stand there, and the alert ends and the messages arrive.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { alertGroups, recordingGroups } from "./rules/render.ts";
import { follow } from "./runbook/follow.ts";
import { RUNBOOK_PARTS, type RunbookSection, readRunbook } from "./runbook/read-runbook.ts";
import { type Alert, startWatchedSystem, type WatchedSystem } from "./testing/watched-system.ts";

const START_MS = 120_000;
const STORY_MS = 90_000;

let watched: WatchedSystem;

beforeAll(async () => {
  watched = await startWatchedSystem({
    senders: [{ id: "demo", pace: "unlimited" }],
    // Few places, and sends that may hang for longer than any alert waits.
    workerEnv: { CONCURRENCY: "4", SEND_TIMEOUT_MS: "300000" },
    sending: { reconcileMs: { urgent: 1_000, normal: 1_000, bulk: 1_000 } },
  });
  await watched.system.simulator.putBehaviour({
    statuses: { enabled: true, sentAfterMs: 20, deliveredAfterMs: 40, readAfterMs: 60, jitterMs: 0 },
    webhookRetryBaseMs: 200,
    webhookRetryCapMs: 1_000,
  });
}, START_MS);

afterAll(async () => {
  for (const worker of watched.system.processes.workers) await worker.kill(); // it would wait for sends that hang
  await watched.stop();
}, 60_000);

let posted = 0;

/** Returns the ids of so many messages, each to a recipient of its own. */
async function post(count: number): Promise<string[]> {
  const { apiUrls, apiKey } = watched.system;
  const messages = Array.from({ length: count }, () => {
    posted += 1;
    return { sender: "demo", to: `+4915${100_000_000 + posted}`, type: "text", text: { body: `message ${posted}` } };
  });
  const response = await fetch(`${apiUrls[0]}/v1/messages/batch`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ messages }),
  });
  const { results } = (await response.json()) as { results: { id: string }[] };
  return results.map(({ id }) => id);
}

async function arrived(ids: readonly string[]): Promise<void> {
  const { apiUrls, apiKey } = watched.system;
  const statusOf = async (id: string) => {
    const answer = await fetch(`${apiUrls[0]}/v1/messages/${id}`, { headers: { authorization: `Bearer ${apiKey}` } });
    return ((await answer.json()) as { status: string }).status;
  };
  await waitUntil(async () => (await Promise.all(ids.map(statusOf))).every((status) => status === "read"), {
    what: "every message to be read",
    timeoutMs: 30_000,
    everyMs: 100,
  });
}

async function isQuiet(...names: readonly string[]): Promise<void> {
  await waitUntil(async () => (await watched.alerts()).every(({ labels }) => !names.includes(labels.alertname ?? "")), {
    what: `no ${names.join(" nor ")} before the story begins`,
    timeoutMs: 30_000,
  });
}

/** Where the alert's own link leads. */
function sectionOf({ annotations }: Alert): RunbookSection {
  const anchor = new URL(annotations.runbook_url ?? "").hash.slice(1);
  const section = readRunbook().find(({ name }) => name.toLowerCase() === anchor);
  if (!section) throw new Error(`the runbook has no section ${anchor}`);
  return section;
}

test(
  "a sender stopped: the provider refuses its key, the key is mended, and the sender is resumed",
  async () => {
    const { system, firing, resolved } = watched;
    await isQuiet("TernSenderStopped");
    const refusal = await system.simulator.addFault({ kind: "metaError", code: 190, httpStatus: 401 });
    const ids = await post(5);

    const alert = await firing("TernSenderStopped");
    expect(alert.labels).toMatchObject({ sender: "demo", severity: "page" });
    expect(alert.annotations.summary).toBe("demo is stopped");
    const runbook = sectionOf(alert);
    const [seen] = await follow(system, runbook.commands("Look here"), { SENDER: alert.labels.sender ?? "" });
    expect(JSON.parse(seen?.body ?? "")).toMatchObject({ state: "held", held: { why: "misconfigured:190:401" } });

    await system.simulator.removeFault(refusal.id); // step 1: what was wrong with the key is mended
    const [resume] = await follow(system, runbook.stepCommands(2), { SENDER: alert.labels.sender ?? "" });
    expect(resume).toMatchObject({ status: 200, body: expect.stringContaining('"state":"sending"') });

    await resolved("TernSenderStopped");
    await arrived(ids);
  },
  STORY_MS,
);

test(
  "a consumer wedged: its sends never end, the worker is restarted, and nothing is lost",
  async () => {
    const { system, firing, resolved, noteProcesses } = watched;
    await isQuiet("TernConsumerWedged");
    await system.simulator.putBehaviour({ down: "silent" });
    const ids = await post(12);
    await waitUntil(async () => ((await system.simulator.summary()).byFault["down:silent"] ?? 0) >= 3, {
      what: "its places to be taken",
    });
    await system.simulator.putBehaviour({ down: null }); // the provider is back, and these sends still hang

    const alert = await firing("TernConsumerWedged");
    const wedged = system.processes.workers.at(-1);
    expect(alert.labels).toMatchObject({ sender: "demo", job: "tern-worker", severity: "page" });
    expect(alert.labels.instance).toBe(`127.0.0.1:${wedged?.ready.metricsPort}`);
    const runbook = sectionOf(alert);
    const process = `http://${alert.labels.instance}`;
    const [health] = await follow(system, runbook.commands("Look here"), { PROCESS: process });
    expect(health?.body).not.toBe("");

    const restarted = await follow(system, runbook.stepCommands(2));
    expect(restarted).toHaveLength(1);
    await noteProcesses();

    await resolved("TernConsumerWedged");
    await arrived(ids);
  },
  STORY_MS,
);

test(
  "webhook silence while sending: the webhook service has ended, it is started, and what was kept arrives",
  async () => {
    const { system, firing, resolved, noteProcesses } = watched;
    const ids = await post(5);
    await arrived(ids);
    await isQuiet("TernWebhookSilent");
    await system.processes.webhook.at(-1)?.stop();
    const sending = async () => {
      ids.push(...(await post(1)));
    };

    const alert = await firing("TernWebhookSilent", sending);
    expect(alert.labels.severity).toBe("page");
    const runbook = sectionOf(alert);

    const started = await follow(system, runbook.stepCommands(1));
    expect(started).toHaveLength(1);
    await noteProcesses();

    await resolved("TernWebhookSilent", sending);
    await arrived(ids);
  },
  STORY_MS,
);

test(
  "every other request in the runbook gets the answer that it is made for",
  async () => {
    const { system } = watched;
    const template = { name: "sale", language: "en_US", status: "APPROVED", category: "UTILITY" } as const;
    await system.simulator.putTemplates({ apiKey: system.providerKey("demo"), templates: [template] });
    const [message = ""] = await post(1);
    await arrived([message]);
    const requests = readRunbook()
      .flatMap(({ commands }) => RUNBOOK_PARTS.flatMap(commands))
      .filter((command) => command.startsWith("curl") && !command.includes("https://hooks.example.com"));
    expect(requests.length).toBeGreaterThan(20);
    // The template is known once the list was read: that one comes first.
    const inOrder = requests.toSorted(
      (a, b) => Number(b.includes("/template-sync")) - Number(a.includes("/template-sync")),
    );
    const followed = await follow(system, inOrder, {
      SENDER: "demo",
      MESSAGE: message,
      TEMPLATE: "sale",
      PORTFOLIO: "test",
      PROCESS: `http://127.0.0.1:${system.processes.workers.at(-1)?.ready.metricsPort}`,
    });
    expect(followed.filter(({ status }) => status !== 200)).toEqual([]);
  },
  STORY_MS,
);

/** Counted from their first time on, and there was none here. */
const NOT_HAPPENED = [
  'tern_messages_ended_total{status=~"failed|expired",job!="tern-webhook"}',
  'tern_messages_ended_total{status=~"failed|expired"}',
  'tern_webhook_requests_total{result="unauthorized"}',
  'tern_webhook_requests_total{result="unavailable"}',
  'tern_webhook_items_total{result=~"unroutable|unreadable|damaged"}',
  'tern_http_requests_total{status=~"5.."}',
  "tern_throttled_total",
];

test("whatever the rules ask for is told by these services, with these labels, and in these buckets", async () => {
  const exprs = [...alertGroups(1), ...recordingGroups(1)]
    .flatMap(({ rules }) => rules.map(({ expr }) => expr))
    .join("\n");
  const selectors = new Set(exprs.match(/(?<![\w:])tern_\w+(?![\w:])(?:\{[^}]*\})?/g));
  const missing: string[] = [];
  for (const selector of selectors) if ((await watched.seriesCount(selector)) === 0) missing.push(selector);
  expect(missing.filter((selector) => !NOT_HAPPENED.includes(selector))).toEqual([]);
});
