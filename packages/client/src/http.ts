// One request and its answer: the only place that calls fetch, which Node.js 20 has. No library lies between (openapi-fetch
// was looked at): types come from the document anyway, and time limits, streams, retries and errors as values are what a
// request here consists of; so the package depends on nothing.

import { errorOfAnswer, type TernError } from "./errors.ts";
import type { Surroundings } from "./real-surroundings.ts";
import { failure, type Result } from "./result.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: RequestInit["body"];
  /** Until the answer is read; of a download, until it begins. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What is made of an answer of 2xx; a TernError when it is not what it has to be. */
export type ReadAnswer<T> = (response: Response) => Promise<{ readonly value: T } | { readonly error: TernError }>;

/** Makes a request once. Never rejects. */
export async function requestOnce<T>(
  surroundings: Surroundings,
  request: HttpRequest,
  read: ReadAnswer<T>,
): Promise<Result<T>> {
  const { method, url, headers, body, timeoutMs, signal } = request;
  if (signal?.aborted) return failure(aborted(signal));
  const controller = new AbortController();
  let isLate = false;
  const cancelTimer = surroundings.after(timeoutMs, () => {
    isLate = true;
    controller.abort();
  });
  const onAbort = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  const isStream = body !== undefined && body !== null && typeof body === "object" && "getReader" in body;
  let isStillRead = false;
  try {
    // A redirect is not followed: to another host it would carry the key along, and make a GET of a POST.
    const init: RequestInit & { duplex?: "half" } = { method, headers, redirect: "manual", signal: controller.signal };
    if (body !== undefined && body !== null) init.body = body;
    if (isStream) init.duplex = "half";
    const response = await surroundings.fetch(url, init);
    if (!response.ok) return failure(errorOfAnswer(response, await response.text()));
    const answer = await read(response);
    if ("error" in answer) return failure(answer.error);
    isStillRead = answer.value instanceof StreamedAnswer;
    return { ok: true, value: answer.value, status: response.status, requestId: response.headers.get("x-request-id") };
  } catch (cause) {
    if (isLate) return failure({ type: "timeout", detail: `No answer within ${timeoutMs} ms.`, timeoutMs });
    if (signal?.aborted) return failure(aborted(signal));
    return failure({ type: "network", detail: `No answer: ${describe(cause)}.`, cause });
  } finally {
    cancelTimer();
    // The caller's signal ends a download, too, for as long as it is read.
    if (!isStillRead) signal?.removeEventListener("abort", onAbort);
  }
}

/** An answer whose body the caller reads itself. */
export class StreamedAnswer {
  readonly content: ReadableStream<Uint8Array>;
  readonly headers: Headers;

  constructor(content: ReadableStream<Uint8Array>, headers: Headers) {
    this.content = content;
    this.headers = headers;
  }
}

export function aborted(signal: AbortSignal): TernError {
  return { type: "aborted", detail: "The call was given up by its own signal.", cause: signal.reason };
}

/** fetch says "fetch failed" and has the reason in its cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return "code" in cause && typeof cause.code === "string" ? `${cause.code} (${cause.message})` : cause.message;
}
