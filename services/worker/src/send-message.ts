// The story of one message on the wire: wait for its slot, send, decide, finish. Everything it learns goes into one move;
// if the process dies between any two lines, the lease runs out and `reap` tells the record so.
//
// Round trips: the look that took it (shared with others), the provider's, and finish (shared with others). A recipient
// outside its window asks for its place in the portfolio's tier while the message waits for its slot, and beside that, a
// marketing template for its recipient's consent.

import {
  type Clock,
  decide,
  type Failure,
  messageId,
  type Outcome,
  type QuietHours,
  type Random,
  type SendingPolicy,
  type SendWay,
  type Verdict,
  type WindowPolicy,
} from "@tern/core";
import {
  buildSendBody,
  type Dialog360Client,
  formatCallbackData,
  type ProviderAccount,
  readStoredContent,
  sendRoute,
} from "@tern/dialog360";
import type { Finish, PacedSender, Portfolio, Reached, Store, Taken } from "@tern/store";
import { type ConsentingSender, consentFailure, optOutIn } from "./consent.ts";
import type { OnWire } from "./on-wire.ts";
import type { ProviderHealth } from "./provider-health.ts";
import type { RedisClock } from "./redis-clock.ts";
import type { Look } from "./take-loop.ts";

/** A sender as sending needs it. */
export interface SendingSender extends PacedSender, ProviderAccount, ConsentingSender {
  readonly portfolio: Portfolio;
  /** All senders of that portfolio: each may know the same people under other names. */
  readonly portfolioSenderIds: readonly string[];
  readonly quietHours: QuietHours | null;
  /** Where its marketing templates go first. */
  readonly marketing: SendWay;
  readonly window: WindowPolicy;
}

/** Where a sender's messages go and under which key, in one text: what changes it may put a refusal right. */
export function routeText(sender: SendingSender): string {
  const { baseUrl, path, auth } = sendRoute(sender);
  return `${baseUrl}${path}\n${auth.value}`;
}

export interface SendMessageDeps {
  readonly store: Pick<
    Store,
    "reslot" | "finish" | "reach" | "unreach" | "settings" | "checkConsent" | "recordConsents" | "joinPeople"
  >;
  readonly client: Pick<Dialog360Client, "send">;
  readonly onWire: OnWire;
  readonly redisClock: RedisClock;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: () => SendingPolicy;
  readonly health: (sender: SendingSender) => ProviderHealth;
  /** Whether recipients outside their window are counted: the portfolio has a tier. */
  readonly hasTier: (sender: SendingSender) => boolean;
  /** Whether this sender's key and address are still the ones in use. */
  readonly isCurrent: (sender: SendingSender) => boolean;
  readonly report: (sent: SentReport) => void;
}

export interface SentReport {
  readonly messageId: string;
  readonly caller: string;
  readonly lane: string;
  readonly wireNumber: number;
  readonly attempts: number;
  readonly outcome: SendOutcome;
  readonly verdict: Verdict;
  /** From when it was due to when it was fired; null when it was ordered again after it failed. */
  readonly queuedMs: number | null;
  /** Epoch ms: in hand, and fired at its slot. */
  readonly takenAtMs: number;
  readonly begunAtMs: number;
  readonly tookMs: number;
  readonly inTime: boolean;
  /** The provider's endpoint. */
  readonly way: SendWay;
}

/** withheld: nothing was written, the moment, the message or the recipient's window was over. tier: the portfolio may reach nobody new now. */
export type SendOutcome = Outcome | { readonly class: "withheld" } | { readonly class: "tier" };

const WITHHELD: SendOutcome = { class: "withheld" };

/** Of a marketing template, by its recipient's consent; a snooze when Redis did not say what that is. */
type Refusal = Extract<Verdict, { kind: "fail" | "snooze" }>;

