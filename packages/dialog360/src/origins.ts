// The pools of connections of one client, by origin: one undici pool each, HTTP/1.1, one request at a time per
// connection, no timeout of undici's (each client has one total timeout of its own), no retry.

import { Pool } from "undici";

export interface Origins {
  /** The pool of a base URL's origin and the path in front of every path; null for what is no http or https address. */
  targetOf(baseUrl: string): Target | null;
  /** Finishes what is under way, then closes every connection; safe to call twice. */
  close(): Promise<void>;
  /** Since `close` was called: nothing is to be begun any more. */
  readonly isClosed: boolean;
}

export interface Target {
  readonly pool: Pool;
  /** Without a trailing slash. */
  readonly prefix: string;
}

export function createOrigins(limits: {
  /** Per origin. */
  readonly connectionsMax: number;
  /** To a usable connection: TCP and TLS. undici's coarse timer fires up to a second late. */
  readonly connectTimeoutMs: number;
}): Origins {
  const pools = new Map<string, Pool>();
  const targets = new Map<string, Target | null>();
  let closing: Promise<unknown> | null = null;

  function find(baseUrl: string): Target | null {
    const url = URL.parse(baseUrl);
    if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return null;
    const pool = pools.get(url.origin) ?? openPool(url.origin, limits);
    pools.set(url.origin, pool);
    return { pool, prefix: url.pathname.replace(/\/+$/, "") };
  }

  return {
    targetOf(baseUrl) {
      const known = targets.get(baseUrl);
      if (known !== undefined) return known;
      const target = find(baseUrl);
      targets.set(baseUrl, target);
      return target;
    },
    async close() {
      closing ??= Promise.all([...pools.values()].map((pool) => pool.close()));
      await closing;
    },
    get isClosed() {
      return closing !== null;
    },
  };
}

/**
 * Whether undici can build the request. Asked before it is given one, because a request that undici refuses makes its
 * pool count a connection as busy for ever.
 */
export function isBuildable({ path, auth }: { readonly path: string; readonly auth: { readonly value: string } }) {
  return PATH.test(path) && AUTH.test(auth.value);
}

const PATH = /^\/[\x21-\x7e]*$/;
const AUTH = /^(Bearer )?[\x21-\x7e]{1,4096}$/;

function openPool(origin: string, limits: { connectionsMax: number; connectTimeoutMs: number }): Pool {
  return new Pool(origin, {
    connections: limits.connectionsMax,
    connectTimeout: limits.connectTimeoutMs,
    pipelining: 1,
    allowH2: false,
    // Ours is the only timeout: undici's two are not a total, and each is a timer per request.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
