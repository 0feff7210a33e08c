// The tables of docs/configuration.md: what each service reads from its environment, and the fields of the deployment
// file. Names and defaults come from the schemas that the services themselves use; the meaning of a field of the
// deployment file is prose, written in the page and kept there.
import { describeSettings, type SettingDescription } from "@tern/runtime";
import { z } from "zod";

/** Draws the variables of a schema; `without` names those that stand in another table. */
export function settingsTable(schema: z.ZodObject, without: readonly string[] = []): string {
  const rows = describeSettings(schema).filter(({ name }) => !without.includes(name));
  return table(["variable", "default", "meaning"], rows.map(settingRow));
}

function settingRow({ name, defaultText, isRequired, description }: SettingDescription): string[] {
  const fallback = defaultText === null ? (isRequired ? "required" : "none") : code(defaultText);
  return [code(name), fallback, description];
}

/**
 * Draws the fields of a file's schema.
 *
 * minimal    the least that the schema accepts: what its output has beyond that are the defaults
 * written    the table as it is in the page: its meanings are kept
 * throws     an Error that names the fields without a meaning
 */
export function fieldsTable(schema: z.ZodType, minimal: unknown, written: string): string {
  const meanings = new Map(written.split("\n").map(rowMeaning));
  const filled = schema.parse(minimal);
  const fields = listFields(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), "", false);
  const unexplained = fields.filter(({ path }) => !meanings.get(path)).map(({ path }) => path);
  if (unexplained.length > 0) {
    throw new Error(`give each of these fields a row | \`field\` | | meaning | in the page: ${unexplained.join(", ")}`);
  }
  const rows = fields.map(({ path, isRequired }) => {
    const fallback = isRequired ? "required" : defaultOf(valueAt(filled, path));
    return [code(path), fallback, meanings.get(path) ?? ""];
  });
  return table(["field", "default", "meaning"], rows);
}

function rowMeaning(line: string): [string, string] {
  const [, path = "", meaning = ""] = /^\|\s*`([^`]+)`\s*\|[^|]*\|(.*)\|\s*$/.exec(line) ?? [];
  return [path, meaning.trim()];
}

interface Field {
  /** "senders[].pace" */
  readonly path: string;
  readonly isRequired: boolean;
}

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Every field that holds a value or may be left out as a whole; a reference to a secret counts as a value. */
function listFields(schema: JsonSchema, path: string, isRequired: boolean): Field[] {
  const items = schema.items as JsonSchema | undefined;
  if (items?.properties && !isSecret(items)) return listFields(items, `${path}[]`, true);
  if (!schema.properties || isSecret(schema)) return [{ path, isRequired }];
  const hasDefaults = Object.values(schema.properties).some((inner) => typeof inner === "object" && "default" in inner);
  const own = path === "" || isRequired || hasDefaults || path.endsWith("[]") ? [] : [{ path, isRequired }];
  const inner = Object.entries(schema.properties).flatMap(([name, property]) =>
    listFields(
      property as JsonSchema,
      path === "" ? name : `${path}.${name}`,
      schema.required?.includes(name) ?? false,
    ),
  );
  return [...own, ...inner];
}

function isSecret({ properties = {} }: JsonSchema): boolean {
  return Object.keys(properties).sort().join() === "env,file";
}

function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.replaceAll("[]", ".0").split(".")) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}

/** A group that may be left out as a whole has no default of its own. */
function defaultOf(value: unknown): string {
  return value === undefined || typeof value === "object" ? "none" : code(String(value));
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(heads: readonly string[], rows: readonly string[][]): string {
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
