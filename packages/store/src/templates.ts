// What is known of the templates of an account (a WABA): shared by all its numbers, and so in a slot of its own. Definitions
// are JSON that this module does not look into; what they mean is known in packages/dialog360.

import { shortFailure } from "./constants.ts";
import { DAY_MS, HOUR_MS, keyOf, senderBase, templateKey, wabaBase } from "./keys.ts";
import type { FailureRecord } from "./record.ts";
import type { RedisConnection, RunScript } from "./scripts.ts";

/** A template as it is kept. */
export interface KeptTemplate {
  readonly name: string;
  readonly language: string;
  /** When the provider said so, epoch ms. */
  readonly saidAtMs: number;
  /** JSON. */
  readonly definition: string;
}

export interface KeptTemplates {
  /** Goes up with every change. */
  readonly version: number;
  /** When the last whole list was read; null: never, so that nobody can say that a template is not there. */
  readonly syncedAtMs: number | null;
  /** By `<name>/<language>`: when the provider said so, and the JSON. */
  readonly entries: ReadonlyMap<string, { readonly saidAtMs: number; readonly definition: string }>;
}

/** What the provider's word about a template means for its messages; see lua/heed_template.lua. */
export interface TemplateHeed {
  readonly verb: "rest" | "end" | "lift";
  /** For a rest. */
  readonly untilMs: number;
  readonly saidAtMs: number;
  /** What stands in the records of messages that fail for it, and beside the rest. */
  readonly failure: FailureRecord;
  /** In a word, for the audit trail. */
  readonly why: string;
}

/** Of one account (docs/sources.md, templates). */
const CREATIONS = [{ windowMs: HOUR_MS, most: 100 }] as const;
/** Of one approved template (the same). */
const EDITS = [
  { windowMs: DAY_MS, most: 1 },
  { windowMs: 30 * DAY_MS, most: 10 },
] as const;
/** So many definitions go to Redis in one call, for each may have some kB and others wait meanwhile. */
const TOGETHER_MOST = 200;

export interface TemplateChange {
  readonly name: string;
  readonly language: string;
  /** JSON; null: it is gone. */
  readonly definition: string | null;
}

export interface TemplateSummary extends Pick<KeptTemplates, "version" | "syncedAtMs"> {
  readonly count: number;
  /** As of the last whole list. */
  readonly byStatus: Readonly<Record<string, number>>;
}

export interface TemplateRested {
  readonly how: "rests" | "ended";
  readonly untilMs: number;
}

