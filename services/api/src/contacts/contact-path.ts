// Whom a request about a contact is about, and where what is kept of it stands: consent belongs to a portfolio, which a
// caller names by one of its senders.

import { BSUID_PATTERN } from "@tern/dialog360";
import type { Caller, Deployment, Portfolio, Sender } from "@tern/runtime";
import { z } from "zod";
import { UNKNOWN_SENDER } from "../faults.ts";
import { sendersFor } from "../find-sender.ts";
import { wrongParameter } from "../paging.ts";
import { ApiProblem } from "../problems.ts";
import { readRecipient } from "../recipient.ts";

export type ContactName = { readonly contact: string } | { readonly problem: string };

/** Reads what names a contact: a phone number in any international spelling, or a BSUID. */
export function readContactName(text: string): ContactName {
  if (BSUID_PATTERN.test(text)) return { contact: text };
  const read = readRecipient(text);
  return "number" in read ? { contact: read.number } : read;
}

export const contactPath = {
  contact: z.string().meta({
    description: "A phone number in any international spelling with a plus, or a business-scoped user id (BSUID).",
    example: "+4915112345678",
  }),
};

export const senderParameter = z.string("sender is the id of a sender").optional().meta({
  description: "One of your senders: what is kept of a contact belongs to its portfolio. Left out, your only one.",
  example: "demo",
});

/** throws   ApiProblem 400 when the path names no contact */
export function contactOf(text: string): string {
  const read = readContactName(text);
  if ("contact" in read) return read.contact;
  throw wrongParameter("contact", `contact ${read.problem}`);
}

/**
 * The sender that is asked for, or the only one of this caller.
 *
 * throws   ApiProblem 400 when there is none, or more than one to choose from
 */
export function ownSender(caller: Caller, deployment: Deployment, id: string | undefined): Sender {
  const own = sendersFor(caller, deployment);
  if (id === undefined && own.length === 1 && own[0]) return own[0];
  if (id === undefined) throw wrongParameter("sender", "sender is required: this API key may use more than one");
  const found = own.find((sender) => sender.id === id);
  if (!found) throw wrongParameter("sender", UNKNOWN_SENDER);
  return found;
}

export interface PortfolioSenders {
  readonly portfolio: Portfolio;
  /** All of them. */
  readonly senderIds: readonly string[];
}

/** All senders of a portfolio, whoever may use them: what is known of a contact may be known at any of them. */
export function sendersOf(portfolioId: string, { senders }: Deployment): string[] {
  return senders.filter(({ portfolio }) => portfolio.id === portfolioId).map(({ id }) => id);
}

/**
 * The portfolios of the caller, each with all its senders.
 *
 * throws   ApiProblem 403 when one of them has senders that the caller may not use: what it knows of somebody is not the
 *          caller's to erase
 */
export function wholePortfolios(caller: Caller, deployment: Deployment): PortfolioSenders[] {
  const own = sendersFor(caller, deployment);
  const portfolios = new Map(own.map(({ portfolio }) => [portfolio.id, portfolio]));
  return [...portfolios.values()].map((portfolio) => {
    const senderIds = sendersOf(portfolio.id, deployment);
    if (senderIds.some((id) => !caller.senderIds.has(id))) {
      throw new ApiProblem("forbidden", {
        detail: `The portfolio ${portfolio.id} has senders that this API key may not use.`,
      });
    }
    return { portfolio, senderIds };
  });
}
