import { expect, test } from "@jest/globals";
import { z } from "zod";
import { fieldsTable, settingsTable } from "./tables.ts";

const secret = z.strictObject({ env: z.string().optional(), file: z.string().optional() });
const file = z.strictObject({
  shops: z.array(z.strictObject({ id: z.string(), key: secret, pace: z.int().default(80) })),
  header: z.strictObject({ name: z.string() }).optional(),
  waits: z.strictObject({ firstMs: z.int().default(5) }).prefault({}),
});
const minimal = { shops: [{ id: "a", key: { env: "A" } }], header: { name: "h" } };

test("the variables of a service that no other table shows", () => {
  const schema = z.object({
    HOST: z.string().prefault("0.0.0.0").describe("The address."),
    PORT: z.string().prefault("8080").describe("The port."),
    TOKEN: z.string().describe("A token."),
  });
  expect(settingsTable(schema, ["HOST"])).toBe(
    [
      "| variable | default | meaning |",
      "| --- | --- | --- |",
      "| `PORT` | `8080` | The port. |",
      "| `TOKEN` | required | A token. |",
    ].join("\n"),
  );
});

test("the fields of a file, with the meanings as the page has them and the defaults as the schema has them", () => {
  const written = [
    "| `shops[].id` | required | Its name. |",
    "| `shops[].key` | required | Its key. |",
    "| `shops[].pace` | `90` | Per second. |",
    "| `header` | none | May be left out. |",
    "| `header.name` | required | Any. |",
    "| `waits.firstMs` | | In milliseconds. |",
    "| `gone` | | No longer known. |",
  ].join("\n");
  expect(fieldsTable(file, minimal, written).split("\n").slice(2)).toEqual([
    "| `shops[].id` | required | Its name. |",
    "| `shops[].key` | required | Its key. |",
    "| `shops[].pace` | `80` | Per second. |",
    "| `header` | none | May be left out. |",
    "| `header.name` | required | Any. |",
    "| `waits.firstMs` | `5` | In milliseconds. |",
  ]);
});

test("a field that nobody explained is told", () => {
  expect(() => fieldsTable(file, minimal, "| `shops[].id` | | Its name. |")).toThrow(/shops\[\]\.key, shops\[\]\.pace/);
});
