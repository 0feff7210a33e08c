// Writes docs/openapi.json, the description of the API that its endpoints and schemas give.
//
//   node scripts/generate-openapi.ts            writes it
//   node scripts/generate-openapi.ts --check    exit code 1 if it is not what would be written
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createOpenApiDocument } from "@tern/api";
import { print } from "./terminal.ts";
import { root } from "./workspace.ts";

const path = join("docs", "openapi.json");
const file = join(root, path);
const text = `${JSON.stringify(createOpenApiDocument(), null, 2)}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
  print(`${path} written`);
} else if (existsSync(file) && readFileSync(file, "utf8") === text) {
  print(`${path} is current`);
} else {
  print(`${path} is not what the endpoints say: node scripts/generate-openapi.ts`);
  process.exitCode = 1;
}
