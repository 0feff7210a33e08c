// Tern's data in Redis: the key schema (keys.ts), the scripts (lua/), and their typed wrappers.

export type { Applied, BatchResult, InboundMessage, SetAside, StatusReport, WebhookBatch } from "./apply.ts";
export { coalesce } from "./coalesce.ts";
export { type ConnectOptions, closeConnection, connectRedis, isClusterUrl, whenReady } from "./connect.ts";
export { type ExplainedSender, type Explanation, WAITS_FOR, type WaitsFor } from "./explain.ts";
export { FAILURE_POSITION, type FailureCount, type FailureCounts, type FailureQuery } from "./failures.ts";
export type { PortfolioState, Rest, SenderState, TemplateRest } from "./inspect.ts";
export { keyOf, portfolioBase, senderBase, unroutableBase } from "./keys.ts";
export { localIdMaker } from "./local-ids.ts";
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
export type { Operated, Pausable } from "./operate.ts";
export { AUDIT_POSITION, type AuditEntry, type LaterCounts } from "./overview.ts";
export type { Portfolio, Reached } from "./portfolio.ts";
export type { MessageFilter, MessagePage, MessageQuery } from "./query.ts";
export type { FailureRecord, MessageRecord, Pricing, Send } from "./record.ts";
export type { RedisConnection } from "./scripts.ts";
export { DEFAULT_STORE_SETTINGS, type StoreSettings } from "./settings.ts";
export type { Explained } from "./snapshot.ts";
export { createStore, type Store, type StoreOptions } from "./store.ts";
