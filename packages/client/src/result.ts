// What every call comes to: a value or an error, as data. Nothing that is to be expected of a network or of the API is thrown.

import type { TernError } from "./errors.ts";

export interface Success<T> {
  readonly ok: true;
  readonly value: T;
  /** The HTTP status: 202 or 200 of a batch, 201 or 200 of an upload. */
  readonly status: number;
  /** The API's X-Request-Id: under it the API's log has the request. */
  readonly requestId: string | null;
}

export interface Failure {
  readonly ok: false;
  readonly error: TernError;
}

export type Result<T> = Success<T> | Failure;

export function failure(error: TernError): Failure {
  return { ok: false, error };
}