export function createTemplates(redis: RedisConnection, run: RunScript, prefix: string, nowMs: () => number | null) {
  const keep = (base: string, syncedMs: number | "", items: readonly (string | number)[]) =>
    run("keep_templates", base, [syncedMs, ...items]) as Promise<number[]>;

  async function readEntries(base: string): Promise<KeptTemplates["entries"]> {
    const values = await redis.hgetall(keyOf.definitions(base));
    return new Map(Object.entries(values).map(([key, value]) => [key, readEntry(value)]));
  }

  async function readState(base: string): Promise<Pick<KeptTemplates, "version" | "syncedAtMs">> {
    const [version, synced] = await redis.hmget(keyOf.senderState(base), "version", "synced");
    return { version: Number(version ?? 0), syncedAtMs: synced ? Number(synced) : null };
  }

  async function withinLimits(
    base: string,
    counted: string,
    token: string,
    limits: readonly { readonly windowMs: number; readonly most: number }[],
  ): Promise<number | null> {
    const pairs = limits.flatMap(({ windowMs, most }) => [windowMs, most]);
    const freeMs = Number(await run("within_limits", base, [nowMs() ?? "", counted, token, ...pairs]));
    return freeMs === 0 ? null : freeMs;
  }

  return {
    /** All templates of an account; null when the version is still the one that is known. */
    async readTemplates(wabaId: string, knownVersion: number | null = null): Promise<KeptTemplates | null> {
      const base = wabaBase(prefix, wabaId);
      const state = await readState(base);
      if (state.version === knownVersion && state.syncedAtMs !== null) return null;
      return { ...state, entries: await readEntries(base) };
    },

    /** One template, with what `changeTemplate` needs to see whether somebody was faster. */
    async readTemplate(wabaId: string, name: string, language: string): Promise<KeptTemplate | null> {
      const value = await redis.hget(keyOf.definitions(wabaBase(prefix, wabaId)), templateKey.of(name, language));
      return value === null ? null : { name, language, ...readEntry(value) };
    },

    /**
     * Keeps a whole list that was begun at `begunAtMs`: what is not in it is gone, unless something newer is known of it.
     *
     * byStatus   how many have which status, for a summary
     * returns    how many changed, and how many there are now
     */
    async replaceTemplates(
      wabaId: string,
      begunAtMs: number,
      list: readonly (TemplateChange & { readonly definition: string })[],
      byStatus: TemplateSummary["byStatus"] = {},
    ): Promise<{ readonly changed: number; readonly count: number }> {
      const base = wabaBase(prefix, wabaId);
      const listed = new Set(list.map(({ name, language }) => templateKey.of(name, language)));
      const known = await redis.hkeys(keyOf.definitions(base));
      const items = [
        ...list.map(({ name, language, definition }) => [templateKey.of(name, language), definition] as const),
        ...known.filter((key) => !listed.has(key)).map((key) => [key, ""] as const),
      ].map(([key, definition]) => [key, begunAtMs, definition, ""]);
      let changed = 0;
      for (let at = 0; at === 0 || at < items.length; at += TOGETHER_MOST) {
        const isLast = at + TOGETHER_MOST >= items.length;
        const [, ...results] = await keep(base, isLast ? begunAtMs : "", items.slice(at, at + TOGETHER_MOST).flat());
        changed += results.filter((result) => result === 1).length;
      }
      await redis.hset(keyOf.senderState(base), "counts", JSON.stringify(byStatus));
      return { changed, count: listed.size };
    },

    /**
     * Keeps what became of one template.
     *
     * before    as it was read, or null when there was none
     * returns   false when somebody was faster: read it and decide again
     */
    async changeTemplate(
      wabaId: string,
      { name, language, definition }: TemplateChange,
      saidAtMs: number,
      before: Pick<KeptTemplate, "saidAtMs"> | null,
    ): Promise<boolean> {
      // Never the same moment twice: by it the next one sees that somebody was faster.
      const atMs = Math.max(saidAtMs, before === null ? 0 : before.saidAtMs + 1);
      const item = [templateKey.of(name, language), atMs, definition ?? "", before?.saidAtMs ?? "-"];
      const [, result] = await keep(wabaBase(prefix, wabaId), "", item);
      return result !== -1;
    },

    /** What there is, without reading it all. */
    async readTemplateSummary(wabaId: string): Promise<TemplateSummary> {
      const base = wabaBase(prefix, wabaId);
      const [state, count, counts] = await Promise.all([
        readState(base),
        redis.hlen(keyOf.definitions(base)),
        redis.hget(keyOf.senderState(base), "counts"),
      ]);
      return { ...state, count, byStatus: counts ? (JSON.parse(counts) as TemplateSummary["byStatus"]) : {} };
    },

    /** What rests at a sender by the provider's word, by `<name>/<language>`. */
    async readTemplateRests(senderId: string): Promise<ReadonlyMap<string, TemplateRested>> {
      const holds = await redis.hgetall(keyOf.holds(senderBase(prefix, senderId)));
      const rests = Object.entries(holds).map(([key, json]) => {
        const { how, until } = JSON.parse(json) as { how: string; until: number };
        return [key, { how, untilMs: until }] as const;
      });
      return new Map(
        rests.filter(([, { how, untilMs }]) => how !== "paused" && untilMs > 0) as [string, TemplateRested][],
      );
    },

    /** Counts a creation; returns null when it may be done, else when the next one may (epoch ms). */
    countTemplateCreation: (wabaId: string, token: string) =>
      withinLimits(wabaBase(prefix, wabaId), CREATED, token, CREATIONS),

    /** The same for an edit of an approved template. */
    countTemplateEdit: (wabaId: string, templateId: string, token: string) =>
      withinLimits(wabaBase(prefix, wabaId), editedOf(templateId), token, EDITS),

    /** It was certainly not done after all: the provider refused it. */
    async uncountTemplateChange(wabaId: string, templateId: string | null, token: string): Promise<void> {
      await redis.zrem(wabaBase(prefix, wabaId) + (templateId === null ? CREATED : editedOf(templateId)), token);
    },

    /**
     * Acts on the provider's word about a template at one of its senders; an operator's pause stays whatever it says.
     *
     * returns   whether it changed anything, and whether a worker must be called
     */
    async heedTemplate(
      senderId: string,
      template: { readonly name: string; readonly language: string },
      { verb, untilMs, saidAtMs, failure, why }: TemplateHeed,
    ): Promise<{ readonly changed: boolean; readonly call: boolean }> {
      const key = templateKey.of(template.name, template.language);
      const args = [nowMs() ?? "", key, verb, untilMs, saidAtMs, shortFailure(failure), JSON.stringify(failure), why];
      const [changed, call] = (await run("heed_template", senderBase(prefix, senderId), args)) as [number, number];
      return { changed: changed === 1, call: call === 1 };
    },

    /**
     * Asks whether it is this process's turn to look after an account's templates, which is once in `everyMs` among all.
     */
    takeTemplatePoll: (wabaId: string, everyMs: number) => takeTurn(keyOf.poll(wabaBase(prefix, wabaId)), everyMs),

    /** The next process that asks gets its turn `inMs` from now: at once for 0. */
    async pollTemplatesIn(wabaId: string, inMs: number): Promise<void> {
      const key = keyOf.poll(wabaBase(prefix, wabaId));
      await (inMs > 0 ? redis.pexpire(key, inMs) : redis.del(key));
    },
  };

  async function takeTurn(key: string, everyMs: number): Promise<boolean> {
    return (await redis.set(key, "1", "PX", everyMs, "NX")) === "OK";
  }
}

const CREATED = "made";
const editedOf = (templateId: string) => `ed:${templateId}`;

function readEntry(value: string): { readonly saidAtMs: number; readonly definition: string } {
  const at = value.indexOf(" ");
  return { saidAtMs: Number(value.slice(0, at)), definition: value.slice(at + 1) };
}
