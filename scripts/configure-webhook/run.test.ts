// The command against the simulator, as somebody would use it who has a deployment file and a shell.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ManagedProcess, startProcess } from "@tern/devkit";
import { systemClock, systemRandom } from "@tern/runtime";
import { root } from "../workspace.ts";
import { runConfigureWebhook } from "./run.ts";

const SECRETS = {
  KEY_MAIN: "key-of-main",
  KEY_SECOND: "key-of-second",
  WEBHOOK_PATH: "a-path-that-nobody-guesses",
  OLD_SECRET: "the secret of yesterday",
  NEW_SECRET: "the secret of today",
  APP_SECRET: "the secret of the app at Meta",
};
const URL_OF_OURS = "http://127.0.0.1:8081";
const ADDRESS = `${URL_OF_OURS}/webhook/${SECRETS.WEBHOOK_PATH}`;
const HEADER = "x-tern-webhook-secret";

let simulator: ManagedProcess;
let simulatorUrl: string;
let folder: string;
beforeAll(async () => {
  simulator = await startProcess({
    name: "simulator",
    file: join(root, "packages/simulator/src/main.ts"),
    env: { HOST: "127.0.0.1", PORT: "0" },
  });
  simulatorUrl = `http://127.0.0.1:${simulator.ready.port}`;
  folder = mkdtempSync(join(tmpdir(), "tern-configure-webhook-"));
});
afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  await putNumber("main", null);
  await putNumber("second", null);
});

const idOf = (sender: string) => (sender === "main" ? "111" : "222");

async function putNumber(sender: string, webhook: object | null): Promise<void> {
  const response = await fetch(`${simulatorUrl}/_sim/numbers`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      apiKey: `key-of-${sender}`,
      phoneNumberId: idOf(sender),
      displayPhoneNumber: `1555078${idOf(sender)}1`,
      wabaId: "102290129340398",
      portfolio: "acme",
      webhook,
    }),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** What the provider has, asked as anybody may who holds the number's key. */
async function configured(sender: string): Promise<unknown> {
  const headers = { "D360-API-KEY": `key-of-${sender}` };
  const response = await fetch(`${simulatorUrl}/v1/configs/webhook`, { headers });
  return response.status === 404 ? null : response.json();
}

interface Given {
  readonly senders?: readonly object[];
  readonly webhook?: object;
  readonly env?: Record<string, string>;
}

async function run(args: readonly string[], { senders, webhook, env = SECRETS }: Given = {}) {
  const path = join(folder, "tern.config.json");
  const header = { name: HEADER, secrets: [{ env: "OLD_SECRET" }, { env: "NEW_SECRET" }] };
  writeFileSync(
    path,
    JSON.stringify({
      senders: senders ?? [aSender("main"), aSender("second")],
      callers: [],
      webhook: webhook ?? { path: { env: "WEBHOOK_PATH" }, header },
    }),
  );
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const code = await runConfigureWebhook({
    args: ["--deployment", path, ...args],
    env,
    clock: systemClock,
    random: systemRandom,
    print,
  });
  const text = lines.join("\n");
  for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
  return { code, text };
}

const aSender = (id: string, fields: object = {}) => ({
  id,
  phoneNumber: `+1555078${idOf(id)}1`,
  phoneNumberId: idOf(id),
  wabaId: "102290129340398",
  portfolio: "acme",
  baseUrl: simulatorUrl,
  apiKey: { env: `KEY_${id.toUpperCase()}` },
  ...fields,
});

test("sets address and header of one sender, with the newest secret, and shows what is set", async () => {
  expect(await run(["--url", URL_OF_OURS, "--sender", "main"])).toEqual({
    code: 0,
    text: `main: http://127.0.0.1:8081/webhook/…\nmain:   ${HEADER}: … (the secret of this deployment)`,
  });
  expect(await configured("main")).toEqual({ url: ADDRESS, headers: { [HEADER]: SECRETS.NEW_SECRET } });
  expect(await configured("second")).toBeNull();
});

test("sets all senders", async () => {
  expect((await run(["--url", URL_OF_OURS, "--all"])).code).toBe(0);
  for (const sender of ["main", "second"]) expect(await configured(sender)).toMatchObject({ url: ADDRESS });
});

test("takes the only sender there is, and sends no header where a signature alone is agreed", async () => {
  const given = {
    senders: [aSender("main")],
    webhook: { path: { env: "WEBHOOK_PATH" }, signatureSecrets: [{ env: "NEW_SECRET" }] },
  };
  expect(await run(["--url", URL_OF_OURS], given)).toEqual({
    code: 0,
    text: "main: http://127.0.0.1:8081/webhook/…\nmain:   no headers",
  });
  expect(await configured("main")).toEqual({ url: ADDRESS, headers: {} });
});

