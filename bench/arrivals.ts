// When each message reached the provider: the simulator's ledger, read on from where the last look ended. Every message
// of a bench has a recipient of its own, so the recipient names the message.
import { type System, waitUntil } from "@tern/devkit";

const PAGE = 10_000;
const LOOK_EVERY_MS = 50;

export interface Arrivals {
  /** Epoch ms when the provider took the message to this recipient. Throws for one it has not, as far as was read. */
  takenAtMs(to: string): number;
  /** Messages read so far, taken and refused. */
  readonly taken: number;
  readonly refused: number;
  /** Reads what has come since. */
  read(): Promise<void>;
  /** Reads on until the provider has taken a message to each of these recipients. */
  waitFor(recipients: readonly string[], what: string, timeoutMs: number): Promise<void>;
}

export function followArrivals({ simulator }: System): Arrivals {
  const takenAt = new Map<string, number>();
  let cursor = 0;
  let taken = 0;
  let refused = 0;

  async function read(): Promise<void> {
    for (let isEnd = false; !isEnd; ) {
      const { entries, nextCursor } = await simulator.ledgerPage({ cursor, limit: PAGE });
      for (const entry of entries) {
        if (entry.taken) taken += 1;
        else refused += 1;
        if (entry.taken && entry.to !== null && !takenAt.has(entry.to)) takenAt.set(entry.to, entry.atMs);
      }
      cursor = entries.at(-1)?.seq ?? cursor;
      isEnd = nextCursor === null;
    }
  }

  return {
    takenAtMs(to) {
      const atMs = takenAt.get(to);
      if (atMs === undefined) throw new Error("a message has not reached the provider");
      return atMs;
    },
    get taken() {
      return taken;
    },
    get refused() {
      return refused;
    },
    read,
    async waitFor(recipients, what, timeoutMs) {
      await waitUntil(
        async () => {
          await read();
          return recipients.every((to) => takenAt.has(to));
        },
        { what, timeoutMs, everyMs: LOOK_EVERY_MS },
      );
    },
  };
}
