// Loads the Lua scripts that stand beside this file and runs them by digest.
//
// A script names what it shares in one line, `-- @include now pace`; the text of those files goes in front of it, and
// in front of that the constants it uses (constants.ts), so each script is one self-contained text. They are loaded when
// first needed, on every node that lacks them: NOSCRIPT (a new node, a restart, a failover) is answered by sending the
// text once.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster, Redis } from "ioredis";
import { type Replication, replicatedRunner } from "./replication.ts";

export type RedisConnection = Redis | Cluster;

export const SCRIPT_NAMES = [
  "accept",
  "promote",
  "begin",
  "reslot",
  "finish",
  "reap",
  "renew",
  "apply",
  "cancel",
  "retry",
  "uncount",
  "reach",
  "unreach",
  "operate",
  "consent_record",
  "consent_join",
  "consent_check",
  "consent_read",
  "consent_erase",
  "erase_messages",
  "erase_entries",
  "erase_contact",
  "heed_template",
  "keep_templates",
  "within_limits",
  "media_lease",
  "media_guard",
  "read_feed",
  "take_quota",
  "read_figures",
] as const;
export type ScriptName = (typeof SCRIPT_NAMES)[number];

interface Script {
  readonly text: string;
  readonly sha1: string;
}

const folder = join(import.meta.dirname, "lua");

function readScript(name: ScriptName, constants: ReadonlyMap<string, string>): Script {
  const own = readFileSync(join(folder, `${name}.lua`), "utf8");
  const includes = /^-- @include (.+)$/m.exec(own)?.[1]?.split(" ") ?? [];
  const parts = includes.map((include) => readFileSync(join(folder, "include", `${include}.lua`), "utf8"));
  const body = [...parts, own].join("\n");
  const used = new Set(body.match(/\b[A-Z][A-Z0-9_]+\b/g));
  const head = [...constants]
    .filter(([constant]) => used.has(constant))
    .map(([constant, value]) => `local ${constant} = ${value}`);
  const text = [...head, body].join("\n");
  return { text, sha1: createHash("sha1").update(text).digest("hex") };
}

/** What a script answers: RESP values, already decoded. */
export type Reply = string | number | null | Reply[];
export type RunScript = (name: ScriptName, base: string, args: readonly (string | number | Buffer)[]) => Promise<Reply>;

/**
 * Scripts whose loss in a failover does no harm, and which wait for no replica. They only read; or they are chores that find
 * the same work again; or what they noted is found out anew (`finish`: a send whose answer is forgotten is in doubt until a
 * webhook says what became of it, and these were replicated before they were answered).
 */
const FORGETTABLE: ReadonlySet<ScriptName> = new Set<ScriptName>([
  "promote",
  "finish",
  "reap",
  "renew",
  "uncount",
  "unreach",
  "consent_check",
  "consent_read",
  "take_quota",
  "media_lease",
  "media_guard",
  "keep_templates",
  "read_feed",
  "read_figures",
]);

/**
 * Returns a function that runs a script for the sender whose keys start with `base`.
 *
 * replication   when given, what must not be forgotten is answered only when the replicas have it
 *
 * The promise rejects with ioredis's error when Redis cannot be reached or the script fails, and with NotReplicatedError.
 */
export function scriptRunner(
  redis: RedisConnection,
  constants: ReadonlyMap<string, string>,
  replication: Replication | null = null,
): RunScript {
  const scripts = new Map(SCRIPT_NAMES.map((name): [ScriptName, Script] => [name, readScript(name, constants)]));
  const runReplicated = replication && replicatedRunner(replication);
  return async (name, base, args) => {
    const script = scripts.get(name) as Script;
    if (runReplicated && !FORGETTABLE.has(name)) return (await runReplicated({ script, base, args })) as Reply;
    try {
      return (await redis.evalsha(script.sha1, 1, base, ...args)) as Reply;
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return (await redis.eval(script.text, 1, base, ...args)) as Reply;
    }
  };
}
