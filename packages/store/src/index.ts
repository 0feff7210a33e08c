// Tern's data in Redis: the key schema (keys.ts), the scripts (lua/), and their typed wrappers.

export type { Applied, BatchResult, InboundMessage, SetAside, StatusReport, WebhookBatch } from "./apply.ts";
export { coalesce } from "./coalesce.ts";
export { type ConnectOptions, closeConnection, connectRedis, isClusterUrl, whenReady } from "./connect.ts";
export { keyOf, senderBase, unroutableBase } from "./keys.ts";
export { localIdMaker } from "./local-ids.ts";
export type {
  Accepted,
  Begun,
  Canceled,
  Finish,
  Finished,
  NewMessage,
  PacedSender,
  Promoted,
} from "./moves.ts";
export type { MessagePage, MessageQuery } from "./query.ts";
export type { FailureRecord, MessageRecord, Pricing, Send } from "./record.ts";
export type { RedisConnection } from "./scripts.ts";
export { DEFAULT_STORE_SETTINGS, type StoreSettings } from "./settings.ts";
export { createStore, type Store, type StoreOptions } from "./store.ts";
