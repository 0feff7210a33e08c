// The client: every operation of the API as a method, and what a caller would else write around them.

import { type CallOptions, type Connection, call, type Values } from "./call.ts";
import { type EventsOptions, events, type Feed, type InboundOptions, inbound } from "./feeds.ts";
import type { components } from "./generated/api.ts";
import { type Download, downloadMedia, type Upload, uploadMedia } from "./media.ts";
import { type Input, type Output, type PlainOperation, REPEATABLE } from "./operations.ts";
import { type Each, each, LISTS, type ListOperation } from "./pages.ts";
import { realSurroundings, type Surroundings } from "./real-surroundings.ts";
import type { Result } from "./result.ts";
import { DEFAULT_RETRIES, type RetryPolicy } from "./retry.ts";
import {
  type BatchOutcome,
  type MessageRequest,
  type SendOptions,
  type SendResult,
  sendBatch,
  sendMessage,
} from "./send.ts";
import { type Waited, type WaitOptions, type WaitTarget, waitFor } from "./wait-for.ts";

type Schemas = components["schemas"];

export interface ClientOptions {
  /** Where the API is: "https://tern.example.com". */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** For each attempt of a call. Default 10,000. */
  readonly timeoutMs?: number;
  readonly retries?: Partial<RetryPolicy>;
  /** Clock, chance and fetch; for tests of the caller's. */
  readonly surroundings?: Partial<Surroundings>;
}

type Method<Id extends PlainOperation> =
  Record<never, never> extends Input<Id>
    ? (input?: Input<Id>, options?: CallOptions) => Promise<Result<Output<Id>>>
    : (input: Input<Id>, options?: CallOptions) => Promise<Result<Output<Id>>>;

type EachMethod<Id extends ListOperation> =
  Record<never, never> extends Input<Id>
    ? (input?: Input<Id>, options?: CallOptions) => Each<Id>
    : (input: Input<Id>, options?: CallOptions) => Each<Id>;

/** An operation each, by its operationId in the OpenAPI document, where its description is. */
export type Operations = { readonly [Id in PlainOperation]: Method<Id> };

export interface Client extends Operations {
  sendMessage(message: MessageRequest, options?: SendOptions): Promise<SendResult<Schemas["AcceptedMessage"]>>;
  /** Up to 1,000 messages, each with a result of its own: a batch with refused ones is a success. */
  sendBatch(messages: readonly MessageRequest[], options?: SendOptions): Promise<SendResult<BatchOutcome>>;
  /** Asks until the message has the status or cannot have it any more. */
  waitFor(id: string, status: WaitTarget, options?: WaitOptions): Promise<Result<Waited>>;
  uploadMedia(upload: Upload, options?: CallOptions): Promise<Result<Schemas["UploadedMedia"]>>;
  downloadMedia(input: Input<"downloadMedia">, options?: CallOptions): Promise<Result<Download>>;
  /** Lists, item by item over all pages. */
  readonly each: { readonly [Id in ListOperation]: EachMethod<Id> };
  /** What happens: statuses, templates, accounts; without end. */
  events(options?: EventsOptions): Feed<Schemas["Event"]>;
  /** What people write; without end. */
  inbound(options?: InboundOptions): Feed<Schemas["InboundMessage"]>;
}

const TIMEOUT_MS = 10_000;

/**
 * Creates a client. It holds no connection and needs no closing. Its calls return results and do not throw; what is thrown is
 * a mistake in the program, such as a body that is no JSON.
 *
 * throws   a TypeError for a base URL or API key that cannot be one
 */
export function createClient({ baseUrl, apiKey, timeoutMs, retries, surroundings }: ClientOptions): Client {
  if (!/^https?:$/.test(new URL(baseUrl).protocol)) throw new TypeError("baseUrl is an address with http or https");
  if (apiKey === "") throw new TypeError("apiKey is empty");
  const connection: Connection = {
    baseUrl: baseUrl.replace(/\/+$/, ""),
    headers: new Headers({ Authorization: `Bearer ${apiKey}`, Accept: "application/json" }),
    timeoutMs: timeoutMs ?? TIMEOUT_MS,
    retries: { ...DEFAULT_RETRIES, ...retries },
    surroundings: { ...realSurroundings, ...surroundings },
  };
  const operations = Object.fromEntries(
    (Object.keys(REPEATABLE) as PlainOperation[]).map((id) => [
      id,
      (input: Values = {}, options?: CallOptions) => call(connection, id, input, options),
    ]),
  ) as unknown as Operations;
  const lists = Object.fromEntries(
    (Object.keys(LISTS) as ListOperation[]).map((id) => [
      id,
      (input: Input<typeof id>, options?: CallOptions) => each(connection, id, input, options),
    ]),
  ) as unknown as Client["each"];
  return {
    ...operations,
    sendMessage: (message, options) => sendMessage(connection, message, options),
    sendBatch: (messages, options) => sendBatch(connection, messages, options),
    waitFor: (id, status, options) => waitFor(connection, id, status, options),
    uploadMedia: (upload, options) => uploadMedia(connection, upload, options),
    downloadMedia: (input, options) => downloadMedia(connection, input, options),
    each: lists,
    events: (options) => events(connection, options),
    inbound: (options) => inbound(connection, options),
  };
}
