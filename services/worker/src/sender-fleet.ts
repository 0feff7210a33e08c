// One loop per declared sender, following the declaration while it changes: new senders start, gone ones stop (their
// messages wait in Redis), changed ones go on with the new values.

import type { Deployment, Sender } from "@tern/runtime";
import type { SendingSender } from "./send-message.ts";
import { type SenderLoop, type SenderLoopDeps, startSenderLoop } from "./sender-loop.ts";

export interface SenderFleet {
  follow(deployment: Deployment): void;
  readonly loops: ReadonlyMap<string, SenderLoop>;
  stop(): Promise<void>;
}

export function createSenderFleet(deps: SenderLoopDeps): SenderFleet {
  const loops = new Map<string, SenderLoop>();
  const stopping = new Set<Promise<void>>();

  function follow(deployment: Deployment): void {
    for (const sender of deployment.senders) {
      const loop = loops.get(sender.id);
      if (loop) loop.update(sendingSender(sender));
      else loops.set(sender.id, startSenderLoop(sendingSender(sender), deps));
    }
    for (const [id, loop] of loops) {
      if (deployment.senderById.has(id)) continue;
      loops.delete(id);
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

function sendingSender(sender: Sender): SendingSender {
  return {
    id: sender.id,
    pace: sender.pace,
    baseUrl: sender.baseUrl,
    revealApiKey: () => sender.apiKey.reveal(),
  };
}
