// The Redis that a program is to use: the one the person named in REDIS_URL, or else one of its own.
import { Redis } from "ioredis";
import { findRedisBinary } from "./redis-binary.ts";
import { startRedis } from "./redis-server.ts";

export interface ProvidedRedis {
  url: string;
  /** For people: where this Redis comes from. */
  how: string;
  /** Ends the server if it was started here; a Redis from REDIS_URL is left alone. */
  stop(): Promise<void>;
}

export interface ProvideRedisOptions {
  onProgress?: (line: string) => void;
}

const ANSWER_TIMEOUT_MS = 5_000;

/**
 * env      REDIS_URL is read; if set (and not empty) that Redis is used and nothing is ever started
 * throws   if the named Redis does not answer, or none could be found: the message says what to do
 */
export async function provideRedis(
  env: NodeJS.ProcessEnv = process.env,
  options: ProvideRedisOptions = {},
): Promise<ProvidedRedis> {
  const url = env.REDIS_URL ?? "";
  if (url !== "") {
    await assertAnswers(url);
    return { url, how: "REDIS_URL", stop: async () => {} };
  }
  const server = await startRedis({ binary: await findRedisBinary({ env, ...options }) });
  return { url: server.url, how: server.how, stop: server.stop };
}

async function assertAnswers(url: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: ANSWER_TIMEOUT_MS,
    commandTimeout: ANSWER_TIMEOUT_MS,
    // Disconnecting from a stream that is closed already would otherwise leave a timer of 2 s that holds the process.
    disconnectTimeout: 0,
  });
  // Without a listener ioredis prints what the rejected promise says as well, and says it better.
  let reason = "";
  redis.on("error", (error: Error) => {
    reason = error.message;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    reason ||= error instanceof Error ? error.message : String(error);
    throw new Error(
      `The Redis named in REDIS_URL (${withoutSecrets(url)}) does not answer: ${reason}. ` +
        "Start it, correct REDIS_URL, or unset it to have one started.",
    );
  } finally {
    redis.disconnect();
  }
}

function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//***@");
}
