// What must be known to explain why a message waits (explain.ts), read from Redis at one moment: the record, its sender,
// its position in line, its recipient's budget, and the chain it waits in. Reads only; the reads are not one step, so what
// moves meanwhile may be seen twice or not at all.

import {
  LANES,
  type Lane,
  laneNumber,
  type MessageAddress,
  PLACES,
  parseMessageId,
  placeOf,
  waitReasonOf,
} from "@tern/core";
import { scriptConstants } from "./constants.ts";
import type { createContactReads } from "./contact.ts";
import { type ExplainedSender, type Explanation, explain, type Waiter, type WaitSnapshot } from "./explain.ts";
import { concerns, type createInspection, type SenderState } from "./inspect.ts";
import { DAY_MS, keyOf, senderBase, templateKey } from "./keys.ts";
import type { createQueries } from "./query.ts";
import type { MessageRecord } from "./record.ts";
import type { RedisConnection } from "./scripts.ts";
import type { StoreSettings } from "./settings.ts";

export interface Explained {
  readonly message: MessageRecord;
  readonly explanation: Explanation;
  readonly sender: SenderState;
}

/** Backlogs are in the order of their ids, or nearly; so many entries around the place an id should have are looked at. */
const NEAR = 200;
/** Tries stand at the head of a backlog, wherever their ids belong. */
const HEAD = 5_000;
/** The most messages of one recipient that are looked at to find those before it. */
const CHAIN_MOST = 10_000;
const CHAIN_DAYS = 45;
/** What a provider takes to answer, as long as nothing is known. */
const ANSWER_MS = 150;
const ANSWERS = 20;
const LOCAL_ID = /.{26}/g;
/** How many entries of a backlog are looked at to know how many of them will be sent; the message's own is looked at closer. */
const SAMPLE = 64;
const OWN_SAMPLE = 400;
const WINDOW = 16;

type Fields = Record<(typeof FIELDS)[number], string | null>;
const FIELDS = ["p", "l", "c", "j", "g", "r", "u", "th", "tp", "ft", "o1"] as const;

