// What this process has on the wire, and until when it may believe so. A lease says to the others that somebody looks
// after a message; it is renewed while the process lives. Whoever finds his own lease over must not write: others may
// have declared the message unconfirmed already. The clock is this process's monotonic one, so a process that was
// stopped for a minute notices at its first look.

import type { Clock } from "@tern/core";
import type { Store } from "@tern/store";

export interface Lease {
  readonly localId: string;
  readonly wireNumber: number;
  isHeld(): boolean;
  /** A new slot brought a new lease. */
  prolong(untilMs: number): void;
  release(): void;
}

export interface OnWire {
  /** `untilMs`: monotonic ms until which the lease surely runs: counted from before it was asked for. */
  add(localId: string, wireNumber: number, untilMs: number): Lease;
  /** Renews every lease, in one call. */
  renew(): Promise<void>;
  readonly size: number;
}

export function createOnWire(
  senderId: string,
  store: Pick<Store, "renew" | "settings">,
  clock: Pick<Clock, "monotonicMs">,
): OnWire {
  const untilByKey = new Map<string, number>();
  const sends = new Map<string, { localId: string; wireNumber: number }>();

  function add(localId: string, wireNumber: number, untilMs: number): Lease {
    const key = `${localId}.${wireNumber}`;
    untilByKey.set(key, untilMs);
    sends.set(key, { localId, wireNumber });
    return {
      localId,
      wireNumber,
      isHeld: () => clock.monotonicMs() < (untilByKey.get(key) ?? 0),
      prolong: (newUntilMs) => untilByKey.set(key, Math.max(newUntilMs, untilByKey.get(key) ?? 0)),
      release: () => {
        untilByKey.delete(key);
        sends.delete(key);
      },
    };
  }

  async function renew(): Promise<void> {
    if (sends.size === 0) return;
    const renewed = [...sends.entries()];
    const untilMs = clock.monotonicMs() + store.settings.leaseMs;
    const gone = new Set(
      await store.renew(
        senderId,
        renewed.map(([, send]) => send),
      ),
    );
    for (const [key] of renewed) {
      if (!untilByKey.has(key)) continue;
      untilByKey.set(key, gone.has(key) ? 0 : Math.max(untilMs, untilByKey.get(key) ?? 0));
    }
  }

  return {
    add,
    renew,
    get size() {
      return sends.size;
    },
  };
}
