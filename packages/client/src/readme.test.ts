// The examples of the README, as they stand there: each is a program of a service that has installed the package, run against
// the real services. What a line prints is what its comment says: `// → `, several prints with commas.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type System, startSystem, testRedisUrl, uniquePrefix } from "@tern/devkit";
import { type Consumer, installBuiltPackage, output, typeErrors } from "./testing/built-package.ts";

const README = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const QUICK_START = "Quick start";

/** By the heading they stand under. */
const examples = [...README.matchAll(/^## (.+)\n(?:(?!^## )[\s\S])*?^```ts\n([\s\S]*?)^```$/gm)].map(
  ([, heading = "", code = ""]) => ({ heading, code, prints: printsOf(code) }),
);

/** What the comments say that is printed. */
function printsOf(code: string): string[] {
  return [...code.matchAll(/\/\/ → (.+)$/gm)].flatMap(([, printed = ""]) => printed.split(", "));
}

/** The client that the page says `tern` is, for an example that makes none of its own. */
function program(code: string): string {
  const made = (examples[0]?.code ?? "").split("\n\n").slice(0, 2).join("\n\n");
  return code.includes("createClient(") ? code : `${made}\n\n${code}`;
}

let consumer: Consumer;
let system: System;
beforeAll(async () => {
  [consumer, system] = await Promise.all([
    installBuiltPackage(),
    startSystem({ redisUrl: testRedisUrl(), prefix: uniquePrefix(), senders: [{ id: "demo", pace: "unlimited" }] }),
  ]);
  await system.simulator.putBehaviour({
    statuses: { enabled: true, sentAfterMs: 20, deliveredAfterMs: 40, readAfterMs: 60, jitterMs: 30 },
  });
  writeFileSync(join(consumer.folder, "package.json"), JSON.stringify({ type: "module" }));
}, 120_000);
afterAll(async () => {
  await system?.stop();
  await consumer?.remove();
}, 60_000);

test("each section that shows a feature has an example, the first of which makes the client", () => {
  expect(examples.map(({ heading }) => heading)).toEqual([
    QUICK_START,
    "Results, not exceptions",
    "Sending exactly once",
    "Retries and time limits",
    "Batches",
    "Waiting for a status",
    "Lists",
    "Events and inbound messages",
    "Files",
    "Everything else",
  ]);
  expect(README.match(/^```ts$/gm)).toHaveLength(examples.length);
  for (const { heading, prints } of examples) expect([heading, prints.length > 0]).toEqual([heading, true]);
});

test("the examples have no type errors", async () => {
  const files = examples.map(({ code }, at) => {
    const file = `types-${at}.ts`;
    writeFileSync(join(consumer.folder, file), `${program(code)}\nexport {};\n`);
    return file;
  });
  expect(await typeErrors(consumer.folder, ["--module", "nodenext", "--types", "node"], files)).toBe("");
}, 60_000);

describe("the example of", () => {
  test.each(examples)("$heading prints what it says", async ({ heading, code, prints }) => {
    const cwd = join(consumer.folder, heading.replaceAll(/\W+/g, "-"));
    mkdirSync(cwd);
    const text = program(code).replaceAll("http://127.0.0.1:8080", system.apiUrls[0] ?? "");
    writeFileSync(join(cwd, "example.ts"), text);
    const env = { TERN_API_KEY: system.apiKey };
    const printed = await output(process.execPath, ["--disable-warning=ExperimentalWarning", "example.ts"], {
      cwd,
      env,
    });
    expect(printed.trimEnd().split("\n")).toEqual(prints);
  });
});
