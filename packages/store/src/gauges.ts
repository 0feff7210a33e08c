// The figures of senders and portfolios as gauges: names, words and labels. Every process that serves them says the same, so
// whoever looks takes one of them (`max by (sender, lane)`), not their sum.

import { LANES } from "@tern/core";
import { type LaneFigures, SENDER_STATES, type SenderFigures, type WatchedSender } from "./figures.ts";
import type { PortfolioState } from "./inspect.ts";
import type { Portfolio } from "./portfolio.ts";
import type { Store } from "./store.ts";

interface FiguresOfSender {
  readonly sender: string;
  readonly figures: SenderFigures;
}

interface FiguresOfPortfolio {
  readonly portfolio: string;
  /** As declared. */
  readonly tier: number | "unlimited";
  readonly state: Pick<PortfolioState, "tierOrdered" | "reached">;
}

interface FigureGauge<Read> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly samples: (read: Read) => readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

function ofSender(name: string, help: string, value: (figures: SenderFigures) => number): FigureGauge<FiguresOfSender> {
  return { name, help, labelNames: ["sender"], samples: ({ sender, figures }) => [[{ sender }, value(figures)]] };
}

function ofLanes(name: string, help: string, value: (figures: LaneFigures) => number): FigureGauge<FiguresOfSender> {
  return {
    name,
    help,
    labelNames: ["sender", "lane"],
    samples: ({ sender, figures }) => LANES.map((lane) => [{ sender, lane }, value(figures.lanes[lane])]),
  };
}

const SENDER_GAUGES: readonly FigureGauge<FiguresOfSender>[] = [
  ofLanes(
    "tern_waiting_messages",
    "Messages in line, by lane; those canceled meanwhile are counted until their turn would come.",
    ({ waiting }) => waiting,
  ),
  ofLanes(
    "tern_oldest_waiting_seconds",
    "How long the oldest message in line has been due (accepted, or its sendAt).",
    ({ oldestMs }) => oldestMs / 1_000,
  ),
  ofLanes(
    "tern_backlog_drain_seconds",
    "How long what is in line takes, with the lanes before it, at the pace in force, if nothing rested; 0 without a pace.",
    ({ drainMs }) => drainMs / 1_000,
  ),
  ofLanes(
    "tern_backlog_expiring_messages",
    "Messages in line that will expire before their turn comes at the pace in force, as a sample of the line says.",
    ({ expiring }) => expiring,
  ),
  ofSender(
    "tern_due_oldest_seconds",
    "For how long something could have been sent or moved on, and no worker did it; below 1 while workers work.",
    ({ dueOldestMs }) => dueOldestMs / 1_000,
  ),
  ofSender(
    "tern_later_messages",
    "Messages that wait for a moment: scheduled, retried, in doubt.",
    ({ later }) => later,
  ),
  ofSender(
    "tern_unconfirmed_messages",
    "Messages of which nobody knows whether the provider took them.",
    ({ unconfirmed }) => unconfirmed.count,
  ),
  ofSender(
    "tern_unconfirmed_oldest_seconds",
    "How long the oldest of them has been in doubt; 0 when there is none.",
    ({ unconfirmed }) => unconfirmed.oldestMs / 1_000,
  ),
  ofSender(
    "tern_unconfirmed_overdue_messages",
    "Messages in doubt for longer than their policy waits for a webhook.",
    ({ unconfirmed }) => unconfirmed.overdue,
  ),
  ofSender(
    "tern_orphan_statuses",
    "Statuses whose wamid nobody knows yet; kept for ten minutes.",
    ({ orphans }) => orphans,
  ),
  ofSender("tern_pace_set", "Messages per second as set or ordered; 0 for no pacing.", ({ paceSet }) => paceSet),
  ofSender(
    "tern_pace_in_force",
    "Messages per second now: what is set less the margin, and less what throttling took; 0 for no pacing.",
    ({ paceInForce }) => paceInForce,
  ),
  ofSender("tern_sender_stopped", "1 while a sender is stopped until somebody resumes it.", ({ state }) =>
    state === "stopped" || state === "paused" ? 1 : 0,
  ),
  {
    name: "tern_sender_state",
    help: "1 for the state it is in: stopped (by the provider, for good), paused (by an operator), held (for a time), sending.",
    labelNames: ["sender", "state"],
    samples: ({ sender, figures }) =>
      SENDER_STATES.map((state) => [{ sender, state }, state === figures.state ? 1 : 0] as const),
  },
  ofSender(
    "tern_templates_held",
    "Templates at rest: their messages wait until they may be sent again.",
    ({ templatesHeld }) => templatesHeld,
  ),
];

function ofPortfolio(
  name: string,
  help: string,
  value: (of: FiguresOfPortfolio) => number,
): FigureGauge<FiguresOfPortfolio> {
  return { name, help, labelNames: ["portfolio"], samples: (read) => [[{ portfolio: read.portfolio }, value(read)]] };
}

const PORTFOLIO_GAUGES: readonly FigureGauge<FiguresOfPortfolio>[] = [
  ofPortfolio(
    "tern_tier_limit",
    "Recipients outside their window that the portfolio may reach in 24 h; 0 for no limit.",
    ({ tier, state }) => state.tierOrdered ?? (tier === "unlimited" ? 0 : tier),
  ),
  ofPortfolio(
    "tern_tier_used",
    "Recipients outside their window that the portfolio has reached in the last 24 h.",
    ({ state }) => state.reached,
  ),
];

/** What registerReadGauges of packages/runtime takes. */
export interface FigureGauges<Thing, Read> {
  readonly families: readonly FigureGauge<Read>[];
  readonly things: () => readonly Thing[];
  readonly read: (thing: Thing) => Promise<Read>;
}

/** Of each sender, in one round trip each. */
export function senderGauges(
  store: () => Pick<Store, "readFigures">,
  senders: () => readonly WatchedSender[],
): FigureGauges<WatchedSender, FiguresOfSender> {
  return {
    families: SENDER_GAUGES,
    things: senders,
    read: async (sender) => ({ sender: sender.id, figures: await store().readFigures(sender) }),
  };
}

/** Of each portfolio that has senders. */
export function portfolioGauges(
  store: () => Pick<Store, "readPortfolio">,
  senders: () => readonly { readonly portfolio: Portfolio }[],
): FigureGauges<Portfolio, FiguresOfPortfolio> {
  return {
    families: PORTFOLIO_GAUGES,
    things: () => [...new Map(senders().map(({ portfolio }) => [portfolio.id, portfolio])).values()],
    read: async ({ id, tier }) => ({ portfolio: id, tier, state: await store().readPortfolio(id) }),
  };
}
