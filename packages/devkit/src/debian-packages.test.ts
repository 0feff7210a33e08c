import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { cacheFolder } from "./debian-packages.ts";

const base = mkdtempSync(join(tmpdir(), "tern-packages-test-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe("the cache folder", () => {
  test("is XDG_CACHE_HOME, else below HOME", () => {
    const env = { XDG_CACHE_HOME: join(base, "xdg"), HOME: join(base, "home") };
    expect(cacheFolder(env)).toBe(join(base, "xdg"));
    expect(cacheFolder({ HOME: env.HOME })).toBe(join(base, "home", ".cache"));
    expect(existsSync(join(base, "home", ".cache"))).toBe(true);
  });

  // A file in the way stands for every folder that cannot be written: permissions do not stop root.
  test.each([
    ["empty", ""],
    ["relative", "home"],
    ["not a place to write to", join(base, "file")],
  ])("is a private one in the temporary folder when HOME is %s", (_, HOME) => {
    writeFileSync(join(base, "file"), "");
    expect(cacheFolder({ HOME })).toMatch(new RegExp(`^${tmpdir()}/tern-cache-\\d+$`));
  });

  test("a relative XDG_CACHE_HOME is ignored, as its specification asks", () => {
    mkdirSync(join(base, "home2"));
    expect(cacheFolder({ XDG_CACHE_HOME: "cache", HOME: join(base, "home2") })).toBe(join(base, "home2", ".cache"));
  });
});
