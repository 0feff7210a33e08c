// Runs the tests of the store and of the queue, the same files, against a Redis Cluster of three masters:
//
//   pnpm --filter @tern/store test:cluster              all
//   pnpm --filter @tern/store test:cluster finish       the files whose names match, as jest takes them
//
// Every test has a sender of its own, so all nodes get some of them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { startRedisCluster } from "@tern/devkit";
import config from "../../../../../jest.config.ts";

const packages = join(import.meta.dirname, "..", "..", "..", "..");
const jest = join(dirname(createRequire(import.meta.url).resolve("jest/package.json")), "bin", "jest.js");
const nodeFlags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];

const cluster = await startRedisCluster();
const nodes = cluster.nodes.map(({ host, port }) => `${host}:${port}`);
const { globalSetup: _, globalTeardown: __, ...shared } = config; // those would start a single Redis
const ofCluster = {
  ...shared,
  rootDir: packages,
  roots: ["<rootDir>/store", "<rootDir>/queue"],
  testMatch: ["**/src/**/*.test.ts"],
};

const run = spawn(
  process.execPath,
  [...nodeFlags, jest, "--config", JSON.stringify(ofCluster), ...process.argv.slice(2)],
  {
    stdio: "inherit",
    env: { ...process.env, TERN_TEST_REDIS_URL: `redis+cluster://${nodes.join(",")}` },
  },
);
const [code] = await once(run, "exit");
await cluster.stop();
process.exitCode = typeof code === "number" ? code : 1;
