// Whether the platform takes a message. `refusalOf` looks and spends nothing; `take` spends what the message costs
// and says whether it will fail later although it was taken.
import type { RecipientKind, RecipientProfile } from "./admin-types.ts";
import { type Complaint, wrong } from "./complaint.ts";
import { laterContentFailure, mediaRefusal } from "./content-admission.ts";
import { marketingRefusal } from "./marketing.ts";
import type { NumberState } from "./number.ts";
import type { Send, SendPath } from "./send-request.ts";
import { checkRegistered, type Registered } from "./templates/registry.ts";
import { phoneOf } from "./user-ids.ts";
import { type Portfolio, portfolioOf, type World } from "./world.ts";

/** One send with what the platform looks up for it, once. */
export interface SendCase {
  send: Send;
  path: SendPath;
  /** Whom the recipient stands for: the key of everything kept per user. */
  contact: string;
  profile: RecipientProfile | undefined;
  /** The template as registered; null where none is or every one is accepted. */
  template: Registered | null;
  /** In lower case; `service` for what is no template. */
  category: string;
  /** Whether it goes through the marketing messages API, asked for or by 360dialog's routing. */
  isMarketingApi: boolean;
  isWindowOpen: boolean;
  nowMs: number;
  /** When it may have arrived at the earliest (Clock.readUpToMs). */
  sinceMs: number;
}

interface Failure {
  code: number;
  isMarketingOnly: boolean;
  /** Whether it does not hold for a user who has just written. */
  endsByWriting?: boolean;
}

// The code each kind of recipient fails with, and whether only marketing does (opt-outs, caps and experiments leave
// utility, authentication and service messages alone: Meta "per-user limits", read 2026-06).
const failureOf: Partial<Record<RecipientKind, Failure>> = {
  notOnWhatsApp: { code: 131026, isMarketingOnly: false },
  numberChanged: { code: 131026, isMarketingOnly: false },
  blocked: { code: 130403, isMarketingOnly: false },
  optedOut: { code: 131050, isMarketingOnly: true },
  marketingCapped: { code: 131049, isMarketingOnly: true, endsByWriting: true },
  experiment: { code: 130472, isMarketingOnly: true, endsByWriting: true },
};

export function caseOf(world: World, number: NumberState, send: Send, path: SendPath, nowMs: number): SendCase {
  const contact = world.recipients.contactOf(number.options.portfolio, send.user);
  const template = send.template === null ? null : number.templates.find(send.template);
  const category = categoryOf(send, template);
  return {
    send,
    path,
    contact,
    profile: world.recipients.profileOf(contact),
    template,
    category,
    isMarketingApi: path === "marketing" || (number.options.marketingRouting && category === "marketing"),
    isWindowOpen: number.windowOpenUntilMs.get(contact) > nowMs,
    nowMs,
    sinceMs: world.clock.readUpToMs(),
  };
}

/** A template that is not registered counts as marketing: the category with the most rules. */
function categoryOf(send: Send, template: Registered | null): string {
  if (send.template === null) return "service";
  return template === null ? "marketing" : template.options.category.toLowerCase();
}

/** Why the message is refused at once, or null. Call it once per message: what the tier refuses is counted. */
export function refusalOf(world: World, number: NumberState, sent: SendCase): Complaint | null {
  return (
    recipientRefusal(number, sent) ??
    templateRefusal(number, sent) ??
    mediaRefusal(number, sent) ??
    windowRefusal(number, sent) ??
    limitRefusal(number, sent) ??
    tierRefusal(world, number, sent)
  );
}

/**
 * Takes the message: spends throughput, pair token and tier.
 *
 * returns   the code it will fail with later, or null
 */
export function take(world: World, number: NumberState, sent: SendCase): number | null {
  const { contact, nowMs, sinceMs } = sent;
  number.throughput.add(nowMs, sinceMs);
  number.taken.add(nowMs, sinceMs);
  if (number.takenCount === 0) number.firstTakenAtMs = nowMs;
  number.lastTakenAtMs = nowMs;
  number.takenCount += 1;
  if (number.options.pairLimit) number.pairs.take(contact, nowMs);
  number.freeEntry.answered(contact, nowMs);
  if (sent.template !== null && sent.path === "marketing") sent.template.sentAsMarketingAtMs = nowMs;
  return laterFailure(world, number, sent);
}

