import { expect, test } from "@jest/globals";
import { missingProofs } from "./coverage.ts";

const tests = [
  "packages/store/src/accept.test.ts",
  "packages/dialog360/src/webhook/inbound.test.ts",
  "packages/dialog360/src/webhook/fixtures/status-sent.json",
].map((path) => ({ path, text: "" }));

function missing(text: string): string[] {
  return missingProofs([...tests, { path: "docs/coverage.md", text }]);
}

test.each([
  "| a | b | `packages/store/src/accept.test.ts`: is taken |",
  "| a | b | [inbound.test.ts](../packages/dialog360/src/webhook/inbound.test.ts) |",
  "`accept.test.ts` in `packages/store/src`",
  "| a | b | `status-sent`; `half-known` words that are no fixtures |",
])("what is there is fine: %s", (text) => {
  expect(missing(text)).toEqual([]);
});

test.each([
  ["| a | b | `packages/store/src/gone.test.ts`: x |", "packages/store/src/gone.test.ts"],
  ["[x](../packages/dialog360/src/gone.test.ts)", "../packages/dialog360/src/gone.test.ts"],
  ["| a | `status-other` is a word | `status-gone` |", "status-gone"],
])("what is gone is told with its line: %s", (text, name) => {
  expect(missing(`# Page\n${text}`)).toEqual([`  docs/coverage.md:2  ${name} is not there`]);
});

test("without the page there is nothing to tell", () => {
  expect(missingProofs(tests)).toEqual([]);
});
