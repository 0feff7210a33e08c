// @tern/client: the typed client of Tern's API, for the services that send through it.

export type { CallOptions } from "./call.ts";
export { type Client, type ClientOptions, createClient, type Operations } from "./create-client.ts";
export {
  type AbortedError,
  type Fault,
  isProblem,
  type NetworkError,
  type ProblemError,
  type ProblemType,
  type TernError,
  type TimeoutError,
  type UnexpectedError,
} from "./errors.ts";
export type { EventsOptions, Feed, InboundOptions } from "./feeds.ts";
export type { components, operations } from "./generated/api.ts";
export type { Download, FileContent, Upload } from "./media.ts";
export type { Input, OperationId, Output } from "./operations.ts";
export type { Each, Listed, ListOperation } from "./pages.ts";
export type { Surroundings } from "./real-surroundings.ts";
export type { Failure, Result, Success } from "./result.ts";
export type { RetryPolicy } from "./retry.ts";
export type { BatchItem, BatchOutcome, MessageRequest, SendOptions, SendResult } from "./send.ts";
export type { Waited, WaitOptions, WaitTarget } from "./wait-for.ts";
