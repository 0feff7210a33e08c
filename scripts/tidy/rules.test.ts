import { expect, test } from "@jest/globals";
import { applyRules } from "./rules.ts";

function complaintsAbout(path: string, text: string): string[] {
  return [...applyRules([{ path, text }]).values()].flat().map(({ line, what }) => `${line}: ${what}`);
}

// The forbidden words are put together here, or this file would break the rules it tests.
const later = ["TO", "DO"].join("");
const home = ["", "root", "project"].join("/");

test.each([
  ["services/api/src/app.ts", "const port = process.env.PORT;", ["1: process.env"]],
  ["services/api/src/app.test.ts", "const port = process.env.PORT;", ["1: process.env"]],
  ["services/api/src/main.ts", "const port = process.env.PORT;", []],
  ["packages/runtime/src/env.ts", "read(process.env)", []],
  ["packages/core/src/decide.ts", "// never reads process.env or Date.now\nlet a;", []],
  ["packages/core/src/decide.ts", "/* setTimeout\n setTimeout */\nMath.random()", ["3: Math.random"]],
  ["packages/store/src/store.ts", "setTimeout(run, 5)", ["1: setTimeout"]],
  ["packages/store/src/store.ts", 'import { setTimeout as sleep } from "node:timers/promises"', ["1: setTimeout"]],
  ["packages/store/src/store.ts", "new Date(ms).toISOString()", []],
  ["packages/store/src/store.test.ts", "Date.now()", []],
  ["packages/simulator/src/clock.ts", "Date.now()", []],
  ["packages/client/src/real-surroundings.ts", "Math.random()", []],
  ["packages/client/src/retry.ts", "Math.random()", ["1: Math.random"]],
  ["packages/store/src/store.ts", 'const link = "https://example.com"; Date.now()', ["1: Date.now"]],
  ["packages/store/src/lua/go.lua", "local a = 1", ["1: no comment at the top"]],
  ["packages/store/src/lua/go.lua", "-- Goes.\n-- KEYS 1 record\n-- ARGV 1 nowMs\n-- returns 1\nreturn 1", []],
  [
    "packages/store/src/lua/go.lua",
    "-- Goes.\n-- KEYS 1 record\n-- returns 1\n",
    ["1: the header does not mention ARGV"],
  ],
  ["packages/store/src/lua/include/part.lua", "-- What it is for.\nlocal a = 1", []],
  ["packages/store/src/lua/include/part.lua", "local a = 1", ["1: no comment at the top"]],
  ["services/api/src/a.ts", "await fetch(link)", ["1: fetch("]],
  ["services/api/src/a.ts", "media.fetch(link); prefetch(link)", []],
  ["services/api/src/a.test.ts", "await fetch(link)", []],
  ["services/webhook/src/a.ts", 'import { request } from "node:http";', ['1: request } from "node:http"']],
  ["services/webhook/src/a.ts", 'import { createServer } from "node:http";', []],
  ["packages/dialog360/src/a.ts", 'import type { Pool } from "undici";', []],
  ["packages/dialog360/src/a.ts", 'import { Pool } from "undici";', ['1: import { Pool } from "undici"']],
  ["packages/dialog360/src/origins.ts", 'import { Pool } from "undici";', []],
  ["docs/start.md", `cd ${home}/x`, [`1: ${home.slice(0, 6)}`]],
  ["docs/start.md", "see ./work/plan and https://example.com/work/", []],
  ["packages/core/src/a.ts", `// ${later}: more`, [`1: ${later}`]],
])("%s with %j", (path, text, expected) => {
  expect(complaintsAbout(path, text)).toEqual(expected);
});
