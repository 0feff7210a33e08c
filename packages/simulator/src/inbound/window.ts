// The customer service window of a user: 24 h from their last message or call (Meta "send-messages", 2026-09).
import type { NumberState } from "../number.ts";

export const WINDOW_OPEN_MS = 24 * 3600 * 1000;

/** Opens it, or with 0 closes it. */
export function openWindow(number: NumberState, contact: string, nowMs: number, forMs = WINDOW_OPEN_MS): void {
  number.windowOpenUntilMs.set(contact, nowMs + forMs, nowMs);
}
