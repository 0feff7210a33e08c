// How the platform behaves: the defaults, and how patches are laid over them (default < global < number).
import type { Behaviour, BehaviourPatch } from "./admin-types.ts";

/** Quick enough that a demo reaches `read` within half a second, and free of chance. */
export const defaultBehaviour: Behaviour = {
  down: null,
  unreachableLinks: [],
  answerDelayMs: 0,
  answerJitterMs: 0,
  statuses: { enabled: true, sentAfterMs: 50, deliveredAfterMs: 150, readAfterMs: 400, jitterMs: 0 },
  duplicateRate: 0,
  reorderRate: 0,
  beforeAnswerRate: 0,
  dropStatusRate: 0,
  batchMax: 1,
  batchWaitMs: 0,
  webhookRetryBaseMs: 500,
  webhookRetryFactor: 2,
  webhookRetryCapMs: 60_000,
  webhookRetryForMs: 7 * 24 * 3600 * 1000, // "for up to 7 days": Meta "webhooks overview", read 2026-09
  webhookDeadlineMs: 5000, // 360dialog "messaging/webhook": HTTP 200 within 5 s
  webhookConcurrency: 64,
};

/** Lays `patch` over `base`; neither is changed. */
export function mergeBehaviour(base: Behaviour, { apiKey: _, ...patch }: BehaviourPatch): Behaviour {
  return { ...base, ...patch, statuses: { ...base.statuses, ...patch.statuses } };
}

/** Lays a later patch over an earlier one. */
export function mergePatches(earlier: BehaviourPatch, { apiKey: _, ...later }: BehaviourPatch): BehaviourPatch {
  return { ...earlier, ...later, statuses: { ...earlier.statuses, ...later.statuses } };
}
