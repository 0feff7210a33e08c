// An endpoint: one method on one path, what it needs, what it promises (the OpenAPI operation), and what it does.

import type { Clock } from "@tern/core";
import type { ManagementClient } from "@tern/dialog360";
import type { Producer } from "@tern/queue";
import type { Deployment, Logger, Scope } from "@tern/runtime";
import type { Store } from "@tern/store";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import type { AcceptMessages } from "./accept-messages.ts";
import type { Feeds } from "./feeds/feeds.ts";
import type { ApiRequest, ApiResponse } from "./http.ts";
import type { Media } from "./media/media.ts";
import type { ApiMetrics } from "./metrics.ts";
import type { Quotas } from "./quotas.ts";
import type { TemplateCache } from "./template-cache.ts";

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
  | "takeQuota"
  | "audit"
  | "recall"
  | "readTemplates"
  | "readTemplate"
  | "readTemplateSummary"
  | "readTemplateRests"
  | "replaceTemplates"
  | "changeTemplate"
  | "heedTemplate"
  | "countTemplateCreation"
  | "countTemplateEdit"
  | "uncountTemplateChange"
  | "pollTemplatesIn"
  | "readNumberReports"
  | "settings"
  | "readContact"
  | "findSpellings"
  | "recordConsents"
  | "readConsent"
  | "checkConsent"
  | "nameContact"
  | "eraseContact"
  | "prefix"
  | "readFeed"
  | "takeUpload"
  | "keepUpload"
  | "leaveUpload"
  | "mediaUploaded"
  | "mediaLeaseMs"
  | "forgetMedia"
  | "beginMediaRequest"
  | "mediaAnswered"
  | "mediaFailed"
  | "noteMediaRefused"
  | "mediaRefusal"
>;

export interface EndpointDeps {
  readonly deployment: () => Deployment;
  readonly store: ApiStore;
  readonly producer: Pick<Producer, "call">;
  readonly acceptMessages: AcceptMessages;
  /** Throws the problem of an API that takes nothing in now: Redis is nearly full. */
  readonly requireRoom: () => void;
  readonly quotas: Quotas;
  readonly clock: Pick<Clock, "nowMs" | "after">;
  readonly log: Logger;
  readonly metrics: ApiMetrics;
  /** What is asked of the provider besides sending. */
  readonly provider: ManagementClient;
  readonly templates: TemplateCache;
  readonly media: Media;
  readonly feeds: Feeds;
}

export type Handle = (request: ApiRequest, response: ApiResponse) => Promise<void>;

export interface Endpoint {
  readonly method: "get" | "post" | "put" | "delete";
  /** As Express writes it: "/v1/messages/:id". */
  readonly path: string;
  /** The caller needs one of them. */
  readonly scopes: readonly Scope[];
  readonly operation: ZodOpenApiOperationObject & { readonly operationId: string };
  readonly createHandler: (deps: EndpointDeps) => Handle;
}
