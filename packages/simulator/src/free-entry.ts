// Free entry points: a user writes from an ad; if the business answers within 24 h, everything is free for 72 h from
// that answer on, while the customer service window keeps its own time (Meta "pricing", read 2026-09).

export const ANSWER_WITHIN_MS = 24 * 3600 * 1000;
export const FREE_FOR_MS = 72 * 3600 * 1000;

export interface FreeEntry {
  /** The user has written from an ad. */
  entered(contact: string, nowMs: number): void;
  /** The business sends something; the first answer in time starts the 72 h. */
  answered(contact: string, nowMs: number): void;
  /** Until when everything is free; 0 when it is not at `nowMs`. */
  freeUntilMs(contact: string, nowMs: number): number;
}

export function createFreeEntry(): FreeEntry {
  const byContact = new Map<string, { answerUntilMs: number; freeUntilMs: number }>();

  return {
    entered(contact, nowMs) {
      const freeUntilMs = byContact.get(contact)?.freeUntilMs ?? 0;
      byContact.set(contact, { answerUntilMs: nowMs + ANSWER_WITHIN_MS, freeUntilMs });
    },
    answered(contact, nowMs) {
      if (byContact.size === 0) return;
      const entry = byContact.get(contact);
      if (entry === undefined || entry.answerUntilMs <= nowMs) return;
      entry.answerUntilMs = 0;
      entry.freeUntilMs = nowMs + FREE_FOR_MS;
    },
    freeUntilMs(contact, nowMs) {
      if (byContact.size === 0) return 0;
      const freeUntilMs = byContact.get(contact)?.freeUntilMs ?? 0;
      return freeUntilMs > nowMs ? freeUntilMs : 0;
    },
  };
}
