// One call to the provider beside sending: bounded in time and in what is read, and never repeated. What sends messages
// (client.ts) has a path and connections of its own, so that an upload of 100 MB takes no connection from it.

import type { Clock } from "@tern/core";
import type { Dispatcher } from "undici";
import type { createOrigins } from "../origins.ts";
import { isBuildable } from "../origins.ts";
import type { Route } from "../profiles.ts";
import { asObject, type JsonObject, parseJson } from "../read.ts";
import { type CallKind, failureOfAnswer, failureOfError, type ManagementResult, unexpectedAnswer } from "./result.ts";

export interface CallDeps {
  readonly clock: Clock;
  readonly origins: ReturnType<typeof createOrigins>;
}

export interface Call {
  readonly route: Route;
  readonly method: "GET" | "POST" | "DELETE";
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly kind: CallKind;
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** A response whose body is still to be read, within the time that is left. */
export interface Opened {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Dispatcher.ResponseData["body"];
  /** Once the body is read, or is to be read no further. */
  readonly finished: () => void;
  /** What to say of an error while the body is read. */
  readonly failureOf: (error: unknown) => ReturnType<typeof failureOfError>;
}

/** Answers are small; the largest are pages of template definitions. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** So that the provider's side can tell whose calls they are. */
const USER_AGENT = "tern";
const TIMED_OUT = Object.assign(new Error("no complete answer in time"), { code: "UND_ERR_ABORTED" });
const TOO_LONG = new Error("the answer is too long");

/** Puts the call on the wire and waits for the head of the answer, whatever its status. */
export async function openCall(call: Call, { clock, origins }: CallDeps): Promise<ManagementResult<Opened>> {
  const { route, kind, body } = call;
  if (origins.isClosed) return { failure: failureOfError(CLOSED, false, kind) };
  const target = origins.targetOf(route.baseUrl);
  const path = pathOf(call);
  if (target === null || !isBuildable({ path, auth: route.auth }))
    return { failure: failureOfError(UNBUILDABLE, false, kind) };
  const cancel = new AbortController();
  const timer = clock.after(call.timeoutMs, () => cancel.abort(TIMED_OUT));
  let isWritten = false;
  const dispatcher = target.pool.compose(
    onStart(() => {
      isWritten = true;
    }),
  );
  const failureOf = (error: unknown) => failureOfError(error, isWritten, kind);
  try {
    const response = await dispatcher.request({
      path: target.prefix + path,
      method: call.method,
      headers: {
        "user-agent": USER_AGENT,
        [route.auth.header]: route.auth.value,
        ...(typeof body === "string" && { "content-type": "application/json" }),
        ...call.headers,
      },
      // undici takes any async iterable and waits for the socket between two chunks; its types know only streams
      ...(body !== undefined && { body: body as string }),
      signal: cancel.signal,
    });
    return {
      ok: {
        httpStatus: response.statusCode,
        headers: singleValues(response.headers),
        body: response.body,
        finished: () => timer.cancel(),
        failureOf,
      },
    };
  } catch (error) {
    timer.cancel();
    return { failure: failureOf(error) };
  }
}

/**
 * Makes one call that is answered in JSON.
 *
 * returns   the answer's object; a failure for everything else. With `asAnswered`, answers that are no success may be
 *           taken for one all the same.
 */
export async function call(
  request: Call,
  deps: CallDeps,
  asAnswered: (answer: { httpStatus: number; json: JsonObject | undefined }) => boolean = () => false,
): Promise<ManagementResult<JsonObject>> {
  const opened = await openCall(request, deps);
  return "failure" in opened ? opened : readAnswer(opened.ok, request.kind, deps, asAnswered);
}

/** Reads the rest of an answer, as `call` does. */
export async function readAnswer(
  { httpStatus, headers, body, finished, failureOf }: Opened,
  kind: CallKind,
  { clock }: CallDeps,
  asAnswered: (answer: { httpStatus: number; json: JsonObject | undefined }) => boolean = () => false,
): Promise<ManagementResult<JsonObject>> {
  let text: string;
  try {
    text = await readText(body);
  } catch (error) {
    return { failure: failureOf(error) };
  } finally {
    finished();
  }
  const json = asObject(parseJson(text));
  if (json !== undefined && asAnswered({ httpStatus, json })) return { ok: json };
  const isSuccess = httpStatus >= 200 && httpStatus < 300;
  if (isSuccess && json !== undefined && json.error === undefined && json.success !== false) return { ok: json };
  if (isSuccess && json?.error === undefined) return { failure: unexpectedAnswer(httpStatus) };
  const answer = { httpStatus, headers: { retryAfter: headers["retry-after"] }, body: text, nowMs: clock.nowMs() };
  return { failure: failureOfAnswer(answer, kind) };
}

const CLOSED = { code: "UND_ERR_CLOSED", message: "the client is closed" };
const UNBUILDABLE = { code: "UND_ERR_INVALID_ARG", message: "base URL, path or API key is malformed" };

function pathOf({ route, query = {} }: Call): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  if (given.length === 0 || route.path === "") return route.path;
  return `${route.path}${route.path.includes("?") ? "&" : "?"}${new URLSearchParams(given)}`;
}

/** Hears of the moment from which bytes may have left (see client.ts); everything else passes through. */
function onStart(note: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        note();
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
      onResponseStart: (...given) => handler.onResponseStart?.(...given),
      onResponseData: (...given) => handler.onResponseData?.(...given),
      onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
      onResponseError: (...given) => handler.onResponseError?.(...given),
    });
}

async function readText(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw TOO_LONG; // leaving the loop destroys the body, and with it the connection
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function singleValues(headers: Dispatcher.ResponseData["headers"]): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}
