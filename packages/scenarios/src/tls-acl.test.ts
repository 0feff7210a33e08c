// The whole system over TLS, each service with the rights of its user in deploy/redis/users.acl and no others.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { connectRedis, type MessageRecord, type RedisConnection } from "@tern/store";
import { commandsOf, USERS_FILE } from "./acl-needs.ts";
import { type GuardedRedis, startGuardedRedis } from "./guarded-redis.ts";
import { aMessage, isRead, startWorld, type World } from "./world.ts";

const SERVICES = ["api", "worker", "webhook"] as const;

let world: World | undefined;
let redis: GuardedRedis | undefined;
const open: RedisConnection[] = [];

afterEach(async () => {
  for (const connection of open.splice(0)) connection.disconnect();
  if (world) await world.stop();
  else await redis?.stop();
  world = undefined;
  redis = undefined;
}, 60_000);

async function startGuardedWorld(edit?: (users: string) => string): Promise<World> {
  redis = await startGuardedRedis(edit);
  const started = redis;
  world = await startWorld({ startRedis: async () => started, senders: [{ id: "demo", pace: "unlimited" }] });
  return world;
}

/** What was refused, as `<user> <command or key>`. */
async function refusals({ connection }: World): Promise<string[]> {
  const entries = (await connection.call("ACL", "LOG")) as string[][];
  const fieldOf = (entry: string[], name: string) => entry[entry.indexOf(name) + 1];
  return entries.map((entry) => `${fieldOf(entry, "username")} ${fieldOf(entry, "object")}`);
}

