// The messages users have sent, as far back as anything may refer to them: a reaction reaches 30 days back (Meta
// "reaction-messages", 2026-09). The oldest are dropped when there are too many.

export interface ReceivedMessage {
  atMs: number;
  type: string;
}

export interface InboundLog {
  add(wamid: string, message: ReceivedMessage): void;
  find(wamid: string): ReceivedMessage | null;
}

const KEPT_MAX = 200_000;

export function createInboundLog(): InboundLog {
  const messages = new Map<string, ReceivedMessage>();
  return {
    add(wamid, message) {
      messages.set(wamid, message);
      if (messages.size <= KEPT_MAX) return;
      const oldest = messages.keys().next().value;
      if (oldest !== undefined) messages.delete(oldest);
    },
    find: (wamid) => messages.get(wamid) ?? null,
  };
}
