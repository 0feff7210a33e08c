import { inspect } from "node:util";
import { expect, test } from "@jest/globals";
import { Secret } from "./secret.ts";

test("a secret shows itself only when asked by name", () => {
  const secret = new Secret("hunter2hunter2");
  const holder = { apiKey: secret, list: [secret] };

  expect(secret.reveal()).toBe("hunter2hunter2");
  for (const shown of [
    String(secret),
    `${secret}`,
    JSON.stringify(secret),
    JSON.stringify(holder),
    inspect(secret),
    inspect(holder, { depth: 9, showHidden: true }),
    inspect({ ...secret }),
    Object.values(secret).join(),
  ]) {
    expect(shown).not.toContain("hunter2");
  }
  expect(inspect(holder)).toBe("{ apiKey: [secret], list: [ [secret] ] }");
  expect(JSON.stringify(holder)).toBe('{"apiKey":"[secret]","list":["[secret]"]}');
});

test("a secret equals its own value and nothing else, of whatever length", () => {
  const secret = new Secret("0123456789abcdef");
  expect(secret.equals("0123456789abcdef")).toBe(true);
  for (const other of ["", "0123456789abcdeg", "0123456789abcde", "0123456789abcdef0"]) {
    expect(secret.equals(other)).toBe(false);
  }
});

test("a secret that was not loaded equals nothing: it says that it is missing", () => {
  const absent = new Secret(null);
  expect(() => absent.reveal()).toThrow("did not load this secret");
  expect(() => absent.equals("")).toThrow("did not load this secret");
});
