// What operators order while the system runs. It lives in Redis, survives restarts, and stands in the audit trail.

import { type Lane, laneNumber } from "@tern/core";
import { portfolioBase, senderBase } from "./keys.ts";
import type { RunScript } from "./scripts.ts";

/** What can be paused and resumed. */
export type Pausable =
  | { readonly kind: "sender" }
  | { readonly kind: "lane"; readonly lane: Lane }
  | { readonly kind: "template"; readonly name: string };

export interface Operated {
  /** False when it was so already. */
  readonly changed: boolean;
  /** A worker must be called (packages/queue). */
  readonly call: boolean;
}

export function createOperatorMoves(run: RunScript, prefix: string, nowMs: () => number | null) {
  async function operate(base: string, who: string, ...order: readonly (string | number)[]): Promise<Operated> {
    const [changed, call] = (await run("operate", base, [nowMs() ?? "", who, ...order])) as [number, number];
    return { changed: changed === 1, call: call === 1 };
  }
  const nameOf = (what: Pausable) => (what.kind === "lane" ? laneNumber(what.lane) : "name" in what ? what.name : "");

  return {
    /** Stops a sender, a lane or a template until somebody resumes it. */
    pause: (senderId: string, what: Pausable, who: string) =>
      operate(senderBase(prefix, senderId), who, "pause", what.kind, nameOf(what), ""),

    /** Ends a pause, and with a sender or template what the provider's word has stopped, too. */
    resume: (senderId: string, what: Pausable, who: string) =>
      operate(senderBase(prefix, senderId), who, "resume", what.kind, nameOf(what), ""),

    /** Sets the pace that outranks the configured one; null: the configured one again. */
    setPace: (senderId: string, pace: number | null, who: string) =>
      operate(senderBase(prefix, senderId), who, "set", "sender", "pace", pace ?? ""),

    /** Sets a portfolio's tier or reserve, which outranks the configured one; null: the configured one again. */
    setTier: (portfolioId: string, what: "tier" | "reserve", value: number | null, who: string) =>
      operate(portfolioBase(prefix, portfolioId), who, "set", "portfolio", what, value ?? ""),

    /** The tier has changed: bulk of this sender asks for places again, instead of waiting for what was free under the old one. */
    askForPlacesAgain: (senderId: string, who: string) =>
      operate(senderBase(prefix, senderId), who, "set", "sender", `full${laneNumber("bulk")}`, ""),

    /**
     * Tells which key and address are in use now: new ones end a stop for which the old ones were the reason. `isNew`:
     * whoever tells it used others until now, and may have met that stop after somebody else ended it.
     */
    noteConfigured: (senderId: string, digest: string, isNew = false) =>
      operate(senderBase(prefix, senderId), "configuration", "configured", "sender", isNew ? "new" : "", digest),

    /** A line in the audit trail for what was done message by message. */
    audit: (senderId: string, who: string, text: string) =>
      operate(senderBase(prefix, senderId), who, "note", "sender", "", text),
  };
}
