import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { findRedisBinary } from "./redis-binary.ts";

const base = mkdtempSync(join(tmpdir(), "tern-binary-test-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A folder to stand as PATH, with programs that print what a server prints for --version. */
function pathWith(programs: Record<string, string>): string {
  const folder = mkdtempSync(join(base, "path-"));
  for (const [name, printed] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho '${printed}'\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

const REDIS_7 = "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0";
const REDIS_5 = "Redis server v=5.0.7 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64 build=0";
const VALKEY_8 = "Valkey server v=8.1.3 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0";

describe("a server on PATH", () => {
  test("valkey-server comes before redis-server", async () => {
    const PATH = pathWith({ "redis-server": REDIS_7, "valkey-server": VALKEY_8 });
    expect(await findRedisBinary({ env: { PATH } })).toMatchObject({
      path: join(PATH, "valkey-server"),
      version: "8.1.3",
      env: {},
    });
  });

  test("redis-server serves as well", async () => {
    const PATH = pathWith({ "redis-server": REDIS_7 });
    expect(await findRedisBinary({ env: { PATH } })).toMatchObject({ version: "7.0.15" });
  });

  test("one that is too old is passed over for one that will do", async () => {
    const PATH = `${pathWith({ "valkey-server": "nonsense" })}:${pathWith({ "redis-server": REDIS_7 })}`;
    expect(await findRedisBinary({ env: { PATH } })).toMatchObject({ version: "7.0.15" });
  });
});

describe("no server to be had", () => {
  test("the error names three choices and what was tried", async () => {
    const PATH = pathWith({ "redis-server": REDIS_5 });
    const message = await findRedisBinary({ env: { PATH } }).catch((error: Error) => error.message);
    expect(message).toContain("apt-get install redis-server");
    expect(message).toContain("brew install valkey");
    expect(message).toContain("docker run -d -p 6379:6379 valkey/valkey:8");
    expect(message).toContain("REDIS_URL");
    expect(message).toContain("is version 5.0.7, older than 6.2");
    expect(message).toContain("no apt-get on PATH");
  });
});
