// Which part of the repository may import which, drawn from the sources and compared with the table that people read in
// ARCHITECTURE.md. Only what runs in production counts: tests may use more, and pnpm refuses what is not declared.

export interface SourceFile {
  /** From the repository's folder, with forward slashes. */
  path: string;
  text: string;
}

/** Part name ("services/api") to the names of the packages it imports, both sorted. */
export type ImportTable = Map<string, string[]>;

const PART = /^((?:packages|services)\/[\w-]+)\/src\//;
const IMPORT = /(?:from|import)\s*\(?\s*"([^"]+)"/g;

/** Draws the table from the sources. Each part is listed, also one that imports nothing. */
export function drawImportTable(files: readonly SourceFile[]): ImportTable {
  const table = new Map<string, Set<string>>();
  for (const { path, text } of files) {
    const part = PART.exec(path)?.[1];
    if (part === undefined || !path.endsWith(".ts")) continue;
    const imported = table.get(part) ?? new Set<string>();
    table.set(part, imported);
    if (isTestCode(path)) continue;
    for (const [, specifier = ""] of text.matchAll(IMPORT)) {
      const name = /^@tern\/([\w-]+)/.exec(specifier)?.[1];
      if (name !== undefined) imported.add(name);
    }
  }
  const parts = [...table].sort(([one], [other]) => one.localeCompare(other));
  return new Map(parts.map(([part, names]) => [part, [...names].sort()]));
}

/** Files that only tests load. */
export function isTestCode(path: string): boolean {
  return /\.test\.ts$|\/(fixtures|testing)\/|^packages\/scenarios\//.test(path);
}

/** As it stands in ARCHITECTURE.md. */
export function formatImportTable(table: ImportTable): string {
  const rows = [...table].map(([part, names]) => {
    return `| \`${part}\` | ${names.length === 0 ? "nothing" : names.map((name) => `\`${name}\``).join(", ")} |`;
  });
  return ["| part | imports |", "| --- | --- |", ...rows].join("\n");
}

/** Reads the table back from a page; undefined if the page has none. Column widths and order of names do not matter. */
export function readImportTable(page: string): ImportTable | undefined {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => /^\|\s*part\s*\|\s*imports\s*\|/.test(line));
  if (start === -1) return undefined;
  const table: ImportTable = new Map();
  for (const line of lines.slice(start + 2)) {
    const [, part, imports] = /^\|\s*`([^`]+)`\s*\|([^|]*)\|/.exec(line) ?? [];
    if (part === undefined || imports === undefined) break;
    table.set(part, [...imports.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "").sort());
  }
  return table;
}

/** One sentence for each difference. */
export function compareImportTables(drawn: ImportTable, written: ImportTable): string[] {
  const problems: string[] = [];
  for (const part of new Set([...drawn.keys(), ...written.keys()])) {
    const [actual, allowed] = [drawn.get(part), written.get(part)];
    if (actual === undefined) problems.push(`${part} is in the table but not in the repository`);
    else if (allowed === undefined) problems.push(`${part} is not in the table`);
    else {
      const extra = actual.filter((name) => !allowed.includes(name));
      const unused = allowed.filter((name) => !actual.includes(name));
      if (extra.length > 0) problems.push(`${part} imports ${extra.join(", ")}, which the table does not say`);
      if (unused.length > 0) problems.push(`${part} does not import ${unused.join(", ")}, which the table says`);
    }
  }
  return problems;
}
