// Global setup and teardown of a package's test run: one Redis for all its test files, if the package tests against Redis
// at all, which is to say: if it depends on this package.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ProvidedRedis, provideRedis } from "./provide-redis.ts";
import { TEST_REDIS_VARIABLE } from "./test-redis.ts";

const NAME = "@tern/devkit";

let provided: ProvidedRedis | undefined;

export default async function setUp(_globalConfig: unknown, project: { rootDir: string }): Promise<void> {
  if (!(await usesRedis(project.rootDir))) return;
  provided = await provideRedis(process.env);
  process.env[TEST_REDIS_VARIABLE] = provided.url;
}

export async function tearDown(): Promise<void> {
  await provided?.stop();
  provided = undefined;
}

async function usesRedis(folder: string): Promise<boolean> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return JSON.stringify(manifest).includes(`"${NAME}"`);
}
