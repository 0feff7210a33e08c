// The story of one due message: begin, wait for its slot, send, decide, finish. Everything it learns goes into one of
// the moves; if the process dies between any two lines, the lease runs out and `reap` tells the record so.
//
// Round trips: begin and finish (and BullMQ's own fetch of the next job). Between them the message is on the wire.

import {
  type Clock,
  type DueJob,
  decide,
  type Failure,
  messageId,
  type Outcome,
  type Random,
  type SendingPolicy,
  type Verdict,
} from "@tern/core";
import { buildSendBody, type Dialog360Client, formatCallbackData } from "@tern/dialog360";
import type { Begun, Finish, PacedSender, Store } from "@tern/store";
import type { OnWire } from "./on-wire.ts";
import type { RedisClock } from "./redis-clock.ts";

/** A sender as sending needs it. */
export interface SendingSender extends PacedSender {
  readonly baseUrl: string;
  /** Asked at each send, so that a rotated key is used at once. */
  revealApiKey(): string;
}

export interface SendMessageDeps {
  readonly store: Pick<Store, "begin" | "reslot" | "finish" | "settings">;
  readonly client: Pick<Dialog360Client, "send">;
  readonly onWire: OnWire;
  readonly redisClock: RedisClock;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: () => SendingPolicy;
  /** Hands a message whose turn has come to BullMQ. */
  readonly enqueue: (job: DueJob) => Promise<void>;
  readonly report: (sent: SentReport) => void;
}

export interface SentReport {
  readonly messageId: string;
  readonly lane: string;
  readonly wireNumber: number;
  readonly attempts: number;
  readonly outcome: Outcome | Withheld;
  readonly verdict: Verdict;
  readonly queuedMs: number;
  readonly tookMs: number;
  readonly inTime: boolean;
}

export type SendingBegun = Extract<Begun, { kind: "send" }>;
type Withheld = { readonly class: "withheld" };

const WITHHELD: Withheld = { class: "withheld" };
/** Nothing was written: it goes back at once and no attempt is counted. */
const WITHHELD_VERDICT: Verdict = { kind: "snooze", afterMs: 0, reason: "retry", slow: false, holdSenderMs: 0 };

/** Certainly not sent, and no try will ever change that. */
const DAMAGED_CONTENT: Failure = {
  code: null,
  httpStatus: null,
  reason: "the stored content of the message is missing or damaged; nothing was sent",
  hint: "Send the message again under a new idempotency key, and look for what else writes into this Redis.",
};

