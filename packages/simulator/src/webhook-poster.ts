// One POST of a webhook: over a pool of kept-alive connections per origin, with a deadline, and with one question
// answered: was it 200 in time? Anything else (201 and 204 included) counts as failed, as 360dialog promises no more.
import { Pool } from "undici";
import type { Clock } from "./clock.ts";

export interface WebhookPost {
  target: ParsedTarget;
  /** Headers beside the target's own, as name, value, name, value... */
  extraHeaders: string[];
  body: string;
  deadlineMs: number;
}

export interface ParsedTarget {
  origin: string;
  path: string;
  headers: string[];
}

export interface WebhookPoster {
  /** Posts once and calls `done` once. Never throws. */
  post(post: WebhookPost, done: (isAcknowledged: boolean) => void): void;
  close(): Promise<void>;
}

export function createWebhookPoster(clock: Clock): WebhookPoster {
  const pools = new Map<string, Pool>();

  function poolOf(origin: string): Pool {
    const existing = pools.get(origin);
    if (existing) return existing;
    // HTTP/1.1 with one request per connection: how many are under way is limited by the channel that posts.
    const pool = new Pool(origin, {
      allowH2: false,
      pipelining: 1,
      connect: { timeout: 5000 },
      keepAliveTimeout: 30_000,
    });
    pools.set(origin, pool);
    return pool;
  }

  return {
    post({ target, extraHeaders, body, deadlineMs }, done) {
      let isSettled = false;
      let abort: ((reason: Error) => void) | null = null;
      let httpStatus = 0;
      const settle = (isAcknowledged: boolean) => {
        if (isSettled) return;
        isSettled = true;
        deadline.cancel();
        done(isAcknowledged);
      };
      const deadline = clock.setTimer(() => {
        settle(false);
        abort?.(new Error("webhook deadline"));
      }, deadlineMs);
      const headers = ["content-type", "application/json", ...target.headers, ...extraHeaders];
      try {
        poolOf(target.origin).dispatch(
          { path: target.path, method: "POST", headers, body, headersTimeout: 0, bodyTimeout: 0 },
          {
            onRequestStart(controller) {
              abort = (reason) => controller.abort(reason);
              if (isSettled) abort(new Error("webhook deadline"));
            },
            onResponseStart(_controller, statusCode) {
              httpStatus = statusCode;
            },
            onResponseData() {},
            onResponseEnd: () => settle(httpStatus === 200),
            onResponseError: () => settle(false),
          },
        );
      } catch {
        settle(false); // a header or path undici refuses to send
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

/** Takes a webhook URL apart; throws TypeError when it is none. */
export function parseTarget(url: string, headers: Record<string, string>): ParsedTarget {
  const { origin, pathname, search, protocol } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") throw new TypeError(`not an http(s) URL: ${url}`);
  return { origin, path: pathname + search, headers: Object.entries(headers).flat() };
}
