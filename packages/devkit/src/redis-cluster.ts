// A real Redis Cluster of one's own: some masters, with replicas or without, each a server process that can be killed and
// brought back. Formed with CLUSTER commands, so that no redis-cli is needed.
import { Redis } from "ioredis";
import { freePort, isPortFree } from "./free-port.ts";
import { findRedisBinary } from "./redis-binary.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";
import { waitUntil } from "./wait-until.ts";

export interface RedisCluster {
  /** To give to a Cluster client; all on 127.0.0.1. */
  nodes: { host: string; port: number }[];
  /** The processes behind the nodes, in the same order. */
  servers: RedisServer[];
  stop(): Promise<void>;
}

export interface StartClusterOptions {
  /** Default 3, the fewest with which a cluster can agree on a failure. */
  masters?: number;
  /** Of each master, to take its place when it dies. Default 0. */
  replicas?: number;
  /** More arguments for every server. */
  args?: readonly string[];
  /** As for a single server. */
  appendonly?: "no" | "everysec" | "always";
}

const SLOTS = 16_384;
/** Dead after two seconds of silence; the first transfer to a replica begins at once. */
const CLUSTER_ARGS = [
  ...["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"],
  ...["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"],
];
/** Redis talks among nodes on the client port plus this, unless told otherwise (and 6.2 cannot be told). */
const BUS_OFFSET = 10_000;

/** Starts the servers, deals the slots out evenly and returns once every node says `cluster_state:ok`. */
export async function startRedisCluster(options: StartClusterOptions = {}): Promise<RedisCluster> {
  const { masters = 3, replicas = 0, appendonly = "no" } = options;
  const binary = await findRedisBinary();
  const servers: RedisServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.kill())); // asked nicely, a master waits 10 s for its replicas
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    const args = [...CLUSTER_ARGS, ...(options.args ?? [])];
    for (let index = 0; index < masters * (1 + replicas); index++) {
      servers.push(await startRedis({ port: await freeClusterPort(), args, binary, appendonly }));
    }
    await join(servers, masters);
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes: servers.map(({ port }) => ({ host: "127.0.0.1", port })), servers, stop };
}

async function freeClusterPort(): Promise<number> {
  return await waitUntil(
    async () => {
      const port = await freePort();
      return port + BUS_OFFSET <= 65_535 && (await isPortFree(port + BUS_OFFSET)) && port;
    },
    { what: "a free port whose cluster bus port is free as well", everyMs: 0 },
  );
}

/** The first servers become the masters; the others follow them in turn. */
async function join(servers: RedisServer[], masters: number): Promise<void> {
  const clients = servers.map((server) => new Redis(server.url));
  try {
    for (const [index, client] of clients.slice(0, masters).entries()) {
      const first = Math.floor((index * SLOTS) / masters);
      const end = Math.floor(((index + 1) * SLOTS) / masters);
      // Distinct epochs from the start, or the nodes would first have to settle who is newer.
      await client.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
      await client.call("CLUSTER", "ADDSLOTS", ...Array.from({ length: end - first }, (_, slot) => first + slot));
    }
    const [first, ...others] = servers;
    for (const [index] of others.entries()) {
      await clients[index + 1]?.call("CLUSTER", "MEET", "127.0.0.1", first?.port ?? 0);
    }
    await Promise.all(clients.map((client) => knowsAll(client, servers.length)));
    const ids = await Promise.all(clients.map((client) => client.call("CLUSTER", "MYID")));
    const followers = clients.slice(masters);
    for (const [index, client] of followers.entries()) {
      await client.call("CLUSTER", "REPLICATE", String(ids[index % masters]));
    }
    await Promise.all(followers.map(isInStep));
  } finally {
    for (const client of clients) client.disconnect();
  }
}

async function isInStep(replica: Redis): Promise<void> {
  await waitUntil(async () => (await replica.role())[3] === "connected", {
    what: "a replica to be in step with its master",
    timeoutMs: 30_000,
  });
}

async function knowsAll(client: Redis, nodes: number): Promise<void> {
  await waitUntil(
    async () => {
      const info = String(await client.call("CLUSTER", "INFO"));
      return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${nodes}\r`);
    },
    { what: `a cluster node to know ${nodes} nodes and all slots`, timeoutMs: 30_000 },
  );
}
