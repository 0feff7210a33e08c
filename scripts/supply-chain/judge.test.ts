import { expect, test } from "@jest/globals";
import { missingComponents, readComponents, verdictOfAudit } from "./judge.ts";

const sbom = (...names: object[]) =>
  `[WARN] a warning\n${JSON.stringify({ bomFormat: "CycloneDX", components: names })}`;

test("an SBOM that lacks a dependency of the services is told what it lacks", () => {
  const components = readComponents(sbom({ name: "express" }, { name: "api", group: "@bull-board" }));
  expect(missingComponents(components, ["@bull-board/api", "express", "ioredis"])).toEqual(["ioredis"]);
  expect(missingComponents(readComponents(sbom()), ["express"])).toEqual(["express"]);
});

test("a list of nothing proves nothing", () => {
  expect(() => missingComponents(readComponents(sbom({ name: "express" })), [])).toThrow("nothing is wanted");
});

test.each([
  [0, "No known vulnerabilities found", { kind: "none" }],
  [1, "1 vulnerability found\nSeverity: 1 high", { kind: "findings", text: expect.stringContaining("high") }],
  [
    1,
    "Error: ERR_PNPM_AUDIT_BAD_RESPONSE\n  x The audit endpoint (at https://example.org/bulk) responded with 405:",
    { kind: "not-asked", why: "the registry answers 405 to an audit" },
  ],
  [1, "request to https://example.org failed, reason: getaddrinfo ENOTFOUND", { kind: "not-asked", why: "ENOTFOUND" }],
  [1, "a crash that nobody has seen before", { kind: "findings", text: "a crash that nobody has seen before" }],
])("an audit that ends with %i and %j", (code, text, verdict) => {
  expect(verdictOfAudit({ code, text })).toEqual(verdict);
});