export function createExplain(
  redis: RedisConnection,
  prefix: string,
  settings: StoreSettings,
  reads: Pick<ReturnType<typeof createQueries>, "read"> &
    Pick<ReturnType<typeof createInspection>, "readSender"> &
    Pick<ReturnType<typeof createContactReads>, "spellingsOf">,
) {
  const constants = scriptConstants(settings);
  const pairBucketMs = Number(constants.get("PAIR_BUCKET_MS"));
  const pairFarthestMs = Number(constants.get("PAIR_FARTHEST_MS"));

  async function readFields(base: string, localId: string): Promise<Fields> {
    const values = await redis.hmget(keyOf.record(base, localId), ...FIELDS);
    return Object.fromEntries(FIELDS.map((field, at) => [field, values[at] ?? null])) as Fields;
  }

  /** How many are before it in a list that is sorted by id, but for its head; null when it is not found. */
  async function positionIn(key: string, localId: string): Promise<number | null> {
    let [low, high] = [0, await redis.llen(key)];
    while (high - low > NEAR) {
      const middle = Math.floor((low + high) / 2);
      const there = await redis.lindex(key, middle);
      if (there !== null && there < localId) low = middle;
      else high = middle;
    }
    const from = Math.max(0, low - NEAR);
    const near = (await redis.lrange(key, from, high + NEAR)).indexOf(localId);
    if (near >= 0) return from + near;
    return redis.lpos(key, localId, "MAXLEN", HEAD);
  }

  /**
   * How many of the first `count` entries of a backlog will take a slot: not those that were canceled or have ended, which
   * stay in the list until a worker meets them, nor those whose template rests. Of a long list a sample tells.
   */
  async function sendable(
    base: string,
    key: string,
    count: number,
    resting: ReadonlySet<string>,
    sample: number,
  ): Promise<number> {
    if (count === 0) return 0;
    const windows =
      count <= sample
        ? [{ from: 0, to: count - 1 }]
        : Array.from({ length: sample / WINDOW }, (_, at) => {
            const from = Math.floor(((count - WINDOW) * at) / (sample / WINDOW - 1));
            return { from, to: from + WINDOW - 1 };
          });
    const ids = (await Promise.all(windows.map(({ from, to }) => redis.lrange(key, from, to)))).flat();
    if (ids.length === 0) return 0;
    const records = await Promise.all(ids.map((id) => redis.hmget(keyOf.record(base, id), "p", "tp")));
    const goes = records.filter(
      ([place, key]) => Number(place) === PLACES.backlog.code && !keysOf(key ?? "").some((one) => resting.has(one)),
    );
    return Math.round((count * goes.length) / ids.length);
  }

  /** The sender with what will be sent of its backlogs, in the lanes up to this one, instead of what stands in them. */
  async function withSendable(
    base: string,
    sender: SenderState,
    lane: Lane,
    resting: ReadonlySet<string>,
  ): Promise<SenderState> {
    const counted = await Promise.all(
      LANES.slice(0, laneNumber(lane) + 1).map(async (one) => {
        const byCaller = await Promise.all(
          sender.lanes[one].byCaller.map(async (of) => {
            const key = keyOf.backlog(base, laneNumber(one), of.caller);
            return { ...of, waiting: await sendable(base, key, of.waiting, resting, SAMPLE) };
          }),
        );
        const waiting = byCaller.reduce((sum, of) => sum + of.waiting, 0);
        return [one, { ...sender.lanes[one], byCaller, waiting }] as const;
      }),
    );
    return { ...sender, lanes: { ...sender.lanes, ...Object.fromEntries(counted) } };
  }

  async function positionOf(
    base: string,
    localId: string,
    fields: Fields,
    resting: ReadonlySet<string>,
  ): Promise<number | null> {
    switch (placeOf(Number(fields.p ?? 0))) {
      case "backlog": {
        const key = keyOf.backlog(base, Number(fields.l), fields.c ?? "");
        const position = await positionIn(key, localId);
        return position === null ? null : sendable(base, key, position, resting, OWN_SAMPLE);
      }
      case "held":
        for (const key of keysOf(fields.tp ?? fields.ft ?? "")) {
          const position = await redis.lpos(keyOf.held(base, key), localId, "MAXLEN", CHAIN_MOST);
          if (position !== null) return position;
        }
        return null;
      case "later": {
        const [rank, before] = await Promise.all([
          redis.zrank(keyOf.later(base), localId),
          redis.zcount(keyOf.later(base), "-inf", `(${fields.u}`),
        ]);
        return rank === null ? null : Math.max(0, rank - before);
      }
      default:
        return null;
    }
  }

  async function readWaiter(
    base: string,
    localId: string,
    fields: Fields,
    resting: ReadonlySet<string>,
  ): Promise<Waiter> {
    return {
      localId,
      lane: LANES[Number(fields.l)] ?? "normal",
      caller: fields.c ?? "",
      ...templateKey.read(fields.tp ?? (Number(fields.p) === PLACES.held.code ? fields.ft : null)),
      place: placeOf(Number(fields.p ?? 0)),
      reason: waitReasonOf(Number(fields.r ?? 0)),
      untilMs: fields.u === null ? null : Number(fields.u),
      unsettled: fields.th === null ? null : fields.th === "0" ? "fail" : "resend",
      position: await positionOf(base, localId, fields, resting),
    };
  }

  async function readPair(base: string, contact: string, nowMs: number): Promise<WaitSnapshot["pair"]> {
    const first = Math.floor(nowMs / pairBucketMs);
    const last = Math.floor((nowMs + pairFarthestMs) / pairBucketMs);
    const buckets = Array.from({ length: last - first + 1 }, (_, at) => keyOf.pairs(base, first + at));
    const values = await Promise.all(buckets.map((key) => redis.hget(key, contact)));
    let pair = { fullAtMs: 0, promisedMs: 0 };
    for (const value of values) {
      const [fullAtMs = 0, promisedMs = 0] = (value ?? "").split(",").map(Number);
      pair = { fullAtMs: Math.max(pair.fullAtMs, fullAtMs), promisedMs: Math.max(pair.promisedMs, promisedMs) };
    }
    return pair;
  }

  /**
   * Goes back from a message to the one that holds its recipient's turn. A record names its successor only, so all of the
   * recipient's messages are read, the newest days first, until the holder is found.
   */
  async function readChain(
    base: string,
    { sender, contact, lane }: MessageRecord,
    localId: string,
    nowMs: number,
    resting: ReadonlySet<string>,
  ) {
    const known = new Map<string, Fields>();
    const before = new Map<string, string>();
    const answersMs: number[] = [];
    const spellings = await reads.spellingsOf(sender, contact); // the index names those that were known at acceptance
    let [at, ahead] = [localId, 0];
    const today = Math.floor(nowMs / DAY_MS);
    for (let day = today; day > today - CHAIN_DAYS && known.size < CHAIN_MOST; day--) {
      const packed = (await redis.hmget(keyOf.recipientsOfDay(base, day), ...spellings)).join("");
      const ids = (packed.match(LOCAL_ID) ?? []).slice(-CHAIN_MOST);
      const all = await Promise.all(ids.map((id) => readFields(base, id)));
      for (const [index, fields] of all.entries()) {
        const id = ids[index] as string;
        const tookMs = Number(fields.o1?.split(",")[1] ?? 0);
        if (tookMs > 0) answersMs.push(tookMs);
        if (Number(fields.l) !== laneNumber(lane)) continue;
        known.set(id, fields);
        if (fields.j !== null) before.set(fields.j, id);
      }
      for (let previous = before.get(at); previous !== undefined; previous = before.get(at)) {
        const fields = known.get(previous) as Fields;
        if (Number(fields.p ?? 0) !== 0) ahead += 1; // who was canceled is stepped over
        if (fields.g !== null) {
          return { chain: { head: await readWaiter(base, previous, fields, resting), ahead }, answersMs };
        }
        at = previous;
      }
    }
    return { chain: null, answersMs };
  }

  return {
    /** Why a message waits and when it is due; null when there is no such message. */
    async explain(declared: ExplainedSender, localId: string): Promise<Explained | null> {
      const base = senderBase(prefix, declared.id);
      const [message, sender, fields] = await Promise.all([
        reads.read(declared.id, localId),
        reads.readSender(declared.id),
        readFields(base, localId),
      ]);
      if (!message) return null;
      const isWaiting = message.place !== "none" && message.place !== "wire";
      const resting = restingTemplates(sender, message);
      const [contact = message.contact] = isWaiting ? await reads.spellingsOf(declared.id, message.contact) : []; // by now
      const [waiter, sendableSender, pair, found] = await Promise.all([
        readWaiter(base, localId, fields, resting),
        isWaiting ? withSendable(base, sender, message.lane, resting) : sender,
        isWaiting ? readPair(base, contact, sender.nowMs) : { fullAtMs: 0, promisedMs: 0 },
        message.place === "turn" ? readChain(base, message, localId, sender.nowMs, resting) : null,
      ]);
      const answers = found?.answersMs.slice(-ANSWERS) ?? [];
      const answerMs = answers.length > 0 ? answers.reduce((sum, ms) => sum + ms, 0) / answers.length : ANSWER_MS;
      const snapshot = {
        message: waiter,
        sender: sendableSender,
        declared,
        pair,
        chain: found?.chain ?? null,
        answerMs,
      };
      return { message, sender, explanation: explain(snapshot, settings) };
    },

    /** The same in short, for one of many: without its place in line, and so without a time when that decides. */
    explainInShort(declared: ExplainedSender, sender: SenderState, record: MessageRecord): Explanation {
      const { localId } = parseMessageId(record.id) as MessageAddress;
      // What holds a free-form message is the template of its fallback.
      const { template, templateLanguage } =
        record.template === null && record.place === "held" ? (record.fallback ?? record) : record;
      const message: Waiter = {
        localId,
        lane: record.lane,
        caller: record.caller,
        template,
        templateLanguage,
        place: record.place,
        reason: record.waitReason,
        untilMs: record.waitUntilMs,
        unsettled: null,
        position: null,
      };
      const pair = { fullAtMs: 0, promisedMs: 0 };
      return explain({ message, sender, declared, pair, chain: null, answerMs: ANSWER_MS }, settings);
    },
  };
}

/** Templates whose messages take no slot now. The message's own is none of them: those before it go when it goes. */
function restingTemplates({ templates, nowMs }: SenderState, own: MessageRecord): ReadonlySet<string> {
  const resting = templates.filter((rest) => !concerns(rest, own) && (rest.untilMs === null || rest.untilMs > nowMs));
  return new Set(resting.map(({ template, language }) => templateKey.of(template, language)));
}

/** What a hold of this template may be named by (lua/include/hold.lua). */
function keysOf(key: string): string[] {
  const { template } = templateKey.read(key);
  return template === null || template === key ? [key] : [key, template];
}
