// Everything that is asked of the provider besides sending: media, templates, health, conversations, the webhook. Each
// call is made once; what the provider says is a result, and only a mistake of the caller's is thrown.

import type { Clock, Random } from "@tern/core";
import { createOrigins } from "../origins.ts";
import type { ProviderAccount } from "../profiles.ts";
import type { JsonObject } from "../read.ts";
import { type BlockedUser, type BlockResult, changeBlockList, listBlocked, markRead } from "./conversations.ts";
import { getHealth, type HealthStatus } from "./health.ts";
import {
  deleteMedia,
  downloadMedia,
  getMedia,
  type MediaDownload,
  type MediaInfo,
  type MediaUpload,
  uploadMedia,
} from "./media.ts";
import type { ManagementResult } from "./result.ts";
import {
  type CreatedTemplate,
  createTemplate,
  deleteTemplate,
  editTemplate,
  listTemplates,
  type ProviderTemplate,
  type TemplateFilter,
} from "./templates.ts";
import { getWebhook, setWebhook, type WebhookConfig } from "./webhook-config.ts";

export interface ManagementClientOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Connections per provider address, besides those of sending; more calls wait, within their time. */
  readonly connectionsMax?: number;
  readonly connectTimeoutMs?: number;
  /** A whole call, its answer included. */
  readonly callTimeoutMs?: number;
  /** A whole upload or download. */
  readonly transferTimeoutMs?: number;
}

/** `account`: a sender of the deployment, its key loaded. */
export interface ManagementClient {
  uploadMedia(account: ProviderAccount, file: MediaUpload): Promise<ManagementResult<{ readonly id: string }>>;
  getMedia(account: ProviderAccount, mediaId: string): Promise<ManagementResult<MediaInfo>>;
  downloadMedia(account: ProviderAccount, mediaId: string): Promise<ManagementResult<MediaDownload>>;
  deleteMedia(account: ProviderAccount, mediaId: string): Promise<ManagementResult<null>>;
  listTemplates(
    account: ProviderAccount,
    filter?: TemplateFilter,
  ): AsyncGenerator<ManagementResult<readonly ProviderTemplate[]>, void, undefined>;
  createTemplate(account: ProviderAccount, body: JsonObject): Promise<ManagementResult<CreatedTemplate>>;
  editTemplate(account: ProviderAccount, templateId: string, body: JsonObject): Promise<ManagementResult<null>>;
  deleteTemplate(
    account: ProviderAccount,
    which: { readonly name: string; readonly id?: string },
  ): Promise<ManagementResult<null>>;
  getHealth(account: ProviderAccount): Promise<ManagementResult<HealthStatus>>;
  blockUsers(account: ProviderAccount, users: readonly string[]): Promise<ManagementResult<BlockResult>>;
  unblockUsers(account: ProviderAccount, users: readonly string[]): Promise<ManagementResult<BlockResult>>;
  listBlocked(
    account: ProviderAccount,
    page?: { readonly limit?: number; readonly after?: string },
  ): Promise<ManagementResult<{ readonly users: readonly BlockedUser[]; readonly after: string | null }>>;
  markRead(
    account: ProviderAccount,
    message: { readonly wamid: string; readonly typing?: boolean },
  ): Promise<ManagementResult<null>>;
  getWebhook(account: ProviderAccount): Promise<ManagementResult<WebhookConfig | null>>;
  setWebhook(account: ProviderAccount, config: WebhookConfig): Promise<ManagementResult<null>>;
  /** Finishes what is under way, then closes every connection; safe to call twice. */
  close(): Promise<void>;
}

export function createManagementClient(options: ManagementClientOptions): ManagementClient {
  const { clock, random, connectionsMax = 16, connectTimeoutMs = 5_000 } = options;
  const { callTimeoutMs = 30_000, transferTimeoutMs = 300_000 } = options;
  const origins = createOrigins({ connectionsMax, connectTimeoutMs });
  const deps = { clock, random, origins, callTimeoutMs, transferTimeoutMs };
  return {
    uploadMedia: (account, file) => uploadMedia(account, file, deps),
    getMedia: (account, mediaId) => getMedia(account, mediaId, deps),
    downloadMedia: (account, mediaId) => downloadMedia(account, mediaId, deps),
    deleteMedia: (account, mediaId) => deleteMedia(account, mediaId, deps),
    listTemplates: (account, filter = {}) => listTemplates(account, filter, deps),
    createTemplate: (account, body) => createTemplate(account, body, deps),
    editTemplate: (account, templateId, body) => editTemplate(account, templateId, body, deps),
    deleteTemplate: (account, which) => deleteTemplate(account, which, deps),
    getHealth: (account) => getHealth(account, deps),
    blockUsers: (account, users) => changeBlockList(account, "block", users, deps),
    unblockUsers: (account, users) => changeBlockList(account, "unblock", users, deps),
    listBlocked: (account, page = {}) => listBlocked(account, page, deps),
    markRead: (account, message) => markRead(account, message, deps),
    getWebhook: (account) => getWebhook(account, deps),
    setWebhook: (account, config) => setWebhook(account, config, deps),
    close: () => origins.close(),
  };
}
