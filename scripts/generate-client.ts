// Writes packages/client/src/generated from docs/openapi.json. The work is done inside that package, which has the
// TypeScript that the generator of its types needs.
//
//   node scripts/generate-client.ts            writes it
//   node scripts/generate-client.ts --check    exit code 1 if it is not what would be written
import { join } from "node:path";
import { print } from "./terminal.ts";
import { root, runCommand } from "./workspace.ts";

const generator = join(root, "packages", "client", "generate.ts");
const { ended } = runCommand(["node", generator, ...process.argv.slice(2)], { onLine: print });
process.exitCode = (await ended).code ?? 1;
