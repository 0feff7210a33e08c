// Builds the package as it is published: compiled twice (ESM and CommonJS, for Node.js 20 and later), with a manifest that
// knows nothing of this workspace.
//
//   node build.ts             into ./dist: `npm publish ./dist` or `npm pack ./dist`
//   node build.ts <folder>    into another folder
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const here = import.meta.dirname;
const out = resolve(process.argv[2] ?? join(here, "dist"));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
/** CommonJS from sources that are written as ESM, and are found as a bundler finds them: by their extension .ts. */
const COMMONJS = ["--module", "commonjs", "--moduleResolution", "bundler", "--verbatimModuleSyntax", "false"];

rmSync(out, { recursive: true, force: true });
compile("esm", "module", []);
compile("cjs", "commonjs", COMMONJS);
writeJson("package.json", publishedManifest());
cpSync(join(here, "README.md"), join(out, "README.md"));

/** `type` says how Node.js takes the .js files of the folder. */
function compile(folder: string, type: "module" | "commonjs", options: readonly string[]): void {
  const outDir = join(out, folder);
  execFileSync(process.execPath, [tsc, "-p", join(here, "tsconfig.build.json"), "--outDir", outDir, ...options], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  writeJson(join(folder, "package.json"), { type });
}

/** This package's own, without what concerns its development. */
function publishedManifest() {
  const { private: _private, scripts: _scripts, devDependencies: _tools, ...manifest } = readManifest();
  return manifest;
}

function readManifest(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
}

function writeJson(name: string, value: object): void {
  mkdirSync(join(out, name, ".."), { recursive: true });
  writeFileSync(join(out, name), `${JSON.stringify(value, null, 2)}\n`);
}
