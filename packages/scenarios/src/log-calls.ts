// What the sources say they log, read from the sources: for the page that lists it.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");
const CALL =
  /\blog(?:\.(?:trace|debug|info|warn|error|fatal)|\[level\])\(|\.child\(\{\}, \{ level: "info" \}\)\.info\(/g;

/** The phrases of all log calls in services and packages, as far as they are written in the call itself. */
export function loggedPhrases(): Set<string> {
  return new Set(sources().flatMap(phrasesIn));
}

/** Every text in quotes. */
export function quotedTexts(): Set<string> {
  return new Set(sources().flatMap((source) => [...source.matchAll(/"([^"\n]*)"/g)].map((match) => match[1] ?? "")));
}

function sources(): string[] {
  const files = globSync(["services/*/src/**/*.ts", "packages/runtime/src/*.ts"], { cwd: root });
  return files
    .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
    .map((file) => readFileSync(join(root, file), "utf8"));
}

function phrasesIn(source: string): string[] {
  return [...source.matchAll(CALL)].flatMap(({ 0: call, index }) => {
    const text = argumentsFrom(source, index + call.length);
    // The last argument, which may be a choice between two.
    const last = /(?:^|[,{}]\s)\s*((?:[^,{}]*\?\s*)?"[^"]*"(?:\s*:\s*"[^"]*")?),?\s*$/.exec(text)?.[1] ?? "";
    return [...last.slice(last.indexOf("?") + 1).matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? "");
  });
}

function argumentsFrom(source: string, start: number): string {
  let depth = 1;
  let at = start;
  for (let quote = ""; depth > 0 && at < source.length; at += 1) {
    const char = source[at] as string;
    if (quote) quote = char === quote ? "" : quote;
    else if (char === '"' || char === "`") quote = char;
    else if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char)) depth -= 1;
  }
  return source.slice(start, at - 1);
}

/** The page's events: phrase -> the fields it names. */
export function eventsOnPage(page: string): Map<string, ReadonlySet<string>> {
  const rows = (page.split("## Events")[1] ?? "").split("\n").filter((line) => /^\| `/.test(line));
  return new Map(
    rows.map((row) => {
      const [, phrase = "", , fields = ""] = row.split("|").map((cell) => cell.trim());
      return [phrase.replaceAll("`", ""), new Set([...fields.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""))];
    }),
  );
}
