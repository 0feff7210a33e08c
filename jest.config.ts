// One configuration for every package: jest 30 on Node 24 strips the types itself, so there is no transform.
// Each package runs it with its own folder as rootDir.
import type { Config } from "jest";

const devkit = `${import.meta.dirname}/packages/devkit/src`;

// `pnpm test` sets this variable and gathers the counts of all packages (scripts/test.ts).
const isPartOfWholeRun = process.env.TERN_TEST_RESULTS !== undefined;

export default {
  transform: {},
  extensionsToTreatAsEsm: [".ts"],
  testMatch: ["<rootDir>/src/**/*.test.ts"],
  globalSetup: `${devkit}/jest-redis.ts`,
  globalTeardown: `${devkit}/jest-redis-teardown.ts`,
  reporters: [isPartOfWholeRun ? `${import.meta.dirname}/scripts/test/reporter.ts` : "default"],
  testTimeout: 20_000,
  // Jest leaves a core free, which on two cores is half of them. Suites that fill the machine by themselves say 1, and those
  // that mostly wait say more.
  maxWorkers: 2,
} satisfies Config;
