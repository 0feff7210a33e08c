// The file a run leaves behind: the figures with every round, and the machine they were taken on.
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import { join, relative } from "node:path";
import { startRedis } from "@tern/devkit";
import { Redis } from "ioredis";
import type { Measurement } from "./table.ts";

export interface MachineFacts {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly redis: string;
  /** Of the last minute before the run, per machine: above about 0.3, others were at work and the figures are worth less. */
  readonly load: number;
}

export async function machineFacts(): Promise<MachineFacts> {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? "unknown processor",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    redis: await redisVersion(),
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

async function redisVersion(): Promise<string> {
  const server = await startRedis();
  const redis = new Redis(server.url);
  try {
    return /^redis_version:(.+)\r$/m.exec(await redis.info("server"))?.[1] ?? "unknown";
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

/** Writes the file and returns its path, relative to where one stands. */
export async function saveResults(
  folder: string,
  startedAt: Date,
  results: {
    readonly facts: MachineFacts;
    readonly quick: boolean;
    readonly measurements: readonly Measurement[];
    readonly failures: readonly string[];
  },
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${startedAt.toISOString().slice(0, 19).replaceAll(":", "-")}.json`);
  await writeFile(file, `${JSON.stringify({ startedAt: startedAt.toISOString(), ...results }, null, 2)}\n`);
  return relative(process.cwd(), file);
}
