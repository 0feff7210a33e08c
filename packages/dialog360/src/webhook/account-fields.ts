// The fields about the account, its numbers and its limits. Source: docs/sources.md, webhook bodies and limits.

import { asObject } from "../read.ts";
import type { MessagingTier } from "./field-items.ts";
import { type FieldReader, oneOf } from "./field-origin.ts";
import { idOf, integerOf, objectsOf, textOf, timeMsOf, unlessEmpty, wordOf } from "./fields.ts";

export const readAccountUpdate: FieldReader = (value, origin) => {
  const event = wordOf(value.event);
  if (event === null) return [];
  const ban = asObject(value.ban_info);
  const restrictions = objectsOf(value.restriction_info).flatMap(({ restriction_type, expiration }) => {
    const type = wordOf(restriction_type);
    return type === null ? [] : [{ type, expiresAtMs: timeMsOf(expiration) }];
  });
  return oneOf(value, (json) => ({
    kind: "account-update",
    ...origin,
    event,
    violationType: wordOf(asObject(value.violation_info)?.violation_type),
    restrictions,
    ban: ban === undefined ? null : unlessEmpty({ state: wordOf(ban.waba_ban_state), date: wordOf(ban.waba_ban_date) }),
    json,
  }));
};

export const readAccountAlert: FieldReader = (value, origin) => {
  const alert = asObject(value.alert_info) ?? value;
  const alertType = wordOf(alert.alert_type);
  const severity = wordOf(alert.alert_severity);
  if (alertType === null && severity === null) return [];
  return oneOf(value, (json) => ({
    kind: "account-alert",
    ...origin,
    entityType: wordOf(value.entity_type),
    entityId: idOf(value.entity_id),
    severity,
    status: wordOf(alert.alert_status),
    alertType,
    description: textOf(alert.alert_description),
    json,
  }));
};

export const readAccountReview: FieldReader = (value, origin) => {
  const decision = wordOf(value.decision);
  return decision === null ? [] : oneOf(value, (json) => ({ kind: "account-review", ...origin, decision, json }));
};

export const readPhoneQuality: FieldReader = (value, origin) => {
  const event = wordOf(value.event);
  // `current_limit` was removed in February 2026.
  const tier = tierOf(value.max_daily_conversations_per_business) ?? tierOf(value.current_limit);
  if (event === null && tier === null) return [];
  const displayPhone = displayPhoneOf(value.display_phone_number);
  return oneOf(value, (json) => ({ kind: "phone-quality", ...origin, displayPhone, event, tier, json }));
};

export const readPhoneName: FieldReader = (value, origin) => {
  const decision = wordOf(value.decision);
  const requestedName = textOf(value.requested_verified_name);
  if (decision === null && requestedName === null) return [];
  return oneOf(value, (json) => ({
    kind: "phone-name",
    ...origin,
    displayPhone: displayPhoneOf(value.display_phone_number),
    decision,
    requestedName,
    rejectionReason: textOf(value.rejection_reason),
    json,
  }));
};

export const readBusinessCapability: FieldReader = (value, origin) => {
  const tier = tierOf(value.max_daily_conversations_per_business);
  const phoneNumbersMax =
    integerOf(value.max_phone_numbers_per_business) ?? integerOf(value.max_phone_numbers_per_waba);
  if (tier === null && phoneNumbersMax === null) return [];
  return oneOf(value, (json) => ({ kind: "business-capability", ...origin, tier, phoneNumbersMax, json }));
};

const TIER = /^(?:TIER_)?([1-9]\d{0,8})(K?)$/i;

/** `TIER_2K` and 2000 alike; `TIER_NOT_SET` and whatever says no number of people is null. */
export function tierOf(value: unknown): MessagingTier {
  const word = wordOf(value);
  if (word === null) return null;
  if (/^(?:TIER_)?UNLIMITED$/i.test(word)) return "unlimited";
  const match = TIER.exec(word);
  return match === null ? null : Number(match[1]) * (match[2] === "" ? 1 : 1_000);
}

/** "+<digits>" of a number as it is shown: `15550783881` or `+1 555-078-3881`. */
function displayPhoneOf(value: unknown): string | null {
  const digits = (wordOf(value) ?? "").replace(/\D/g, "");
  return digits === "" ? null : `+${digits}`;
}
