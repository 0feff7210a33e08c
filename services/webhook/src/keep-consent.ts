// Keeps what a webhook said about consent, and joins what is known of people that it showed to be one. Before the provider is
// answered: if Redis does not take it, the body comes again.

import type { Deployment, Sender } from "@tern/runtime";
import type { ConsentChange, Store } from "@tern/store";

/**
 * Keeps the news of one sender for its whole portfolio, under every spelling that any of its senders knows.
 *
 * learned   pairs of spellings that were not known to be one person's before
 */
export async function keepConsent(
  store: Pick<Store, "findSpellings" | "recordConsents">,
  { portfolio }: Pick<Sender, "portfolio">,
  { senders }: Pick<Deployment, "senders">,
  { news, learned }: { news: readonly ConsentChange[]; learned: readonly (readonly [string, string])[] },
): Promise<void> {
  const senderIds = senders.filter((sender) => sender.portfolio.id === portfolio.id).map(({ id }) => id);
  // To find the spellings of a person is to join what was said under them.
  await Promise.all(learned.map((pair) => store.findSpellings(portfolio.id, senderIds, pair)));
  if (news.length === 0) return;
  const changes = await Promise.all(
    news.map(async ({ spellings, statement }) => ({
      spellings: await store.findSpellings(portfolio.id, senderIds, spellings),
      statement,
    })),
  );
  await store.recordConsents(portfolio.id, changes);
}
