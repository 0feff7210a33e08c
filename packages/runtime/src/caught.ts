// What is known about something caught: anything can be thrown, and an Error of another realm (a worker's, a test
// runner's) is no `instanceof Error`.
import { types } from "node:util";

export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

export function asError(caught: unknown): Error {
  return isError(caught) ? caught : new Error(String(caught));
}

/** The `code` that errors of Node and of the operating system carry; undefined for others. */
export function codeOf(caught: unknown): string | undefined {
  const code: unknown = isError(caught) ? Reflect.get(caught, "code") : undefined;
  return typeof code === "string" ? code : undefined;
}
