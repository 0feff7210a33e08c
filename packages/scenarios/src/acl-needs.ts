// Which commands of Redis each service needs, found out from what it runs: the scripts of ours that it calls, those of BullMQ,
// and the commands it gives by itself. Scripts run with their caller's rights, so what they call counts as well.
// deploy/redis/users.acl is compared with this (tls-acl.test.ts); after a change, `node packages/scenarios/src/acl-needs.ts`
// writes the commands of these three users anew.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Service } from "./redis-shapes.ts";

const root = join(import.meta.dirname, "../../..");
export const USERS_FILE: string = join(root, "deploy/redis/users.acl");
const OUR_SCRIPTS = join(root, "packages/store/src/lua");
const BULLMQ_SCRIPTS = join(root, "packages/queue/node_modules/bullmq/dist/cjs/scripts");

interface Needs {
  readonly scripts: readonly string[];
  /** Without the number of keys that BullMQ's file names end with. */
  readonly bullmq: readonly string[];
  /** As ACL files write them: small letters, subcommands after a bar. */
  readonly commands: string;
}

/** To connect and be alive, in every shape; to run scripts; to wait for replicas (packages/store/src/replication.ts). */
const EVERYBODY = "ping info select client|setname cluster|slots cluster|info eval evalsha set wait exists";

export const NEEDS: Readonly<Record<Service, Needs>> = {
  api: {
    scripts: [
      ...["accept", "cancel", "retry", "operate", "read_feed", "take_quota", "within_limits"],
      ...["consent_record", "consent_check", "consent_read", "consent_erase"],
      ...["erase_messages", "erase_entries", "erase_contact", "media_lease", "media_guard", "keep_templates"],
    ],
    bullmq: ["addStandardJob", "getCounts", "getRanges", "getStateV2", "getMetrics", "paginate"],
    // Reads of records, indices, places and feeds; the cache of media; changes of templates.
    commands:
      "get hget hmget hgetall hkeys hlen hset llen lrange lindex lpos zcount zcard zrange zrank zrem xrevrange xread " +
      "client|id client|unblock unlink del pexpire",
  },
  worker: {
    scripts: [
      ...["begin", "reslot", "finish", "promote", "reap", "renew", "uncount", "reach", "unreach", "operate"],
      ...["consent_record", "consent_check", "consent_join", "keep_templates", "read_figures"],
    ],
    bullmq: ["addStandardJob", "moveToActive", "moveToFinished", "moveStalledJobsToWait", "extendLocks", "releaseLock"],
    // Polls of templates and health, the portfolio's tier, and BullMQ's own waiting.
    commands: "get hget hmget hgetall hkeys hlen hset hdel zcard zcount zrange del pexpire multi exec bzpopmin",
  },
  webhook: {
    scripts: ["apply", "heed_template", "keep_templates", "consent_record", "consent_join"],
    bullmq: ["addStandardJob"],
    commands: "hget hmget hgetall hkeys hset hdel del pexpire multi exec",
  },
};

/** The commands of a service, sorted. */
export function commandsOf(service: Service): string[] {
  const { scripts, bullmq, commands } = NEEDS[service];
  const all = [
    ...`${EVERYBODY} ${commands}`.split(" "),
    ...scripts.flatMap((name) => calledByOurs(`${name}.lua`)),
    ...bullmq.flatMap(calledByBullmq),
  ];
  return [...new Set(all)].sort();
}

function calledByOurs(file: string): string[] {
  const text = readFileSync(join(OUR_SCRIPTS, file), "utf8");
  const parts = /^-- @include (.+)$/m.exec(text)?.[1]?.split(" ") ?? [];
  return [...called(text), ...parts.flatMap((part) => calledByOurs(`include/${part}.lua`))];
}

function calledByBullmq(name: string): string[] {
  const file = readdirSync(BULLMQ_SCRIPTS).find((one) => new RegExp(`^${name}-\\d+\\.js$`).test(one));
  if (!file) throw new Error(`BullMQ has no script ${name}`);
  return called(readFileSync(join(BULLMQ_SCRIPTS, file), "utf8"));
}

/** Commands named at a call, and those that are handed to one by a variable (`push`, `remove`, `pushCmd`). */
function called(text: string): string[] {
  const direct = [...text.matchAll(/\b(?:redis\.p?call|rcall)\(\s*['"]([A-Za-z]+)['"]/g)].map(([, name]) => name);
  const handed = /\bcall\((?:push|remove)\b|queue_up|come_back|rcall\(pushCmd/.test(text)
    ? [...text.matchAll(/['"]([LR]PUSH|SREM|HDEL|ZREM)['"]/g)].map(([, name]) => name)
    : [];
  return [...direct, ...handed].map((name = "") => name.toLowerCase());
}

if (import.meta.main) {
  const services = Object.keys(NEEDS) as Service[];
  const rewritten = services.reduce(
    (users, service) => {
      const rights = commandsOf(service).map((name) => ` +${name}`);
      return users.replace(new RegExp(`^(user ${service} .*?)( \\+\\S+)+$`, "m"), `$1${rights.join("")}`);
    },
    readFileSync(USERS_FILE, "utf8"),
  );
  writeFileSync(USERS_FILE, rewritten);
}
