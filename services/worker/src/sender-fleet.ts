// One loop per declared sender, following the declaration while it changes: new senders start, gone ones stop (their
// messages wait in Redis), changed ones go on with the new values.

import { createHash } from "node:crypto";
import type { Deployment, Sender } from "@tern/runtime";
import type { Store } from "@tern/store";
import { routeText, type SendingSender } from "./send-message.ts";
import { type SenderLoop, type SenderLoopDeps, startSenderLoop } from "./sender-loop.ts";

export interface SenderFleet {
  follow(deployment: Deployment): void;
  readonly loops: ReadonlyMap<string, SenderLoop>;
  stop(): Promise<void>;
}

export function createSenderFleet(deps: SenderLoopDeps): SenderFleet {
  const loops = new Map<string, SenderLoop>();
  const stopping = new Set<Promise<void>>();
  const known = new Map<string, string>();

  function follow(deployment: Deployment): void {
    const byPortfolio = Map.groupBy(deployment.senders, ({ portfolio }) => portfolio.id);
    for (const sender of deployment.senders) {
      const sending = sendingSender(sender, byPortfolio.get(sender.portfolio.id) ?? []);
      const loop = loops.get(sender.id);
      if (loop) loop.update(sending);
      else loops.set(sender.id, startSenderLoop(sending, deps));
      void noteConfigured(deps.store, sending, known).catch(deps.onError);
    }
    for (const [id, loop] of loops) {
      if (deployment.senderById.has(id)) continue;
      loops.delete(id);
      known.delete(id);
      const stopped = loop
        .stop()
        .catch(deps.onError)
        .finally(() => stopping.delete(stopped));
      stopping.add(stopped);
    }
  }

  return {
    follow,
    loops,
    async stop() {
      await Promise.all([...stopping, ...[...loops.values()].map((loop) => loop.stop())]);
    },
  };
}

/** A sender that was stopped for its key or address goes on with new ones, whoever of the workers learns of them last. */
async function noteConfigured(
  store: Pick<Store, "noteConfigured">,
  sender: SendingSender,
  known: Map<string, string>,
): Promise<void> {
  const digest = createHash("sha256").update(routeText(sender)).digest("hex").slice(0, 16);
  const before = known.get(sender.id);
  if (before === digest) return;
  known.set(sender.id, digest);
  try {
    await store.noteConfigured(sender.id, digest, before !== undefined);
  } catch (error) {
    known.set(sender.id, before ?? ""); // the next change of the file tells it
    throw error;
  }
}

function sendingSender(sender: Sender, ofPortfolio: readonly Sender[]): SendingSender {
  return {
    id: sender.id,
    pace: sender.pace,
    profile: sender.profile,
    apiVersion: sender.apiVersion,
    baseUrl: sender.baseUrl,
    phoneNumberId: sender.phoneNumberId,
    wabaId: sender.wabaId,
    apiKey: sender.apiKey,
    portfolio: sender.portfolio,
    portfolioSenderIds: ofPortfolio.map(({ id }) => id),
    quietHours: sender.quietHours ?? null,
    marketing: sender.marketing,
    window: sender.window,
    consent: sender.consent,
  };
}
