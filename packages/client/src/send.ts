// Sending: each request has an idempotency key, the caller's or a new one, and keeps it in every attempt. So an attempt whose
// answer was lost is repeated safely: what was taken is answered again and not sent twice.

import { type CallOptions, type Connection, call } from "./call.ts";
import { type ProblemError, readProblem, type TernError, type UnexpectedError, unexpectedProblem } from "./errors.ts";
import type { components } from "./generated/api.ts";
import type { Failure, Success } from "./result.ts";
import { isPassing } from "./retry.ts";

type Schemas = components["schemas"];
export type MessageRequest = Schemas["MessageRequest"];

export interface SendOptions extends CallOptions {
  /**
   * Names the send, so that repeating it sends nothing twice: for 72 hours, also from another process. Left out: a new one,
   * which covers the attempts of this call only.
   */
  readonly idempotencyKey?: string | undefined;
}

/** With it, a failure can be repeated later without sending twice. */
interface Keyed {
  readonly idempotencyKey: string;
}

export type SendResult<T> = (Success<T> & Keyed) | (Failure & Keyed);

/** One message of a batch. */
export type BatchItem =
  | { readonly ok: true; readonly id: string; readonly isReplay: boolean }
  | { readonly ok: false; readonly error: ProblemError | UnexpectedError };

export interface BatchOutcome {
  readonly accepted: number;
  readonly refused: number;
  /** In the order of the messages. */
  readonly items: readonly BatchItem[];
}

export async function sendMessage(
  connection: Connection,
  message: MessageRequest,
  options: SendOptions = {},
): Promise<SendResult<Schemas["AcceptedMessage"]>> {
  const { idempotencyKey, keyed } = withKey(connection, options);
  const result = await call<Schemas["AcceptedMessage"]>(connection, "sendMessage", { body: message }, keyed);
  return { ...result, idempotencyKey };
}

export async function sendBatch(
  connection: Connection,
  messages: readonly MessageRequest[],
  options: SendOptions = {},
): Promise<SendResult<BatchOutcome>> {
  const { idempotencyKey, keyed } = withKey(connection, options);
  const values = { body: { messages } };
  const result = await call<Schemas["BatchResult"]>(connection, "sendBatch", values, keyed, passingRefusal);
  if (!result.ok) return { ...result, idempotencyKey };
  const { accepted, refused, results } = result.value;
  const items = results.map(itemOf);
  return { ...result, value: { accepted, refused, items }, idempotencyKey };
}

function withKey({ surroundings }: Connection, options: SendOptions) {
  const idempotencyKey = options.idempotencyKey ?? surroundings.newKey();
  return { idempotencyKey, keyed: { ...options, headers: { ...options.headers, "Idempotency-Key": idempotencyKey } } };
}

/** Why it is worth sending the batch again, whose taken messages stay taken: some were refused for now only. */
function passingRefusal({ results }: Schemas["BatchResult"]): TernError | null {
  const errors = results.map(itemOf).flatMap((item) => (item.ok || !isPassing(item.error) ? [] : [item.error]));
  return errors[0] ?? null;
}

function itemOf(result: Schemas["BatchResult"]["results"][number]): BatchItem {
  if ("id" in result) return { ok: true, id: result.id, isReplay: result.replayed === true };
  const { problem } = result;
  return { ok: false, error: readProblem(problem, null, null) ?? unexpectedProblem(problem) };
}
