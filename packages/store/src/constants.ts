// What the Lua scripts know by name. Numbers that do not change while a process runs are written into the head of each
// script (`local SWEEP_MS = 5000`) instead of being sent with every call; names of places, ranks and reasons come from
// packages/core, so that no script holds a number whose meaning stands elsewhere.

import { type Lane, PLACES, STATUSES, WAIT_REASONS } from "@tern/core";
import { DAY_MS, HOUR_MS, indexTtlMs } from "./keys.ts";
import type { FailureRecord } from "./record.ts";
import type { StoreSettings } from "./settings.ts";

const LANE_ORDER = ["urgent", "normal", "bulk"] as const satisfies readonly Lane[];
/** A slot may lie this much beyond the horizon before a begun message is put back: several workers begin at once. */
const SLOT_SLACK = 2;

/** What stands in a record whose send was never answered because its worker died or froze. */
const LOST: FailureRecord = {
  class: "unknown",
  code: null,
  httpStatus: null,
  reason: "the worker that was sending it stopped before the answer came",
  hint: "A status webhook settles it; otherwise its doubt policy is carried out.",
};

/** What stands in a record whose doubt nothing settled and whose policy is to give up. */
const UNSETTLED: FailureRecord = {
  class: "unknown",
  code: null,
  httpStatus: null,
  reason: "it may have been sent: no answer came, and no webhook settled it in time",
  hint: "Ask the recipient or wait: a late webhook still corrects this status. Sending it again may send it twice.",
};

/** The constants of the scripts, each as Lua source. */
export function scriptConstants(settings: StoreSettings): ReadonlyMap<string, string> {
  const horizons = LANE_ORDER.map((lane) => settings.horizonMs[lane]);
  const text = (value: string) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const constants: Record<string, string | number> = {
    RECORD_TTL_MS: settings.messageDays * DAY_MS,
    BODY_TTL_MS: settings.bodyDays * DAY_MS,
    INDEX_TTL_MS: indexTtlMs(settings.messageDays),
    IDEMPOTENCY_TTL_MS: settings.idempotencyHours * HOUR_MS,
    ORPHAN_TTL_MS: settings.orphanTtlMs,
    WAMID_DAYS: settings.messageDays,
    DUE_MAX: settings.dueMax,
    SWEEP_MS: settings.sweepMs,
    LEASE_MS: settings.leaseMs,
    HORIZONS_MS: `{ ${horizons.join(", ")} }`,
    FARTHEST_SLOT_MS: `{ ${horizons.map((ms) => ms * SLOT_SLACK).join(", ")} }`,
    BULK_SHARE: settings.bulkShare,
    SLOW_FACTOR: settings.slowFactor,
    SLOW_FLOOR: settings.slowFloor,
    SLOW_RECOVERY_PER_S: settings.slowRecoveryPerSecond,
    EVENTS_MAX: settings.eventsMax,
    INBOUND_MAX: settings.inboundMax,
    ASIDE_MAX: settings.asideMax,
    RAW_BYTES_MAX: settings.rawMaxBytes,
    RAW_AGE_MAX_MS: settings.rawMaxAgeMs,
    RANK_QUEUED: STATUSES.queued.rank,
    RANK_SENDING: STATUSES.sending.rank,
    RANK_UNCONFIRMED: STATUSES.unconfirmed.rank,
    RANK_CANCELED: STATUSES.canceled.rank,
    RANK_EXPIRED: STATUSES.expired.rank,
    RANK_FAILED: STATUSES.failed.rank,
    RANK_SUBMITTED: STATUSES.submitted.rank,
    RANK_DELIVERED: STATUSES.delivered.rank,
    LOST_SHORT: text(shortFailure(LOST)),
    LOST_JSON: text(JSON.stringify(LOST)),
    UNSETTLED_SHORT: text(shortFailure(UNSETTLED)),
    UNSETTLED_JSON: text(JSON.stringify(UNSETTLED)),
  };
  for (const [place, { code }] of Object.entries(PLACES))
    constants[`PLACE_${place.toUpperCase()}`] = text(String(code));
  for (const [code, reason] of WAIT_REASONS.entries()) {
    constants[`REASON_${reason.toUpperCase().replaceAll("-", "_")}`] = code;
  }
  return new Map(Object.entries(constants).map(([name, value]) => [name, String(value)]));
}

/** The failure in one short field of the record: class, code, HTTP status. */
export function shortFailure(failure: FailureRecord): string {
  return [failure.class, failure.code, failure.httpStatus].map((part) => part ?? "").join(":");
}