test("shows without changing anything, and tells what is not this deployment's", async () => {
  const other = { url: "https://old.example.com/webhook/of-before", headers: { [HEADER]: "a former secret" } };
  await putNumber("main", other);
  await putNumber("second", { url: ADDRESS, headers: { [HEADER]: SECRETS.OLD_SECRET } });
  const { code, text } = await run(["--show", "--all"]);
  expect(code).toBe(0);
  expect(text.split("\n")).toEqual([
    "main: https://old.example.com/webhook/… (not the path of this deployment)",
    `main:   ${HEADER}: … (another value)`,
    "second: http://127.0.0.1:8081/webhook/…",
    `second:   ${HEADER}: … (the secret of this deployment)`,
  ]);
  expect(text).not.toMatch(/of-before|a former secret/);
  expect(await configured("main")).toEqual(other);
});

test("shows that nothing is set", async () => {
  expect(await run(["--show", "--sender", "main"])).toEqual({ code: 0, text: "main: no webhook is set" });
});

test("goes on with the others when the provider refuses one, and says why and what to do", async () => {
  const env = { ...SECRETS, KEY_MAIN: "a-key-of-yesterday" };
  const { code, text } = await run(["--url", URL_OF_OURS, "--all"], { env });
  expect(code).toBe(1);
  expect(text).toMatch(/^main: not set: .*API key.*\nsecond: http/);
  expect(await configured("second")).toMatchObject({ url: ADDRESS });
});

test("cannot set it at Meta itself, and says where to", async () => {
  const { code, text } = await run(["--url", URL_OF_OURS], {
    senders: [aSender("main", { profile: "meta" })],
    webhook: { path: { env: "WEBHOOK_PATH" }, metaAppSecrets: [{ env: "APP_SECRET" }] },
  });
  expect(code).toBe(1);
  expect(text).toContain("main: not set: at Meta itself the address is entered in the App Dashboard");
});

// The simulator keeps what it is told. The sandbox, for one, is not known to keep headers.
test.each([
  [
    "drops the header",
    (sent: { url: string }) => ({ url: sent.url }),
    /no headers\nmain: {3}not what was set: without x-tern-webhook-secret, Tern refuses/,
  ],
  [
    "changes the address",
    (sent: object) => ({ ...sent, url: "https://other.example.com/webhook/x" }),
    /not the path of this deployment.*\n.*\nmain: {3}not what was set: the provider shows another address/,
  ],
  ["keeps nothing", () => null, /not set: the provider took it, but shows none/],
])("tells when the provider takes the configuration, but %s", async (_label, kept, told) => {
  let config: object | null = null;
  const provider = createServer(async (request, response) => {
    if (request.method === "POST") config = kept((await json(request)) as { url: string });
    response.writeHead(config === null && request.method === "GET" ? 404 : 200).end(JSON.stringify(config ?? {}));
  }).listen(0, "127.0.0.1");
  await once(provider, "listening");
  const { port } = provider.address() as AddressInfo;
  const senders = [aSender("main", { baseUrl: `http://127.0.0.1:${port}` })];
  const { code, text } = await run(["--url", URL_OF_OURS], { senders });
  expect(code).toBe(1);
  expect(text).toMatch(told);
  provider.close();
  await once(provider, "close");
});

test("changes nothing anywhere when the address is one that the provider does not take", async () => {
  const senders = [aSender("main"), aSender("second", { baseUrl: "https://waba-v2.360dialog.io" })];
  const { code, text } = await run(["--url", URL_OF_OURS, "--all"], { senders });
  expect({ code, text }).toEqual({ code: 2, text: expect.stringContaining("which the provider cannot reach") });
  expect(await configured("main")).toBeNull();
});

test.each([
  [[], "--url is missing"],
  [["--show", "--url", URL_OF_OURS], "--show changes nothing"],
  [["--show", "--all", "--sender", "main"], "contradict"],
  [["--show", "--every"], "--every"],
])("says how it is called when it is called with %j", async (args, why) => {
  const { code, text } = await run(args);
  expect(code).toBe(2);
  expect(text).toContain(why);
  expect(text).toContain("usage: pnpm configure-webhook");
});

test.each([
  [["--show"], "say which sender with --sender, or --all; there are: main, second"],
  [["--show", "--sender", "third"], 'there is no sender "third"; there are: main, second'],
])("names the senders when it is called with %j", async (args, why) => {
  expect(await run(args)).toEqual({ code: 2, text: why });
});

test("tells what is wrong with the deployment file", async () => {
  const { code, text } = await run(["--show", "--all"], { env: { ...SECRETS, NEW_SECRET: "" } });
  expect(code).toBe(1);
  expect(text).toContain("/webhook/header/secrets/1: there is no secret in the environment variable NEW_SECRET");
});
