// What is known about a contact of one sender: its spellings, its windows. Reads only; lua/include/contact.lua writes.

import { STATUSES } from "@tern/core";
import { ALIAS_SPAN_MS, ENTRY_DAYS, WINDOW_DAYS, WINDOW_MS } from "./constants.ts";
import { DAY_MS, HOUR_MS, keyOf, senderBase } from "./keys.ts";
import { redisNowMs } from "./redis-now.ts";
import type { RedisConnection } from "./scripts.ts";

export interface ContactState {
  /** The spelling under which order, budget and windows are kept: a number where one is known, else a BSUID. */
  readonly contact: string;
  /** All of them, the contact's own first. */
  readonly spellings: readonly string[];
  /** The last message that a person wrote, or call; null when there was none in the last days. */
  readonly lastInboundAtMs: number | null;
  /** When the customer service window closes, or has closed; null when nothing is known of one. */
  readonly windowClosesAtMs: number | null;
  /** Until when everything is free of charge since we answered a message that an ad led to; it allows no free-form content. */
  readonly freeEntryPointUntilMs: number | null;
}

export interface ContactReads {
  /** All spellings of whoever has this one, the contact's own first. */
  spellingsOf(senderId: string, spelling: string): Promise<string[]>;
  /** What is known of whoever has this spelling ("+<digits>" or a BSUID); of a stranger, nothing but that. */
  readContact(senderId: string, spelling: string): Promise<ContactState>;
}

/** From our first answer on, if that came within a day (docs/sources.md, windows). */
const FREE_ENTRY_MS = 72 * HOUR_MS;
/** Of the messages to a contact on one day, those that are looked at to find our first answer. */
const ANSWERS_MOST = 1_000;
const LOCAL_IDS = /.{26}/g;
const SUBMITTED_FIELD = `t${STATUSES.submitted.rank}`;

export function createContactReads(redis: RedisConnection, prefix: string, nowMs: () => number | null): ContactReads {
  async function contactOf(base: string, spelling: string, now: number): Promise<string> {
    return (await readAlias(base, spelling, now)) ?? spelling;
  }

  async function readAlias(base: string, field: string, now: number): Promise<string | null> {
    const span = Math.floor(now / ALIAS_SPAN_MS);
    const [newest, older] = await Promise.all(
      [span, span - 1].map((one) => redis.hget(keyOf.aliases(base, one), field)),
    );
    return newest ?? older ?? null;
  }

  /** All spellings of a contact, its own first. */
  async function spellingsOfContact(base: string, contact: string, now: number): Promise<string[]> {
    const others = (await readAlias(base, `=${contact}`, now))?.split(" ") ?? [];
    const aliases = await Promise.all(others.map((spelling) => readAlias(base, spelling, now)));
    return [contact, ...others.filter((_, at) => aliases[at] === contact)]; // some may have ended since
  }

  async function timesOf(key: (day: number) => string, contact: string, days: number, now: number): Promise<number[]> {
    const today = Math.floor(now / DAY_MS);
    const read = Array.from({ length: days + 1 }, (_, back) => redis.hget(key(today - back), contact));
    return (await Promise.all(read)).filter((value) => value !== null).map(Number);
  }

  /** When we first sent something to these spellings after `fromMs` and within a day; null if we did not. */
  async function firstAnswerMs(base: string, spellings: readonly string[], fromMs: number): Promise<number | null> {
    const day = Math.floor(fromMs / DAY_MS);
    const packed = await Promise.all(
      [day - 1, day, day + 1].map((one) => redis.hmget(keyOf.recipientsOfDay(base, one), ...spellings)),
    );
    const ids = (packed.flat().join("").match(LOCAL_IDS) ?? []).slice(0, ANSWERS_MOST);
    const records = await Promise.all(ids.map((id) => redis.hmget(keyOf.record(base, id), "q", SUBMITTED_FIELD)));
    const sent = records
      .filter(([, since]) => since !== null && since !== undefined)
      .map(([accepted, since]) => Number(accepted) + Number(since))
      .filter((atMs) => atMs >= fromMs && atMs <= fromMs + WINDOW_MS);
    return sent.length > 0 ? Math.min(...sent) : null;
  }

  return {
    async spellingsOf(senderId, spelling) {
      const base = senderBase(prefix, senderId);
      const now = await redisNowMs(redis, base, nowMs);
      return spellingsOfContact(base, await contactOf(base, spelling, now), now);
    },

    async readContact(senderId, spelling) {
      const base = senderBase(prefix, senderId);
      const now = await redisNowMs(redis, base, nowMs);
      const contact = await contactOf(base, spelling, now);
      const [spellings, wrote, entries] = await Promise.all([
        spellingsOfContact(base, contact, now),
        timesOf((day) => keyOf.windows(base, day), contact, WINDOW_DAYS, now),
        timesOf((day) => keyOf.entries(base, day), contact, ENTRY_DAYS, now),
      ]);
      const answers = await Promise.all(entries.map((atMs) => firstAnswerMs(base, spellings, atMs)));
      const freeUntilMs = answers.filter((atMs) => atMs !== null).map((atMs) => atMs + FREE_ENTRY_MS);
      const lastInboundAtMs = wrote.length > 0 ? Math.max(...wrote) : null;
      return {
        contact,
        spellings,
        lastInboundAtMs,
        windowClosesAtMs: lastInboundAtMs === null ? null : lastInboundAtMs + WINDOW_MS,
        freeEntryPointUntilMs: freeUntilMs.some((ms) => ms > now) ? Math.max(...freeUntilMs) : null,
      };
    },
  };
}
