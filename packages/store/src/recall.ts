// Whether a message was taken in before under its idempotency key, for whoever would refuse it now: what was accepted once
// gets the same answer again, whatever has changed since.

import { keyOf, senderBase } from "./keys.ts";
import type { Accepted, NewMessage } from "./moves.ts";
import type { RedisConnection } from "./scripts.ts";

export function createRecall(redis: RedisConnection, prefix: string) {
  return {
    /** As `accept` would say it, without taking anything in; null when the key is new, or there is none. */
    async recall(
      senderId: string,
      { caller, idempotency }: Pick<NewMessage, "caller" | "idempotency">,
    ): Promise<Extract<Accepted, { readonly kind: "replay" | "conflict" | "accepted" }> | null> {
      if (idempotency === null) return null;
      const { keyDigest, bodyDigest } = idempotency;
      const known = await redis.get(keyOf.idempotency(senderBase(prefix, senderId), caller, keyDigest));
      if (known === null) return null;
      const localId = known.slice(bodyDigest.length);
      return { kind: known.startsWith(bodyDigest) ? "replay" : "conflict", localId };
    },
  };
}
