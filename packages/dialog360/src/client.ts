// Puts one send on the wire and says what became of it. The hot path: one undici pool per origin (origins.ts), HTTP/1.1,
// one request at a time per connection, no retry of any kind, no log.
//
// What is certain rests on one moment, undici's onRequestStart. Read in undici 8.12.4 (lib/dispatcher/client-h1.js,
// writeH1): it is called on a connected socket (after the TLS handshake), and header and body are handed to the socket in
// the same synchronous run, nothing in between. So
// - before it, nothing was written: whatever fails (refused, DNS, TLS, timeout, waiting for a connection) is
//   unreachable;
// - from it on, bytes may have left: whatever ends without an answer is unknown.
// - Throwing in it withholds the request: undici drops it unwritten and keeps the connection.
// undici never writes a request twice here. A socket that closes under a running request fails that request
// (onHttpSocketClose); only requests not yet started move to the next connection. The one path that would start a
// request again, a socket that undici itself closes ("UND_ERR_INFO": idle, reset, aborted), meets no running request with
// pipelining 1, except the one just aborted, and that is not started again.
// The keep-alive race: a server may close an idle connection at the very moment we write to it. undici looks at a used
// socket for a FIN or RST once more (a turn of the event loop) before it writes, which leaves only a close that is still
// on its way; then bytes were written and no answer came, so it is unknown, as nobody can tell it from a lost answer.

import type { Clock, Outcome } from "@tern/core";
import type { Dispatcher } from "undici";
import { outcomeOfAnswer } from "./answer.ts";
import { createDeadlines, type Deadline, type Deadlines } from "./deadlines.ts";
import { outcomeOfError } from "./no-answer.ts";
import { createOrigins, isBuildable } from "./origins.ts";
import type { Route } from "./profiles.ts";

export interface Dialog360ClientOptions {
  readonly clock: Clock;
  /** Connections per origin, and so the sends in flight there; more wait for a free one, within their timeout. */
  readonly connectionsMax: number;
  /** To a usable connection: TCP and TLS. undici's coarse timer fires up to a second late. */
  readonly connectTimeoutMs?: number;
  /** From `send` to the last byte of the answer. */
  readonly sendTimeoutMs?: number;
}

/** Where it goes is `sendRoute` of the sender's account. */
export interface SendRequest extends Route {
  /** JSON text. */
  readonly body: string;
  /** Called once, right before the first byte is written; false keeps the request from being written at all. */
  readonly beforeWrite: () => boolean;
}

/** An Outcome, or `withheld`: `beforeWrite` said no, certainly nothing was sent. */
export type SendResult = Outcome | { readonly class: "withheld" };

export interface Dialog360Client {
  /**
   * Sends one message, once.
   *
   * returns   what happened; rejects only with what `beforeWrite` throws (nothing is sent then)
   */
  send(request: SendRequest): Promise<SendResult>;
  /** Finishes what is under way, then closes every connection; safe to call twice. Later sends are unreachable. */
  close(): Promise<void>;
}

/** Answers are some hundred bytes. A longer one is judged by its status alone, and its connection is dropped. */
const ANSWER_BYTES_MAX = 256 * 1024;

export function createDialog360Client(options: Dialog360ClientOptions): Dialog360Client {
  const { clock, connectionsMax, connectTimeoutMs = 5_000, sendTimeoutMs = 30_000 } = options;
  const deadlines = createDeadlines(clock, sendTimeoutMs);
  const origins = createOrigins({ connectionsMax, connectTimeoutMs });

  return {
    send({ baseUrl, path, auth, body, beforeWrite }) {
      if (origins.isClosed) return Promise.resolve(outcomeOfError(CLOSED, { written: false }));
      const target = origins.targetOf(baseUrl);
      if (target === null || !isBuildable({ path, auth })) {
        return Promise.resolve(outcomeOfError(UNBUILDABLE, { written: false }));
      }
      return new Promise((resolve, reject) => {
        const handler = followExchange({ clock, deadlines, beforeWrite, resolve, reject });
        const headers = ["content-type", "application/json", auth.header, auth.value];
        target.pool.dispatch({ path: target.prefix + path, method: "POST", headers, body }, handler);
      });
    },
    async close() {
      await origins.close();
      deadlines.close();
    },
  };
}

const UNBUILDABLE = { code: "UND_ERR_INVALID_ARG", message: "base URL, path or API key is malformed" };
const CLOSED = { code: "UND_ERR_CLOSED", message: "the client is closed" };

const WITHHOLD = new Error("the request is withheld");
const NO_ANSWER = { message: "no complete answer within the send timeout" };
const NO_CONNECTION = { message: "no free connection within the send timeout" };
const ABORT = new Error("the exchange is over");

interface ExchangeContext {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly beforeWrite: () => boolean;
  readonly resolve: (result: SendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** The handler of one request: settles exactly once, with the answer, the error or the end of its time. */
function followExchange({
  clock,
  deadlines,
  beforeWrite,
  resolve,
  reject,
}: ExchangeContext): Dispatcher.DispatchHandler {
  let wire: Dispatcher.DispatchController | null = null; // set from the moment that bytes may have been written
  let isSettled = false;
  let httpStatus = 0;
  let retryAfter: string | undefined;
  let body: Buffer[] = [];
  let bodyBytes = 0;
  const deadline: Deadline = deadlines.start(() => {
    const written = wire !== null;
    settle(outcomeOfError(written ? NO_ANSWER : NO_CONNECTION, { written }));
    wire?.abort(ABORT);
  });

  function settle(result: SendResult): void {
    if (isSettled) return;
    isSettled = true;
    deadlines.stop(deadline);
    resolve(result);
  }

  function answered(text: string): void {
    settle(outcomeOfAnswer({ httpStatus, headers: { retryAfter }, body: text, nowMs: clock.nowMs() }));
  }

  function mayWrite(): boolean {
    try {
      return beforeWrite();
    } catch (error) {
      reject(error); // a mistake of ours: to the caller, not into an outcome
      return false;
    }
  }

  return {
    onRequestStart(controller) {
      if (isSettled) throw WITHHOLD; // its time ran out while it waited for a connection
      if (!mayWrite()) {
        settle({ class: "withheld" });
        throw WITHHOLD;
      }
      wire = controller;
    },
    onResponseStart(_controller, statusCode, headers) {
      if (statusCode < 200) return; // 103 and the like: the answer is still to come
      httpStatus = statusCode;
      const header = headers["retry-after"];
      retryAfter = Array.isArray(header) ? header[0] : header;
    },
    onResponseData(controller, chunk) {
      bodyBytes += chunk.length;
      if (bodyBytes <= ANSWER_BYTES_MAX) {
        body.push(chunk);
        return;
      }
      body = [];
      answered("");
      controller.abort(ABORT);
    },
    onResponseEnd() {
      answered((body.length === 1 && body[0] !== undefined ? body[0] : Buffer.concat(body)).toString("utf8"));
    },
    onResponseError(_controller, error) {
      settle(outcomeOfError(error, { written: wire !== null }));
    },
  };
}
