// Where every message of a sender is, read from Redis twice: once from the records, once from the structures. Each live
// message must be in exactly one place, and the two must agree. Lists alone (backlogs, held templates) may hold ids of
// messages that are no longer there: they are stepped over by whoever meets them.

import { PLACES, STATUSES } from "@tern/core";
import { keyOf } from "../keys.ts";
import type { World } from "./world.ts";

interface StoredRecord {
  readonly fields: Readonly<Record<string, string>>;
  /** As PTTL says it: -1 for ever, -2 not there. */
  readonly ttlMs: number;
  readonly contentTtlMs: number;
}

export interface Snapshot {
  readonly records: ReadonlyMap<string, StoredRecord>;
  readonly later: readonly string[];
  readonly ends: readonly string[];
  readonly wire: readonly string[];
  readonly doubts: readonly string[];
  /** By `<lane>:<caller>`. */
  readonly backlogs: ReadonlyMap<string, readonly string[]>;
  /** By template. */
  readonly held: ReadonlyMap<string, readonly string[]>;
  /** Templates of which `holds` says something: whoever waits for another one waits for ever. */
  readonly holds: readonly string[];
  /** By lane. */
  readonly callers: readonly (readonly string[])[];
  /** `<lane><recipient>` -> last of its chain. */
  readonly turns: Readonly<Record<string, string>>;
}

const LANES = [0, 1, 2] as const;
const UNCONFIRMED = String(STATUSES.unconfirmed.rank);
const CODE = Object.fromEntries(Object.entries(PLACES).map(([place, { code }]) => [place, String(code)])) as Record<
  keyof typeof PLACES,
  string
>;

/** Reads everything that says where these messages are. */
export async function takeSnapshot(world: World, localIds: readonly string[]): Promise<Snapshot> {
  const { redis, base } = world;
  const list = async (name: string, key: string): Promise<[string, string[]]> => [name, await redis.lrange(key, 0, -1)];
  const [records, later, ends, wire, doubts, callers, turns, holds] = await Promise.all([
    Promise.all(
      localIds.map(async (id): Promise<[string, StoredRecord]> => {
        const [fields, ttlMs, contentTtlMs] = await Promise.all([
          redis.hgetall(keyOf.record(base, id)),
          redis.pttl(keyOf.record(base, id)),
          redis.pttl(keyOf.content(base, id)),
        ]);
        return [id, { fields, ttlMs, contentTtlMs }];
      }),
    ),
    redis.zrange(keyOf.later(base), "0", "-1"),
    redis.zrange(keyOf.ends(base), "0", "-1"),
    redis.zrange(keyOf.wire(base), "0", "-1"),
    redis.zrange(keyOf.doubts(base), "0", "-1"),
    Promise.all(LANES.map((lane) => redis.zrange(keyOf.callers(base, lane), "0", "-1"))),
    redis.hgetall(`${base}turns`),
    redis.hkeys(keyOf.holds(base)),
  ]);
  const names = new Set(records.map(([, { fields }]) => fields.c ?? ""));
  const templates = new Set(records.flatMap(([, { fields }]) => templateKeys(fields)));
  const [backlogs, held] = await Promise.all([
    Promise.all(
      LANES.flatMap((lane) => [...names].map((caller) => list(`${lane}:${caller}`, keyOf.backlog(base, lane, caller)))),
    ),
    Promise.all([...templates].map((template) => list(template, keyOf.held(base, template)))),
  ]);
  return {
    records: new Map(records),
    later,
    ends,
    wire,
    doubts,
    backlogs: new Map(backlogs),
    held: new Map(held),
    holds,
    callers,
    turns,
  };
}

/** One sentence for each thing in which records and structures disagree; none when all is well. */
export function disagreements(snapshot: Snapshot): string[] {
  const chains = walkChains(snapshot);
  return [
    ...chains.problems,
    ...[...snapshot.records].flatMap(([id, record]) => [
      ...placeProblems(id, record, snapshot, chains.waiting),
      ...expiryProblems(id, record, snapshot),
      ...doubtProblems(id, record, snapshot),
      ...lifetimeProblems(id, record, chains.links),
    ]),
    ...strangerProblems(snapshot),
    ...callerProblems(snapshot),
  ];
}

function placeProblems(id: string, { fields }: StoredRecord, snapshot: Snapshot, waiting: ReadonlySet<string>) {
  const place = fields.p ?? CODE.none;
  const found: string[] = [];
  if (snapshot.later.includes(id)) found.push(CODE.later);
  if (waiting.has(id)) found.push(CODE.turn);
  for (const member of snapshot.wire) {
    if (member === `${id}.${fields.x}`) found.push(CODE.wire);
    else if (member.startsWith(`${id}.`)) found.push(`wire as ${member}`);
  }
  if (place === CODE.backlog) found.push(...entriesOf(id, fields, snapshot.backlogs.get(`${fields.l}:${fields.c}`)));
  if (place === CODE.held) {
    const keys = templateKeys(fields);
    found.push(
      ...entriesOf(
        id,
        fields,
        keys.flatMap((key) => snapshot.held.get(key) ?? []),
      ),
    );
    const isHeld = keys.some((key) => snapshot.holds.includes(key) && snapshot.held.get(key)?.includes(id));
    if (!isHeld) found.push("held by a template that nobody holds");
  }
  const expected = place === CODE.none ? "" : place;
  return found.join() === expected ? [] : [`${id} says place ${place} and is found in [${found.join()}]`];
}

