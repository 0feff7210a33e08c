// What the provider last said of a number: whether it can send (asked for every some minutes), its quality and its
// portfolio's tier (told by webhooks). Kept to be shown; it stops nothing.

import { DAY_MS, keyOf, senderBase } from "./keys.ts";
import type { RedisConnection } from "./scripts.ts";

/** Each with the moment it was said; JSON that this module does not look into. */
export interface NumberReports {
  /** The answer to the last question that was answered. */
  readonly health: unknown;
  /** Why the last question was not answered; null when it was. */
  readonly failed: unknown;
  readonly quality: unknown;
  readonly tier: unknown;
}

export type NumberReport = keyof NumberReports;

/** What nobody has said again for so long is not known any more. */
const KEPT_MS = 30 * DAY_MS;

export function createNumberHealth(redis: RedisConnection, prefix: string) {
  const keyFor = (senderId: string) => keyOf.health(senderBase(prefix, senderId));
  return {
    /** Keeps what was said; null forgets it. Fields that are left out stay. */
    async keepNumberReports(senderId: string, reports: Partial<NumberReports>): Promise<void> {
      const key = keyFor(senderId);
      const said = Object.entries(reports).filter(([, value]) => value !== null && value !== undefined);
      const gone = Object.entries(reports).flatMap(([name, value]) => (value === null ? [name] : []));
      const steps = redis.multi();
      if (gone.length > 0) steps.hdel(key, ...gone);
      if (said.length > 0) steps.hset(key, ...said.flatMap(([name, value]) => [name, JSON.stringify(value)]));
      steps.pexpire(key, KEPT_MS);
      await steps.exec();
    },

    /** Null is what has not been said. */
    async readNumberReports(senderId: string): Promise<NumberReports> {
      const values = await redis.hgetall(keyFor(senderId));
      const read = (name: NumberReport): unknown => (values[name] === undefined ? null : JSON.parse(values[name]));
      return { health: read("health"), failed: read("failed"), quality: read("quality"), tier: read("tier") };
    },

    /** Asks whether it is this process's turn to ask after a number's health, which is once in `everyMs` among all. */
    async takeHealthPoll(senderId: string, everyMs: number): Promise<boolean> {
      return (await redis.set(keyOf.poll(senderBase(prefix, senderId)), "1", "PX", everyMs, "NX")) === "OK";
    },
  };
}