function recipientRefusal(number: NumberState, { send, contact, profile, ...sent }: SendCase): Complaint | null {
  if (contact === number.ownUser) return wrong(131021, "Recipient phone number is the sender's own");
  if (profile?.sync !== true) return null;
  const code = profileFailure(profile, sent);
  return code === null ? null : wrong(code, `The recipient ${send.user} is set to be refused with ${code}`);
}

function templateRefusal(number: NumberState, sent: SendCase): Complaint | null {
  const { send, template, category, nowMs } = sent;
  if (send.template === null) return null;
  const complaint = number.templates.isOpen ? null : checkRegistered(template, send.template, nowMs);
  if (complaint) return complaint;
  if (send.isBsuid && (category === "authentication" || template?.options.bidSpec !== undefined)) {
    return wrong(131062, "This template cannot be sent to a business-scoped user id");
  }
  return marketingRefusal(number, sent);
}

function windowRefusal(number: NumberState, { send, isWindowOpen }: SendCase): Complaint | null {
  if (number.options.windowEnforcement !== "sync" || send.template !== null) return null;
  return isWindowOpen ? null : wrong(131047, "The customer service window is closed");
}

function limitRefusal(number: NumberState, { contact, nowMs }: SendCase): Complaint | null {
  const { throughputPerSecond, pairLimit } = number.options;
  if (throughputPerSecond !== null && number.throughput.countAt(nowMs) >= throughputPerSecond) return overThroughput;
  if (pairLimit && !number.pairs.hasToken(contact, nowMs)) return overPair;
  return null;
}

function tierRefusal(world: World, number: NumberState, { contact, isWindowOpen, nowMs }: SendCase): Complaint | null {
  const { tierErrorSync, tierErrorCode } = number.options;
  if (!tierErrorSync || isWindowOpen) return null;
  return isOverTier(portfolioOf(world, number), contact, nowMs)
    ? wrong(tierErrorCode, "The messaging limit of the portfolio is reached")
    : null;
}

/** Whether the tier is full for this user; one that is over it is counted. */
function isOverTier(portfolio: Portfolio, contact: string, nowMs: number): boolean {
  const { tier, reached } = portfolio;
  if (tier === null || reached.hasRoomFor(contact, tier, nowMs)) return false;
  portfolio.overTier += 1;
  return true;
}

export const overThroughput = wrong(
  130429,
  "Too many messages were sent from this phone number in a short period of time",
);
const overPair = wrong(131056, "Too many messages were sent from this phone number to the same recipient");

function laterFailure(world: World, number: NumberState, sent: SendCase): number | null {
  const { send, contact, nowMs } = sent;
  if (!sent.isWindowOpen) {
    if (number.options.windowEnforcement === "async" && send.template === null) return 131047;
    const portfolio = portfolioOf(world, number);
    if (isOverTier(portfolio, contact, nowMs)) return number.options.tierErrorCode;
    // Without a tier nobody is counted: the set of a benchmark's million recipients would serve nothing.
    if (portfolio.tier !== null) portfolio.reached.reach(contact, nowMs);
  }
  if (number.blockedAtMs.size > 0 && number.blockedAtMs.has(contact)) return 130403;
  if (sent.category === "marketing" && number.options.usMarketingPause && contact.startsWith("+1")) return 131049;
  if (send.isBsuid && isOfOtherPortfolio(world, number, contact)) return 131026;
  return profileFailure(sent.profile, sent) ?? laterContentFailure(world, number, sent);
}

/** A BSUID works from the numbers of its own portfolio alone. */
function isOfOtherPortfolio(world: World, number: NumberState, contact: string): boolean {
  if (contact.startsWith("+")) return false;
  for (const portfolio of world.portfolios.keys()) {
    if (portfolio !== number.options.portfolio && phoneOf(portfolio, contact) !== null) return true;
  }
  return false;
}

function profileFailure(
  profile: RecipientProfile | undefined,
  { category, isWindowOpen }: Pick<SendCase, "category" | "isWindowOpen">,
): number | null {
  const failure = profile && failureOf[profile.kind];
  if (!failure || (failure.endsByWriting && isWindowOpen)) return null;
  return failure.isMarketingOnly && category !== "marketing" ? null : failure.code;
}
