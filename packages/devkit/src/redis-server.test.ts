import { access } from "node:fs/promises";
import { afterEach, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { isPortFree } from "./free-port.ts";
import { type RedisServer, type StartRedisOptions, startRedis } from "./redis-server.ts";

const servers: RedisServer[] = [];
const clients: Redis[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(options?: StartRedisOptions): Promise<RedisServer> {
  const server = await startRedis(options);
  servers.push(server);
  return server;
}

function connect(server: RedisServer): Redis {
  // Without ioredis's own check, which would hide that a server is still loading.
  const client = new Redis(server.url, { disconnectTimeout: 0, enableReadyCheck: false });
  client.on("error", () => {});
  clients.push(client);
  return client;
}

async function configOf(client: Redis, name: string): Promise<unknown> {
  return ((await client.config("GET", name)) as unknown[])[1];
}

test("a server answers on loopback and never evicts", async () => {
  const server = await start({ maxmemory: "32mb" });
  const client = connect(server);
  expect(await client.ping()).toBe("PONG");
  expect(await configOf(client, "maxmemory-policy")).toBe("noeviction");
  expect(await configOf(client, "maxmemory")).toBe(String(32 * 1024 * 1024));
  expect(await configOf(client, "bind")).toBe("127.0.0.1");
});

test("a killed server that syncs always comes back on its port with everything it had answered", async () => {
  const server = await start({ appendonly: "always" });
  const before = server.pid;
  await connect(server).set("k", "v");
  await server.kill();
  expect(await isPortFree(server.port)).toBe(true);
  await server.restart();
  expect(server.pid).not.toBe(before);
  expect(await connect(server).get("k")).toBe("v");
});

test("a killed server without a log comes back empty", async () => {
  const server = await start();
  await connect(server).set("k", "v");
  await server.kill();
  await server.restart();
  expect(await connect(server).get("k")).toBeNull();
});

test("a server is not handed over while it still loads its data", async () => {
  const server = await start({ appendonly: "everysec" });
  const client = connect(server);
  await client.eval("for i = 1, 100000 do redis.call('SET', 'n' .. i, string.rep('x', 100)) end", 0);
  await server.restart();
  expect(await connect(server).get("n100000")).toHaveLength(100);
});

test("stop removes the folder it made, twice is safe, and a given folder stays", async () => {
  const own = await start();
  await access(own.dir);
  await own.stop();
  await own.stop();
  await expect(access(own.dir)).rejects.toThrow("ENOENT");

  const { dir } = await start();
  const given = await start({ dir: `${dir}/given` });
  await given.stop();
  await access(`${dir}/given`);
});

test("a server that cannot start says why", async () => {
  const server = await start();
  await expect(startRedis({ port: server.port })).rejects.toThrow(/did not start on port \d+:.*in use/is);
  await expect(startRedis({ args: ["--no-such-setting", "1"] })).rejects.toThrow(/no-such-setting/);
});
