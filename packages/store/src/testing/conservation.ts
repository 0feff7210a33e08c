// Where every message of a sender is, read from Redis twice: once from the records, once from the structures. Each live
// message must be in exactly one place, and the two must agree. Backlogs alone may hold ids of messages that are no
// longer there: they are stepped over when their turn comes.

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
  readonly due: readonly (readonly string[])[];
  readonly later: readonly string[];
  readonly wire: readonly string[];
  /** By `<lane>:<caller>`. */
  readonly backlogs: ReadonlyMap<string, readonly string[]>;
  readonly callersInTurn: readonly (readonly string[])[];
  /** `<lane><recipient>` -> last of its chain. */
  readonly turns: Readonly<Record<string, string>>;
}

const LANES = [0, 1, 2] as const;

/** Reads everything that says where these messages are. */
export async function takeSnapshot(world: World, localIds: readonly string[]): Promise<Snapshot> {
  const { redis, base } = world;
  const [records, due, later, wire, callersInTurn, turns] = await Promise.all([
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
    Promise.all(LANES.map((lane) => redis.zrange(keyOf.due(base, lane), "0", "-1"))),
    redis.zrange(keyOf.later(base), "0", "-1"),
    redis.zrange(keyOf.wire(base), "0", "-1"),
    Promise.all(LANES.map((lane) => redis.lrange(keyOf.callersInTurn(base, lane), 0, -1))),
    redis.hgetall(`${base}turns`),
  ]);
  const callers = new Set(records.map(([, { fields }]) => fields.c ?? ""));
  const backlogs = await Promise.all(
    LANES.flatMap((lane) =>
      [...callers].map(async (caller): Promise<[string, string[]]> => {
        return [`${lane}:${caller}`, await redis.lrange(keyOf.backlog(base, lane, caller), 0, -1)];
      }),
    ),
  );
  return { records: new Map(records), due, later, wire, backlogs: new Map(backlogs), callersInTurn, turns };
}

/** One sentence for each thing in which records and structures disagree; none when all is well. */
export function disagreements(snapshot: Snapshot): string[] {
  const chains = walkChains(snapshot);
  return [
    ...chains.problems,
    ...[...snapshot.records].flatMap(([id, record]) => [
      ...placeProblems(id, record, snapshot, chains.waiting),
      ...lifetimeProblems(id, record, chains.links),
    ]),
    ...strangerProblems(snapshot),
    ...callerProblems(snapshot),
  ];
}

function placeProblems(id: string, { fields }: StoredRecord, snapshot: Snapshot, waiting: ReadonlySet<string>) {
  const place = fields.p ?? "0";
  const lane = Number(fields.l);
  const found: string[] = [];
  for (const other of LANES) if (snapshot.due[other]?.includes(id)) found.push(other === lane ? "2" : `due:${other}`);
  if (snapshot.later.includes(id)) found.push("3");
  if (waiting.has(id)) found.push("4");
  for (const member of snapshot.wire) {
    if (member === `${id}.${fields.x}`) found.push("5");
    else if (member.startsWith(`${id}.`)) found.push(`wire as ${member}`);
  }
  if (place === "1") {
    const entries = snapshot.backlogs.get(`${lane}:${fields.c}`)?.filter((entry) => entry === id) ?? [];
    found.push(...entries.map(() => "1"));
  }
  const expected = place === "0" ? "" : place;
  return found.join() === expected ? [] : [`${id} says place ${place} and is found in [${found.join()}]`];
}

/** Whoever waits keeps everything; whoever left has an end, unless a chain still goes through the record. */
function lifetimeProblems(id: string, record: StoredRecord, links: ReadonlySet<string>): string[] {
  const { fields, ttlMs, contentTtlMs } = record;
  const problems: string[] = [];
  if (fields.p !== undefined) {
    if (ttlMs !== -1) problems.push(`${id} waits in place ${fields.p}, and its record ends in ${ttlMs} ms`);
    // On the wire the content has been read; it ends by itself unless the message is put back.
    const isContentNeeded = fields.p !== "5";
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
    const chain = `${fields.l}${fields.to}`;
    if (fields.p === undefined || fields.p === "4") problems.push(`${holder} holds a turn in place ${fields.p}`);
    if (fields.l === "2") problems.push(`${holder} is bulk and holds a turn`);
    if (held.has(chain)) problems.push(`the turn of ${chain} is held twice`);
    held.add(chain);
    let last = holder;
    for (let next = fields.j; next !== undefined; next = records.get(next)?.fields.j) {
      if (next === holder || waiting.has(next) || links.has(next))
        return { waiting, links, problems: [...problems, `${next} is twice in a chain`] };
      (records.get(next)?.fields.p === "4" ? waiting : links).add(next);
      last = next;
    }
    if (turns[chain] !== last) problems.push(`the chain of ${chain} ends with ${last}, and turns says ${turns[chain]}`);
  }
  for (const chain of Object.keys(turns)) if (!held.has(chain)) problems.push(`nobody holds the turn of ${chain}`);
  return { waiting, links, problems };
}

/** What the structures name must have a record. */
function strangerProblems({ records, due, later, wire }: Snapshot): string[] {
  const named = [...due.flat(), ...later, ...wire.map((member) => member.split(".")[0] ?? "")];
  return named
    .filter((id) => records.get(id)?.fields.k === undefined)
    .map((id) => `${id} stands in a structure and has no record`);
}

/** Callers are listed once, and exactly those that have a backlog. */
function callerProblems({ backlogs, callersInTurn }: Snapshot): string[] {
  return LANES.flatMap((lane) => {
    const listed = [...(callersInTurn[lane] ?? [])].sort();
    const waiting = [...backlogs].filter(([key, ids]) => key.startsWith(`${lane}:`) && ids.length > 0);
    const expected = waiting.map(([key]) => key.slice(2)).sort();
    return listed.join() === expected.join()
      ? []
      : [`callers of lane ${lane} are [${listed.join()}], backlogs have [${expected.join()}]`];
  });
}
