// The store: every move, the webhook's apply and the reads, over one connection.

import { encodeLocalId } from "@tern/core";
import { v7 } from "uuid";
import { createApply } from "./apply.ts";
import { scriptConstants } from "./constants.ts";
import { createFailureReads } from "./failures.ts";
import { createInspection } from "./inspect.ts";
import { createMoves } from "./moves.ts";
import { createOperatorMoves } from "./operate.ts";
import { createOverview } from "./overview.ts";
import { createPortfolioMoves } from "./portfolio.ts";
import { createQueries } from "./query.ts";
import { type RedisConnection, scriptRunner } from "./scripts.ts";
import { DEFAULT_STORE_SETTINGS, type StoreSettings } from "./settings.ts";
import { createExplain } from "./snapshot.ts";

export interface StoreOptions {
  readonly redis: RedisConnection;
  /** The first part of every key; one per installation (and one per test). */
  readonly prefix: string;
  readonly settings?: Partial<StoreSettings>;
  /** Epoch ms in place of Redis's clock, for tests; null leaves it to Redis. */
  readonly nowMs?: () => number | null;
  /** Makes local ids. Whoever accepts thousands a second passes a localIdMaker; tests pass ids they know. */
  readonly newLocalId?: () => string;
}

/** No options: only then does v7 count up within a millisecond, so that ids of one process sort as they were made. */
const newUuidLocalId = () => encodeLocalId(v7(undefined, new Uint8Array(16)));

export function createStore({
  redis,
  prefix,
  settings,
  nowMs = () => null,
  newLocalId = newUuidLocalId,
}: StoreOptions) {
  const all: StoreSettings = { ...DEFAULT_STORE_SETTINGS, ...settings };
  const run = scriptRunner(redis, scriptConstants(all));
  const queries = createQueries(redis, prefix, all);
  const inspection = createInspection(redis, prefix, all, nowMs);
  return {
    settings: all,
    prefix,
    ...createMoves(run, prefix, all, newLocalId, nowMs),
    ...createPortfolioMoves(run, prefix, nowMs),
    ...createOperatorMoves(run, prefix, nowMs),
    ...createApply(run, prefix, nowMs),
    ...queries,
    ...inspection,
    ...createFailureReads(redis, prefix, queries),
    ...createOverview(redis, prefix),
    ...createExplain(redis, prefix, all, { ...queries, ...inspection }),
  };
}

export type Store = ReturnType<typeof createStore>;
