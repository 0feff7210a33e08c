import { expect, test } from "@jest/globals";
import { compareImportTables, drawImportTable, formatImportTable, readImportTable } from "./import-table.ts";

const files = [
  { path: "services/api/src/app.ts", text: 'import { x } from "@tern/store";\nimport type { Y } from "@tern/core";' },
  { path: "services/api/src/app.test.ts", text: 'import { startRedis } from "@tern/devkit";' },
  { path: "packages/core/src/index.ts", text: 'export { decide } from "./decide.ts";' },
  { path: "scripts/start.ts", text: 'import { startRedis } from "@tern/devkit";' },
];

test("the table shows what production code imports", () => {
  expect(formatImportTable(drawImportTable(files))).toBe(
    [
      "| part | imports |",
      "| --- | --- |",
      "| `packages/core` | nothing |",
      "| `services/api` | `core`, `store` |",
    ].join("\n"),
  );
});

test("a table read from a page equals the one it was written from", () => {
  const drawn = drawImportTable(files);
  const page = `# Architecture\n\n${formatImportTable(drawn)}\n\nMore text.\n`;
  expect(readImportTable(page)).toEqual(drawn);
  expect(readImportTable("# Architecture\n")).toBeUndefined();
});

test("each difference is told", () => {
  const written = new Map([
    ["services/api", ["queue", "store"]],
    ["packages/gone", []],
  ]);
  expect(compareImportTables(drawImportTable(files), written)).toEqual([
    "packages/core is not in the table",
    "services/api imports core, which the table does not say",
    "services/api does not import queue, which the table says",
    "packages/gone is in the table but not in the repository",
  ]);
});
