// The API's connections to Redis. While Redis is away commands fail at once, so that callers get their 503; a connection
// comes back by itself.

import type { Logger } from "@tern/runtime";
import { connectRedis, type RedisAccess, type RedisConnection } from "@tern/store";

/**
 * Opens a connection; calls of one turn of the event loop go out together. One outage is one line in the log, however
 * often ioredis tries; its end is another.
 */
export function connectForRequests(
  url: string,
  { name, access, log }: { readonly name: string; readonly access?: RedisAccess | undefined; readonly log: Logger },
): RedisConnection {
  return connectRedis(url, {
    ...(access === undefined ? {} : { access }),
    whileAway: "fail",
    name,
    autoPipelining: true,
    onError: (error) => log.warn({ err: error, connection: name }, "Redis is away; answering 503 until it is back"),
    onBack: () => log.info({ connection: name }, "Redis is back"),
  });
}
