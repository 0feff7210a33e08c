// What a message costs, as its status webhooks say. Until 2026-10-01 service messages and utility templates inside the
// customer service window were free; since then both are charged, after 1,000 service messages per number and month
// (announced by Meta in 2026; the values on the wire are an inference). Free entry points stay free.

export interface Pricing {
  isBillable: boolean;
  type: "regular" | "free_customer_service" | "free_entry_point";
  category: string;
  /** Of a free entry point: until when it lasts, which its statuses tell in `conversation`. */
  freeUntilMs: number;
}

export const SERVICE_CHARGED_FROM_MS = Date.UTC(2026, 9, 1);

/** The service messages of the current month. */
export interface ServiceAllowance {
  /** Counts one; returns whether it was within the allowance. */
  use(max: number, nowMs: number): boolean;
}

export function createServiceAllowance(): ServiceAllowance {
  let monthEndsAtMs = 0;
  let used = 0;
  return {
    use(max, nowMs) {
      if (nowMs >= monthEndsAtMs) {
        const now = new Date(nowMs);
        monthEndsAtMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
        used = 0;
      }
      used += 1;
      return used <= max;
    },
  };
}

export interface Priced {
  /** `service` for everything but templates; `marketing_lite` by the marketing messages API. */
  category: string;
  isWindowOpen: boolean;
  freeUntilMs: number;
  nowMs: number;
}

/** The price of a message taken now. Counts it against the allowance if it is a service message. */
export function priceOf(
  { category, isWindowOpen, freeUntilMs, nowMs }: Priced,
  allowance: ServiceAllowance,
  allowanceMax: number,
): Pricing {
  if (freeUntilMs > 0) {
    return { isBillable: false, type: "free_entry_point", category: "referral_conversion", freeUntilMs };
  }
  const isCharged = nowMs >= SERVICE_CHARGED_FROM_MS;
  const isFree =
    category === "service"
      ? !isCharged || allowance.use(allowanceMax, nowMs)
      : category === "utility" && isWindowOpen && !isCharged;
  return { isBillable: !isFree, type: isFree ? "free_customer_service" : "regular", category, freeUntilMs: 0 };
}
