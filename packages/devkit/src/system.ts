// The whole of Tern as processes on this machine, beside the simulator: for tests that break it and for benchmarks.
// Each service is a process of its own, started by name, killed by hand, started again.

import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulatorClient, type SimulatorClient } from "@tern/simulator";
import { type ManagedProcess, startProcess } from "./processes.ts";

export interface SystemSender {
  readonly id: string;
  /** Messages per second, or "unlimited". Default 80. */
  readonly pace?: number | "unlimited";
  /** What the simulator enforces; default: the pace, or nothing when that is unlimited. */
  readonly throughputPerSecond?: number | null;
}

export interface StartSystemOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly senders: readonly SystemSender[];
  /** How many of each; 0 starts none. Default one each. */
  readonly api?: number;
  readonly workers?: number;
  readonly webhook?: number;
  /** The tier that all senders share, as the simulator enforces it and the deployment file says. Default: none. */
  readonly tier?: { readonly tier: number; readonly reserve: number };
  /** The part `sending` of the deployment file. */
  readonly sending?: Readonly<Record<string, unknown>>;
  /** More settings of each service: its own login to Redis, for one. */
  readonly serviceEnv?: (service: "api" | "worker" | "webhook") => Readonly<Record<string, string>>;
  readonly workerEnv?: Readonly<Record<string, string>>;
  readonly logLevel?: string;
  /** The checkout that Tern's processes are of. Default: this one. */
  readonly root?: string;
  /** What stands before the webhook service: given its address, returns the one for the provider. */
  readonly webhookFront?: (url: string) => Promise<string>;
  /** Every line that a process prints. */
  readonly onLine?: (line: string, process: string) => void;
  readonly simulatorSeed?: number;
  /** The last word on the deployment file before it is written: limits, addresses, whatever the options above cannot say. */
  readonly editDeployment?: (file: DeploymentDraft) => DeploymentDraft | Promise<DeploymentDraft>;
}

/** The deployment file as far as tests change it. */
export interface DeploymentDraft {
  readonly senders: readonly (Readonly<Record<string, unknown>> & { readonly baseUrl: string })[];
  readonly [part: string]: unknown;
}

export interface System {
  readonly simulator: SimulatorClient;
  readonly simulatorUrl: string;
  readonly apiUrls: readonly string[];
  readonly webhookUrl: string;
  readonly webhookHeaders: Readonly<Record<string, string>>;
  /** A caller's key with every scope. */
  readonly apiKey: string;
  readonly processes: {
    readonly simulator: ManagedProcess;
    readonly api: ManagedProcess[];
    readonly workers: ManagedProcess[];
    readonly webhook: ManagedProcess[];
  };
  /** The key by which the simulator knows a sender. */
  providerKey(senderId: string): string;
  /**
   * One more of each; `env` goes over what the others got (another REDIS_URL, through a proxy, for one), `root` is another
   * checkout.
   */
  startWorker(env?: Readonly<Record<string, string>>, root?: string): Promise<ManagedProcess>;
  startApi(env?: Readonly<Record<string, string>>, root?: string): Promise<ManagedProcess>;
  /** On the port the provider already knows, unless `env` says another: only when the one before has ended. */
  startWebhook(env?: Readonly<Record<string, string>>, root?: string): Promise<ManagedProcess>;
  stop(): Promise<void>;
}

const thisRoot = join(import.meta.dirname, "../../..");
const simulatorEntry = join(thisRoot, "packages/simulator/src/main.ts");

