// Redis as a careful operator runs it: TLS only, certificates asked of both sides, and a user for each service with the
// rights of deploy/redis/users.acl and no more.

import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  makeAuthority,
  type RedisServer,
  type StartSentinelOptions,
  startRedis,
  startRedisSentinel,
} from "@tern/devkit";
import { USERS_FILE } from "./acl-needs.ts";
import type { ScenarioRedis, Service } from "./redis-shapes.ts";

type User = Service | "operator" | "replica" | "sentinel" | "test";

export interface GuardedRedis extends ScenarioRedis {
  /** The URL with the login of a user of the file. */
  urlOf(user: User): string;
}

/** `edit` may change the file before it is used. */
export async function startGuardedRedis(edit?: (users: string) => string): Promise<GuardedRedis> {
  const guards = await makeGuards(edit);
  const redis = await startRedis({ appendonly: "always", tls: guards.tls, args: guards.args });
  const urlOf = (user: User) => guards.withLogin(redis.url, user);
  return {
    url: urlOf("test"),
    urlOf,
    access: guards.access,
    serviceEnv: (service) => ({ ...guards.env, REDIS_URL: urlOf(service) }),
    failsOver: false,
    kill: redis.kill,
    restart: redis.restart,
    async stop() {
      await redis.stop();
      await guards.remove();
    },
  };
}

/** The same behind Sentinels, which have a password of their own. */
export async function startGuardedSentinel(options: Pick<StartSentinelOptions, "replicas" | "appendonly">) {
  const guards = await makeGuards();
  const sentinelPassword = guards.passwordOf("sentinels themselves");
  const loginOf = (user: User) => ({ username: user, password: guards.passwordOf(user) });
  const sentinel = await startRedisSentinel({
    ...options,
    sentinelPassword,
    logins: { replica: loginOf("replica"), sentinel: loginOf("sentinel") },
    tls: guards.tls,
    args: guards.args,
  });
  const urlOf = (user: User) => guards.withLogin(sentinel.url, user);
  return {
    sentinel,
    url: urlOf("test"),
    /** Of a single server, for whoever may everything. */
    serverUrl: (server: RedisServer) => guards.withLogin(server.url, "test"),
    access: { ...guards.access, sentinelLogin: { username: null, password: sentinelPassword } },
    serviceEnv: (service: Service) => ({
      ...guards.env,
      REDIS_URL: urlOf(service),
      REDIS_SENTINEL_PASSWORD: sentinelPassword,
    }),
    async stop() {
      await sentinel.stop();
      await guards.remove();
    },
  };
}

async function makeGuards(edit: (users: string) => string = (users) => users) {
  const folder = await mkdtemp(join(tmpdir(), "tern-guarded-"));
  const authority = makeAuthority(folder);
  const server = authority.issue("server", ["127.0.0.1"]);
  const client = authority.issue("client", ["tern.test"]);
  const passwords = new Map<string, string>();
  const passwordOf = (user: string) => {
    const known = passwords.get(user) ?? randomBytes(12).toString("hex");
    passwords.set(user, known);
    return known;
  };
  const users = edit(await readFile(USERS_FILE, "utf8"))
    .replaceAll(/\$\{TERN_REDIS_(\w+)_PASSWORD\}/g, (_, user: string) => passwordOf(user.toLowerCase()))
    .replaceAll("~tern:", "~*:"); // each test has a prefix of its own
  const file = join(folder, "users.acl");
  await writeFile(file, `${users}user test on >${passwordOf("test")} ~* &* +@all\n`);
  return {
    passwordOf,
    tls: { caFile: authority.caFile, certFile: server.certFile, keyFile: server.keyFile },
    args: ["--aclfile", file],
    access: { tls: { ca: authority.ca, cert: client.cert, key: client.key } },
    env: { REDIS_TLS_CA: authority.ca, REDIS_TLS_CERT: client.cert, REDIS_TLS_KEY: client.key },
    withLogin: (url: string, user: User) => url.replace("://", `://${user}:${passwordOf(user)}@`),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
