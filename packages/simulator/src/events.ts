// Webhooks with another field than `messages`, with a plausible value of their own where the documentation gives one
// (Meta "webhooks/reference", read 2026-09): what a test is about goes over it.
import { sendAccountEvent, sendNumberEvent } from "./account-events.ts";
import type { EventRequest, OutOfBandError } from "./admin-types.ts";
import { webhookErrorJson } from "./meta-errors.ts";
import type { NumberState } from "./number.ts";
import type { World } from "./world.ts";

type Value = Record<string, unknown>;

// About one number, with metadata, to that number's own webhook.
const ofNumber: ReadonlySet<string> = new Set([
  "messages",
  "calls",
  "user_preferences",
  "user_id_update",
  "smb_message_echoes",
  "smb_app_state_sync",
  "history",
  "messaging_handovers",
  "standby",
]);

/** Sends the event; account fields go where templates' do. */
export function sendEvent(world: World, number: NumberState, { field, value = {} }: EventRequest): void {
  const whole = { ...defaultOf(number, field, Math.floor(world.clock.nowMs() / 1000)), ...value };
  if (ofNumber.has(field)) sendNumberEvent(number, field, whole);
  else sendAccountEvent(world, number, field, whole);
}

/** An error that belongs to no message: 130429 is the documented example. */
export function sendOutOfBandError(number: NumberState, { code = 130429, details }: OutOfBandError): void {
  const error = JSON.parse(webhookErrorJson(code, details)) as object;
  sendNumberEvent(number, "messages", { errors: [error] });
}

function defaultOf(number: NumberState, field: string, nowS: number): Value {
  const display_phone_number = number.options.displayPhoneNumber.replace(/\D/g, "");
  switch (field) {
    case "account_update":
      return {
        event: "ACCOUNT_RESTRICTION",
        restriction_info: [{ restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration: nowS + 24 * 3600 }],
      };
    case "account_alerts":
      return {
        entity_type: "WABA",
        entity_id: number.options.wabaId,
        alert_info: {
          alert_severity: "WARNING",
          alert_status: "ACTIVE",
          alert_type: "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
          alert_description: "Simulated",
        },
      };
    case "account_review_update":
      return { decision: "APPROVED" };
    case "phone_number_quality_update":
      return { display_phone_number, event: "ONBOARDING", max_daily_conversations_per_business: "TIER_2K" };
    case "phone_number_name_update":
      return { display_phone_number, decision: "APPROVED", requested_verified_name: "Simulated Business" };
    case "business_capability_update":
      return { max_daily_conversations_per_business: "TIER_2K", max_phone_numbers_per_business: 20 };
    case "smb_message_echoes":
      return {
        message_echoes: [
          {
            from: display_phone_number,
            to: "15550001111",
            id: "wamid.HBgLMTU1NTAwMDExMTEVAgARGBIB",
            timestamp: String(nowS),
            type: "text",
            text: { body: "Sent from the app" },
          },
        ],
      };
    default:
      return {};
  }
}
