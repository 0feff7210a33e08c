// Everything that a Redis holds, as text: to look for what must not be there any more.

import { connectRedis } from "@tern/store";

/** The whole content of every key, by its name. Strings of bytes are read as latin1, so that no byte is lost. */
export async function everythingIn(url: string): Promise<ReadonlyMap<string, string>> {
  const redis = connectRedis(url, { whileAway: "wait", name: "test", onError: () => {} });
  try {
    const contents = new Map<string, string>();
    for (const key of await redis.keys("*")) contents.set(key, textOf(await contentOf(redis, key)));
    return contents;
  } finally {
    redis.disconnect();
  }
}

async function contentOf(redis: ReturnType<typeof connectRedis>, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case "string":
      return redis.getBuffer(key);
    case "hash":
      return redis.callBuffer("HGETALL", key);
    case "list":
      return redis.callBuffer("LRANGE", key, 0, -1);
    case "set":
      return redis.callBuffer("SMEMBERS", key);
    case "zset":
      return redis.callBuffer("ZRANGE", key, 0, -1, "WITHSCORES");
    case "stream":
      return redis.callBuffer("XRANGE", key, "-", "+");
    case "none":
      return null; // expired meanwhile
    default:
      throw new Error(`${key} is a ${type}, which nobody reads here`);
  }
}

function textOf(content: unknown): string {
  if (Buffer.isBuffer(content)) return content.toString("latin1");
  return Array.isArray(content) ? content.map(textOf).join("\n") : "";
}

/** A phone number in the ways it may stand in data: its digits, and these as base64 writes them at each offset (wamids). */
export function spellingsOf(phone: string): string[] {
  const digits = phone.slice(1);
  const inBase64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(`${"\0".repeat(offset)}${digits}`)
      .toString("base64")
      .replace(/=+$/, "");
    // The first and last characters also carry bits of what stands beside.
    return encoded.slice(offset === 0 ? 0 : offset + 1, -1);
  });
  return [digits, ...inBase64];
}
