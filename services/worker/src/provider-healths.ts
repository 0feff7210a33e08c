// The health of every provider address this process sends to, told once when it goes and once when it is back.

import type { Clock } from "@tern/core";
import type { Logger } from "@tern/runtime";
import type { Store } from "@tern/store";
import { createProviderHealth, type ProviderHealth } from "./provider-health.ts";

export interface ProviderHealthsDeps {
  readonly store: Pick<Store, "uncount">;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly log: Pick<Logger, "warn" | "info">;
  readonly onError: (error: unknown) => void;
}

export interface ProviderHealths {
  of(baseUrl: string): ProviderHealth;
  readonly all: ReadonlyMap<string, ProviderHealth>;
}

export function createProviderHealths({ store, clock, log, onError }: ProviderHealthsDeps): ProviderHealths {
  const all = new Map<string, ProviderHealth>();

  function create(baseUrl: string): ProviderHealth {
    let isAway = false; // each probe that fails opens the breaker anew
    return createProviderHealth({
      clock,
      giveBack: (sends) => {
        for (const [senderId, ofSender] of Map.groupBy(sends, (send) => send.senderId)) {
          store.uncount(senderId, ofSender).catch(onError);
        }
      },
      onChange: (state) => {
        if (state === "half-open" || isAway === (state === "open")) return;
        isAway = state === "open";
        if (isAway) log.warn({ provider: baseUrl }, "the provider is away; messages wait, one a second asks for it");
        else log.info({ provider: baseUrl }, "the provider is back");
      },
    });
  }

  return {
    of(baseUrl) {
      const health = all.get(baseUrl) ?? create(baseUrl);
      all.set(baseUrl, health);
      return health;
    },
    all,
  };
}
