// Tern's data in Redis: the key schema (keys.ts), the scripts (lua/), and their typed wrappers.

export type {
  Applied,
  BatchResult,
  InboundMessage,
  LearnedPerson,
  ProviderEvent,
  SetAside,
  StatusReport,
  WebhookBatch,
  WindowOpening,
} from "./apply.ts";
export type { OnChanges } from "./changes.ts";
export { coalesce } from "./coalesce.ts";
export {
  type ConnectOptions,
  closeConnection,
  connectRedis,
  isClusterUrl,
  type RedisAccess,
  type RedisTls,
  whenReady,
} from "./connect.ts";
export {
  CONSENT_SOURCES,
  type ConsentChange,
  type ConsentSource,
  type ConsentStatement,
  type ContactConsent,
  type Recorded,
} from "./consent.ts";
export type { ContactState } from "./contact.ts";
export type { Erased, ErasureOrder } from "./erase.ts";
export { type ExplainedSender, type Explanation, WAITS_FOR, type WaitsFor } from "./explain.ts";
export { FAILURE_POSITION, type FailureCount, type FailureCounts, type FailureQuery } from "./failures.ts";
export {
  comparePositions,
  FEED_POSITION,
  FEEDS,
  type Feed,
  type FeedEntry,
  type FeedPart,
  type FeedRead,
  type FeedStart,
  feedKey,
} from "./feed.ts";
export { createFeedWatch, type FeedWatch, type FeedWatchOptions } from "./feed-watch.ts";
export { SENDER_STATES, type SenderFigures } from "./figures.ts";
export { portfolioGauges, senderGauges } from "./gauges.ts";
export type { PortfolioState, Rest, SenderState, TemplateRest } from "./inspect.ts";
export { keyOf, portfolioBase, senderBase, unroutableBase, wabaBase } from "./keys.ts";
export { localIdMaker } from "./local-ids.ts";
export type { MediaPlace, UploadedMedia, UploadLease } from "./media.ts";
export type {
  Accepted,
  AcceptedTogether,
  Begun,
  Canceled,
  Finish,
  Finished,
  LookId,
  NewMessage,
  PacedSender,
  Retried,
  Room,
  Taken,
} from "./moves.ts";
export type { NumberReports } from "./number-health.ts";
export type { Operated, Pausable } from "./operate.ts";
export { AUDIT_POSITION, type AuditEntry, type LaterCounts } from "./overview.ts";
export type { Portfolio, Reached } from "./portfolio.ts";
export type { MessageFilter, MessagePage, MessageQuery } from "./query.ts";
export type { QuotaLimit, QuotaTaken } from "./quota.ts";
export type { FailureRecord, MessageRecord, Pricing, Send } from "./record.ts";
export { NotReplicatedError, type Replication } from "./replication.ts";
export type { RedisConnection } from "./scripts.ts";
export { DEFAULT_STORE_SETTINGS, type StoreSettings } from "./settings.ts";
export type { Explained } from "./snapshot.ts";
export { createStore, type Store, type StoreOptions } from "./store.ts";
export type {
  KeptTemplate,
  KeptTemplates,
  TemplateChange,
  TemplateHeed,
  TemplateRested,
  TemplateSummary,
} from "./templates.ts";
