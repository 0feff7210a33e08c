// The marketing messages API and what it changes for POST /messages (Meta "send-marketing-messages" and the error
// table, read 2026-09; 360dialog "technical-details-for-mm-api").
import type { SendCase } from "./admission.ts";
import { type Complaint, wrong } from "./complaint.ts";
import type { NumberState } from "./number.ts";
import type { Registered } from "./templates/registry.ts";

const IDLE_MS = 7 * 24 * 3600 * 1000;
const SYNC_MS = 10 * 60 * 1000;

/** Why this way of sending does not take the template, or null. */
export function marketingRefusal({ options }: NumberState, sent: SendCase): Complaint | null {
  const { template, category, path, send, nowMs } = sent;
  if (path === "messages") {
    if (template?.options.bidSpec !== undefined) {
      return wrong(131061, "A template with bid_spec must be sent through POST /marketing_messages");
    }
    return options.marketingOnlyByMarketingApi && category === "marketing" && !sent.isMarketingApi
      ? wrong(131063, "Marketing templates must be sent through POST /marketing_messages")
      : null;
  }
  if (category !== "marketing") {
    return wrong(options.notMarketingErrorCode, "Only marketing template messages are supported");
  }
  if (!options.marketingTermsSigned) {
    return wrong(131005, "The terms of the marketing messages API are not accepted");
  }
  const complaint = template && readinessRefusal(template, nowMs);
  if (complaint === null) return null;
  if (!send.mayFallBack || options.marketingOnlyByMarketingApi) return complaint;
  sent.isMarketingApi = false; // CLOUD_API_FALLBACK
  return null;
}

/** A template is synced for ten minutes after its creation, and again at its first use after a week without. */
function readinessRefusal(template: Registered, nowMs: number): Complaint | null {
  if (template.options.marketingUnavailable) return wrong(134102, "The template is not available for use");
  const { sentAsMarketingAtMs } = template;
  if (sentAsMarketingAtMs > 0 && nowMs - sentAsMarketingAtMs > IDLE_MS) {
    template.syncedAtMs = nowMs + SYNC_MS;
    template.sentAsMarketingAtMs = 0;
  }
  return template.syncedAtMs > nowMs ? wrong(134101, "The template is still syncing") : null;
}
