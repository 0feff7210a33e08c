// Keeps what a webhook said about consent, and joins what was said under several spellings of people that it showed to be
// one. Before the provider is answered: if Redis does not take it, the body comes again, and what was learned from it is
// among what some later webhook of the sender has to tell, until it was told.
//
// Round trips: none for most webhooks; one when people showed other spellings, whatever their number; some more for each of
// those who once said something about consent.

import type { Deployment, Sender } from "@tern/runtime";
import type { ConsentChange, LearnedPerson, Store } from "@tern/store";

export type KeepConsentStore = Pick<Store, "findSpellings" | "recordConsents" | "joinPeople" | "confirmLearned">;

/** Keeps the news of one sender for its whole portfolio, under every spelling that any of its senders knows. */
export async function keepConsent(
  store: KeepConsentStore,
  { id, portfolio }: Pick<Sender, "id" | "portfolio">,
  { senders }: Pick<Deployment, "senders">,
  { news, learned }: { news: readonly ConsentChange[]; learned: readonly LearnedPerson[] },
): Promise<void> {
  const senderIds = senders.filter((sender) => sender.portfolio.id === portfolio.id).map((sender) => sender.id);
  if (learned.length > 0) {
    const people = learned.map(({ names }) => names);
    await store.joinPeople(portfolio.id, senderIds, people);
    store.confirmLearned(id, learned);
  }
  if (news.length === 0) return;
  const changes = await Promise.all(
    news.map(async ({ spellings, statement }) => ({
      spellings: await store.findSpellings(portfolio.id, senderIds, spellings),
      statement,
    })),
  );
  await store.recordConsents(portfolio.id, changes);
}
