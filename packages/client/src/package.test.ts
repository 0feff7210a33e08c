// The package that is published: what its manifest promises is there, it loads as ESM and as CommonJS on every Node.js it is
// for, and its types are right for services that are written either way.

import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Consumer, installBuiltPackage, output, typeErrors } from "./testing/built-package.ts";

let consumer: Consumer;
beforeAll(async () => {
  consumer = await installBuiltPackage();
}, 120_000);
afterAll(() => consumer.remove());

function manifest() {
  return JSON.parse(readFileSync(join(consumer.installed, "package.json"), "utf8"));
}

/** Every Node.js on the PATH, oldest last: the workspace's own, and the one outside if there is another. */
function nodes(): Map<string, string> {
  const found = execFileSync("which", ["-a", "node"], { encoding: "utf8" }).trim().split("\n");
  const all = [process.execPath, ...found].map((path): [string, string] => [
    execFileSync(path, ["--version"], { encoding: "utf8" }).trim(),
    path,
  ]);
  return new Map(all.reverse());
}

const majorOf = (version: string) => Number(/^v(\d+)/.exec(version)?.[1]);

test("every file that the manifest names is in the package, with types for import and for require", () => {
  const { exports, main, types } = manifest();
  const paths = [main, types, ...pathsIn(exports)];
  expect(paths.length).toBeGreaterThanOrEqual(7);
  for (const path of paths) expect([path, existsSync(join(consumer.installed, path))]).toEqual([path, true]);
  for (const condition of ["import", "require"]) {
    expect(Object.keys(exports["."][condition])).toEqual(["types", "default"]); // TypeScript takes the first that fits
  }
});

function pathsIn(value: unknown): string[] {
  return typeof value === "string" ? [value] : Object.values(value as object).flatMap(pathsIn);
}

test("the package holds what is needed and nothing else: no test, no source, nothing of the workspace", () => {
  const files = globSync("**/*.*", { cwd: consumer.installed });
  expect(files).toContain("README.md");
  const stray = files.filter((file) => !/^(esm|cjs)\/([\w-]+\/)*[\w-]+(\.d\.ts|\.js)$|(^|\/)package\.json$/.test(file));
  expect(stray).toEqual(["README.md"]);
  expect(files.filter((file) => /test/.test(file))).toEqual([]);
  const { scripts, devDependencies, private: isPrivate } = manifest();
  expect({ scripts, devDependencies, isPrivate }).toEqual({});
  for (const file of files.filter((name) => name !== "README.md")) {
    expect(readFileSync(join(consumer.installed, file), "utf8")).not.toMatch(
      /workspace:|(\bfrom |\brequire\()"(?!\.\.?\/|@tern\/client)/,
    );
  }
});

test("import and require give the same things, on each Node.js that is here", async () => {
  const uses = `console.log(typeof createClient, typeof isProblem,
    createClient({ baseUrl: "http://127.0.0.1:1", apiKey: "key", retries: { attemptsMax: 1 } }).listSenders() instanceof Promise)`;
  const call = `createClient({ baseUrl: "http://127.0.0.1:1", apiKey: "key", retries: { attemptsMax: 1 } })
    .listSenders().then(({ error }) => console.log(error.type));`;
  writeFileSync(
    join(consumer.folder, "esm.mjs"),
    `import { createClient, isProblem } from "@tern/client";\n${uses};${call}`,
  );
  writeFileSync(
    join(consumer.folder, "cjs.cjs"),
    `const { createClient, isProblem } = require("@tern/client");\n${uses};${call}`,
  );
  const versions = nodes();
  for (const [version, path] of versions) {
    if (majorOf(version) < 20) continue;
    for (const file of ["esm.mjs", "cjs.cjs"]) {
      const printed = await output(path, [file], { cwd: consumer.folder });
      expect([version, file, printed]).toEqual([version, file, "function function true\nnetwork\n"]);
    }
  }
  if (![...versions.keys()].some((version) => majorOf(version) === 20)) {
    console.warn(`notice: no Node.js 20 on the PATH: the package was tried on ${[...versions.keys()].join(", ")} only`);
  }
}, 60_000);

test("services written as ESM, as CommonJS and for bundlers get types that know every result and error", async () => {
  const program = `import { type Client, createClient, type ProblemType, type TernError } from "@tern/client";
const tern: Client = createClient({ baseUrl: "", apiKey: "" });
export async function use(): Promise<string> {
  const sent = await tern.sendMessage({ sender: "demo", to: "+49", type: "text", text: { body: "Hi" } });
  if (sent.ok) return sent.value.id;
  const name: ProblemType = "window-closed";
  const error: TernError = sent.error;
  if (error.type === "window-closed") return error.windowClosedAt ?? name;
  // @ts-expect-error a text has a body
  await tern.sendMessage({ sender: "demo", to: "+49", type: "text", text: {} });
  // @ts-expect-error there is no such operation
  await tern.sendPostcard({});
  // @ts-expect-error an id is needed
  await tern.getMessage();
  const paused = await tern.pauseSender({ id: "demo" });
  return paused.ok ? String(paused.value.changed) : paused.error.detail;
}
`;
  for (const file of ["types.mts", "types.cts"]) writeFileSync(join(consumer.folder, file), program);
  const node = ["--types", "node"];
  expect(await typeErrors(consumer.folder, [...node, "--module", "nodenext"], ["types.mts", "types.cts"])).toBe("");
  const bundler = ["--lib", "es2022,dom", "--module", "esnext", "--moduleResolution", "bundler"];
  expect(await typeErrors(consumer.folder, bundler, ["types.mts"])).toBe("");
}, 60_000);
