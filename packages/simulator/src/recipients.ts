// Who a recipient is. One user may be written in several ways: by phone number, by the number WhatsApp knows where it
// differs (Brazil, Mexico), by BSUID. What is kept per user (pair budget, window, tier) is kept under one of them, the
// contact: "+<digits>" as WhatsApp knows them, or the BSUID of a user nothing else is known of.
import type { RecipientProfile } from "./admin-types.ts";
import { phoneOf, userIdOf } from "./user-ids.ts";

/** What a webhook says of a user. */
export interface UserIdentity {
  /** "+<digits>"; null: the business does not see it. */
  phone: string | null;
  userId: string;
  parentUserId: string | null;
  username: string | null;
  profileName: string;
}

export interface Recipients {
  /** As they were put. */
  readonly profiles: ReadonlyMap<string, RecipientProfile>;
  put(user: string, profile: RecipientProfile): void;
  /** The contact that `user` stands for: "+<E.164>" or a BSUID. */
  contactOf(portfolio: string, user: string): string;
  profileOf(contact: string): RecipientProfile | undefined;
  /** What webhooks tell of a contact. */
  identify(portfolio: string, contact: string): UserIdentity;
}

export function createRecipients(): Recipients {
  const profiles = new Map<string, RecipientProfile>();
  const profileByContact = new Map<string, RecipientProfile>();
  const contactByAlias = new Map<string, string>();

  function contactOf(portfolio: string, user: string): string {
    if (user.startsWith("+")) return contactByAlias.size === 0 ? user : (contactByAlias.get(user) ?? user);
    const known = contactByAlias.get(user) ?? phoneOf(portfolio, user) ?? user;
    return contactByAlias.get(known) ?? known;
  }

  return {
    profiles,
    put(user, profile) {
      const contact = profile.waId === undefined ? (contactByAlias.get(user) ?? user) : `+${profile.waId}`;
      profiles.set(user, profile);
      profileByContact.set(contact, profile);
      if (contact !== user) contactByAlias.set(user, contact);
      if (profile.userId !== undefined && profile.userId !== contact) contactByAlias.set(profile.userId, contact);
    },
    contactOf,
    profileOf: (contact) => (profileByContact.size === 0 ? undefined : profileByContact.get(contact)),
    identify(portfolio, contact) {
      const profile = profileByContact.size === 0 ? undefined : profileByContact.get(contact);
      const isPhone = contact.startsWith("+");
      return {
        phone: isPhone && profile?.kind !== "usernameOnly" ? contact : null,
        userId: profile?.userId ?? (isPhone ? userIdOf(portfolio, contact) : contact),
        parentUserId: profile?.parentUserId ?? null,
        username: profile?.username ?? null,
        profileName: profile?.profileName ?? "Simulated User",
      };
    },
  };
}
