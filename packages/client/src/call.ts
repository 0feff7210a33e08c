// An operation made into a request, and its JSON answer into a result.

import { parseJson, unexpected } from "./errors.ts";
import { OPERATIONS } from "./generated/operations.ts";
import { type HttpRequest, type ReadAnswer, requestOnce } from "./http.ts";
import { type OperationId, REPEATABLE } from "./operations.ts";
import type { Surroundings } from "./real-surroundings.ts";
import type { Result } from "./result.ts";
import { type RetryPolicy, withRetries } from "./retry.ts";

export interface CallOptions {
  /** Ends the call, its pauses included; the result is an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
  /** For each attempt, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly retries?: Partial<RetryPolicy> | undefined;
  /** Further headers: X-Request-Id, traceparent. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What all calls of a client share. */
export interface Connection {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly headers: Headers;
  readonly timeoutMs: number;
  readonly retries: RetryPolicy;
  readonly surroundings: Surroundings;
}

/** Names of parameters with their values; undefined ones are left out. `body` goes as JSON. */
export type Values = Readonly<Record<string, unknown>>;

export function call<T>(
  connection: Connection,
  id: OperationId,
  values: Values,
  options: CallOptions = {},
  openError?: (value: T) => TernErrorOrNull,
): Promise<Result<T>> {
  const headers = headersOf(connection, options);
  let body: string | undefined;
  if (values.body !== undefined) {
    body = JSON.stringify(values.body);
    headers.set("Content-Type", "application/json");
  }
  const request = requestOf(connection, id, values, options, { headers, body });
  const attempt = () => requestOnce<T>(connection.surroundings, request, readJson);
  if (REPEATABLE[id] === "no") return attempt();
  return withRetries(connection.surroundings, retryOptions(connection, options), attempt, openError);
}

type TernErrorOrNull = ReturnType<NonNullable<Parameters<typeof withRetries>[3]>>;

export function headersOf(connection: Connection, options: CallOptions): Headers {
  const headers = new Headers(connection.headers);
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
  return headers;
}

export function retryOptions(connection: Connection, { retries, signal }: CallOptions) {
  return { policy: { ...connection.retries, ...retries }, signal };
}

export function requestOf(
  connection: Connection,
  id: OperationId,
  values: Values,
  options: CallOptions,
  content: Pick<HttpRequest, "headers" | "body">,
): HttpRequest {
  return {
    ...content,
    method: OPERATIONS[id].method,
    url: connection.baseUrl + addressOf(id, values),
    timeoutMs: options.timeoutMs ?? connection.timeoutMs,
    signal: options.signal,
  };
}

/** Path and query of an operation with these parameters. Exported for its test. */
export function addressOf(id: OperationId, values: Values): string {
  const { path, query } = OPERATIONS[id];
  const filled = path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(String(values[name])));
  const search = new URLSearchParams();
  for (const name of query) {
    const value = values[name];
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}

async function readJson<T>(response: Response): Promise<Awaited<ReturnType<ReadAnswer<T>>>> {
  const text = await response.text();
  if (response.status === 204) return { value: undefined as T };
  const value = parseJson(text);
  if (typeof value === "object" && value !== null) return { value: value as T };
  return { error: unexpected(response, text, `The answer ${response.status} is not JSON.`) };
}
