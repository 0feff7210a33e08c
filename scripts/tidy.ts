// Checks the facts about the sources that readers rely on: see tidy/rules.ts, and the import table in ARCHITECTURE.md,
// and the tests that docs/coverage.md names.
//
//   node scripts/tidy.ts                    prints what breaks a rule; exit code 1 if anything does
//   node scripts/tidy.ts --import-table     prints the import table as the sources are now
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { print } from "./terminal.ts";
import { missingProofs } from "./tidy/coverage.ts";
import {
  compareImportTables,
  drawImportTable,
  formatImportTable,
  readImportTable,
  type SourceFile,
} from "./tidy/import-table.ts";
import { applyRules } from "./tidy/rules.ts";
import { root } from "./workspace.ts";

const files = readRepository();

if (process.argv.includes("--import-table")) {
  print(formatImportTable(drawImportTable(files)));
} else {
  const problems = [...brokenRules(files), ...importProblems(files), ...proofProblems(files)];
  for (const problem of problems) print(problem);
  if (problems.length === 0) print(`${files.length} files are tidy`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

/** All files that are, or could be, committed. */
function readRepository(): SourceFile[] {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const paths = [...new Set(list.split("\0"))].filter((path) => path !== "" && existsSync(join(root, path)));
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

function brokenRules(files: SourceFile[]): string[] {
  return [...applyRules(files)].flatMap(([rule, complaints]) => [
    `${rule}:`,
    ...complaints.map(({ path, line, what }) => `  ${path}:${line}  ${what}`),
  ]);
}

function importProblems(files: SourceFile[]): string[] {
  const drawn = drawImportTable(files);
  const page = files.find(({ path }) => path === "ARCHITECTURE.md");
  const written = page === undefined ? undefined : readImportTable(page.text);
  const problems =
    written === undefined ? ["ARCHITECTURE.md has no import table"] : compareImportTables(drawn, written);
  if (problems.length === 0) return [];
  const heading =
    "imports do not match the table in ARCHITECTURE.md (the present one: node scripts/tidy.ts --import-table):";
  return [heading, ...problems.map((problem) => `  ${problem}`)];
}

function proofProblems(files: SourceFile[]): string[] {
  const missing = missingProofs(files);
  return missing.length === 0 ? [] : ["a page names tests or fixtures that are not there:", ...missing];
}
