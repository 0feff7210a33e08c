// Writes docs/errors.md and docs/statuses.md from the tables in the code, so that the pages cannot say anything else.
//
//   node scripts/generate-docs.ts            writes both
//   node scripts/generate-docs.ts --check    compares only; exits with 1 and one line when a page is stale

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FAILED_BY_PROVIDER_RANK, PLACES, STATUSES, TAKEN_RANK } from "@tern/core";
import { ERROR_CODES, type FailureClass, STATUS_RULES, TEXT_RULES } from "@tern/dialog360";
import { FAILURE_CLASSES } from "./failure-classes.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGES: Readonly<Record<string, () => string>> = {
  "docs/errors.md": errorsPage,
  "docs/statuses.md": statusesPage,
};

const stale: string[] = [];
for (const [path, page] of Object.entries(PAGES)) {
  const file = join(ROOT, path);
  const text = page();
  if (text === (await readFile(file, "utf8").catch(() => ""))) continue;
  stale.push(path);
  if (!process.argv.includes("--check")) await writeFile(file, text);
}
if (process.argv.includes("--check") && stale.length > 0) {
  console.error(`stale: ${stale.join(", ")}. Run "node scripts/generate-docs.ts" and commit what it writes.`);
  process.exitCode = 1;
} else {
  console.log(stale.length > 0 ? `written: ${stale.join(", ")}` : "the generated pages are current");
}

function errorsPage(): string {
  const codes = [...ERROR_CODES].sort((a, b) => a.code - b.code);
  return page([
    "# What an error means and what to do",
    generatedFrom("packages/dialog360/src/error-codes.ts and plain-answers.ts"),
    "A failed message carries a code (if the provider gave one), a class, a reason and a hint. The class decides what Tern does:",
    table(
      ["class", "what it means", "what Tern does"],
      Object.entries(FAILURE_CLASSES).map(([name, row]) => [code(name), ...row]),
    ),
    "Judged in this order: a message id in the answer, a documented code, a documented text, the HTTP status.",
    "## Codes",
    "The HTTP status is the documented one, to read; Tern goes by the code. A wait is the least time before the next try.",
    table(
      ["code", "HTTP", "class", "meaning", "what a person can do", "source"],
      codes.map((row) => [
        row.codeEnd === undefined ? String(row.code) : `${row.code} to ${row.codeEnd}`,
        row.httpStatus === null ? "" : String(row.httpStatus),
        judgementText(row),
        row.meaning,
        row.hint,
        sourceLinks(row.source),
      ]),
    ),
    "A code that is not in this list: with `is_transient` and a 4xx it is `transient`; otherwise its HTTP status decides, except that 402 to 405 then concern the message and are `rejected`.",
    "## Texts of 360dialog's",
    "Answers without a code. The text is looked for in `error`, `message`, `meta.developerMessage` or the plain body.",
    table(
      ["text", "class", "meaning", "what a person can do"],
      TEXT_RULES.map((rule) => [`"${rule.example}"`, judgementText(rule), rule.meaning, rule.hint]),
    ),
    "## HTTP statuses",
    "Answers without a code and without such a text. The first row that fits holds.",
    table(
      ["HTTP", "class", "meaning", "what a person can do"],
      STATUS_RULES.map((rule) => [statusRange(rule), judgementText(rule), rule.meaning, rule.hint]),
    ),
    "## No answer at all",
    'A send that ended before its first byte was written (connection refused, DNS, TLS, connect timeout, no free connection) is `unreachable`. One that ended after it (timeout, reset, closed, cut) is `unknown`, "no-answer".',
  ]);
}

function statusesPage(): string {
  const statuses = Object.entries(STATUSES).sort(([, a], [, b]) => a.rank - b.rank);
  const way = statuses.filter(([, { final, rank }]) => !final || rank > TAKEN_RANK);
  return page([
    "# Statuses and places",
    generatedFrom("packages/core/src/status.ts and places.ts"),
    "## Statuses",
    "A status only climbs: of all that is known about a message the highest rank holds, whatever the order, the repetition or the delay of events. `queued` and `sending` say where the message is now, so one that is told to wait goes back from `sending` to `queued`; from `unconfirmed` on nothing goes back.",
    table(
      ["rank", "status", "final", "meaning"],
      statuses.map(([name, { rank, final, meaning }]) => [String(rank), code(name), final ? "yes" : "", meaning]),
    ),
    `\`failed\` has the rank ${FAILED_BY_PROVIDER_RANK} when the provider reports it about a message it had taken: above \`sent\`, below \`delivered\`. From rank ${TAKEN_RANK} on the provider certainly has the message, and it is never sent again.`,
    "The way of a message, each step optional:",
    fenced(way.map(([name]) => name).join(" → ")),
    "## Places",
    "Where a message waits. Each move is one Lua script that changes the record and the place together.",
    table(
      ["code", "place", "what it holds", "leaves by"],
      Object.entries(PLACES).map(([name, { code: number, holds, leavesBy }]) => {
        return [String(number), code(name), holds, leavesBy.map(code).join(", ")];
      }),
    ),
    fenced(
      Object.entries(PLACES)
        .filter(([, { leavesBy }]) => leavesBy.length > 0)
        .map(([name, { leavesBy }]) => `${name.padEnd(8)}── ${leavesBy.join(", ")} ──▶`)
        .join("\n"),
    ),
  ]);
}

interface JudgementText {
  readonly class: FailureClass;
  readonly scope?: string;
  readonly grade?: string;
  readonly retryAfterMs?: number;
}

function judgementText({ class: name, scope, grade, retryAfterMs }: JudgementText): string {
  const wait = retryAfterMs === undefined ? undefined : `wait ${duration(retryAfterMs)}`;
  const more = [scope, grade?.replace("-", " "), wait].filter((part) => part !== undefined);
  return more.length === 0 ? code(name) : `${code(name)} (${more.join(", ")})`;
}

function duration(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds % 3_600 === 0) return `${seconds / 3_600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function statusRange({ from, to }: { readonly from: number; readonly to: number }): string {
  if (from === to) return String(from);
  return from === 0 ? "any other" : `${from} to ${to}`;
}

/** Links named for the last part of their address; what is no address stays text. */
function sourceLinks(source: string): string {
  if (!source.startsWith("https://")) return source;
  return source
    .split("; ")
    .map((url) => `[${url.split(/[/#]/).at(-1)}](${url})`)
    .join(", ");
}

function generatedFrom(files: string): string {
  return `Written by \`scripts/generate-docs.ts\` from ${files}. Change the tables there, not this page.`;
}

function page(blocks: readonly string[]): string {
  return `${blocks.join("\n\n")}\n`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

function fenced(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}
