// What users do beside writing: change their number, stop or resume marketing (Meta "business-scoped user ids", 2026-05;
// "user_preferences", 2026-09).

import { sendNumberEvent } from "../account-events.ts";
import type { NumberChange, PreferenceRequest } from "../admin-types.ts";
import type { NumberState } from "../number.ts";
import type { World } from "../world.ts";
import { receiveInbound } from "./receive.ts";

/**
 * The user's old number and BSUID reach nobody any more. Three webhooks tell of it: two system messages and
 * `user_id_update`. Returns the new BSUID.
 */
export function changeNumber(world: World, number: NumberState, { apiKey, from, to }: NumberChange): string {
  const { portfolio } = number.options;
  const { recipients } = world;
  const idOf = (user: string) => recipients.identify(portfolio, recipients.contactOf(portfolio, user)).userId;
  const previous = idOf(from);
  const current = idOf(to);
  const name = recipients.profileOf(from)?.profileName ?? "Simulated User";
  receiveInbound(world, number, {
    apiKey,
    from,
    type: "system",
    fields: {
      body: `User ${name} changed from ${from.slice(1)} to ${to.slice(1)}`,
      type: "user_changed_number",
      wa_id: to.slice(1),
    },
  });
  receiveInbound(world, number, {
    apiKey,
    from: to,
    type: "system",
    fields: { body: `User ${name} changed their user id`, type: "user_changed_user_id", user_id: current },
  });
  const detail = "The user's id has changed because the phone number has.";
  const timestamp = String(Math.floor(world.clock.nowMs() / 1000));
  const update = { wa_id: to.slice(1), detail, user_id: { previous, current }, timestamp };
  sendNumberEvent(number, "user_id_update", { user_id_update: [update] });
  recipients.put(from, { kind: "numberChanged" });
  return current;
}

/** From now on the user's marketing fails with 131050, or does not any more. */
export function preferMarketing(world: World, number: NumberState, request: PreferenceRequest): void {
  const { user, value, detail = `User requested to ${value} marketing messages` } = request;
  const { portfolio } = number.options;
  const contact = world.recipients.contactOf(portfolio, user);
  const profile = world.recipients.profileOf(contact);
  world.recipients.put(user, { ...profile, kind: value === "stop" ? "optedOut" : "normal" });
  const { phone, userId, profileName } = world.recipients.identify(portfolio, contact);
  const ids = { ...(phone !== null && { wa_id: phone.slice(1) }), user_id: userId };
  const timestamp = Math.floor(world.clock.nowMs() / 1000);
  sendNumberEvent(number, "user_preferences", {
    contacts: [{ profile: { name: profileName }, ...ids }],
    user_preferences: [{ ...ids, detail, category: "marketing_messages", value, timestamp }],
  });
}