/** Nothing was written: it goes back at once and no attempt is counted. */
export const WITHHELD_VERDICT: Extract<Verdict, { kind: "snooze" }> = {
  kind: "snooze",
  afterMs: 0,
  reason: "retry",
  slow: false,
  hold: null,
};
/** Nothing was written, since Redis did not say whether it may be. */
const UNSURE_VERDICT: Extract<Verdict, { kind: "snooze" }> = { ...WITHHELD_VERDICT, afterMs: 1_000 };

/** Longer than a send waits for its slot and a connection: a window that closes sooner may be closed when it is sent. */
const SURE_FOR_MS = 60_000;

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

  /** Returns whether something became ready to be taken; rejects when Redis cannot be told what came of it. */
  return async function sendMessage(sender: SendingSender, taken: Taken, look: Look): Promise<boolean> {
    redisClock.observe(look.nowUs, look.askedMs, look.answeredMs);
    const leaseMs = (taken.slotUs - look.nowUs) / 1_000 + store.settings.leaseMs;
    const lease = onWire.add(taken.localId, taken.wireNumber, look.askedMs + leaseMs);
    const takenAtMs = clock.nowMs();
    const attempt = deps.health(sender).begin();
    let outcome: SendOutcome = WITHHELD;
    try {
      const [place, refusal] = await Promise.all([askForPlace(sender, taken), askForConsent(sender, taken)]);
      let verdict = refusal ?? place.verdict;
      let begunAtMs = clock.nowMs();
      let tookMs = 0;
      if (verdict === null) {
        ({ outcome, begunAtMs, tookMs } = await sendInSlot(sender, taken, look.intervalUs > 0, lease));
        attempt.ended(outcome);
        verdict = decideAbout(sender, taken, outcome, attempt.metOutage());
      } else {
        outcome = refusal === null ? { class: "tier" } : outcomeOf(refusal);
      }
      const done = finishOf(taken, outcome, verdict, begunAtMs, tookMs);
      const finished = await store.finish(sender.id, done);
      if (verdict.kind === "doubt" && verdict.counted) {
        attempt.counted({ senderId: sender.id, localId: taken.localId, wireNumber: taken.wireNumber });
      }
      const isNotSent = verdict.kind === "fail" || outcome.class === "withheld";
      if (isNotSent && place.reached?.kind === "new") {
        await store.unreach(sender.portfolio.id, taken.contact, place.reached.markMs);
      }
      deps.report({
        messageId: messageId({ sender: sender.id, localId: taken.localId }),
        caller: taken.caller,
        lane: taken.lane,
        wireNumber: taken.wireNumber,
        attempts: taken.attempts,
        outcome,
        verdict,
        queuedMs: taken.dueAtMs === null ? null : Math.max(0, begunAtMs - taken.dueAtMs),
        takenAtMs,
        begunAtMs,
        tookMs,
        inTime: finished.result === "done",
        way: wayOf(sender, taken),
      });
      if (refusal === null) await tellConsent(sender, taken, outcome, done); // last: if Redis refuses, all else is done
      return finished.isReady;
    } finally {
      attempt.ended(WITHHELD); // unless its end was told
      lease.release();
    }
  };

  /** The verdict about a marketing template that its recipient does not want; null when it may go. */
  async function askForConsent(sender: SendingSender, taken: Taken): Promise<Refusal | null> {
    try {
      const failure = await consentFailure(store, sender, taken);
      return failure && { kind: "fail", failure, endsTemplate: false, counted: false };
    } catch {
      return UNSURE_VERDICT;
    }
  }

  /** What the answer said about consent: the person has stopped marketing, or has another spelling, too. */
  async function tellConsent(sender: SendingSender, taken: Taken, outcome: SendOutcome, done: Finish): Promise<void> {
    const optOut = optOutIn(outcome, taken, clock.nowMs());
    if (optOut) await store.recordConsents(sender.portfolio.id, [optOut]);
    const { spellings = [] } = done;
    if (spellings.length === 0) return;
    const names = [...new Set([taken.contact, taken.to, ...spellings.flat()])];
    await store.joinPeople(sender.portfolio.id, sender.portfolioSenderIds, [names]);
  }

  /** The place of a recipient outside its window in the portfolio's tier, or the verdict that there is none. */
  async function askForPlace(
    sender: SendingSender,
    { contact, lane, slotUs, windowClosesAtMs, isFallback }: Taken,
  ): Promise<{ reached: Reached | null; verdict: Verdict | null }> {
    // A fallback goes where the window is closed, by our word or the provider's, who knows better.
    const isOpen = windowClosesAtMs !== null && windowClosesAtMs - slotUs / 1_000 > SURE_FOR_MS;
    const isSurelyInside = isOpen && !isFallback;
    if (isSurelyInside || !deps.hasTier(sender)) return { reached: null, verdict: null };
    let reached: Reached;
    try {
      reached = await store.reach(sender.portfolio, contact, lane);
    } catch {
      return { reached: null, verdict: UNSURE_VERDICT };
    }
    if (reached.kind !== "full") return { reached, verdict: null };
    const waitMs = Math.max(1, redisClock.toLocalMs(reached.untilMs * 1_000) - clock.monotonicMs());
    // Bulk keeps its place and waits as a lane; the others wait one by one, and let others to the same recipient go first.
    const verdict: Verdict =
      lane === "bulk"
        ? { ...WITHHELD_VERDICT, reason: "tier", hold: { of: "lane", forMs: waitMs } }
        : { ...WITHHELD_VERDICT, reason: "tier", afterMs: waitMs };
    return { reached, verdict };
  }

  /**
   * Waits for the slot and sends, or for another slot if that one was missed. Withheld: the lease or the message is over.
   * All of that is asked once more right before the first byte, since a new connection or the wait for a free one can take
   * far longer than the space between two slots, and what is written late crowds with what is written in time.
   */
  async function sendInSlot(
    sender: SendingSender,
    taken: Taken,
    isPaced: boolean,
    lease: ReturnType<OnWire["add"]>,
  ): Promise<{ outcome: SendOutcome; begunAtMs: number; tookMs: number }> {
    let { slotUs } = taken;
    let missed = false;
    const mayWrite = () => {
      // By what is known of Redis's clock now, which may be more than when the slot was waited for.
      const latenessMs = clock.monotonicMs() - redisClock.toLocalMs(slotUs) + redisClock.uncertaintyMs;
      missed = isPaced && latenessMs > latenessMaxMs;
      return !missed && lease.isHeld() && expiresInMs(taken) > 0 && !isWindowOver(taken);
    };
    for (;;) {
      const waitMs = redisClock.toLocalMs(slotUs) - clock.monotonicMs();
      if (waitMs > 0) await new Promise<void>((resolve) => clock.after(Math.ceil(waitMs), resolve));
      const firedMs = clock.monotonicMs();
      const begunAtMs = clock.nowMs();
      const outcome = mayWrite() ? await put(sender, taken, mayWrite) : WITHHELD;
      if (!missed) return { outcome, begunAtMs, tookMs: Math.round(clock.monotonicMs() - firedMs) };
      const askedMs = clock.monotonicMs();
      const again = await store.reslot(sender, taken);
      if (!again) return { outcome: WITHHELD, begunAtMs, tookMs: 0 };
      redisClock.observe(again.nowUs, askedMs, clock.monotonicMs());
      lease.prolong(askedMs + (again.slotUs - again.nowUs) / 1_000 + store.settings.leaseMs);
      slotUs = again.slotUs;
    }
  }

  function put(sender: SendingSender, taken: Taken, mayWrite: () => boolean): Promise<SendOutcome> {
    const body = bodyOf(sender, taken);
    if (body === null) return Promise.resolve({ class: "rejected", failure: DAMAGED_CONTENT });
    return client.send({ ...sendRoute(sender, wayOf(sender, taken)), body, beforeWrite: mayWrite });
  }

  /** By Redis's clock, which decides about expiry everywhere. */
  function expiresInMs({ expiresAtMs }: Taken): number {
    if (expiresAtMs === null) return Number.POSITIVE_INFINITY;
    return redisClock.toLocalMs(expiresAtMs * 1_000) - clock.monotonicMs();
  }

  /** The window has closed since it was taken: whoever takes it next sees that, and what goes instead. */
  function isWindowOver({ writableUntilMs }: Taken): boolean {
    return writableUntilMs !== null && redisClock.toLocalMs(writableUntilMs * 1_000) <= clock.monotonicMs();
  }

  function decideAbout(sender: SendingSender, taken: Taken, outcome: SendOutcome, providerFails: boolean): Verdict {
    if (isWithheld(outcome)) return WITHHELD_VERDICT;
    // Only the key of yesterday was refused: it goes again with the one of today.
    if (outcome.class === "misconfigured" && !deps.isCurrent(sender)) return WITHHELD_VERDICT;
    return decide(
      {
        outcome,
        lane: taken.lane,
        attempts: taken.attempts,
        pairThrottles: taken.throttles + 1,
        doubtPolicy: taken.doubtPolicy,
        hasFallback: !taken.isFallback && readStoredContent(taken.content).fallback !== null,
        providerFails,
        expiresInMs: expiresInMs(taken),
        chance: deps.random(),
      },
      deps.policy(),
    );
  }
}

