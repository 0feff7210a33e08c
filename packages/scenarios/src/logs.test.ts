// P10: whatever happens, and however much is logged, no log shows a number, a user id, a text, a name or a secret. And what
// is logged suffices to follow a message from its request to its last report.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { keyOf, senderBase } from "@tern/store";
import { leaksIn, type Private } from "./leaks.ts";
import { eventsOnPage } from "./log-calls.ts";
import { aMessage, isRead, startWorld, type World } from "./world.ts";

/** In every text, name, caption, proof and file of this scenario. */
const WORD = "Zauberwort";
const ANNA = "+4915112340001";
const BERT = "+4915112340002";
const CORA = "+4915112340003";
const BSUID = "DE.91827364554637281900";

let world: World;
const lines: string[] = [];

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const { system } = world;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${system.apiUrls[0]}${path}`, {
    method,
    headers: { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: text }),
  });
  return { status: response.status, body: (await response.json().catch(() => ({}))) as Record<string, unknown> };
}

async function webhook(body: string, headers = world.system.webhookHeaders): Promise<number> {
  return (await fetch(world.system.webhookUrl, { method: "POST", headers, body })).status;
}

const textTo = (to: string, over: Readonly<Record<string, unknown>> = {}) => ({
  ...aMessage(0),
  to,
  text: { body: `${WORD} for ${to}` },
  metadata: { name: WORD },
  ...over,
});

/** Everything that can be done well and badly, with people in it. Returns the id of a message that went all the way. */
async function liveThroughEverything(): Promise<string> {
  const { system } = world;
  const { simulator } = system;
  const apiKey = system.providerKey("demo");

  // The provider refuses, and repeats what it refuses.
  const echo = (to: string) => `${WORD} to ${to.replace("+49", "0049 ")} (${to}): wa_id ${to.slice(1)}`;
  const error = (to: string, code: number) =>
    JSON.stringify({ error: { code, message: echo(to), error_data: { details: echo(to) } } });
  await simulator.addFault({ kind: "http", count: 1, httpStatus: 400, body: error(BERT, 131009), match: { to: BERT } });
  await simulator.addFault({ kind: "http", count: 1, httpStatus: 502, body: echo(CORA), match: { to: CORA } });
  await simulator.addFault({ kind: "asyncFail", count: 1, code: 131026, match: { to: "+4915112340004" } });
  await simulator.addFault({ kind: "resetAfter", count: 1, match: { to: "+4915112340005" } });
  const { body: accepted } = await ask("POST", "/v1/messages", textTo(ANNA), { "x-request-id": "the-request" });
  const id = String(accepted.id);
  world.acceptedIds.push(id);
  for (const to of [BERT, CORA, "+4915112340004", "+4915112340005", BSUID])
    await ask("POST", "/v1/messages", textTo(to));

  // Requests that are wrong in every way, with people in path, query, header and body.
  await ask("POST", "/v1/messages", `{"to": "${ANNA}", "text": ${WORD}`);
  await ask("POST", "/v1/messages", textTo("0151 12340001", { type: WORD }));
  await ask("POST", "/v1/messages", textTo(ANNA, { sender: ANNA }));
  await ask("POST", "/v1/messages/batch", { messages: [textTo(ANNA), textTo(WORD), WORD] });
  await ask("POST", "/v1/messages", textTo(ANNA), { authorization: `Bearer ${system.apiKey}x` });
  await ask("POST", "/v1/messages", textTo(ANNA), { "idempotency-key": `${ANNA} ${WORD}` });
  await ask("POST", "/v1/messages", textTo(ANNA), { "x-request-id": ANNA });
  await ask("GET", `/v1/messages?recipient=${encodeURIComponent(ANNA)}`);
  await ask("GET", `/v1/messages/${encodeURIComponent(ANNA)}`);
  await ask("GET", `/v1/nowhere/${encodeURIComponent(ANNA)}/${BSUID}`);
  await ask("GET", "/v1/nowhere/0049-151-1234-0001");
  await ask("PATCH", `/v1/contacts/${encodeURIComponent(BERT)}`);

  // What is known of people, and files.
  const contact = `/v1/contacts/${encodeURIComponent(ANNA)}`;
  await ask("PUT", `${contact}/consents/marketing?sender=demo`, { state: "opted-in", proof: `${WORD} of ${ANNA}` });
  await ask("GET", `${contact}?sender=demo`);
  await ask("GET", `/v1/contacts/${BSUID}?sender=demo`);
  await ask("DELETE", `${contact}?sender=demo`);
  await ask("POST", `/v1/media?sender=demo&filename=${WORD}.txt`, WORD, { "content-type": "text/plain" });
  await ask("POST", "/v1/messages", textTo(ANNA, { type: "image", image: { id: "1", caption: WORD } }));
  await ask("POST", "/v1/senders/demo/block", { users: [ANNA, BSUID] });

  // People write, stop and call; somebody else posts to the webhook, and the provider posts what nobody understands.
  const person = { apiKey, profileName: WORD, username: WORD };
  await simulator.sendInbound({ ...person, from: ANNA, text: `${WORD} from ${ANNA}` });
  await simulator.sendInbound({ ...person, from: BERT, userId: BSUID, text: "STOP" });
  await webhook(`{"messages": [{"from": "${ANNA}", "text": ${WORD}}]}`);
  await webhook(
    JSON.stringify({ entry: [{ changes: [{ value: { statuses: [{ id: WORD, recipient_id: ANNA }] } }] }] }),
  );
  await webhook(`${ANNA} ${WORD}`, { "x-tern-webhook-secret": `${WORD} guessed` });

  // A mistake of ours (a 500), and a record that somebody else has damaged.
  await world.settle(isRead, 20_000);
  const base = senderBase(world.store.prefix, "demo");
  const localId = id.slice("msg_demo_".length);
  await world.connection.hset(keyOf.record(base, localId), "md", 1);
  await world.connection.set(keyOf.metadata(base, localId), `${WORD} ${ANNA} is no JSON`);
  const broken = await ask("GET", `/v1/messages/${id}`, undefined, { "x-request-id": "the-500" });
  if (broken.status !== 500) throw new Error(`the damaged message was answered ${broken.status}`);
  await world.connection.set(keyOf.metadata(base, localId), "{}");
  const waiting = await ask(
    "POST",
    "/v1/messages",
    textTo(ANNA, { sendAt: new Date(Date.now() + 1_000).toISOString() }),
  );
  const waitingId = String(waiting.body.id).slice("msg_demo_".length);
  await world.connection.set(`${base}b:${waitingId}`, `${WORD} ${ANNA}`);
  await waitUntil(() => lines.some((line) => line.includes(waitingId) && line.includes("send not submitted")), {
    what: "the send of a damaged message to be told",
  });
  await waitUntil(() => lines.some((line) => line.includes("the provider reports a failure")), {
    what: "a failed status",
  });
  return id;
}

let id: string;
let secrets: Private;

beforeAll(async () => {
  world = await startWorld({
    logLevel: "trace",
    onLine: (line, process) => {
      if (process !== "simulator") lines.push(line);
    },
    workerEnv: { SEND_TIMEOUT_MS: "2000" },
  });
  id = await liveThroughEverything();
  const { system, redis } = world;
  secrets = {
    numbers: [ANNA, BERT, CORA, "+4915112340004", "+4915112340005"],
    words: [
      WORD,
      BSUID.slice(3),
      system.apiKey,
      system.providerKey("demo"),
      new URL(system.webhookUrl).pathname.slice("/webhook/".length),
      ...Object.values(system.webhookHeaders),
      redis.url,
    ],
  };
}, 90_000);
afterAll(() => world.stop(), 60_000);

const events = () =>
  lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Record<string, unknown>);

test("no line of any process shows a number, a user id, a text, a name or a secret", () => {
  expect(leaksIn(lines, secrets)).toEqual([]);
  expect(lines.filter((line) => line.startsWith("{")).length).toBe(lines.length);
});

// A search that finds nothing proves nothing, unless it can find.
test.each([
  ["as the caller wrote it", `{"to":"${ANNA}"}`],
  ["without its plus", `{"path":"/v1/x/${ANNA.slice(1)}"}`],
  ["as people write it", '{"msg":"call 0151 1234-0001"}'],
  ["in a path", `{"path":"/v1/contacts/%2B49%20151%2012340001"}`],
  ["inside a wamid", `{"wamid":"wamid.${Buffer.from(`\x1c\x18\x0d${ANNA.slice(1)}\x15\x02`).toString("base64")}"}`],
])("the search finds a number %s", (_how, line) => {
  expect(leaksIn([line], secrets)).toHaveLength(1);
});

test("the search finds texts, user ids and keys", () => {
  const planted = [
    `{"err":{"message":"${WORD.toUpperCase()}"}}`,
    `{"user":"${BSUID}"}`,
    `{"key":"${world.system.apiKey}"}`,
  ];
  expect(leaksIn(planted, secrets)).toHaveLength(3);
});

describe("what is logged joins", () => {
  test("a request with its message, its sends and its reports", () => {
    const of = events().filter((event) => event.messageId === id);
    const said = (service: string, msg: string) => of.filter((event) => event.service === service && event.msg === msg);
    expect(said("api", "accepted")).toMatchObject([{ requestId: "the-request", sender: "demo", caller: "test" }]);
    expect(said("api", "request")[0]).toMatchObject({ requestId: "the-request", caller: "test", status: 202 });
    const [sent] = said("worker", "sent");
    expect(sent).toMatchObject({ sender: "demo", caller: "test", wireNumber: 1, verdict: "submit" });
    const reports = said("webhook", "status reported");
    expect(reports.map((event) => event.status).sort()).toEqual(["delivered", "read", "sent"]);
    for (const report of reports) {
      expect(report).toMatchObject({ sender: "demo", wireNumber: 1, wamid: sent?.wamid, result: "applied" });
      expect(events().some((event) => event.msg === "webhook" && event.requestId === report.requestId)).toBe(true);
    }
  });

  test("a failure of ours with its cause, and a refusal with its code", () => {
    expect(events().find((event) => event.requestId === "the-500")).toMatchObject({
      level: "error",
      problem: "internal-error",
      messageId: id,
      err: { type: "SyntaxError", stack: expect.stringContaining("record.ts") },
    });
    const refused = events().filter(
      (event) => event.level === "info" && event.service === "worker" && event.code === 131009,
    );
    expect(refused).toMatchObject([{ class: "rejected", http: 400, reason: expect.any(String) }]);
  });
});

test("every event is on the page of logs, with no field that the page does not name", () => {
  const page = eventsOnPage(readFileSync(join(import.meta.dirname, "../../../docs/logs.md"), "utf8"));
  const everywhere = ["level", "time", "service", "msg", "err"];
  const missing = events().flatMap(({ msg, ...fields }) => {
    const named = page.get(String(msg));
    if (!named) return [`${msg} is not on the page`];
    return Object.keys(fields)
      .filter((field) => !named.has(field) && !everywhere.includes(field))
      .map((field) => `${msg}: ${field}`);
  });
  expect([...new Set(missing)]).toEqual([]);
});
