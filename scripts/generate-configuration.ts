// Keeps docs/configuration.md true: writes its tables from the schemas of the services and of the deployment file, its
// example from deploy/, and loads the example files as a service would.
//
//   node scripts/generate-configuration.ts            writes these parts of the page
//   node scripts/generate-configuration.ts --check    exit code 1 if they differ from what stands there
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadDeployment, processSettings } from "@tern/runtime";
import { z } from "zod";
import { deploymentFileSchema } from "../packages/runtime/src/deployment-schema.ts";
import { apiSettings } from "../services/api/src/config.ts";
import { webhookSettings } from "../services/webhook/src/config.ts";
import { workerSettings } from "../services/worker/src/config.ts";
import { fieldsTable, settingsTable } from "./configuration/tables.ts";
import { print } from "./terminal.ts";
import { root } from "./workspace.ts";

const PAGE = "docs/configuration.md";
const EXAMPLE = "deploy/tern.config.example.json";
const SIMULATOR_EXAMPLE = "deploy/tern.config.simulator.json";

/** The least a deployment file must say, and one webhook header: the rest is defaults. */
const MINIMAL_FILE = {
  senders: [
    {
      id: "main",
      phoneNumber: "+15550783881",
      phoneNumberId: "1",
      wabaId: "1",
      portfolio: "acme",
      apiKey: { env: "KEY" },
    },
  ],
  callers: [],
  webhook: { path: { env: "PATH" }, header: { name: "x-secret", secrets: [{ env: "SECRET" }] } },
};

const shared = Object.keys(processSettings);
const parts: Record<string, (written: string) => string> = {
  example: () => ["```json", readFileSync(join(root, EXAMPLE), "utf8").trimEnd(), "```"].join("\n"),
  "every service": () => settingsTable(z.object(processSettings)),
  api: () => settingsTable(apiSettings, shared),
  worker: () => settingsTable(workerSettings, shared),
  webhook: () => settingsTable(webhookSettings, shared),
  "deployment file": (written) => fieldsTable(deploymentFileSchema, MINIMAL_FILE, written),
};

for (const path of [EXAMPLE, SIMULATOR_EXAMPLE]) loadExample(join(root, path));
const before = readFileSync(join(root, PAGE), "utf8");
const after = Object.entries(parts).reduce((page, [name, draw]) => replacePart(page, name, draw), before);
if (!process.argv.includes("--check")) writeFileSync(join(root, PAGE), after);
else if (after !== before) {
  print(`${PAGE} is not what the schemas say: run node scripts/generate-configuration.ts`);
  process.exitCode = 1;
}

/** Replaces what stands between `<!-- part: name -->` and `<!-- end -->`. */
function replacePart(page: string, name: string, draw: (written: string) => string): string {
  const opening = `<!-- part: ${name} -->`;
  const start = page.indexOf(opening) + opening.length;
  const end = page.indexOf("<!-- end -->", start);
  if (start < opening.length || end === -1) throw new Error(`${PAGE} has no ${opening} … <!-- end -->`);
  return `${page.slice(0, start)}\n${draw(page.slice(start, end))}\n${page.slice(end)}`;
}

/** Throws what a service would say of the file, given a secret under every name that the file mentions. */
function loadExample(path: string): void {
  const names = [...readFileSync(path, "utf8").matchAll(/"env": "([^"]+)"/g)].map(([, name = ""]) => name);
  loadDeployment(path, Object.fromEntries(names.map((name) => [name, "a-secret-of-some-length"])));
}
