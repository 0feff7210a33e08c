// Writes what the client knows of the API from docs/openapi.json: its types (by openapi-typescript, which needs the
// JavaScript API of TypeScript 6, hence this package's own TypeScript) and the table of its operations.
//
//   node generate.ts            writes src/generated/*.ts
//   node generate.ts --check    exit code 1 if they are not what would be written
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";

const HEAD = "// Generated from docs/openapi.json by `node scripts/generate-client.ts`; not to be edited.\n\n";
const METHODS = ["get", "put", "post", "delete"] as const;

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

type Paths = Record<string, Partial<Record<(typeof METHODS)[number], Operation>>>;

const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../docs/openapi.json"), "utf8"));
const files = {
  "api.ts": HEAD + usedTypes(astToString(await openapiTS(withoutExamples(document), { defaultNonNullable: false }))),
  "operations.ts": HEAD + operationsModule(document.paths, document.components.schemas.Problem.properties.type.enum),
};

const folder = join(import.meta.dirname, "src/generated");
const stale = Object.entries(files).filter(([name, text]) => {
  const file = join(folder, name);
  return !existsSync(file) || readFileSync(file, "utf8") !== text;
});
if (!process.argv.includes("--check")) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of stale) writeFileSync(join(folder, name), text);
  console.log("packages/client/src/generated written");
} else if (stale.length === 0) {
  console.log("packages/client/src/generated is current");
} else {
  const names = stale.map(([name]) => name).join(" and ");
  console.log(
    `${names} in packages/client/src/generated: not what docs/openapi.json says: node scripts/generate-client.ts`,
  );
  process.exitCode = 1;
}

/** Without the index by path and what the document has none of: the client goes by operations. */
function usedTypes(text: string): string {
  return text
    .replace(/^export interface paths \{[\s\S]*?^\}\n/m, "")
    .replace(/^export type (?:webhooks|\$defs) = .*\n/gm, "");
}

/** Examples make half of the types' comments and say nothing that the types do not. */
function withoutExamples(value: unknown): never {
  const strip = (inner: unknown, isNames: boolean): unknown => {
    if (Array.isArray(inner)) return inner.map((each) => strip(each, false));
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(
      Object.entries(inner)
        .filter(([name]) => isNames || (name !== "example" && name !== "examples"))
        // Below "properties" a name is a field of the API's, which may well be called "example".
        .map(([name, each]) => [name, strip(each, !isNames && name === "properties")]),
    );
  };
  return strip(value, false) as never;
}

function operationsModule(paths: Paths, problemTypes: readonly string[]): string {
  const rows = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const query = (operation.parameters ?? []).filter((each) => each.in === "query").map(({ name }) => name);
      const row = { method: method.toUpperCase(), path, query };
      return [`  ${operation.operationId}: ${JSON.stringify(row)},`];
    }),
  );
  const problems = problemTypes.map((urn) => urn.replace("urn:tern:problem:", ""));
  return [
    `export const OPERATIONS = {\n${rows.join("\n")}\n} as const;`,
    `export const PROBLEM_TYPES = ${JSON.stringify(problems)} as const;\n`,
  ].join("\n\n");
}
