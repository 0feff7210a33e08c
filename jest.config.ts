// One configuration for every package: jest 30 on Node 24 strips the types itself, so there is no transform.
// Each package runs it with its own folder as rootDir.
import type { Config } from "jest";

const devkit = `${import.meta.dirname}/packages/devkit/src`;

export default {
  transform: {},
  extensionsToTreatAsEsm: [".ts"],
  testMatch: ["<rootDir>/src/**/*.test.ts"],
  globalSetup: `${devkit}/jest-redis.ts`,
  globalTeardown: `${devkit}/jest-redis-teardown.ts`,
  testTimeout: 20_000,
} satisfies Config;
