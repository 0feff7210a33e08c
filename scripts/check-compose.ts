// Checks docker-compose.yml against our own rules (compose/rules.ts), beside dclint, which knows the format.
//
//   node scripts/check-compose.ts
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brokenCompose, secretVariables } from "./compose/rules.ts";
import { print } from "./terminal.ts";
import { root } from "./workspace.ts";

const examples = ["example", "simulator"].map((name) => join(root, `deploy/tern.config.${name}.json`));
const text = readFileSync(join(root, "docker-compose.yml"), "utf8");
const problems = brokenCompose(text, { folder: root, secrets: secretVariables(examples) });
for (const problem of problems) print(problem);
if (problems.length > 0) process.exitCode = 1;
