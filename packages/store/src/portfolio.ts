// What the senders of one portfolio share: how many different recipients outside their customer service window may be
// written to in any 24 h.

import { type Lane, laneNumber } from "@tern/core";
import { coalesce } from "./coalesce.ts";
import { portfolioBase } from "./keys.ts";
import type { RunScript } from "./scripts.ts";

export interface Portfolio {
  readonly id: string;
  /** Different recipients in 24 h, as configured. */
  readonly tier: number | "unlimited";
  /** Places that bulk leaves to the other lanes. */
  readonly reserve: number;
}

export type Reached =
  /** Granted; `markMs` names the place, to give it back. */
  | { readonly kind: "new"; readonly markMs: number }
  | { readonly kind: "known" }
  | { readonly kind: "full"; readonly untilMs: number };

interface Recipient {
  readonly to: string;
  readonly lane: Lane;
}

const TOGETHER_MOST = 64;

export function createPortfolioMoves(run: RunScript, prefix: string, nowMs: () => number | null) {
  const reachTogether = coalesce<Portfolio, Recipient, Reached>(TOGETHER_MOST, async (portfolio, recipients) => {
    const { tier, reserve } = portfolio;
    const args: (string | number)[] = [nowMs() ?? "", tier === "unlimited" ? 0 : tier, reserve];
    for (const { to, lane } of recipients) args.push(to, laneNumber(lane));
    const replies = (await run("reach", portfolioBase(prefix, portfolio.id), args)) as [Reached["kind"], number][];
    return replies.map(([kind, ms]): Reached => {
      if (kind === "new") return { kind, markMs: ms };
      return kind === "full" ? { kind, untilMs: ms } : { kind };
    });
  });

  return {
    /** Asks for a place of a recipient whose window is closed. Calls of one moment share a round trip. */
    reach: (portfolio: Portfolio, to: string, lane: Lane): Promise<Reached> =>
      reachTogether(`${portfolio.id} ${portfolio.tier} ${portfolio.reserve}`, portfolio, { to, lane }),

    /** Gives the place back of a recipient who was certainly not written to. */
    async unreach(portfolioId: string, to: string, markMs: number): Promise<boolean> {
      return (await run("unreach", portfolioBase(prefix, portfolioId), [to, markMs])) === 1;
    },
  };
}
