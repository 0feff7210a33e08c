// The names of a person over all senders of a portfolio. Each sender learns spellings in a slot of its own, and what people
// said is kept in the portfolio's; here they come together, many reads at a time, which is rare enough.

import type { createConsent } from "./consent.ts";
import type { createContactReads } from "./contact.ts";
import { keyOf, senderBase } from "./keys.ts";
import type { RedisConnection } from "./scripts.ts";

interface SpellingsDeps {
  readonly redis: RedisConnection;
  readonly prefix: string;
  readonly contacts: Pick<ReturnType<typeof createContactReads>, "spellingsOf">;
  readonly consent: Pick<ReturnType<typeof createConsent>, "readConsent" | "joinConsents" | "findSplitConsents">;
}

export function createSpellings({ redis, prefix, contacts, consent }: SpellingsDeps) {
  /**
   * All that names a person, from one spelling or some: what any of the senders has learned, and what consent was told.
   * What was said under any of them is one contact's from then on.
   */
  async function findSpellings(
    portfolioId: string,
    senderIds: readonly string[],
    spellings: readonly string[],
  ): Promise<readonly string[]> {
    const found = new Set(spellings);
    const waiting = await waitingJoins(senderIds);
    for (const each of found) {
      const known = await Promise.all([
        consent.readConsent(portfolioId, each).then(({ spellings }) => spellings),
        ...senderIds.map((senderId) => contacts.spellingsOf(senderId, each)),
      ]);
      const joined = waiting.filter((pair) => pair.includes(each));
      for (const other of [...known, ...joined].flat()) found.add(other); // grows while it is read
    }
    if (found.size > 1) await consent.joinConsents(portfolioId, [[...found]]);
    return [...found];
  }

  /**
   * One of the senders has learned that these spellings are one person's, and these another's. What was said under some of
   * them holds for all names of the person from then on, those that other senders know included. One round trip for all
   * people of whom nothing is known to be said; safe to repeat.
   *
   * people   the spellings of each that the sender knows, at least two
   */
  async function joinPeople(
    portfolioId: string,
    senderIds: readonly string[],
    people: readonly (readonly string[])[],
  ): Promise<void> {
    const split = await consent.findSplitConsents(portfolioId, people);
    await Promise.all(split.map((names) => findSpellings(portfolioId, senderIds, names)));
  }

  /** Pairs of spellings that are one person's, and wait until nobody is in line under one of them. */
  async function waitingJoins(senderIds: readonly string[]): Promise<readonly string[][]> {
    const pairs = await Promise.all(senderIds.map((id) => redis.smembers(keyOf.joins(senderBase(prefix, id)))));
    return pairs.flat().map((pair) => pair.split(" "));
  }

  return { findSpellings, joinPeople };
}
