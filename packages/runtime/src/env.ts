// The environment as a typed, checked, frozen object. Each service declares one zod object whose keys are the names of
// the variables; whatever is wrong is told at once, with what is expected and what the variable is for.

import { readFileSync } from "node:fs";
import { z } from "zod";
import { codeOf } from "./caught.ts";
import { ConfigError } from "./config-error.ts";
import { problemsOf } from "./problem-text.ts";

/** `process.env`, or a literal in tests. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads what `schema` declares from `env`.
 *
 * schema    keys are names of variables, values parse text; `.describe()` is part of the error message
 * env       a variable that is set to nothing or only spaces counts as not set; spaces around a value are dropped. Any
 *           NAME may be given as NAME_FILE instead: the path of a file that holds the value
 * throws    ConfigError with every problem; values are never quoted
 */
export function readEnv<T extends object>(schema: z.ZodObject & z.ZodType<T>, env: Env): Readonly<T> {
  const { values, problems } = collect(Object.keys(schema.shape), env);
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    for (const { path, text } of problemsOf(parsed.error, values)) {
      const name = String(path[0] ?? "");
      if (problems.has(name)) continue; // its file could not be read: that is the news, not that it is missing
      problems.set(name || text, [name && `${name}: `, text, aboutField(schema.shape[name])].join(""));
    }
  }
  if (!parsed.success || problems.size > 0) throw new ConfigError("the environment", [...problems.values()]);
  return Object.freeze(parsed.data);
}

function aboutField(field: z.core.$ZodType | undefined): string {
  const description = field && descriptionOf(field);
  return description ? ` (${description})` : "";
}

function collect(
  names: readonly string[],
  env: Env,
): { values: Record<string, string>; problems: Map<string, string> } {
  const values: Record<string, string> = {};
  const problems = new Map<string, string>();
  for (const name of names) {
    const direct = env[name]?.trim();
    const file = env[`${name}_FILE`]?.trim();
    if (direct && file) problems.set(name, `${name}: set, and ${name}_FILE as well: keep one of them`);
    const value = file ? readFileOf(name, file, problems) : direct;
    if (value) values[name] = value;
  }
  return { values, problems };
}

function readFileOf(name: string, path: string, problems: Map<string, string>): string | undefined {
  try {
    const text = readFileSync(path, "utf8").trim();
    if (text) return text;
    problems.set(name, `${name}_FILE: the file ${path} is empty`);
  } catch (error) {
    problems.set(name, `${name}_FILE: the file ${path} cannot be read (${codeOf(error)})`);
  }
  return undefined;
}

/** One variable as the documentation shows it. */
export interface SettingDescription {
  readonly name: string;
  readonly description: string;
  /** As one would write it in the environment; null when there is none. */
  readonly defaultText: string | null;
  readonly isRequired: boolean;
}

/** What a service reads from the environment: the source of its table in the documentation and of `.env.example`. */
export function describeSettings(schema: z.ZodObject): SettingDescription[] {
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    description: descriptionOf(field) ?? "",
    defaultText: defaultTextOf(field),
    isRequired: !z.safeParse(field, undefined).success,
  }));
}

function descriptionOf(field: z.core.$ZodType): string | undefined {
  for (const layer of layersOf(field)) {
    const description = z.globalRegistry.get(layer)?.description;
    if (description) return description;
  }
  return undefined;
}

function defaultTextOf(field: z.core.$ZodType): string | null {
  for (const layer of layersOf(field)) {
    if (layer instanceof z.ZodDefault || layer instanceof z.ZodPrefault) return String(layer.def.defaultValue);
  }
  return null;
}

/** A field and what it wraps: `.default()`, `.prefault()` and `.optional()` are layers around the type itself. */
function* layersOf(field: z.core.$ZodType): Generator<z.core.$ZodType> {
  let layer: z.core.$ZodType | undefined = field;
  while (layer) {
    yield layer;
    const def: z.core.$ZodTypeDef = layer._zod.def;
    layer = "innerType" in def ? (def.innerType as z.core.$ZodType) : undefined;
  }
}
