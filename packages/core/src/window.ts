// The customer service window: free-form content may be sent for 24 h after a person's last message or call (docs/sources.md,
// windows). When that was, the store knows.

/** How a sender minds it. */
export interface WindowPolicy {
  /** refuse: free-form content outside is not taken in, and not sent; off: the provider decides. */
  readonly check: "refuse" | "off";
  /** So long before its end a window counts as closed, for what is under way takes time. */
  readonly marginSeconds: number;
}

/** The margin in ms; null when windows are of no matter. */
export function windowMarginMs({ check, marginSeconds }: WindowPolicy): number | null {
  return check === "refuse" ? marginSeconds * 1_000 : null;
}
