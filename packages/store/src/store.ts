// The store: every move, the webhook's apply and the reads, over one connection.

import { randomBytes } from "node:crypto";
import { type Clock, encodeLocalId } from "@tern/core";
import { v7 } from "uuid";
import { createApply } from "./apply.ts";
import { type OnChanges, readChanges } from "./changes.ts";
import { createConsent } from "./consent.ts";
import { scriptConstants } from "./constants.ts";
import { createContactReads } from "./contact.ts";
import { createErasure } from "./erase.ts";
import { createFailureReads } from "./failures.ts";
import { createFeedReads } from "./feed.ts";
import { createFigures } from "./figures.ts";
import { createInspection } from "./inspect.ts";
import { createMedia } from "./media.ts";
import { createMoves } from "./moves.ts";
import { createNumberHealth } from "./number-health.ts";
import { createOperatorMoves } from "./operate.ts";
import { createOverview } from "./overview.ts";
import { createPortfolioMoves } from "./portfolio.ts";
import { createQueries } from "./query.ts";
import { createQuotas } from "./quota.ts";
import { createRecall } from "./recall.ts";
import type { Replication } from "./replication.ts";
import { type RedisConnection, scriptRunner } from "./scripts.ts";
import { DEFAULT_STORE_SETTINGS, type StoreSettings } from "./settings.ts";
import { createExplain } from "./snapshot.ts";
import { createSpellings } from "./spellings.ts";
import { createTemplates } from "./templates.ts";
import { createTraceReads } from "./trace.ts";

export interface StoreOptions {
  readonly redis: RedisConnection;
  /** The first part of every key; one per installation (and one per test). */
  readonly prefix: string;
  readonly settings?: Partial<StoreSettings>;
  /** Epoch ms in place of Redis's clock, for tests; null leaves it to Redis. */
  readonly nowMs?: () => number | null;
  /**
   * Spaces the calls of a busy process, so that many messages share one (ADR 14). Without it, as in a tool or a test, no call
   * waits for longer than the one before it takes.
   */
  readonly clock?: Pick<Clock, "monotonicMs" | "after"> | null;
  /** What is answered or sent waits for replicas, so that a failover forgets none of it (ADR 23); null: for none. */
  readonly replication?: Replication | null;
  /** Makes local ids. Whoever accepts thousands a second passes a localIdMaker; tests pass ids they know. */
  readonly newLocalId?: () => string;
  /** Told what calls of this store did to messages: for the metrics. */
  readonly onChanges?: OnChanges;
}

/** What the digests of erased contacts are made with; 128 bits of chance. */
const newSecret = () => randomBytes(16).toString("hex");

/** No options: only then does v7 count up within a millisecond, so that ids of one process sort as they were made. */
const newUuidLocalId = () => encodeLocalId(v7(undefined, new Uint8Array(16)));

export function createStore({
  redis,
  prefix,
  settings,
  replication = null,
  nowMs = () => null,
  clock = null,
  newLocalId = newUuidLocalId,
  onChanges = () => {},
}: StoreOptions) {
  const all: StoreSettings = { ...DEFAULT_STORE_SETTINGS, ...settings };
  const run = scriptRunner(redis, scriptConstants(all), replication);
  const tell = (senderId: string, changes: string) => {
    if (changes !== "") onChanges(senderId, readChanges(changes));
  };
  const contacts = createContactReads(redis, prefix, nowMs);
  const queries = createQueries(redis, prefix, all, contacts);
  const consent = createConsent(run, prefix, newSecret);
  const inspection = createInspection(redis, prefix, all, nowMs);
  return {
    settings: all,
    prefix,
    ...createMoves(run, prefix, all, newLocalId, nowMs, clock, tell),
    ...createPortfolioMoves(run, prefix, nowMs),
    ...consent,
    ...createSpellings({ redis, prefix, contacts, consent }),
    ...createErasure({ run, prefix, settings: all, nowMs, consent }),
    ...createOperatorMoves(run, prefix, nowMs),
    ...createQuotas(run, prefix, nowMs),
    ...createApply({ run, prefix, nowMs, clock, tell }),
    ...contacts,
    ...queries,
    ...inspection,
    ...createFigures(run, prefix, all, nowMs),
    ...createFailureReads(redis, prefix, queries),
    ...createOverview(redis, prefix),
    ...createFeedReads(run, prefix, all),
    ...createMedia(redis, run, prefix, nowMs),
    ...createTemplates(redis, run, prefix, nowMs),
    ...createRecall(redis, prefix),
    ...createTraceReads(redis, prefix),
    ...createNumberHealth(redis, prefix),
    ...createExplain(redis, prefix, all, { ...queries, ...inspection, ...contacts }),
  };
}

export type Store = ReturnType<typeof createStore>;
