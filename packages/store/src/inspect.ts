// What is in force and what waits: senders and portfolios as Redis knows them at this moment.

import { LANES, type Lane, laneNumber, type PerLane } from "@tern/core";
import { FOR_EVER_MS } from "./constants.ts";
import { keyOf, portfolioBase, senderBase, templateKey } from "./keys.ts";
import type { FailureRecord } from "./record.ts";
import { redisNowMs } from "./redis-now.ts";
import type { RedisConnection } from "./scripts.ts";
import type { StoreSettings } from "./settings.ts";

/** Something that rests. `untilMs` null: until somebody resumes it. */
export interface Rest {
  readonly untilMs: number | null;
  /** Who or what is the reason, in a word or the provider's failure in short. */
  readonly why: string;
}

export interface TemplateRest extends Rest {
  readonly template: string;
  /** Null: all languages of it, as an operator pauses it. */
  readonly language: string | null;
  /** paused: by an operator · rests: by the provider's word · ended: disabled for good, its messages fail. */
  readonly how: "paused" | "rests" | "ended";
  readonly sinceMs: number;
  readonly failure: FailureRecord | null;
  readonly waiting: number;
}

export interface SenderState {
  /** Messages per second that an operator ordered; null: as configured. */
  readonly paceOrdered: number | null;
  /** The part of the pace that throttling has left, 0 to 1. */
  readonly slowFactor: number;
  /** The first free slot, for any lane and for bulk; epoch ms. */
  readonly nextSlotMs: number;
  readonly nextBulkSlotMs: number;
  /** By an operator. */
  readonly paused: { readonly by: string; readonly sinceMs: number } | null;
  /** By the provider's word. */
  readonly held: Rest | null;
  readonly lanes: PerLane<{
    readonly paused: { readonly by: string; readonly sinceMs: number } | null;
    /** The portfolio's tier is full for this lane until then. */
    readonly tierFullUntilMs: number | null;
    readonly waiting: number;
    readonly byCaller: readonly { readonly caller: string; readonly waiting: number; readonly time: number }[];
  }>;
  readonly templates: readonly TemplateRest[];
  /** A worker takes nothing for it at this moment, since its provider does not answer. */
  readonly isProviderAway: boolean;
  readonly later: number;
  readonly onWire: number;
  /** Redis's clock when this was read. */
  readonly nowMs: number;
}

/** Whether this rest is one that keeps messages with this template. */
export function concerns(
  rest: Pick<TemplateRest, "template" | "language">,
  message: { readonly template: string | null; readonly templateLanguage: string | null },
): boolean {
  return rest.template === message.template && (rest.language === null || rest.language === message.templateLanguage);
}

export interface PortfolioState {
  readonly tierOrdered: number | null;
  readonly reserveOrdered: number | null;
  /** Different recipients outside their window in the last 24 h. */
  readonly reached: number;
}

/** Workers say so every second while it lasts. */
const AWAY_TTL_MS = 3_000;

