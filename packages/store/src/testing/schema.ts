// The schema of Redis as keys.ts documents it, read from that comment, so that the documentation can be wrong only
// together with a test.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface SchemaRow {
  /** As documented: `m:<id>`. */
  readonly name: string;
  readonly pattern: RegExp;
  readonly type: string;
  readonly holds: string;
  readonly ends: string;
  /** Whether such a key may stay for ever, because its size has a cap. */
  readonly isCapped: boolean;
}

export function readSchema(): SchemaRow[] {
  const text = readFileSync(join(import.meta.dirname, "..", "keys.ts"), "utf8");
  const lines = text.split("\n").map((line) => line.replace(/^\/\/ ?/, ""));
  const start = lines.findIndex((line) => /^base \+ …\s+type\s+holds\s+ends$/.test(line));
  if (start < 0) throw new Error("keys.ts has no table of keys");
  const end = lines.findIndex((line, at) => at > start && line.trim() === "");
  return joinRows(lines.slice(start + 1, end)).map((line) => {
    const [, name, type, holds, ends] = /^(\S+)\s+(\w+)\s+(.+?)\s{2,}(.+)$/.exec(line) ?? [];
    if (!name || !type || !holds || !ends)
      throw new Error(`a row of the table in keys.ts has no four columns: ${line}`);
    const pattern = name.replaceAll(/[.*+?^$()[\]\\|]/g, "\\$&").replaceAll(/<[^>]+>/g, "[^{}]+");
    return {
      name,
      pattern: new RegExp(`^${pattern}$`),
      type,
      holds,
      ends,
      isCapped: /^(kept|capped|one number)/.test(ends),
    };
  });
}

/** A line that starts with blanks goes on with the third column of the row above it. */
function joinRows(lines: readonly string[]): string[] {
  const rows: string[] = [];
  for (const line of lines) {
    const [, name, holds, ends] = /^(\S+\s+\w+\s+)(.+?)(\s{2,}.+)$/.exec(rows.at(-1) ?? "") ?? [];
    if (name !== undefined && /^\s/.test(line)) rows[rows.length - 1] = `${name}${holds}, ${line.trim()}${ends}`;
    else rows.push(line);
  }
  return rows;
}
