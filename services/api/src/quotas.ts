// Quotas of callers: how many requests and messages the deployment lets one of them have, over all replicas. A caller
// without a quota costs nothing here. What is over is 429, with the headers of draft-ietf-httpapi-ratelimit-headers-11 on
// every answer to whom has one.

import type { Caller } from "@tern/runtime";
import type { QuotaLimit, QuotaTaken } from "@tern/store";
import type { ApiStore } from "./endpoint.ts";
import type { ApiResponse } from "./http.ts";
import { ApiProblem } from "./problems.ts";

export interface Quotas {
  /**
   * Counts a request of the caller.
   *
   * returns   null at once for a caller whose requests have no limit
   * throws    ApiProblem 429
   */
  countRequest(caller: Caller, response: ApiResponse): Promise<void> | null;
  /** Counts messages. Returns null at once for a caller whose messages have no limit. */
  takeMessages(caller: Caller, count: number, response: ApiResponse): Promise<MessagesTaken> | null;
}

export interface MessagesTaken {
  /** How many of them it may send now. */
  readonly granted: number;
  /** What to say of the others. */
  readonly problem: ApiProblem;
}

const DAY_SECONDS = 86_400;

export function createQuotas({ store }: { readonly store: Pick<ApiStore, "takeQuota"> }): Quotas {
  async function take(caller: Caller, count: number, limits: readonly QuotaLimit[], response: ApiResponse) {
    const taken = await store.takeQuota(caller.id, count, limits);
    addToList(response, "RateLimit-Policy", limits.map(policyOf));
    addToList(response, "RateLimit", limits.map(stateOf(taken)));
    return taken;
  }
  return {
    countRequest(caller, response) {
      const limits = requestLimits(caller);
      if (limits.length === 0) return null;
      return take(caller, 1, limits, response).then((taken) => {
        if (taken.granted === 0) throw quotaExceeded("requests", taken);
      });
    },
    takeMessages(caller, count, response) {
      const limits = messageLimits(caller);
      if (limits.length === 0) return null;
      return take(caller, count, limits, response).then((taken) => ({
        granted: taken.granted,
        problem: quotaExceeded("messages", taken),
      }));
    },
  };
}

function requestLimits({ quota }: Caller): QuotaLimit[] {
  return quota?.requests ? [{ name: "requests", kind: "rate", ...quota.requests }] : [];
}

function messageLimits({ quota }: Caller): QuotaLimit[] {
  return [
    ...(quota?.messages ? [{ name: "messages", kind: "rate", ...quota.messages } as const] : []),
    ...(quota?.messagesPerDay !== undefined
      ? [{ name: "messages-per-day", kind: "day", perDay: quota.messagesPerDay } as const]
      : []),
  ];
}

/** `"messages";q=500;w=10`: so many in a window of so many seconds; of a rate, its burst and the time to fill it. */
function policyOf(limit: QuotaLimit): string {
  if (limit.kind === "day") return `"${limit.name}";q=${limit.perDay};w=${DAY_SECONDS}`;
  return `"${limit.name}";q=${limit.burst};w=${Math.ceil(limit.burst / limit.perSecond)}`;
}

/** `"messages";r=17;t=10`: so many are left, and in so many seconds all are back. */
function stateOf(taken: QuotaTaken): (limit: QuotaLimit, at: number) => string {
  return ({ name }, at) => {
    const { left = 0, wholeInMs = 0 } = taken.limits[at] ?? {};
    return `"${name}";r=${left};t=${Math.ceil(wholeInMs / 1_000)}`;
  };
}

function addToList(response: ApiResponse, name: string, items: readonly string[]): void {
  const before = response.getHeader(name);
  response.setHeader(name, [...(before === undefined ? [] : [String(before)]), ...items].join(", "));
}

/** The problem of a caller that has asked for more than its quota; `what` is counted. */
export function quotaExceeded(what: "requests" | "messages", { retryInMs }: Pick<QuotaTaken, "retryInMs">): ApiProblem {
  const seconds = Math.max(1, Math.ceil(retryInMs / 1_000));
  return new ApiProblem("quota-exceeded", {
    detail: `Your quota of ${what} is used up: send the next one in ${seconds} s. The header RateLimit says what is left.`,
    headers: { "Retry-After": String(seconds) },
    members: { quota: what, retryAfterSeconds: seconds },
  });
}
