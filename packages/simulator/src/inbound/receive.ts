// A user writes to a business number: the message counts against the number's throughput (which holds for inbound and
// outbound together: Meta "throughput"), opens the customer service window and goes out as a webhook.
import type { InboundRequest } from "../admin-types.ts";
import type { NumberState } from "../number.ts";
import type { UserIdentity } from "../recipients.ts";
import { wamidOf } from "../wamid.ts";
import { inboundUpdate } from "../webhook-body.ts";
import type { World } from "../world.ts";
import { contentOf } from "./content.ts";
import { openWindow } from "./window.ts";

// Not written by the user; Meta does not say whether they open a window, so they do not.
const opensNoWindow: ReadonlySet<unknown> = new Set(["system", "edit", "revoke", "unsupported", "request_welcome"]);

export interface Received {
  wamid: string;
  /** False when the business has blocked the user: then there is no webhook. */
  isDelivered: boolean;
}

/** Receives one message. It is never refused: nobody can stop a user from writing. */
export function receiveInbound(world: World, number: NumberState, inbound: InboundRequest): Received {
  const nowMs = world.clock.nowMs();
  const user = inbound.from ?? inbound.userId ?? "";
  const contact = world.recipients.contactOf(number.options.portfolio, user);
  world.wamids += 1;
  const wamid = wamidOf(world.seed, world.wamids, user);
  if (number.blockedAtMs.has(contact)) return { wamid, isDelivered: false };
  number.throughput.add(nowMs, world.clock.readUpToMs());

  const message = contentOf(world, number, inbound);
  const { type } = message as { type?: unknown };
  world.inbound.add(wamid, { atMs: nowMs, type: String(type) });
  if (!opensNoWindow.has(type)) {
    number.wroteAtMs.set(contact, nowMs, nowMs);
    openWindow(number, contact, nowMs);
    if (inbound.referral !== undefined) number.freeEntry.entered(contact, nowMs);
  }
  number.channel.push(inboundUpdate(identify(world, number, inbound, contact), { wamid, atMs: nowMs, message }));
  return { wamid, isDelivered: true };
}

function identify(world: World, number: NumberState, inbound: InboundRequest, contact: string): UserIdentity {
  const known = world.recipients.identify(number.options.portfolio, contact);
  const { userId = known.userId, username = known.username, profileName = known.profileName, hidesPhone } = inbound;
  const phone = hidesPhone === undefined ? known.phone : hidesPhone || !contact.startsWith("+") ? null : contact;
  return { ...known, phone, userId, username, profileName };
}
