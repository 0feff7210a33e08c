import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "@jest/globals";
import { isPortFree } from "./free-port.ts";
import { startProcess } from "./processes.ts";
import { waitUntil } from "./wait-until.ts";

// Only Linux can bind a child's life to a parent that is killed; elsewhere the exit hook covers ordinary ends.
const ends = process.platform === "linux" ? ["exits", "is killed"] : ["exits"];

// Without this, each aborted test run and each killed demo would leave servers behind that hold ports and memory.
test.each(ends)("Redis and services are gone after the process that started them %s", async (end) => {
  const TMPDIR = await mkdtemp(join(tmpdir(), "tern-parent-test-"));
  const file = `${import.meta.dirname}/fixtures/parent.ts`;
  const parent = await startProcess({ name: "parent", file, args: [end], env: { TMPDIR } });
  const ports = [Number(parent.ready.redisPort), Number(parent.ready.servicePort)];

  if (end === "is killed") await parent.kill();

  await waitUntil(async () => (await Promise.all(ports.map(isPortFree))).every(Boolean), {
    what: "the children to be gone",
  });
  await rm(TMPDIR, { recursive: true, force: true });
});