export function createInspection(
  redis: RedisConnection,
  prefix: string,
  settings: StoreSettings,
  nowMs: () => number | null,
) {
  async function readSender(senderId: string): Promise<SenderState> {
    const base = senderBase(prefix, senderId);
    const [now, s, holds, away, later, onWire, ...byLane] = await Promise.all([
      redisNowMs(redis, base, nowMs),
      redis.hgetall(keyOf.senderState(base)),
      redis.hgetall(keyOf.holds(base)),
      redis.exists(keyOf.away(base)),
      redis.zcard(keyOf.later(base)),
      redis.zcard(keyOf.wire(base)),
      ...LANES.map((lane) => readCallers(base, lane)),
    ]);
    const templates = await Promise.all(Object.entries(holds).map(([key, json]) => readTemplate(base, key, json)));
    const lanes = Object.fromEntries(
      LANES.map((lane, at) => {
        const byCaller = byLane[at] ?? [];
        const fullUntilMs = Number(s[`full${at}`] ?? 0);
        const state = {
          paused: readPause(s[`pause${at}`]),
          tierFullUntilMs: fullUntilMs > now ? fullUntilMs : null,
          waiting: byCaller.reduce((sum, { waiting }) => sum + waiting, 0),
          byCaller,
        };
        return [lane, state];
      }),
    ) as unknown as SenderState["lanes"];
    const heldUntilMs = Number(s.hold ?? 0);
    return {
      paceOrdered: s.pace === undefined ? null : Number(s.pace),
      slowFactor: slowFactor(s, now, settings),
      nextSlotMs: Math.max(now, Number(s.tat ?? 0) / 1_000),
      nextBulkSlotMs: Math.max(now, Number(s.tat ?? 0) / 1_000, Number(s.tatb ?? 0) / 1_000),
      paused: readPause(s.pause),
      held: heldUntilMs > now ? { untilMs: untilOrNull(heldUntilMs), why: s.holdr ?? "" } : null,
      lanes,
      templates: templates.filter((rest) => rest !== null),
      isProviderAway: away === 1,
      later,
      onWire,
      nowMs: now,
    };
  }

  async function readCallers(base: string, lane: Lane) {
    const flat = await redis.zrange(keyOf.callers(base, laneNumber(lane)), "0", "-1", "WITHSCORES");
    const callers = flat.flatMap((caller, at) => (at % 2 === 0 ? [{ caller, time: Number(flat[at + 1]) }] : []));
    return Promise.all(
      callers.map(async ({ caller, time }) => ({
        caller,
        time,
        waiting: await redis.llen(keyOf.backlog(base, laneNumber(lane), caller)),
      })),
    );
  }

  async function readTemplate(base: string, key: string, json: string): Promise<TemplateRest | null> {
    const hold = JSON.parse(json) as {
      until: number;
      how: TemplateRest["how"];
      short?: string;
      failure?: string;
      since: number;
    };
    if (hold.until === 0) return null; // released; its last messages are on their way
    const { template, templateLanguage } = templateKey.read(key);
    return {
      template: template ?? "",
      language: templateLanguage,
      how: hold.how,
      untilMs: untilOrNull(hold.until),
      why: hold.short ?? "",
      sinceMs: hold.since,
      failure: hold.failure ? (JSON.parse(hold.failure) as FailureRecord) : null,
      waiting: await redis.llen(keyOf.held(base, key)),
    };
  }

  async function readPortfolio(portfolioId: string): Promise<PortfolioState> {
    const base = portfolioBase(prefix, portfolioId);
    const [[tier, reserve], now] = await Promise.all([
      redis.hmget(keyOf.senderState(base), "tier", "reserve"),
      redisNowMs(redis, base, nowMs),
    ]);
    const reached = await redis.zcount(keyOf.reached(base), `(${now - settings.tierWindowMs}`, "+inf");
    return { tierOrdered: numberOrNull(tier), reserveOrdered: numberOrNull(reserve), reached };
  }

  /** Says for some seconds that a worker takes nothing of this sender, since its provider does not answer. */
  async function noteProviderAway(senderId: string): Promise<void> {
    await redis.set(keyOf.away(senderBase(prefix, senderId)), "1", "PX", AWAY_TTL_MS);
  }

  return { readSender, readPortfolio, noteProviderAway };
}

/** As pace.lua has it: what a slow-down left, and what has come back since. */
function slowFactor(s: Readonly<Record<string, string>>, nowMs: number, settings: StoreSettings): number {
  if (s.slow === undefined) return 1;
  const sinceS = (nowMs - Number(s.slowat ?? 0) / 1_000) / 1_000;
  return Math.min(1, Number(s.slow) + settings.slowRecoveryPerSecond * sinceS);
}

function readPause(text: string | undefined): { by: string; sinceMs: number } | null {
  if (text === undefined) return null;
  const [sinceMs = "", ...by] = text.split(" ");
  return { by: by.join(" "), sinceMs: Number(sinceMs) };
}

function untilOrNull(ms: number): number | null {
  return ms >= FOR_EVER_MS ? null : ms;
}

function numberOrNull(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}
