import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { ConfigError } from "./config-error.ts";
import { describeSettings, type Env, readEnv } from "./env.ts";
import { portSetting, processSettings, secretSetting, wholeNumberSetting } from "./settings.ts";

const schema = z.object({
  ...processSettings,
  PORT: portSetting().prefault("8080").describe("The port of the REST API."),
  TOKEN: secretSetting().describe("What callers present."),
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tern-env-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const path = join(folder, `${Math.abs(text.length)}-${text.trim().slice(0, 8) || "empty"}`);
  writeFileSync(path, text);
  return path;
}

function problemsOf(env: Env): readonly string[] {
  try {
    readEnv(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("reading the environment", () => {
  test("gives typed values, with defaults for what is not set", () => {
    const settings = readEnv(schema, { TOKEN: "t0ken", PORT: "9000", LOG_LEVEL: "warn" });

    const port: number = settings.PORT;
    expect(port).toBe(9000);
    expect(settings).toMatchObject({
      TERN_CONFIG: "./tern.config.json",
      TERN_REDIS_PREFIX: "tern",
      HOST: "0.0.0.0",
      METRICS_PORT: 9464,
      LOG_LEVEL: "warn",
      SHUTDOWN_TIMEOUT_MS: 25_000,
    });
    expect(settings.REDIS_URL.reveal()).toBe("redis://127.0.0.1:6379");
    expect(settings.TOKEN.reveal()).toBe("t0ken");
  });

  test("takes nothing and spaces for not set, and drops spaces around a value", () => {
    const settings = readEnv(schema, { TOKEN: " t0ken ", PORT: " 9000\n", LOG_LEVEL: "", HOST: "  " });
    expect(settings).toMatchObject({ PORT: 9000, LOG_LEVEL: "info", HOST: "0.0.0.0" });
    expect(settings.TOKEN.reveal()).toBe("t0ken");
  });

  test("gives an object that cannot be changed, and that shows no secret", () => {
    const settings = readEnv(schema, { TOKEN: "t0ken", REDIS_URL: "rediss://tern:s3same@redis:6380/1" });
    expect(() => Object.assign(settings, { PORT: 1 })).toThrow(TypeError);
    expect(inspect(settings) + JSON.stringify(settings)).not.toMatch(/t0ken|s3same/);
  });

  test("tells every problem at once: where, what is expected, and what it is for", () => {
    const problems = problemsOf({
      REDIS_URL: "http://user:s3same@redis",
      PORT: "99999",
      METRICS_PORT: "80a",
      LOG_LEVEL: "loud",
      TERN_REDIS_PREFIX: "{tern}",
    });
    expect(problems).toHaveLength(6);
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^REDIS_URL: expected redis:.*\(Where Redis is;/),
        "PORT: too big: expected number to be <=65535 (The port of the REST API.)",
        expect.stringContaining("METRICS_PORT: expected a whole number"),
        expect.stringMatching(/^LOG_LEVEL: .*"debug"/),
        expect.stringContaining("TERN_REDIS_PREFIX: expected 1 to 32 small letters"),
        "TOKEN: missing; expected string (What callers present.)",
      ]),
    );
  });

  test("never quotes a value, for it may be a secret", () => {
    const problems = problemsOf({ TOKEN: "x", REDIS_URL: "s3same", PORT: "s3same", LOG_LEVEL: "s3same" });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain("s3same");
  });

  test("a single problem is a single line", () => {
    expect(() => readEnv(schema, {})).toThrow(/^the environment: TOKEN: missing; .*$/);
  });

  test("whole numbers are no fractions, no hexadecimals and no words", () => {
    const limited = z.object({ N: wholeNumberSetting({ min: -5, max: 5 }) });
    expect(readEnv(limited, { N: "-5" }).N).toBe(-5);
    for (const text of ["1.5", "0x1", "1e0", "Infinity", "NaN", "six", "6"]) {
      expect(() => readEnv(limited, { N: text })).toThrow(ConfigError);
    }
  });
});

describe("values from files", () => {
  test("NAME_FILE stands for NAME, and the line end of the file is not part of it", () => {
    const settings = readEnv(schema, { TOKEN_FILE: fileWith("t0ken\n"), PORT_FILE: fileWith("9001") });
    expect(settings.TOKEN.reveal()).toBe("t0ken");
    expect(settings.PORT).toBe(9001);
  });

  test("a file that is missing or empty, and a value given twice, are told as such and once", () => {
    const missing = join(folder, "missing");
    const empty = fileWith("\n");
    expect(problemsOf({ TOKEN_FILE: missing })).toEqual([`TOKEN_FILE: the file ${missing} cannot be read (ENOENT)`]);
    expect(problemsOf({ TOKEN_FILE: empty })).toEqual([`TOKEN_FILE: the file ${empty} is empty`]);
    expect(problemsOf({ TOKEN_FILE: empty, TOKEN: "x" })).toHaveLength(1);
    expect(problemsOf({ TOKEN_FILE: fileWith("y"), TOKEN: "x" })).toEqual([
      "TOKEN: set, and TOKEN_FILE as well: keep one of them",
    ]);
  });
});

test("the settings describe themselves for the documentation", () => {
  const described = new Map(describeSettings(schema).map((setting) => [setting.name, setting]));
  expect(described.get("TOKEN")).toEqual({
    name: "TOKEN",
    description: "What callers present.",
    defaultText: null,
    isRequired: true,
  });
  expect(described.get("PORT")).toMatchObject({ defaultText: "8080", isRequired: false });
  expect(described.get("REDIS_URL")).toMatchObject({ defaultText: "redis://127.0.0.1:6379", isRequired: false });
  for (const { name, description } of described.values()) expect(`${name} ${description}`).toMatch(/ .+\.$/);
});
