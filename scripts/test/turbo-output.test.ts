import { expect, test } from "@jest/globals";
import { createTurboOutput } from "./turbo-output.ts";

function shown(...lines: string[]): string[] {
  const out: string[] = [];
  const output = createTurboOutput({ heading: (name) => out.push(`# ${name}`), line: (text) => out.push(text) });
  for (const line of lines) output.take(line);
  return out;
}

test("each package gets one heading, and turbo's and pnpm's remarks are left out", () => {
  expect(
    shown(
      "   • Packages in scope: @tern/core, @tern/store",
      "@tern/core:test: cache bypass, force executing a32b7b10e50f6498",
      "@tern/core:test: $ node --experimental-vm-modules jest.js",
      "@tern/core:test: ok     src/decide.test.ts",
      "@tern/core:test: ",
      "@tern/core:test: ok     src/status.test.ts",
      "@tern/store:test: FAILED src/moves.test.ts",
      "@tern/store:test: [ELIFECYCLE] Test failed. See above for more details.",
    ),
  ).toEqual([
    "# @tern/core",
    "ok     src/decide.test.ts",
    "ok     src/status.test.ts",
    "# @tern/store",
    "FAILED src/moves.test.ts",
  ]);
});

test("the text of a failure keeps its blank lines", () => {
  expect(
    shown(
      "@tern/core:test: FAILED src/a.test.ts",
      "@tern/core:test:   ● a",
      "@tern/core:test: ",
      "@tern/core:test:     1 !== 2",
    ),
  ).toEqual(["# @tern/core", "FAILED src/a.test.ts", "  ● a", "", "    1 !== 2"]);
});

test("what turbo complains of is kept for a run that came to nothing", () => {
  const output = createTurboOutput({ heading: () => {}, line: () => {} });
  output.take("   • Running test in 2 packages");
  output.take("  x Unable to find package manager binary");
  expect(output.remarks()).toEqual(["x Unable to find package manager binary"]);
});
