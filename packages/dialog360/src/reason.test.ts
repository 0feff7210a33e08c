import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { reasonText } from "./reason.ts";

describe("a reason", () => {
  test.each([
    ["+16505551234", "…34"],
    ["16505551234", "…34"],
    ["+1 (650) 555-1234", "…34"],
    ["0170/1234567", "…67"],
    ["+49 170 1234567.", "…67."],
    ["+1234567", "…67"],
    ["1\u2011650\u2011555\u20111234", "…34"],
    ["٠١٢٣٤٥٦٧٨٩", "…٨٩"],
    ["16505551234 and 16505559876", "…34 and …76"],
    ["wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5", "wamid.…"],
  ])("masks %s", (details, masked) => {
    expect(reasonText("refused", details)).toBe(`refused: ${masked}`);
  });

  test.each(["code 2494100", "code 131026", "expected 2 params", "60 characters"])("keeps %s", (details) => {
    expect(reasonText("refused", details)).toBe(`refused: ${details}`);
  });

  test("is one line, without the code in front and without saying the same twice", () => {
    expect(reasonText("refused", "(#100) line\nbreak\u0000\tand tab ")).toBe("refused: line break and tab");
    expect(reasonText("refused", "Refused")).toBe("refused");
    expect(reasonText("refused", " \n ")).toBe("refused");
    expect(reasonText("refused")).toBe("refused");
  });

  test("has at most 300 characters and no half of a character at the end", () => {
    const cut = reasonText("refused", "💬".repeat(400));

    expect(cut.length).toBeLessThanOrEqual(300);
    expect(cut).toMatch(/💬…$/u);
  });

  test("never shows a phone number, wherever it stands", () => {
    const separator = fc.constantFrom("", " ", "-", ".", " (", ") ");
    const number = fc.array(fc.tuple(fc.nat(9), separator), { minLength: 8, maxLength: 15 });
    fc.assert(
      fc.property(fc.constantFrom("", "to ", "(#1) "), number, fc.constantFrom("", " x"), (before, parts, after) => {
        const written = parts.map(([digit, between]) => `${digit}${between}`).join("");

        const said = reasonText("refused", `${before}${written}${after}`);

        expect(said.replace(/\D/g, "").length).toBeLessThanOrEqual(2);
      }),
    );
  });
});
