import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Cluster } from "ioredis";
import { scriptConstants } from "./constants.ts";
import { type RedisConnection, SCRIPT_NAMES, scriptRunner } from "./scripts.ts";
import { DEFAULT_STORE_SETTINGS } from "./settings.ts";
import { verdicts, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const folder = join(import.meta.dirname, "lua");
const luaFiles = readdirSync(folder).filter((file) => file.endsWith(".lua"));
const includeFiles = readdirSync(join(folder, "include"));

async function forgetScripts(redis: RedisConnection): Promise<void> {
  const nodes = redis instanceof Cluster ? redis.nodes("master") : [redis];
  await Promise.all(nodes.map((node) => node.script("FLUSH")));
}

describe("a Redis that forgot the scripts (a restart, a failover, SCRIPT FLUSH)", () => {
  test("is given them again, and the call is carried out once", async () => {
    const world = newWorld();
    await forgetScripts(world.redis);
    const sending = await world.send();
    await forgetScripts(world.redis);
    await world.finish(sending, verdicts.submit("wamid.A"));
    expect(await world.record(sending.localId)).toMatchObject({ status: "submitted", attempts: 1 });
  });

  test("is given them by many calls at once, each carried out once", async () => {
    const world = newWorld();
    await forgetScripts(world.redis);
    const accepted = await Promise.all(Array.from({ length: 20 }, () => world.accept({})));
    expect(new Set(accepted.map(([each]) => each?.kind === "accepted" && each.localId)).size).toBe(20);
    expect(await world.take()).toHaveLength(20);
  });
});

test("an error of a script reaches the caller", async () => {
  const { redis, base } = newWorld();
  const run = scriptRunner(redis, scriptConstants(DEFAULT_STORE_SETTINGS));
  await expect(run("renew", base, ["not a number"])).rejects.toThrow(/arithmetic|nil/);
});

test("every script has a name, and every name a script", () => {
  expect(luaFiles.map((file) => file.replace(".lua", "")).sort()).toEqual([...SCRIPT_NAMES].sort());
});

describe.each(luaFiles)("%s", (file) => {
  const text = readFileSync(join(folder, file), "utf8");
  const header = text.slice(0, text.search(/^(?!--)/m));
  const includes = /^-- @include (.+)$/m.exec(header)?.[1]?.split(" ") ?? [];

  test("opens with what it does, why it is atomic, its KEYS, its ARGV and what it returns", () => {
    expect(header.startsWith(`-- ${file.replace(".lua", "")}: `)).toBe(true);
    for (const word of [
      /^-- Atomic /m,
      /^-- KEYS\[1\] {2}base of the (sender|portfolio|account|caller)/m,
      /^-- ARGV {5}(1|per) /m,
      /^-- returns /m,
    ]) {
      expect(header).toMatch(word);
    }
  });

  test("includes only parts that are there, each after those it needs", () => {
    for (const [at, part] of includes.entries()) {
      expect(includeFiles).toContain(`${part}.lua`);
      const needs = /^-- needs: (.+)$/m.exec(readFileSync(join(folder, "include", `${part}.lua`), "utf8"))?.[1];
      for (const needed of needs?.split(", ") ?? []) expect(includes.slice(0, at)).toContain(needed);
    }
  });

  // A constant that nobody defines is nil in Lua, and a branch with it silently never taken.
  test("uses no constant that is not defined", () => {
    const parts = includes.map((part) => readFileSync(join(folder, "include", `${part}.lua`), "utf8"));
    const code = [...parts, text]
      .join("\n")
      .replaceAll(/--.*$/gm, "")
      .replaceAll(/'[^']*'/g, "''");
    const defined = new Set(scriptConstants(DEFAULT_STORE_SETTINGS).keys());
    const own = new Set([...code.matchAll(/local ([A-Z][A-Z0-9_]+) =/g)].map((match) => match[1]));
    const used = new Set(code.match(/\b[A-Z][A-Z0-9_]+\b/g));
    for (const word of ["KEYS", "ARGV"]) used.delete(word);
    expect([...used].filter((word) => !defined.has(word) && !own.has(word))).toEqual([]);
  });
});

test("every part is included by some script", () => {
  const included = luaFiles.flatMap((file) => {
    return /^-- @include (.+)$/m.exec(readFileSync(join(folder, file), "utf8"))?.[1]?.split(" ") ?? [];
  });
  expect([...new Set(included)].sort()).toEqual(includeFiles.map((file) => file.replace(".lua", "")).sort());
});

test("texts with quotes, backslashes and line ends survive in the head of a script", () => {
  const constants = scriptConstants(DEFAULT_STORE_SETTINGS);
  for (const name of ["LOST_JSON", "UNSETTLED_JSON"]) {
    const text = (constants.get(name) ?? "").slice(1, -1).replaceAll("\\'", "'").replaceAll("\\\\", "\\");
    expect(JSON.parse(text)).toMatchObject({ class: "unknown" });
  }
});
