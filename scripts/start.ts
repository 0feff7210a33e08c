// `pnpm start`: the whole of Tern on this machine, against the simulator, with nothing to set up.
//
// Brings up Redis (REDIS_URL, or one of its own), the simulator and the three services, sends a message and shows its way to
// "read", then prints where everything is and stays up until Ctrl-C. `--once` ends after the message: exit code 0 if it was
// read.
//
// REDIS_URL, TERN_REDIS_PREFIX, TERN_API_PORT, TERN_WEBHOOK_PORT, TERN_SIMULATOR_PORT are obeyed if set.
import { rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createClosers } from "./start/closers.ts";
import { DEMO_TEXT, type DemoApi, followDemo, sendDemo, type TimelineEntry } from "./start/demo.ts";
import { makeSecrets } from "./start/deployment.ts";
import { curlSend, curlShow, demoRecipient, timelineRow } from "./start/narration.ts";
import { tellProblem } from "./start/problem.ts";
import { makeRunFolder } from "./start/run-folder.ts";
import { type Place, type Stack, startStack } from "./start/stack.ts";
import { bold, cyan, dim, duration, green, print, red, yellow } from "./terminal.ts";
import { root } from "./workspace.ts";

/** One Ctrl-C may arrive twice: from the terminal, and passed on by the package manager. */
const SAME_KEYSTROKE_MS = 300;

const isOnce = readIsOnce();
const closers = createClosers();
const interrupt = new AbortController();
const folder = makeRunFolder(join(root, ".data"));

let interruptedAtMs = 0;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // The exit hook of @tern/devkit kills whatever still runs.
    if (interrupt.signal.aborted && performance.now() - interruptedAtMs > SAME_KEYSTROKE_MS) process.exit(130);
    if (!interrupt.signal.aborted) interruptedAtMs = performance.now();
    interrupt.abort();
  });
}

let problem: unknown;
try {
  await run();
} catch (error) {
  if (!interrupt.signal.aborted) problem = error;
}
if (problem !== undefined) print(`\n  ${red(bold("Tern cannot go on."))} ${indent(tellProblem(problem))}`);
await stopEverything();
removeRunFolder();
process.exit(problem === undefined ? 0 : 1);

async function run(): Promise<void> {
  const startedMs = performance.now();
  print(`\n  ${bold("Tern")}  ${dim("WhatsApp messages, queued, paced, sent and followed to their end")}\n`);
  const secrets = makeSecrets();
  const { signal } = interrupt;
  const stack = await startStack({ env: process.env, secrets, folder, closers, signal, say: sayAside });
  showPlaces(stack);
  print(`\n  ${dim(`Up after ${duration(performance.now() - startedMs)}. A message to ${demoRecipient()}:`)}`);

  const api: DemoApi = { url: stack.api.url, key: secrets.callerKey };
  const id = await Promise.race([showDemo(api), stack.broken, interrupted()]);
  if (isOnce) return;

  showWhatNext(stack, api, id);
  await Promise.race([stack.broken, interrupted()]);
}

function showPlaces(stack: Stack): void {
  const row = (name: string, where: string, what: string) =>
    print(`  ${name.padEnd(11)} ${where.padEnd(27)} ${dim(what)}`);
  const remarked = (place: Place, what: string) => (place.remark === undefined ? what : `${what} (${place.remark})`);
  row("Redis", withoutSecrets(stack.redis.url), stack.redis.how);
  row("Simulator", stack.simulator.url, remarked(stack.simulator, "plays 360dialog, Meta and the phones"));
  row("Webhook", stack.webhook.url, remarked(stack.webhook, "hears what became of each message"));
  row("Worker", "", "takes messages from the queue and sends them");
  row("API", stack.api.url, remarked(stack.api, "takes messages from your services"));
}

async function showDemo(api: DemoApi): Promise<string> {
  print(`\n      ${cyan(`"${DEMO_TEXT}"`)}\n`);
  const id = await sendDemo(api);
  await followDemo(api, id, showStep);
  return id;
}

function showStep(entry: TimelineEntry, first: TimelineEntry): void {
  const row = timelineRow(entry, first);
  const isRead = entry.status === "read";
  const paint = isRead ? (text: string) => green(bold(text)) : bold;
  print(`  ${dim(row.time)}  ${paint(row.stair)} ${isRead ? cyan(row.ticks) : dim(row.ticks)}  ${dim(row.meaning)}`);
}

function showWhatNext(stack: Stack, api: DemoApi, id: string): void {
  const metrics = [stack.api, stack.worker, stack.webhook].map((place) => place.metricsUrl).filter(Boolean);
  print(`\n  ${bold("Your turn.")} Send one yourself:\n`);
  print(curlSend(api));
  print("\n  Ask where the first one is:\n");
  print(curlShow(api, id));
  print(`\n  API reference  ${api.url}/docs`);
  if (metrics.length > 0) print(`  Metrics        ${metrics.join("  ")}`);
  print(`  Logs           ${folder}`);
  print(`\n  ${dim("Ctrl-C stops everything.")}`);
}

async function stopEverything(): Promise<void> {
  if (closers.count > 0 && !isOnce) print(`\n  ${dim("Stopping (Ctrl-C again: at once)")}`);
  await closers.closeAll((name) => {
    if (name !== "" && !isOnce) print(`  ${dim(`${name} stopped`)}`);
  });
}

/** The logs stay if there is something to read in them. */
function removeRunFolder(): void {
  try {
    if (problem === undefined) rmSync(folder, { recursive: true, force: true });
    else rmdirSync(folder);
  } catch {
    // Not empty: the problem that was shown names the log.
  }
}

function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Error("interrupted"));
    if (interrupt.signal.aborted) stop();
    else interrupt.signal.addEventListener("abort", stop, { once: true });
  });
}

function sayAside(line: string): void {
  print(`  ${yellow(line)}`);
}

function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//***@");
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n  ");
}

function readIsOnce(): boolean {
  try {
    return parseArgs({ options: { once: { type: "boolean", default: false } } }).values.once;
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    print("usage: pnpm start [--once]");
    process.exit(2);
  }
}
