// What the Lua scripts know by name. Numbers that do not change while a process runs are written into the head of each
// script (`local LEASE_MS = 7000`) instead of being sent with every call; names of places, ranks and reasons come from
// packages/core, so that no script holds a number whose meaning stands elsewhere.

import { FAILED_BY_PROVIDER_RANK, PLACES, STATUSES, WAIT_REASONS } from "@tern/core";
import { DAY_MS, HOUR_MS, indexTtlMs } from "./keys.ts";
import type { FailureRecord } from "./record.ts";
import type { StoreSettings } from "./settings.ts";

/**
 * The newest record this release knows how to send; a record says with `v` what it takes, if that is more than 1 (ADR 24).
 * Raise it with the release that reads a new kind of record; write `v` no earlier than one release later.
 */
const RECORD_VERSION = 1;
/** How soon a worker that cannot send a record puts it in front of the others again. */
const UPGRADE_WAIT_MS = 1_000;
/** Hours a customer service window stays open after the user's last message (docs/sources.md, windows). */
export const WINDOW_MS: number = 24 * HOUR_MS;
/** Whole days before today in which the moment may lie that opened a window: until nothing is known of it any more. */
export const WINDOW_DAYS = 3;
/** The same for a message that an ad led to: an answer within a day opens 72 hours (docs/sources.md, windows). */
export const ENTRY_DAYS = 4;
/** How long an alias lives at least after it was last used; at most twice as long. */
export const ALIAS_SPAN_MS: number = 90 * DAY_MS;
/** How long whoever learned of a pair of spellings may take to tell the portfolio, before somebody else does. */
const TELL_AGAIN_MS = 10_000;
/** The most other spellings of a contact; beyond it the oldest is forgotten. */
const SPELLINGS_MAX = 20;
/** How old a message from a user may be to count against this second's throughput; its time comes in whole seconds. */
const INBOUND_COUNTS_MS = 2_000;
/** A hold until somebody resumes it: later than any time, and exact in a double. */
export const FOR_EVER_MS = 9e15;
/** The most messages one begin looks at: canceled ones stay in their lists until then. */
const BEGIN_SEEN_MAX = 500;
/** The most raw bodies that one call removes: about 1 ms of Redis's time, and more than come in between two chores. */
const RAW_TRIM_MOST = 1_000;
/** So many slots in a row may go to more urgent lanes while this one waits: a tenth and a twentieth stay for it. */
const PASSED_OVER_MAX = { normal: 10, bulk: 20 };
/** How long an answer to a look may be lost before the messages in it are left to the reaper: an outage of Redis. */
const LOOK_TTL_MS = HOUR_MS;
/** What a read of a sender's figures looks at, at most: the heads of a backlog, ids in doubt, parked statuses. */
const FIGURES_HEAD = 50;
const FIGURES_DOUBTS = 200;
const FIGURES_ORPHANS = 200;
/** Places of one backlog, and of all of a sender, that are asked when their message expires. */
const FIGURES_SAMPLES = 32;
const FIGURES_SAMPLES_ALL = 400;
/** Statements kept of one contact and category: the last ones. */
const CONSENT_HISTORY_MAX = 20;
/** The longest wait after 131056 (4^4 s), on top of a whole budget. */
const PAIR_THROTTLE_MAX_MS = 256_000;

/** The provider shuts a number out of media for an hour after more than 5 failed requests in an hour (docs/sources.md, media). */
const MEDIA_FAILURES_MAX = 4;
const MEDIA_FAILURE_MS = HOUR_MS;
/** More of them tell nothing new. */
const MEDIA_FAILURES_KEPT = 20;

/** What stands in a record whose send was never answered because its worker died or froze. */
const LOST: FailureRecord = {
  class: "unknown",
  code: null,
  httpStatus: null,
  reason: "the worker that was sending it stopped before the answer came",
  hint: "A status webhook settles it; otherwise its doubt policy is carried out.",
};

