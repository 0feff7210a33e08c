// docs/runbook.md taken apart: for each alert its parts, and the commands in them.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export const RUNBOOK_FILE = join(import.meta.dirname, "../../../../docs/runbook.md");

/** In this order, in every section. */
export const RUNBOOK_PARTS = ["Symptom", "Look here", "Do this", "Over when", "Why it exists"] as const;
export type RunbookPart = (typeof RUNBOOK_PARTS)[number];

export interface RunbookSection {
  /** The alert's name. */
  readonly name: string;
  /** As they stand there. */
  readonly headings: readonly string[];
  readonly text: (part: RunbookPart) => string;
  /** The lines of its shell blocks. */
  readonly commands: (part: RunbookPart) => readonly string[];
  /** The same of one step of "Do this", counted from 1. */
  readonly stepCommands: (step: number) => readonly string[];
}

export function readRunbook(text: string = readFileSync(RUNBOOK_FILE, "utf8")): RunbookSection[] {
  const [, ...sections] = text.replaceAll(/^## .*$/gm, "").split(/^### /m);
  return sections.map((section) => {
    const name = section.slice(0, section.indexOf("\n")).trim();
    const [, ...pieces] = section.split(/^\*\*([A-Z][a-z ]+)\.\*\*/m);
    const headings = pieces.filter((_, at) => at % 2 === 0);
    const partOf = (part: RunbookPart) => {
      const at = headings.indexOf(part);
      return at === -1 ? "" : (pieces[2 * at + 1] ?? "").trim();
    };
    return {
      name,
      headings,
      text: partOf,
      commands: (part) => commandsIn(partOf(part)),
      stepCommands: (step) => commandsIn(partOf("Do this").split(/^\d+\. /m)[step] ?? ""),
    };
  });
}

/** The lines of all shell blocks of a text. */
export function commandsIn(text: string): string[] {
  return [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