function outcomeOf(refusal: Refusal): SendOutcome {
  return refusal.kind === "fail" ? { class: "rejected", failure: refusal.failure } : WITHHELD;
}

function isWithheld(outcome: SendOutcome): outcome is Exclude<SendOutcome, Outcome> {
  return outcome.class === "withheld" || outcome.class === "tier";
}

/** The endpoint: where the provider referred the message to, else the sender's for marketing. */
function wayOf({ marketing }: SendingSender, { way, marketingTo }: Taken): SendWay {
  return way ?? (marketingTo === null ? "messages" : marketing);
}

/** The text to send; null when the record's content is none. */
function bodyOf(sender: SendingSender, { localId, wireNumber, to, content, isFallback }: Taken): string | null {
  const id = messageId({ sender: sender.id, localId });
  const stored = readStoredContent(content);
  const sent = isFallback ? stored.fallback : stored.content;
  if (sent === null) return null;
  try {
    return buildSendBody({ to, callbackData: formatCallbackData({ messageId: id, wireNumber }), content: sent });
  } catch {
    return null;
  }
}

function finishOf(taken: Taken, outcome: SendOutcome, verdict: Verdict, begunAtMs: number, tookMs: number): Finish {
  // A verdict that ends the message says more than the answer: after how many attempts.
  const answered: Failure | null = "failure" in outcome ? outcome.failure : null;
  const failure = verdict.kind === "fail" ? verdict.failure : answered;
  const { localId, wireNumber } = taken;
  const spellings = spellingsOf(taken, outcome);
  return { localId, wireNumber, verdict, outcome: outcome.class, failure, begunAtMs, tookMs, spellings };
}

/** What the answer says of the recipient that is not known: pairs of spellings, of two numbers the provider's own second. */
function spellingsOf({ to, contact }: Taken, outcome: SendOutcome): [string, string][] {
  if (outcome.class !== "accepted" || outcome.recipient === undefined) return [];
  const { phone, bsuid } = outcome.recipient;
  const isNew = (spelling: string | undefined) => spelling !== undefined && spelling !== to && spelling !== contact;
  const pairs: [string, string][] = [];
  if (phone !== undefined && isNew(phone)) pairs.push([to, phone]);
  if (bsuid !== undefined && isNew(bsuid)) pairs.push([bsuid, to]);
  return pairs;
}
