// The statuses of a message and the only rule between them: status climbs by rank.
//
// `queued` and `sending` say where the message is now, so a message that is told to wait goes from `sending` back to
// `queued`. From `unconfirmed` on a status is evidence, and evidence never goes back: whatever the order, the
// repetition or the delay of events, the highest rank wins. What the provider reports outranks what we concluded
// ourselves, so a message we gave up on and that is then reported delivered is delivered. See ADR 4.

interface StatusRow {
  readonly rank: number;
  /** Nothing Tern does follows a final status; the provider's evidence still may. */
  readonly final: boolean;
  readonly meaning: string;
}

export const STATUSES = {
  queued: {
    rank: 0,
    final: false,
    meaning: "accepted; waits for its time, its turn or the pace (the reason says which)",
  },
  sending: { rank: 10, final: false, meaning: "on the wire; the provider has not answered yet" },
  unconfirmed: { rank: 20, final: false, meaning: "put on the wire, answer lost: the provider may or may not have it" },
  canceled: { rank: 30, final: true, meaning: "taken back by a caller before it was sent" },
  expired: { rank: 31, final: true, meaning: "not sent before its expiresAt" },
  failed: { rank: 32, final: true, meaning: "will not be delivered; code, class, reason and hint say why" },
  submitted: { rank: 40, final: false, meaning: "the provider took it; its wamid is known" },
  sent: { rank: 50, final: false, meaning: "the provider sent it on towards the recipient" },
  delivered: { rank: 70, final: true, meaning: "it is on the recipient's device" },
  read: { rank: 80, final: true, meaning: "the recipient saw it" },
  played: { rank: 90, final: true, meaning: "the recipient played the voice message" },
} as const satisfies Record<string, StatusRow>;

export type Status = keyof typeof STATUSES;

/**
 * The rank of a `failed` that the provider reports about a message it had taken. It outranks `sent` (the provider's
 * last word about the journey) and is outranked by `delivered` (a fact on the recipient's device).
 */
export const FAILED_BY_PROVIDER_RANK = 60;

/** From this rank on the provider certainly has the message: nothing may put it on the wire again. */
export const TAKEN_RANK = STATUSES.submitted.rank;

const statusByRank = new Map<number, Status>([
  ...Object.entries(STATUSES).map(([status, row]): [number, Status] => [row.rank, status as Status]),
  [FAILED_BY_PROVIDER_RANK, "failed"],
]);

/** Who says so: `tern` concluded it from its own work, `provider` reported it in a webhook. */
export type Reporter = "tern" | "provider";

/** The rank of a status as said by `by`. */
export function rankOf(status: Status, by: Reporter = "tern"): number {
  return status === "failed" && by === "provider" ? FAILED_BY_PROVIDER_RANK : STATUSES[status].rank;
}

/** The status that a stored rank stands for; throws on a rank that no status has. */
export function statusOf(rank: number): Status {
  const status = statusByRank.get(rank);
  if (!status) throw new Error(`no status has the rank ${rank}`);
  return status;
}

export function isFinal(status: Status): boolean {
  return STATUSES[status].final;
}

/** The transition function: the higher rank stays. Commutative, associative and idempotent, hence a fold in any order. */
export function advanceRank(current: number, event: number): number {
  return Math.max(current, event);
}