/** What stands in a record whose recipient may be sent templates only, and that has none. */
const CLOSED: FailureRecord = {
  class: "rejected",
  code: null,
  httpStatus: null,
  reason: "customer service window closed",
  hint: "Nothing was sent: the recipient's last message is too old. Send a template, or give free-form messages a fallback.",
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
  const pairWholeMs = settings.pairBurst * settings.pairIntervalMs;
  const text = (value: string) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const constants: Record<string, string | number> = {
    RECORD_TTL_MS: settings.messageDays * DAY_MS,
    BODY_TTL_MS: settings.bodyDays * DAY_MS,
    INDEX_TTL_MS: indexTtlMs(settings.messageDays),
    IDEMPOTENCY_TTL_MS: settings.idempotencyHours * HOUR_MS,
    ORPHAN_TTL_MS: settings.orphanTtlMs,
    WAMID_DAYS: settings.messageDays,
    LEASE_MS: settings.leaseMs,
    LOOKAHEAD_US: settings.lookaheadMs * 1_000,
    RECORD_VERSION,
    UPGRADE_WAIT_MS,
    BEGIN_SEEN_MAX,
    PASSED_OVER_MAX: `{ ${PASSED_OVER_MAX.normal}, ${PASSED_OVER_MAX.bulk} }`,
    LOOK_TTL_MS,
    FIGURES_HEAD,
    FIGURES_DOUBTS,
    FIGURES_ORPHANS,
    FIGURES_SAMPLES,
    FIGURES_SAMPLES_ALL,
    CALLER_CREDIT: settings.callerCredit,
    FOR_EVER_MS: FOR_EVER_MS.toFixed(0),
    WINDOW_MS,
    WINDOW_DAYS,
    ENTRY_DAYS,
    ALIAS_SPAN_MS,
    TELL_AGAIN_MS,
    SPELLINGS_MAX,
    INBOUND_COUNTS_MS,
    PACE_MARGIN: settings.paceMargin,
    PAIR_INTERVAL_MS: settings.pairIntervalMs,
    PAIR_DEBT_MS: pairWholeMs - settings.pairJitterMs,
    PAIR_FARTHEST_MS: pairWholeMs + PAIR_THROTTLE_MAX_MS,
    PAIR_BUCKET_MS: Math.ceil((pairWholeMs + PAIR_THROTTLE_MAX_MS) / 3),
    TIER_WINDOW_MS: settings.tierWindowMs,
    MEDIA_FAILURES_MAX,
    MEDIA_FAILURE_MS,
    MEDIA_FAILURES_KEPT,
    AUDIT_MAX: settings.auditMax,
    CONSENT_TTL_MS: settings.consentDays * DAY_MS,
    CONSENT_HISTORY_MAX,
    BULK_SHARE: settings.bulkShare,
    SLOW_FACTOR: settings.slowFactor,
    SLOW_FLOOR: settings.slowFloor,
    SLOW_RECOVERY_PER_S: settings.slowRecoveryPerSecond,
    EVENTS_MAX: settings.eventsMax,
    INBOUND_MAX: settings.inboundMax,
    INBOUND_AGE_MS: settings.inboundDays * DAY_MS,
    ASIDE_MAX: settings.asideMax,
    RAW_BYTES_MAX: settings.rawMaxBytes,
    RAW_AGE_MAX_MS: settings.rawMaxAgeMs,
    RAW_TRIM_MOST,
    RANK_QUEUED: STATUSES.queued.rank,
    RANK_SENDING: STATUSES.sending.rank,
    RANK_UNCONFIRMED: STATUSES.unconfirmed.rank,
    RANK_CANCELED: STATUSES.canceled.rank,
    RANK_EXPIRED: STATUSES.expired.rank,
    RANK_FAILED: STATUSES.failed.rank,
    RANK_FAILED_BY_PROVIDER: FAILED_BY_PROVIDER_RANK,
    RANK_SUBMITTED: STATUSES.submitted.rank,
    RANK_DELIVERED: STATUSES.delivered.rank,
    LOST_SHORT: text(shortFailure(LOST)),
    LOST_JSON: text(JSON.stringify(LOST)),
    UNSETTLED_SHORT: text(shortFailure(UNSETTLED)),
    CLOSED_SHORT: text(shortFailure(CLOSED)),
    CLOSED_JSON: text(JSON.stringify(CLOSED)),
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
