// Checks of admin bodies, put together like their types: what a wrong body is refused with names the field, so that a
// misspelt option is found at once instead of silently doing nothing.

export class InputError extends Error {}

/** Returns the value as a T, or throws InputError naming `path`. */
export type Check<T> = (value: unknown, path: string) => T;

export const text: Check<string> = (value, path) => {
  if (typeof value === "string" && value !== "") return value;
  throw new InputError(`${path} must be a non-empty string`);
};

export const anyText: Check<string> = (value, path) => {
  if (typeof value === "string") return value;
  throw new InputError(`${path} must be a string`);
};

export const flag: Check<boolean> = (value, path) => {
  if (typeof value === "boolean") return value;
  throw new InputError(`${path} must be true or false`);
};

export const anything: Check<unknown> = (value) => value;

export function numberBetween(min: number, max = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value, path) => {
    if (typeof value === "number" && value >= min && value <= max) return value;
    throw new InputError(`${path} must be a number from ${min} to ${max}`);
  };
}

export function integerBetween(min: number, max = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value, path) => {
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    throw new InputError(`${path} must be a whole number from ${min} to ${max}`);
  };
}

export function oneOf<T extends string>(...words: readonly T[]): Check<T> {
  return (value, path) => {
    if (words.includes(value as T)) return value as T;
    throw new InputError(`${path} must be one of: ${words.join(", ")}`);
  };
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value, path) => (value === null ? null : check(value, path));
}

export function listOf<T>(check: Check<T>): Check<T[]> {
  return (value, path) => {
    if (Array.isArray(value)) return value.map((item, at) => check(item, `${path}[${at}]`));
    throw new InputError(`${path} must be an array`);
  };
}

export const textMap: Check<Record<string, string>> = (value, path) => {
  const fields = fieldsOf(value, path);
  for (const [name, field] of Object.entries(fields)) anyText(field, `${path}.${name}`);
  return fields as Record<string, string>;
};

export const record: Check<Record<string, unknown>> = (value, path) => fieldsOf(value, path);

type Checks = Record<string, Check<unknown>>;
type Checked<T extends Checks> = { [K in keyof T]: ReturnType<T[K]> };

/** An object with these fields and no others; those of `optional` may be absent. */
export function object<R extends Checks, O extends Checks>(
  required: R,
  optional: O,
): Check<Checked<R> & Partial<Checked<O>>> {
  return (value, path) => {
    const fields = fieldsOf(value, path);
    for (const name of Object.keys(fields)) {
      if (!Object.hasOwn(required, name) && !Object.hasOwn(optional, name)) {
        const known = [...Object.keys(required), ...Object.keys(optional)].join(", ");
        throw new InputError(`${path}.${name} is not known; known are: ${known}`);
      }
    }
    const checked: Record<string, unknown> = {};
    for (const [name, check] of Object.entries(required)) checked[name] = check(fields[name], `${path}.${name}`);
    for (const [name, check] of Object.entries(optional)) {
      if (fields[name] !== undefined) checked[name] = check(fields[name], `${path}.${name}`);
    }
    return checked as Checked<R> & Partial<Checked<O>>;
  };
}

function fieldsOf(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InputError(`${path} must be an object`);
}
