// A user writes to a business number: the message counts against the number's throughput (which holds for inbound
// and outbound together: Meta "throughput"), opens the customer service window and goes out as a webhook.
import type { InboundRequest } from "./admin-types.ts";
import type { NumberState } from "./number.ts";
import { wamidOf } from "./wamid.ts";
import { inboundUpdate } from "./webhook-body.ts";
import type { World } from "./world.ts";

const WINDOW_OPEN_MS = 24 * 3600 * 1000;

/** Receives one message; returns its wamid. It is never refused: nobody can stop a user from writing. */
export function receiveInbound(world: World, number: NumberState, inbound: InboundRequest): string {
  const atMs = world.clock.nowMs();
  const { from, text, profileName = "Simulated User" } = inbound;
  world.wamids += 1;
  const wamid = wamidOf(world.seed, world.wamids, from);
  number.throughput.add(atMs);
  number.windowOpenUntilMs.set(from, atMs + WINDOW_OPEN_MS, atMs);
  const message = inbound.message ?? { type: "text", text: { body: text } };
  const update = inboundUpdate(number.identity, { user: from, isBsuid: false }, { wamid, atMs, profileName, message });
  number.channel.push(update);
  return wamid;
}
