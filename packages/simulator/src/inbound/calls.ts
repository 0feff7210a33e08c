// Calls between a user and a business number (Meta "calling/reference", "calling/pricing", read 2026-09): a call by the
// user opens the customer service window, answered or not; one by the business if the user answers it.

import { sendNumberEvent } from "../account-events.ts";
import type { CallRequest } from "../admin-types.ts";
import type { NumberState } from "../number.ts";
import { wamidOf } from "../wamid.ts";
import type { World } from "../world.ts";
import { openWindow } from "./window.ts";

/** Makes a call happen; returns its id. Two webhooks tell of it: `connect`, `terminate`. */
export function makeCall(world: World, number: NumberState, call: CallRequest): string {
  const { user, by = "user", answered = true, durationS = 60 } = call;
  const nowMs = world.clock.nowMs();
  const { portfolio } = number.options;
  const contact = world.recipients.contactOf(portfolio, user);
  const { phone, userId } = world.recipients.identify(portfolio, contact);
  if (by === "user" || answered) openWindow(number, contact, nowMs);

  world.wamids += 1;
  const id = wamidOf(world.seed, world.wamids, user).replace("wamid.", "wacid.");
  const own = number.ownUser.slice(1);
  const they =
    phone === null ? {} : by === "user" ? { from: phone.slice(1), to: own } : { from: own, to: phone.slice(1) };
  const common = {
    id,
    ...they,
    ...(by === "user" ? { from_user_id: userId } : { to_user_id: userId }),
    timestamp: String(Math.floor(nowMs / 1000)),
    direction: by === "user" ? "USER_INITIATED" : "BUSINESS_INITIATED",
  };
  if (by === "business") {
    const statuses = [{ id, type: "call", status: answered ? "ACCEPTED" : "REJECTED", timestamp: common.timestamp }];
    sendNumberEvent(number, "calls", { statuses });
  } else {
    const session = { sdp_type: "offer", sdp: "v=0" };
    sendNumberEvent(number, "calls", { calls: [{ ...common, event: "connect", session }] });
  }
  const status = answered ? "COMPLETED" : "FAILED";
  const ended = { ...common, event: "terminate", status, ...(answered && { duration: durationS }) };
  sendNumberEvent(number, "calls", { calls: [ended] });
  return id;
}
