import { createHmac } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { equalSecret, verifySignature } from "./signature.ts";

const RAW = Buffer.from('{"object":"whatsapp_business_account","entry":[]}\u00e9');
const sign = (secret: string, raw: Buffer | string = RAW) => createHmac("sha256", secret).update(raw).digest("hex");

describe("a webhook's signature", () => {
  test.each([
    ["bare hex", sign("new")],
    ["with its algorithm", `sha256=${sign("new")}`],
    ["in capitals", sign("new").toUpperCase()],
    ["with spaces around", ` ${sign("new")} `],
    ["by the old secret during a rotation", sign("old")],
  ])("holds: %s", (_label, header) => {
    expect(verifySignature(RAW, header, ["new", "old"])).toBe(true);
  });

  test.each([
    ["absent", undefined],
    ["empty", ""],
    ["by another secret", sign("other")],
    ["of another body", sign("new", "{}")],
    ["by the empty secret", sign("")],
    ["too short", sign("new").slice(2)],
    ["too long", `${sign("new")}00`],
    ["of another algorithm", `sha1=${sign("new")}`],
    ["no hex", "z".repeat(64)],
  ])("does not hold: %s", (_label, header) => {
    expect(verifySignature(RAW, header, ["new", "old", ""])).toBe(false);
  });

  test("never holds without a secret", () => {
    expect(verifySignature(RAW, sign("new"), [])).toBe(false);
  });

  test("is of the bytes, not of what they read as", () => {
    const notText = Buffer.from([0xff, 0xfe, 0x00]);

    expect(verifySignature(notText, sign("new", notText), ["new"])).toBe(true);
  });
});

describe("two secrets", () => {
  test.each([
    ["secret", "secret", true],
    ["secret", "secreT", false],
    ["secret", "secret ", false],
    ["secret ", "secret", false],
    ["secre", "secret", false],
    ["secret", "secret\0", false],
    ["secret\0", "secret", false],
    ["secré", "secret", false],
    ["é", "é", true],
    ["x".repeat(10_000), "x".repeat(10_000), true],
    ["secret", "", false],
    ["", "", false],
  ])("%j and %j", (a, b, same) => {
    expect(equalSecret(a, b)).toBe(same);
  });
});
