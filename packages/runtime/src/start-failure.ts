// Why a service could not start, for the failures that a person can put right: one line that says how.
import { isError } from "./caught.ts";
import { ConfigError } from "./config-error.ts";

/** How far causes and collected errors are followed. */
const DEPTH_MAX = 4;

/**
 * The line for a known failure, or null for an unknown one, which deserves its stack.
 *
 * redisUrl   only to recognise Redis by its port; nothing of it but host and port is shown
 */
export function explainStartFailure(error: unknown, redisUrl: string): string | null {
  for (const inner of innerErrors(error, DEPTH_MAX)) {
    const line = explain(inner, redisUrl);
    if (line) return line;
  }
  return null;
}

function explain(error: Error, redisUrl: string): string | null {
  if (error instanceof ConfigError) return error.message;
  if (/^(NOAUTH|WRONGPASS)\b/.test(error.message)) {
    return `Redis at ${addressOf(redisUrl)} refuses the login: put user and password into REDIS_URL`;
  }
  if (error.message.startsWith("NOPERM")) {
    return `Redis at ${addressOf(redisUrl)} does not let its user do what Tern needs: see deploy/redis/users.acl`;
  }
  if (/^(SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS_CERT|ERR_SSL|DEPTH_ZERO)/.test(String(Reflect.get(error, "code") ?? ""))) {
    return `no TLS with Redis at ${addressOf(redisUrl)} (${error.message}): see REDIS_TLS_CA and REDIS_TLS_SERVER_NAME`;
  }
  if (error.message.startsWith("All sentinels are unreachable")) {
    const last = /Last error: (.*)$/.exec(error.message)?.[1];
    return last === undefined || last.includes("No such master")
      ? `the Sentinels at ${addressOf(redisUrl)} know no such master: correct its name at the end of REDIS_URL`
      : `no Sentinel at ${addressOf(redisUrl)} answers (${last}): start them, or correct REDIS_URL, REDIS_SENTINEL_PASSWORD or REDIS_TLS_CA`;
  }
  // What ioredis says of a connection that failed; the reason itself only went to its error event.
  if (error.message === "Connection is closed." || error.name === "MaxRetriesPerRequestError") {
    return redisUnreachable(redisUrl);
  }
  const { code, address, port, hostname } = error as NodeJS.ErrnoException & NetworkErrorFields;
  const at = [address ?? hostname, port].filter(Boolean).join(":");
  switch (code) {
    case "ECONNREFUSED":
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return isRedis(redisUrl, { hostname, port })
        ? redisUnreachable(redisUrl, code)
        : `cannot reach ${at || "the network"} (${code}): start what should answer there, or correct its address`;
    case "EADDRINUSE":
      return `port ${port} is taken: set PORT or METRICS_PORT to another, or stop what uses it`;
    default:
      return null;
  }
}

interface NetworkErrorFields {
  readonly address?: string;
  readonly port?: number | undefined;
  readonly hostname?: string | undefined;
}

function redisUnreachable(redisUrl: string, code?: string): string {
  const why = code ? ` (${code})` : "";
  return `cannot reach Redis at ${addressOf(redisUrl)}${why}: start it, or set REDIS_URL to where it is`;
}

/** A connection error names the port it tried, a failed look-up only the host. */
function isRedis(redisUrl: string, tried: Pick<NetworkErrorFields, "hostname" | "port">): boolean {
  const url = URL.parse(redisUrl);
  return tried.port === undefined ? tried.hostname === url?.hostname : tried.port === Number(url?.port || 6379);
}

function addressOf(redisUrl: string): string {
  const url = URL.parse(redisUrl);
  if (url !== null) return `${url.hostname}:${url.port || 6379}`;
  return redisUrl.replace(/^.*(@|:\/\/)/, ""); // a list of cluster nodes; whatever logs in is cut off
}

/** The error, then what it came from: its cause, the errors of an AggregateError, the last error that ioredis kept of a cluster. */
function* innerErrors(error: unknown, depth: number): Generator<Error> {
  if (!isError(error) || depth < 0) return;
  yield error;
  const collected: unknown = Reflect.get(error, "errors");
  const inner = [error.cause, Reflect.get(error, "lastNodeError"), ...(Array.isArray(collected) ? collected : [])];
  for (const one of inner) yield* innerErrors(one, depth - 1);
}