export function createSendMessage(deps: SendMessageDeps) {
  const { store, client, onWire, redisClock, clock } = deps;
  /**
   * A slot missed by more than this is given up and another one taken: a burst after a pause would break the pace. It is
   * half of the jitter that the margin of the pace covers (settings.ts in packages/store); the network has the other.
   */
  const latenessMaxMs = ((1 - store.settings.paceMargin) * 1_000) / 2;

  /** Returns what became of the job: whether it was sent, or why there was nothing to send. */
  return async function sendMessage(sender: SendingSender, localId: string, promotion: number): Promise<Begun["kind"]> {
    const askedMs = clock.monotonicMs();
    const begun = await store.begin(sender, localId, promotion);
    if (begun.kind === "expired" && begun.next) await deps.enqueue(begun.next);
    if (begun.kind !== "send") return begun.kind;

    redisClock.observe(begun.nowUs, clock.monotonicMs());
    const slotInMs = (begun.slotUs - begun.nowUs) / 1_000;
    const lease = onWire.add(localId, begun.wireNumber, askedMs + slotInMs + store.settings.leaseMs);
    try {
      const { outcome, begunAtMs, tookMs } = await sendInSlot(sender, begun, lease);
      const verdict = outcome.class === "withheld" ? WITHHELD_VERDICT : decideAbout(begun, outcome);
      const finished = await store.finish(sender.id, finishOf(begun, outcome, verdict, begunAtMs, tookMs));
      const queuedMs = Math.max(0, begunAtMs - begun.acceptedAtMs);
      const { lane, wireNumber, attempts } = begun;
      const id = messageId({ sender: sender.id, localId });
      deps.report({
        messageId: id,
        lane,
        wireNumber,
        attempts,
        outcome,
        verdict,
        queuedMs,
        tookMs,
        inTime: finished.inTime,
      });
      if (finished.next) await deps.enqueue(finished.next);
      return "send";
    } finally {
      lease.release();
    }
  };

  /**
   * Waits for the slot and sends, or for another slot if that one was missed. Withheld: the lease or the message is over.
   * All of that is asked once more right before the first byte, since a new connection or the wait for a free one can take
   * far longer than the space between two slots, and what is written late crowds with what is written in time.
   */
  async function sendInSlot(
    sender: SendingSender,
    begun: SendingBegun,
    lease: ReturnType<OnWire["add"]>,
  ): Promise<{ outcome: Outcome | Withheld; begunAtMs: number; tookMs: number }> {
    let slotMs = redisClock.toLocalMs(begun.slotUs);
    let missed = false;
    const mayWrite = () => {
      missed = sender.pace !== "unlimited" && clock.monotonicMs() - slotMs > latenessMaxMs;
      return !missed && lease.isHeld() && expiresInMs(begun) > 0;
    };
    for (;;) {
      const waitMs = slotMs - clock.monotonicMs();
      if (waitMs > 0) await new Promise<void>((resolve) => clock.after(Math.ceil(waitMs), resolve));
      const firedMs = clock.monotonicMs();
      const begunAtMs = clock.nowMs();
      const outcome = mayWrite() ? await put(sender, begun, mayWrite) : WITHHELD;
      if (!missed) return { outcome, begunAtMs, tookMs: Math.round(clock.monotonicMs() - firedMs) };
      const askedMs = clock.monotonicMs();
      const again = await store.reslot(sender, begun.localId, begun.wireNumber, begun.lane);
      if (!again) return { outcome: WITHHELD, begunAtMs, tookMs: 0 };
      redisClock.observe(again.nowUs, clock.monotonicMs());
      lease.prolong(askedMs + (again.slotUs - again.nowUs) / 1_000 + store.settings.leaseMs);
      slotMs = redisClock.toLocalMs(again.slotUs);
    }
  }

  function put(sender: SendingSender, begun: SendingBegun, mayWrite: () => boolean): Promise<Outcome | Withheld> {
    const body = bodyOf(sender, begun);
    if (body === null) return Promise.resolve({ class: "rejected", failure: DAMAGED_CONTENT });
    return client.send({ baseUrl: sender.baseUrl, apiKey: sender.revealApiKey(), body, beforeWrite: mayWrite });
  }

  /** By Redis's clock, which decides about expiry everywhere. */
  function expiresInMs({ expiresAtMs }: SendingBegun): number {
    if (expiresAtMs === null) return Number.POSITIVE_INFINITY;
    return redisClock.toLocalMs(expiresAtMs * 1_000) - clock.monotonicMs();
  }

  function decideAbout(begun: SendingBegun, outcome: Outcome): Verdict {
    return decide(
      {
        outcome,
        lane: begun.lane,
        attempts: begun.attempts,
        pairThrottles: begun.throttles + 1,
        doubtPolicy: begun.doubtPolicy,
        expiresInMs: expiresInMs(begun),
        chance: deps.random(),
      },
      deps.policy(),
    );
  }
}

/** The text to send; null when the record's content is none. */
function bodyOf(sender: SendingSender, { localId, wireNumber, to, content }: SendingBegun): string | null {
  const id = messageId({ sender: sender.id, localId });
  try {
    return buildSendBody({ to, callbackData: formatCallbackData({ messageId: id, wireNumber }), content });
  } catch {
    return null;
  }
}

function finishOf(
  begun: SendingBegun,
  outcome: Outcome | Withheld,
  verdict: Verdict,
  begunAtMs: number,
  tookMs: number,
): Finish {
  const failure: Failure | null = "failure" in outcome ? outcome.failure : null;
  return {
    localId: begun.localId,
    wireNumber: begun.wireNumber,
    verdict,
    outcome: outcome.class,
    failure,
    begunAtMs,
    tookMs,
  };
}
