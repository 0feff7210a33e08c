// Everything the demo consists of, brought up in order: Redis, the simulator, then the three services. Each runs as a
// process of its own, exactly as it would be deployed.
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeEnd, type ManagedProcess, provideRedis, startProcess } from "@tern/devkit";
import { root } from "../workspace.ts";
import type { Closers } from "./closers.ts";
import { type DemoSecrets, deploymentFile, secretsEnv } from "./deployment.ts";
import { type ChosenPort, choosePorts, portWishes } from "./ports.ts";
import { Problem } from "./problem.ts";
import { registerSender } from "./simulator.ts";
import { watchRedis } from "./watch-redis.ts";

export interface Place {
  url: string;
  metricsUrl?: string;
  remark?: string;
}

export interface Stack {
  redis: { url: string; how: string };
  simulator: Place;
  api: Place;
  worker: Place;
  webhook: Place;
  /** Rejects with the reason once something ended that should run. Never resolves. */
  broken: Promise<never>;
}

export interface StackOptions {
  env: NodeJS.ProcessEnv;
  secrets: DemoSecrets;
  folder: string;
  closers: Closers;
  /** Aborted when the person wants to stop before everything is up. */
  signal: AbortSignal;
  say: (line: string) => void;
}

const HOST = "127.0.0.1";
const STOP_GRACE_MS = 10_000;
const LINES_IN_PROBLEM = 12;

export async function startStack(options: StackOptions): Promise<Stack> {
  const { env, secrets, folder, closers, signal, say } = options;
  const { promise: broken, reject: breakDown } = Promise.withResolvers<never>();
  // Whoever does not wait for it, or not yet, must not be struck by it.
  broken.catch(() => {});

  const ports = await choosePorts(portWishes, env);
  const redis = await provideRedis(env, { onProgress: say }).catch((error: Error) => {
    throw new Problem(error.message);
  });
  closers.add({ name: "Redis", stop: redis.stop });
  const isOwnRedis = redis.how !== "REDIS_URL";
  const watch = watchRedis({ url: redis.url, isOwnRedis, breakDown, say, isExpected: () => closers.isClosing });
  closers.add({ name: "", stop: watch });
  signal.throwIfAborted();

  const launch = async (name: string, file: string, ownEnv: Record<string, string>): Promise<ManagedProcess> => {
    const env = { HOST, METRICS_PORT: "0", LOG_LEVEL: "info", ...ownEnv };
    const starting = startLogged({ name, file, folder, env });
    // Added before it is up, so that the order of stopping is that of the code and not of who was ready first.
    const stop = async () => await (await starting.catch(() => undefined))?.stop(STOP_GRACE_MS);
    closers.add({ name, stop });
    const child = await starting;
    void child.exited.then((end) => {
      if (closers.isClosing) return;
      breakDown(
        new Problem(tellEnd(`The ${name} ended unexpectedly (${describeEnd(end)})`, child.lines, folder, name)),
      );
    });
    return child;
  };

  const simulator = await launch("simulator", "packages/simulator/src/main.ts", {
    PORT: String(ports.simulator.port),
    SIM_SEED: "1",
  });
  signal.throwIfAborted();

  const simulatorUrl = urlOf(simulator, ports.simulator);
  const configFile = join(folder, "tern.config.json");
  writeFileSync(configFile, `${JSON.stringify(deploymentFile({ secrets, simulatorUrl }), null, 2)}\n`);
  const serviceEnv = {
    REDIS_URL: redis.url,
    TERN_CONFIG: configFile,
    TERN_REDIS_PREFIX: env.TERN_REDIS_PREFIX ?? "tern-demo",
    ...secretsEnv(secrets),
  };
  const webhook = await launch("webhook", "services/webhook/src/main.ts", {
    ...serviceEnv,
    PORT: String(ports.webhook.port),
  });
  signal.throwIfAborted();

  // Before the worker, which at once asks the provider how the number is.
  const webhookUrl = urlOf(webhook, ports.webhook);
  await registerSender({ simulatorUrl, secrets, webhookUrl: `${webhookUrl}/webhook/${secrets.webhookPath}` });
  const [worker, api] = await all([
    launch("worker", "services/worker/src/main.ts", { ...serviceEnv, PORT: "0" }),
    launch("API", "services/api/src/main.ts", { ...serviceEnv, PORT: String(ports.api.port) }),
  ]);
  signal.throwIfAborted();

  return {
    redis,
    simulator: place(simulator, ports.simulator),
    api: place(api, ports.api),
    worker: place(worker, undefined),
    webhook: place(webhook, ports.webhook),
    broken,
  };
}

/** Starts a process whose lines all go to a file of its name. */
async function startLogged(options: {
  name: string;
  file: string;
  folder: string;
  env: Record<string, string>;
}): Promise<ManagedProcess> {
  const { name, folder, env } = options;
  mkdirSync(folder, { recursive: true });
  const log = createWriteStream(logFile(folder, name), { flags: "a" });
  const file = join(root, options.file);
  const lines: string[] = [];
  const onLine = (line: string) => {
    lines.push(line);
    log.write(`${line}\n`);
  };
  try {
    return await startProcess({ name, file, env, cwd: root, onLine });
  } catch {
    throw new Problem(tellEnd(`The ${name} did not start`, lines, folder, name));
  }
}

function tellEnd(what: string, lines: readonly string[], folder: string, name: string): string {
  const last = lines.slice(-LINES_IN_PROBLEM).map((line) => `  ${line}`);
  return [`${what}. Its log is ${logFile(folder, name)}; the last lines:`, ...last].join("\n");
}

function logFile(folder: string, name: string): string {
  return join(folder, `${name.toLowerCase()}.log`);
}

/** As Promise.all, but waits for all of them before it fails, so that none is still coming up while others are stopped. */
async function all<const T extends readonly Promise<unknown>[]>(promises: T) {
  await Promise.allSettled(promises);
  return await Promise.all(promises);
}

function urlOf(child: ManagedProcess, chosen: ChosenPort): string {
  return `http://${HOST}:${child.ready.port ?? chosen.port}`;
}

function place(child: ManagedProcess, chosen: ChosenPort | undefined): Place {
  const { metricsPort } = child.ready;
  return {
    url: chosen === undefined ? "" : urlOf(child, chosen),
    ...(metricsPort === undefined ? {} : { metricsUrl: `http://${HOST}:${metricsPort}/metrics` }),
    ...(chosen?.remark === undefined ? {} : { remark: chosen.remark }),
  };
}