/** What may hold its template: its name and language, or the name for all of them. */
function templateKeys({ tp, ft }: StoredRecord["fields"]): string[] {
  const template = tp ?? ft;
  return template === undefined ? [] : [...new Set([template, template.split("/")[0] as string])];
}

/** The entries of a message in the list it waits in. One that was sent again by order may have left an older one. */
function entriesOf(id: string, fields: StoredRecord["fields"], list: readonly string[] = []): string[] {
  const entries = list.filter((entry) => entry === id).map(() => fields.p ?? "");
  return fields.ry === undefined ? entries : entries.slice(0, 1);
}

/** `ends` names exactly those who wait or are under way and have an expiry. */
function expiryProblems(id: string, { fields }: StoredRecord, { ends }: Snapshot): string[] {
  const expected = fields.p !== undefined && fields.e !== undefined;
  return ends.includes(id) === expected
    ? []
    : [`${id} ${expected ? "has an expiry that nobody will see" : "ends for no reason"}`];
}

/** `doubts` names exactly those that are unconfirmed. */
function doubtProblems(id: string, { fields }: StoredRecord, { doubts }: Snapshot): string[] {
  const expected = fields.k === UNCONFIRMED;
  return doubts.includes(id) === expected
    ? []
    : [`${id} is ${expected ? "" : "not "}in doubt, and doubts says otherwise`];
}

/** Whoever waits keeps everything; whoever left has an end, unless a chain still goes through the record. */
function lifetimeProblems(id: string, record: StoredRecord, links: ReadonlySet<string>): string[] {
  const { fields, ttlMs, contentTtlMs } = record;
  const problems: string[] = [];
  if (fields.p !== undefined) {
    if (ttlMs !== -1) problems.push(`${id} waits in place ${fields.p}, and its record ends in ${ttlMs} ms`);
    // On the wire the content has been read; it ends by itself unless the message is put back.
    const isContentNeeded = fields.p !== CODE.wire;
    if (isContentNeeded && contentTtlMs !== -1)
      problems.push(`${id} waits, and its content ends in ${contentTtlMs} ms`);
  } else if (fields.k !== undefined) {
    if (ttlMs === -1 && !links.has(id)) problems.push(`${id} has left the places, and its record never ends`);
    if (contentTtlMs === -1) problems.push(`${id} has left the places, and its content never ends`);
  }
  return problems;
}

interface Chains {
  /** Those that wait for their turn, as reached from who holds it. */
  readonly waiting: ReadonlySet<string>;
  /** Those that ended inside a chain that still goes through them. */
  readonly links: ReadonlySet<string>;
  readonly problems: readonly string[];
}

function walkChains({ records, turns }: Snapshot): Chains {
  const waiting = new Set<string>();
  const links = new Set<string>();
  const problems: string[] = [];
  const held = new Set<string>();
  for (const [holder, { fields }] of records) {
    if (fields.g === undefined) continue;
    const chain = `${fields.l}${fields.ct ?? fields.to}`;
    if (fields.p === undefined || fields.p === CODE.turn || fields.p === CODE.held)
      problems.push(`${holder} holds a turn in place ${fields.p}`);
    if (fields.l === "2") problems.push(`${holder} is bulk and holds a turn`);
    if (held.has(chain)) problems.push(`the turn of ${chain} is held twice`);
    held.add(chain);
    let last = holder;
    for (let next = fields.j; next !== undefined; next = records.get(next)?.fields.j) {
      if (next === holder || waiting.has(next) || links.has(next))
        return { waiting, links, problems: [...problems, `${next} is twice in a chain`] };
      (records.get(next)?.fields.p === CODE.turn ? waiting : links).add(next);
      last = next;
    }
    if (turns[chain] !== last) problems.push(`the chain of ${chain} ends with ${last}, and turns says ${turns[chain]}`);
  }
  for (const chain of Object.keys(turns)) if (!held.has(chain)) problems.push(`nobody holds the turn of ${chain}`);
  return { waiting, links, problems };
}

/** What the structures name must have a record. */
function strangerProblems({ records, later, ends, wire, doubts }: Snapshot): string[] {
  const named = [...later, ...ends, ...doubts, ...wire.map((member) => member.split(".")[0] ?? "")];
  return named
    .filter((id) => records.get(id)?.fields.k === undefined)
    .map((id) => `${id} stands in a structure and has no record`);
}

/** Callers are listed once, and exactly those that have a backlog. */
function callerProblems({ backlogs, callers }: Snapshot): string[] {
  return LANES.flatMap((lane) => {
    const listed = [...(callers[lane] ?? [])].sort();
    const waiting = [...backlogs].filter(([key, ids]) => key.startsWith(`${lane}:`) && ids.length > 0);
    const expected = waiting.map(([key]) => key.slice(2)).sort();
    return listed.join() === expected.join()
      ? []
      : [`callers of lane ${lane} are [${listed.join()}], backlogs have [${expected.join()}]`];
  });
}
