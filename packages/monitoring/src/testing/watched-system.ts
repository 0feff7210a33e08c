// The whole of Tern with a real Prometheus beside it, which finds the processes as they come and go and judges them by the
// generated rules, every length of time in them shortened by the generator's own parameter.

import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ManagedProcess,
  type StartSystemOptions,
  type System,
  startPrometheus,
  startSystem,
  testRedisUrl,
  uniquePrefix,
  waitUntil,
} from "@tern/devkit";
import { renderRules } from "../rules/render.ts";
import { readRuleSettings } from "../rules/settings.ts";

/** Minutes become seconds: Prometheus scrapes every second, as it does every 15 s in production. */
const TIME_SCALE = 1 / 60;
const FIRES_WITHIN_MS = 40_000;

export interface Alert {
  readonly state: "pending" | "firing";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface WatchedSystem {
  readonly system: System;
  alerts(): Promise<Alert[]>;
  /** How many series a selector finds now. */
  seriesCount(selector: string): Promise<number>;
  /** Waits until the alert fires. Meanwhile `keepOn` goes on being done, as life would. */
  firing(name: string, keepOn?: () => Promise<unknown>): Promise<Alert>;
  /** Waits until the alert does not even begin to fire. */
  resolved(name: string, keepOn?: () => Promise<unknown>): Promise<void>;
  /** Prometheus looks for the processes that run now. */
  noteProcesses(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWatchedSystem(options: Partial<StartSystemOptions>): Promise<WatchedSystem> {
  const folder = await mkdtemp(join(tmpdir(), "tern-watched-"));
  const system = await startSystem({
    redisUrl: testRedisUrl(),
    prefix: uniquePrefix(),
    senders: [{ id: "demo" }],
    ...options,
  });

  /** What DNS is to Prometheus in docker compose: a file that names each service's processes. */
  async function noteProcesses(): Promise<void> {
    const { api, workers, webhook } = system.processes;
    const jobs = { "tern-api": api, "tern-worker": workers, "tern-webhook": webhook };
    for (const [job, processes] of Object.entries(jobs)) {
      const targets = processes.slice(-1).map((process: ManagedProcess) => `127.0.0.1:${process.ready.metricsPort}`);
      await writeFile(join(folder, `${job}.new`), JSON.stringify([{ targets }]));
      await rename(join(folder, `${job}.new`), join(folder, `${job}.json`));
    }
  }

  try {
    await noteProcesses();
    const prometheus = await startPrometheus({
      config: JSON.stringify({
        global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
        rule_files: ["recording.yaml", "alerts.yaml"],
        scrape_configs: ["tern-api", "tern-worker", "tern-webhook"].map((job) => ({
          job_name: job,
          file_sd_configs: [{ files: [join(folder, `${job}.json`)] }],
        })),
      }),
      files: renderRules({ ...readRuleSettings(), timeScale: TIME_SCALE }),
    });

    const alerts = async () => ((await prometheus.get("/api/v1/alerts")) as { alerts: Alert[] }).alerts;
    const named = async (name: string) => (await alerts()).filter(({ labels }) => labels.alertname === name);
    const words = async () => (await alerts()).map(({ state, labels }) => `${labels.alertname} ${state}`).join(", ");
    return {
      system,
      alerts,
      seriesCount: async (selector) => (await prometheus.query(`count(${selector})`))[0]?.value ?? 0,
      noteProcesses,
      async firing(name, keepOn = async () => {}) {
        const isFiring = async () => {
          await keepOn();
          return (await named(name)).find(({ state }) => state === "firing");
        };
        return await waitUntil(isFiring, { what: `${name} to fire`, timeoutMs: FIRES_WITHIN_MS, everyMs: 200 }).catch(
          async (error: Error) => {
            throw new Error(`${error.message}; alerts now: ${await words()}`);
          },
        );
      },
      async resolved(name, keepOn = async () => {}) {
        const isResolved = async () => {
          await keepOn();
          return (await named(name)).length === 0;
        };
        await waitUntil(isResolved, { what: `${name} to end`, timeoutMs: FIRES_WITHIN_MS, everyMs: 200 });
      },
      async stop() {
        await prometheus.stop();
        await system.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