test("the services do their work with their own users over TLS, and nothing is refused them", async () => {
  const guarded = await startGuardedWorld();
  const { system, post, settle, broken } = guarded;
  const request = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${system.apiUrls[0]}${path}`, {
      method,
      headers: { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await response.body?.cancel();
    return response.status;
  };
  const ids = await post(
    Array.from({ length: 500 }, (_, at) => aMessage(at % 200, { lane: ["urgent", "normal", "bulk"][at % 3] })),
  );
  await system.processes.workers[0]?.kill();
  await system.startWorker();
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const [waiting = ""] = await post([aMessage(900, { sendAt: later })]);
  const steps: [method: string, path: string, body?: unknown][] = [
    ["GET", `/v1/messages/${waiting}/explain`],
    ["POST", `/v1/messages/${waiting}/cancel`],
    ["POST", "/v1/senders/demo/pause"],
    ["POST", "/v1/senders/demo/resume"],
    ["PUT", "/v1/senders/demo/pace", { perSecond: 500 }],
    ["GET", "/v1/senders/demo"],
    ["GET", "/v1/senders"],
    ["GET", "/v1/senders/demo/waiting"],
    ["GET", "/v1/senders/demo/failures"],
    ["GET", "/v1/senders/demo/audit"],
    ["GET", "/v1/messages?sender=demo"],
    ["GET", `/v1/messages/${ids[0]}`],
    ["GET", "/v1/events?sender=demo"],
    ["GET", "/v1/inbound?sender=demo"],
    ["GET", "/v1/senders/demo/templates"],
  ];
  const statuses: string[] = [];
  for (const [method, path, body] of steps) statuses.push(`${await request(method, path, body)} ${method} ${path}`);
  expect(statuses.filter((line) => /^[45]/.test(line))).toEqual([]);

  const isDone = (record: MessageRecord) => record.isFinal || isRead(record);
  await settle(isDone, 30_000).catch(async (error) => {
    throw new Error(`refused: ${await refusals(guarded)}; ${error.message}`);
  });
  expect(await broken()).toEqual([]);
  expect(await refusals(guarded)).toEqual([]);
}, 120_000);

test("without one command that it needs, a worker does not get on: the users have no more than they need", async () => {
  const started = await startGuardedWorld((users) => users.replace(/^(user worker .*) \+zadd\b/m, "$1"));
  // `begin` is refused when it takes the lease: it has marked the message by then, and the worker never hears of it. When
  // the second one is marked, the first would long have been sent.
  for (const at of [1, 2]) {
    const [id = ""] = await started.post([aMessage(at)]);
    await waitUntil(async () => (await started.records()).get(id)?.status === "sending", {
      what: `message ${at} begun`,
    });
  }
  expect(await refusals(started)).toContain("worker zadd");
  expect(await started.system.simulator.ledger()).toEqual([]);
}, 60_000);

describe("the file of users", () => {
  const lines = readFileSync(USERS_FILE, "utf8").trim().split("\n");
  const rightsOf = (user: string) => lines.find((line) => line.startsWith(`user ${user} `))?.split(" ") ?? [];

  test.each(SERVICES)("gives %s exactly the commands that it runs", (service) => {
    const given = rightsOf(service).filter((right) => /^[+-]/.test(right));
    expect(given.sort()).toEqual(commandsOf(service).map((name) => `+${name}`));
  });

  // Whoever adds a key to the schema decides here whether the service that faces the internet may have it.
  test("gives the webhook service every kind of key but those that are no business of its", () => {
    const schema =
      readFileSync(join(import.meta.dirname, "../../store/src/keys.ts"), "utf8").split("\nimport")[0] ?? "";
    const kinds = [...schema.matchAll(/^\/\/ ([a-z]+)(?::<\S+)? +(?:string|hash|list|set|zset|stream) /gm)].map(
      ([, kind = ""]) => kind,
    );
    const given = rightsOf("webhook").flatMap((right) => /~tern:\{\*\}:([a-z]+)/.exec(right)?.[1] ?? []);
    expect(kinds.length).toBeGreaterThan(35);
    expect(kinds.filter((kind) => !given.includes(kind)).sort()).toEqual([
      "away",
      "i",
      "look",
      "mc",
      "mf",
      "mi",
      "ml",
      "mx",
    ]);
  });

  test("lets nobody in without a name, and holds no password", () => {
    expect(lines[0]).toBe("user default off");
    for (const line of lines.slice(1))
      expect(line).toMatch(/^user \w+ on >\$\{TERN_REDIS_[A-Z]+_PASSWORD\} (resetchannels|allchannels) /);
  });

  test("what is not listed is refused: other commands, other keys, the contents of messages", async () => {
    redis = await startGuardedRedis((users) => users);
    const { urlOf, access } = redis;
    const as = (user: Parameters<GuardedRedis["urlOf"]>[0]) => {
      const connection = connectRedis(urlOf(user), {
        whileAway: "wait",
        name: user,
        onError: () => {},
        ...(access ? { access } : {}),
      });
      open.push(connection);
      return connection;
    };
    for (const service of SERVICES) {
      const connection = as(service);
      expect(await connection.ping()).toBe("PONG");
      for (const command of [["FLUSHALL"], ["KEYS", "*"], ["CONFIG", "SET", "maxmemory", "1"], ["ACL", "LIST"]]) {
        const [name = "", ...args] = command;
        await expect(connection.call(name, ...args)).rejects.toThrow(/^NOPERM/);
      }
      await expect(connection.set("elsewhere", "1")).rejects.toThrow(/^NOPERM/);
      await expect(connection.eval("return redis.call('FLUSHALL')", 0)).rejects.toThrow(
        /NOPERM|can't run this command/,
      );
    }
    await as("api").set("tern:{demo}:b:1", "a text");
    await expect(as("webhook").eval("return redis.call('GET', KEYS[1])", 1, "tern:{demo}:b:1")).rejects.toThrow(
      /NOPERM|keys/,
    );
    const operator = as("operator");
    expect(await operator.get("tern:{demo}:b:1")).toBe("a text");
    await expect(operator.set("tern:{demo}:b:1", "another")).rejects.toThrow(/^NOPERM/);
  });
});
