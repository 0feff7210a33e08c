// docs/coverage.md and SECURITY.md say which test proves what. A page that names tests which are gone proves nothing, so what
// they name must be there: test files, and the fixtures of webhooks.
import type { SourceFile } from "./import-table.ts";

const PAGES = ["docs/coverage.md", "SECURITY.md"];
const FIXTURES = "packages/dialog360/src/webhook/fixtures/";

/** One line per name on these pages that leads nowhere; none when there is no such page among the files. */
export function missingProofs(files: readonly SourceFile[]): string[] {
  return files.filter(({ path }) => PAGES.includes(path)).flatMap((page) => missingOn(page, files));
}

function missingOn(page: SourceFile, files: readonly SourceFile[]): string[] {
  const paths = files.map(({ path }) => path);
  const fixtures = new Set(paths.filter((path) => path.startsWith(FIXTURES)).map(nameOf));
  const families = new Set([...fixtures].map((name) => name.split("-")[0]));
  return page.text.split("\n").flatMap((text, index) => {
    const missing = [
      ...namesIn(text, /(?:`|\]\()((?:\.\.\/)?[\w./-]+\.test\.ts)[`)]/g).filter((name) => !isThere(name, paths)),
      // in the last column, a name of several parts that begins as fixtures do is one
      ...namesIn(lastCell(text), /`([a-z]+(?:-[a-z]+)+)`/g).filter(
        (name) => families.has(name.split("-")[0] as string) && !fixtures.has(name) && !isThere(name, paths),
      ),
    ];
    return missing.map((name) => `  ${page.path}:${index + 1}  ${name} is not there`);
  });
}

function lastCell(line: string): string {
  return /\|([^|]*)\|\s*$/.exec(line)?.[1] ?? "";
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** By its whole path, or by its end where the page has said which folder is meant; a test file or a folder of one. */
function isThere(name: string, paths: readonly string[]): boolean {
  const wanted = name.replace(/^\.\.\//, "");
  return paths.some((path) => path === wanted || path.endsWith(`/${wanted}`) || path.endsWith(`/${wanted}.test.ts`));
}

function nameOf(path: string): string {
  return path.slice(FIXTURES.length).replace(/\.json$/, "");
}
