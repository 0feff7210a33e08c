// An endpoint: one method on one path, what it needs, what it promises (the OpenAPI operation), and what it does.

import type { Clock } from "@tern/core";
import type { Producer } from "@tern/queue";
import type { Deployment, Logger, Scope } from "@tern/runtime";
import type { Store } from "@tern/store";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import type { AcceptMessages } from "./accept-messages.ts";
import type { ApiRequest, ApiResponse } from "./http.ts";
import type { ApiMetrics } from "./metrics.ts";

/** What the API does with the store: everything but what workers and the webhook do. */
export type ApiStore = Pick<
  Store,
  | "accept"
  | "read"
  | "list"
  | "cancel"
  | "retry"
  | "explain"
  | "explainInShort"
  | "readSender"
  | "readPortfolio"
  | "readAudit"
  | "listFailed"
  | "countFailed"
  | "countLater"
  | "pause"
  | "resume"
  | "setPace"
  | "setTier"
  | "askForPlacesAgain"
  | "audit"
  | "settings"
>;

export interface EndpointDeps {
  readonly deployment: () => Deployment;
  readonly store: ApiStore;
  readonly producer: Pick<Producer, "call">;
  readonly acceptMessages: AcceptMessages;
  /** Throws the problem of an API that takes nothing in now: Redis is nearly full. */
  readonly requireRoom: () => void;
  readonly clock: Pick<Clock, "nowMs">;
  readonly log: Logger;
  readonly metrics: ApiMetrics;
}

export type Handle = (request: ApiRequest, response: ApiResponse) => Promise<void>;

export interface Endpoint {
  readonly method: "get" | "post" | "put";
  /** As Express writes it: "/v1/messages/:id". */
  readonly path: string;
  /** The caller needs one of them. */
  readonly scopes: readonly Scope[];
  readonly operation: ZodOpenApiOperationObject & { readonly operationId: string };
  readonly createHandler: (deps: EndpointDeps) => Handle;
}
