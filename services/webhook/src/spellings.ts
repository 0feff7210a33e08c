// Which spellings of one person an item names together: a phone number and a user id, a number and another one for it, an
// id and the one before it. The store makes one contact of them (ADR 20).

import type { WebhookContact, WebhookItem } from "@tern/dialog360";

/** Two spellings of one person, "+<digits>" or BSUID; of two alike, the second is the newer one. */
export type Spellings = readonly [string, string];

/** What this item says; mostly nothing that is not known. */
export function spellingsIn(item: WebhookItem): Spellings[] {
  switch (item.kind) {
    case "status": {
      const { recipientId, recipientUserId, recipientParentUserId, contact } = item;
      const phone = recipientId?.startsWith("+") ? recipientId : null; // else a group's id
      const phones = pair(phone, contact?.phone ?? null);
      return [...phones, ...idsOf({ phone, bsuid: recipientUserId, parentBsuid: recipientParentUserId })];
    }
    case "inbound": {
      const { contact, content } = item;
      if (content?.type !== "system") return idsOf(contact);
      return [...idsOf(contact), ...pair(contact.phone, content.newPhone), ...pair(contact.bsuid, content.newBsuid)];
    }
    case "user-id-update": {
      const { contact, previousBsuid, currentBsuid, previousParentBsuid, currentParentBsuid } = item;
      return [
        ...pair(previousBsuid, currentBsuid),
        ...pair(previousParentBsuid, currentParentBsuid),
        ...idsOf({ phone: contact.phone, bsuid: currentBsuid, parentBsuid: currentParentBsuid }),
      ];
    }
    case "call":
    case "call-status":
    case "user-preferences":
      return idsOf(item.contact);
    default:
      return [];
  }
}

function idsOf({ phone, bsuid, parentBsuid }: Pick<WebhookContact, "phone" | "bsuid" | "parentBsuid">): Spellings[] {
  return [...pair(bsuid, phone), ...pair(parentBsuid, phone ?? bsuid)];
}

function pair(one: string | null, other: string | null): Spellings[] {
  return one === null || other === null || one === other ? [] : [[one, other]];
}
