// Notices when Redis goes away under the running demo. The demo's own Redis does not come back, so that ends the demo; one
// that somebody else runs may, and the services are built to wait for it: then it is only told.
import { Redis } from "ioredis";
import { Problem } from "./problem.ts";

/** Returns the function that ends the watch. */
export function watchRedis(options: {
  url: string;
  isOwnRedis: boolean;
  breakDown: (problem: Problem) => void;
  say: (line: string) => void;
  /** Whether everything is being stopped. */
  isExpected: () => boolean;
}): () => Promise<void> {
  const { url, isOwnRedis, breakDown, say, isExpected } = options;
  const client = new Redis(url, { disconnectTimeout: 0, retryStrategy: () => 500, maxRetriesPerRequest: null });
  let isAway = false;
  client.on("error", () => {});
  client.on("close", () => {
    if (isExpected() || isAway) return;
    isAway = true;
    if (isOwnRedis) breakDown(new Problem("Redis ended unexpectedly. Start again; nothing of the demo is kept."));
    else say("Redis does not answer any more. Tern takes up its work as soon as it is back.");
  });
  client.on("ready", () => {
    if (isAway) say("Redis is back.");
    isAway = false;
  });
  return async () => client.disconnect();
}
