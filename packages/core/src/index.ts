// What a message is and what to decide about it. Pure: imports nothing, reads no clock, no chance, no environment.

export { backoffMs, pairBackoffMs } from "./backoff.ts";
export { type Change, END_CLASSES, END_STATUSES, type EndClass, type EndStatus } from "./change.ts";
export {
  asksForConsent,
  CONSENT_CATEGORIES,
  CONSENT_STATES,
  type ConsentAnswer,
  type ConsentCategory,
  type ConsentPolicy,
  type ConsentState,
  consentAnswer,
} from "./consent.ts";
export { type DecideInput, decide, type Hold, type Verdict } from "./decide.ts";
export { LANES, type Lane, laneNumber, laneOf, type PerLane } from "./lane.ts";
export {
  encodeLocalId,
  localIdTimeMs,
  type MessageAddress,
  messageId,
  parseMessageId,
  SENDER_ID_PATTERN,
} from "./message-id.ts";
export {
  type DoubtGrade,
  type Failure,
  type NamedRecipient,
  OUTCOME_CLASSES,
  type Outcome,
  type OutcomeClass,
  type SendWay,
  type ThrottleScope,
} from "./outcome.ts";
export {
  PLACES,
  type Place,
  placeOf,
  WAIT_REASONS,
  type WaitReason,
  waitReasonNumber,
  waitReasonOf,
} from "./places.ts";
export { DEFAULT_SENDING_POLICY, type DoubtPolicy, type SendingPolicy } from "./policy.ts";
export { isTimeZone, type QuietHours, quietUntilMs } from "./quiet-hours.ts";
export {
  advanceRank,
  FAILED_BY_PROVIDER_RANK,
  isFinal,
  type Reporter,
  rankOf,
  STATUSES,
  type Status,
  statusOf,
  TAKEN_RANK,
} from "./status.ts";
export { packTrace, parseTraceparent, type TraceContext, unpackTrace } from "./trace.ts";
export { type WindowPolicy, windowMarginMs } from "./window.ts";
export type { Clock, Random, Timer } from "./world.ts";
