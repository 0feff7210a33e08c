// The API's connections to Redis. While Redis is away commands fail at once, so that callers get their 503; both
// connections come back by themselves.

import type { Logger } from "@tern/runtime";
import { connectRedis, type RedisConnection } from "@tern/store";

/** One outage is one line in the log, however often ioredis tries; its end is another. */
export function connectForRequests(url: string, { name, log }: { name: string; log: Logger }): RedisConnection {
  let isAway = false;
  const connection = connectRedis(url, {
    whileAway: "fail",
    name,
    // BullMQ's commands go alone: it builds its own batches.
    autoPipelining: name !== QUEUE_CONNECTION,
    onError: (error) => {
      if (!isAway) log.warn({ err: error, connection: name }, "Redis is away; trying again until it is back");
      isAway = true;
    },
  });
  connection.on("ready", () => {
    if (isAway) log.info({ connection: name }, "Redis is back");
    isAway = false;
  });
  return connection;
}

export const STORE_CONNECTION = "tern-api";
export const QUEUE_CONNECTION = "tern-api-queue";
