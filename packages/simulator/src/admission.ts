// Whether the platform takes a message. `refusalOf` looks and spends nothing; `take` spends what the message costs
// and says whether it will fail later although it was taken.
import type { RecipientKind } from "./admin-types.ts";
import { type Complaint, wrong } from "./complaint.ts";
import type { NumberState } from "./number.ts";
import type { Send } from "./send-request.ts";
import { type Portfolio, portfolioOf, type World } from "./world.ts";

// The code each kind of recipient fails with, and whether only marketing does (opt-outs, caps and experiments leave
// utility, authentication and service messages alone: Meta "per-user limits", read 2026-06).
const failureOf: Partial<Record<RecipientKind, { code: number; isMarketingOnly: boolean }>> = {
  notOnWhatsApp: { code: 131026, isMarketingOnly: false },
  blocked: { code: 130403, isMarketingOnly: false },
  optedOut: { code: 131050, isMarketingOnly: true },
  marketingCapped: { code: 131049, isMarketingOnly: true },
  experiment: { code: 130472, isMarketingOnly: true },
};

/** Why the message is refused at once, or null. Call it once per message: what the tier refuses is counted. */
export function refusalOf(world: World, number: NumberState, send: Send, nowMs: number): Complaint | null {
  return (
    recipientRefusal(world, number, send) ??
    templateRefusal(number, send, nowMs) ??
    windowRefusal(number, send, nowMs) ??
    limitRefusal(number, send, nowMs) ??
    tierRefusal(world, number, send, nowMs)
  );
}

/**
 * Takes the message: spends throughput, pair token and tier.
 *
 * returns   the code it will fail with later, or null
 */
export function take(world: World, number: NumberState, send: Send, nowMs: number): number | null {
  number.throughput.add(nowMs);
  number.taken.add(nowMs);
  if (number.takenCount === 0) number.firstTakenAtMs = nowMs;
  number.lastTakenAtMs = nowMs;
  number.takenCount += 1;
  if (number.options.pairLimit) number.pairs.take(send.user, nowMs);
  return laterFailure(world, number, send, nowMs);
}

/** A template that is not registered counts as marketing: the category with the most rules. */
export function categoryOf(number: NumberState, send: Send): string {
  if (send.template === null) return "service";
  return (number.templates.find(send.template)?.category ?? "MARKETING").toLowerCase();
}

/** Whether the user has written within the last 24 h. */
function isWindowOpen(number: NumberState, user: string, nowMs: number): boolean {
  return number.windowOpenUntilMs.get(user) > nowMs;
}

function recipientRefusal(world: World, number: NumberState, send: Send): Complaint | null {
  if (send.user === number.ownUser) return wrong(131021, "Recipient phone number is the sender's own");
  if (world.recipients.get(send.user)?.sync !== true) return null;
  const code = profileFailure(world, number, send);
  return code === null ? null : wrong(code, `The recipient ${send.user} is set to be refused with ${code}`);
}

function templateRefusal(number: NumberState, send: Send, nowMs: number): Complaint | null {
  if (send.template === null) return null;
  const complaint = number.templates.check(send.template, nowMs);
  if (complaint) return complaint;
  if (send.isBsuid && categoryOf(number, send) === "authentication") {
    return wrong(131062, "Authentication templates cannot be sent to a business-scoped user id");
  }
  return null;
}

function windowRefusal(number: NumberState, send: Send, nowMs: number): Complaint | null {
  if (number.options.windowEnforcement !== "sync" || send.template !== null) return null;
  return isWindowOpen(number, send.user, nowMs) ? null : wrong(131047, "The customer service window is closed");
}

function limitRefusal(number: NumberState, send: Send, nowMs: number): Complaint | null {
  const { throughputPerSecond, pairLimit } = number.options;
  if (throughputPerSecond !== null && number.throughput.countAt(nowMs) >= throughputPerSecond) return overThroughput;
  if (pairLimit && !number.pairs.hasToken(send.user, nowMs)) return overPair;
  return null;
}

function tierRefusal(world: World, number: NumberState, send: Send, nowMs: number): Complaint | null {
  const { tierErrorSync, tierErrorCode } = number.options;
  if (!tierErrorSync || isWindowOpen(number, send.user, nowMs)) return null;
  return isOverTier(portfolioOf(world, number), send.user, nowMs)
    ? wrong(tierErrorCode, "The messaging limit of the portfolio is reached")
    : null;
}

/** Whether the tier is full for this user; one that is over it is counted. */
function isOverTier(portfolio: Portfolio, user: string, nowMs: number): boolean {
  const { tier, reached } = portfolio;
  if (tier === null || reached.hasRoomFor(user, tier, nowMs)) return false;
  portfolio.overTier += 1;
  return true;
}

const overThroughput = wrong(130429, "Too many messages were sent from this phone number in a short period of time");
const overPair = wrong(131056, "Too many messages were sent from this phone number to the same recipient");

function laterFailure(world: World, number: NumberState, send: Send, nowMs: number): number | null {
  if (!isWindowOpen(number, send.user, nowMs)) {
    if (number.options.windowEnforcement === "async" && send.template === null) return 131047;
    const portfolio = portfolioOf(world, number);
    if (isOverTier(portfolio, send.user, nowMs)) return number.options.tierErrorCode;
    // Without a tier nobody is counted: the set of a benchmark's million recipients would serve nothing.
    if (portfolio.tier !== null) portfolio.reached.reach(send.user, nowMs);
  }
  return profileFailure(world, number, send);
}

function profileFailure(world: World, number: NumberState, send: Send): number | null {
  const profile = world.recipients.get(send.user);
  const failure = profile && failureOf[profile.kind];
  if (!failure) return null;
  return failure.isMarketingOnly && categoryOf(number, send) !== "marketing" ? null : failure.code;
}
