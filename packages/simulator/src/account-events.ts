// Webhooks about the account instead of messages: templates, quality, limits, restrictions. On Meta's side they belong
// to the account and go to the app; what 360dialog forwards of them is not documented. Here they go to the account's
// webhook where there is one, else once to each different webhook of the account's numbers, unless these say that
// nothing is forwarded. Envelope: Meta "webhooks/reference", read 2026-09; only these entries carry a time.
import type { NumberState } from "./number.ts";
import type { World } from "./world.ts";

/** Sends `changes[]` with this field and value, in the name of `number`'s account. */
export function sendAccountEvent(world: World, number: NumberState, field: string, value: object): void {
  const { wabaId } = number.options;
  const time = Math.floor(world.clock.nowMs() / 1000);
  const entry = [{ id: wabaId, time, changes: [{ value, field }] }];
  const body = JSON.stringify({ object: "whatsapp_business_account", entry });
  if (number.waba.target) {
    number.channel.sendRaw(body, number.waba.target);
    return;
  }
  const urls = new Set<string>();
  for (const each of world.numbers.values()) {
    if (each.waba !== number.waba || each.target === null || !each.options.forwardAccountFields) continue;
    const url = each.target.origin + each.target.path;
    if (!urls.has(url)) each.channel.sendRaw(body);
    urls.add(url);
  }
}

/** What `value` has in front when it is about one number: `messaging_product` and `metadata`. */
export function numberValue({ identity }: NumberState, value: object): object {
  return {
    messaging_product: "whatsapp",
    metadata: {
      display_phone_number: identity.displayPhoneNumber.replace(/\D/g, ""),
      phone_number_id: identity.phoneNumberId,
    },
    ...value,
  };
}

/** Sends `changes[]` that belong to one number, to its own webhook. */
export function sendNumberEvent(number: NumberState, field: string, value: object): void {
  const changes = [{ value: numberValue(number, value), field }];
  const entry = [{ id: number.options.wabaId, changes }];
  number.channel.sendRaw(JSON.stringify({ object: "whatsapp_business_account", entry }));
}
