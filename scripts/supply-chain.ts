// What Tern is made of, and whether anything of it is known to be vulnerable:
//
//   node scripts/supply-chain.ts           writes .data/sbom.cdx.json and checks it; asks the registry about vulnerabilities
//
// Exit code 1 if the SBOM lacks something that the services depend on, or if a vulnerability is known. A vulnerability that
// is left for a reason is named, with the reason, under auditConfig.ignoreGhsas in pnpm-workspace.yaml. A registry that
// cannot be asked is told in a line, and is no failure.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { missingComponents, readComponents, verdictOfAudit } from "./supply-chain/judge.ts";
import { print } from "./terminal.ts";
import { root, runCommand } from "./workspace.ts";

const SBOM = join(root, ".data", "sbom.cdx.json");
const PNPM = ["npx", "-y", "pnpm@12"];

const problems = [await checkSbom(), await checkVulnerabilities()].flat();
for (const problem of problems) print(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

async function checkSbom(): Promise<string[]> {
  const { code, text } = await outputOf(
    ...PNPM,
    "sbom",
    "--sbom-format",
    "cyclonedx",
    "--sbom-type",
    "application",
    "--prod",
  );
  if (code !== 0) return [`pnpm sbom failed: ${text.slice(-500)}`];
  mkdirSync(dirname(SBOM), { recursive: true });
  writeFileSync(SBOM, text);
  const components = readComponents(text);
  const missing = missingComponents(components, dependenciesOfServices());
  if (missing.length > 0) return [`the SBOM has ${components.size} components, and not: ${missing.join(", ")}`];
  print(`SBOM: ${components.size} components, every dependency of the services among them; it is .data/sbom.cdx.json`);
  return [];
}

/** The names that the services and the packages they are made of ask for, other than each other's. */
function dependenciesOfServices(): string[] {
  const manifests = ["services", "packages"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name, "package.json")),
  );
  const wanted = new Set<string>();
  for (const path of manifests) {
    const { dependencies = {} } = JSON.parse(readFileSync(path, "utf8")) as { dependencies?: Record<string, string> };
    for (const [name, version] of Object.entries(dependencies)) if (!version.startsWith("workspace:")) wanted.add(name);
  }
  return [...wanted].sort();
}

async function checkVulnerabilities(): Promise<string[]> {
  const verdict = verdictOfAudit(await outputOf(...PNPM, "audit", "--prod"));
  if (verdict.kind === "findings") return [verdict.text];
  print(verdict.kind === "none" ? "No known vulnerability." : `NOT CHECKED for known vulnerabilities: ${verdict.why}`);
  return [];
}

async function outputOf(...command: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const { code } = await runCommand(command, { onLine: (line) => lines.push(line) }).ended;
  return { code: code ?? 1, text: lines.join("\n") };
}