export async function startSystem(options: StartSystemOptions): Promise<System> {
  const folder = await mkdtemp(join(tmpdir(), "tern-system-"));
  const secret = () => randomBytes(18).toString("base64url");
  const apiKey = `tern_${secret()}`;
  const webhookPath = secret();
  const webhookHeaders = { "x-tern-webhook-secret": secret() };
  const providerKeys = new Map(options.senders.map(({ id }) => [id, secret()]));
  const providerKey = (senderId: string): string => {
    const key = providerKeys.get(senderId);
    if (!key) throw new Error(`the system has no sender ${senderId}`);
    return key;
  };
  const started: ManagedProcess[] = [];
  const start = async (name: string, file: string, env: Record<string, string>): Promise<ManagedProcess> => {
    const process = await startProcess({
      name,
      file,
      env: { HOST: "127.0.0.1", PORT: "0", METRICS_PORT: "0", ...env },
      onLine: (line) => options.onLine?.(line, name),
    });
    started.push(process);
    return process;
  };

  try {
    const simulatorProcess = await start("simulator", simulatorEntry, {
      SIM_SEED: String(options.simulatorSeed ?? 1),
    });
    const simulatorUrl = `http://127.0.0.1:${simulatorProcess.ready.port}`;
    const simulator = createSimulatorClient(simulatorUrl);

    const config = join(folder, "tern.config.json");
    // The port of the provider alone, so that an outage can refuse connections while tests still reach the simulator.
    const providerUrl = `http://127.0.0.1:${simulatorProcess.ready.providerPort}`;
    const draft: DeploymentDraft = deploymentFile(options, providerUrl, apiKey);
    await writeFile(config, JSON.stringify((await options.editDeployment?.(draft)) ?? draft));
    const env: Record<string, string> = {
      REDIS_URL: options.redisUrl,
      TERN_CONFIG: config,
      TERN_REDIS_PREFIX: options.prefix,
      LOG_LEVEL: options.logLevel ?? "warn",
      TERN_WEBHOOK_PATH: webhookPath,
      TERN_WEBHOOK_SECRET: webhookHeaders["x-tern-webhook-secret"],
    };
    for (const [id, key] of providerKeys) env[providerKeyName(id)] = key;

    const processes = { simulator: simulatorProcess, api: [], workers: [], webhook: [] } as System["processes"];
    const envOf = (service: "api" | "worker" | "webhook") => ({ ...env, ...options.serviceEnv?.(service) });
    const entryOf = (service: "api" | "worker" | "webhook", root = options.root ?? thisRoot) =>
      join(root, "services", service, "src/main.ts");
    let webhookPort = 0;
    const startWebhook: System["startWebhook"] = async (over, root) => {
      const process = await start("webhook", entryOf("webhook", root), {
        ...envOf("webhook"),
        PORT: String(webhookPort),
        ...over,
      });
      webhookPort = process.ready.port ?? 0;
      processes.webhook.push(process);
      return process;
    };
    const startApi: System["startApi"] = async (over, root) => {
      const process = await start(`api-${processes.api.length + 1}`, entryOf("api", root), {
        ...envOf("api"),
        ...over,
      });
      processes.api.push(process);
      return process;
    };
    const startWorker: System["startWorker"] = async (over, root) => {
      const name = `worker-${processes.workers.length + 1}`;
      const process = await start(name, entryOf("worker", root), { ...envOf("worker"), ...options.workerEnv, ...over });
      processes.workers.push(process);
      return process;
    };

    for (let i = 0; i < (options.webhook ?? 1); i += 1) await startWebhook();
    const ownWebhookUrl = `http://127.0.0.1:${webhookPort}/webhook/${webhookPath}`;
    const webhookUrl = (await options.webhookFront?.(ownWebhookUrl)) ?? ownWebhookUrl;
    for (const [at, sender] of options.senders.entries()) {
      const limit = sender.pace === "unlimited" ? null : (sender.pace ?? 80);
      await simulator.putNumber({
        ...numberOf(at),
        apiKey: providerKey(sender.id),
        portfolio: "test",
        tier: options.tier?.tier ?? null,
        throughputPerSecond: sender.throughputPerSecond === undefined ? limit : sender.throughputPerSecond,
        webhook: webhookPort === 0 ? null : { url: webhookUrl, headers: webhookHeaders },
      });
    }
    await Promise.all([
      ...Array.from({ length: options.api ?? 1 }, () => startApi()),
      ...Array.from({ length: options.workers ?? 1 }, () => startWorker()),
    ]);

    return {
      simulator,
      simulatorUrl,
      get apiUrls() {
        return processes.api.map((process) => `http://127.0.0.1:${process.ready.port}`);
      },
      webhookUrl,
      webhookHeaders,
      apiKey,
      processes,
      providerKey,
      startWorker,
      startApi,
      startWebhook,
      async stop() {
        await Promise.all(started.filter((process) => process !== simulatorProcess).map((process) => process.stop()));
        await simulatorProcess.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await Promise.all(started.map((process) => process.kill()));
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

const providerKeyName = (senderId: string) => `TERN_PROVIDER_KEY_${senderId.replaceAll("-", "_").toUpperCase()}`;

function numberOf(at: number) {
  return {
    phoneNumberId: String(106540352242900 + at),
    displayPhoneNumber: `1555078${String(3800 + at)}`,
    wabaId: "102290129340398",
  };
}

function deploymentFile(options: StartSystemOptions, providerUrl: string, apiKey: string) {
  return {
    senders: options.senders.map(({ id, pace = 80 }, at) => {
      const { phoneNumberId, displayPhoneNumber, wabaId } = numberOf(at);
      const phoneNumber = `+${displayPhoneNumber}`;
      return {
        id,
        phoneNumber,
        phoneNumberId,
        wabaId,
        portfolio: "test",
        baseUrl: providerUrl,
        apiKey: { env: providerKeyName(id) },
        pace,
        window: { check: "off" }, // texts go to strangers here; a test of the window says otherwise with `editDeployment`
      };
    }),
    ...(options.tier ? { portfolios: [{ id: "test", ...options.tier }] } : {}),
    callers: [
      {
        id: "test",
        keySha256: [createHash("sha256").update(apiKey).digest("hex")],
        scopes: [
          "messages:write",
          "messages:read",
          "messages:read-all",
          "operate",
          "templates:read",
          "templates:write",
          "media",
          "contacts:read",
          "contacts:write",
          "inbound:read",
          "events:read",
          "conversations:write",
        ],
        senders: ["*"],
      },
    ],
    webhook: {
      path: { env: "TERN_WEBHOOK_PATH" },
      header: { name: "x-tern-webhook-secret", secrets: [{ env: "TERN_WEBHOOK_SECRET" }] },
    },
    ...(options.sending ? { sending: options.sending } : {}),
  };
}
