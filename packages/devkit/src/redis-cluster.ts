// A real Redis Cluster of one's own: some masters without replicas, each a server process that can be killed and brought
// back. Formed with CLUSTER commands, so that no redis-cli is needed.
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
  /** As for a single server. */
  appendonly?: "no" | "everysec" | "always";
}

const SLOTS = 16_384;
/** Redis talks among nodes on the client port plus this, unless told otherwise (and 6.2 cannot be told). */
const BUS_OFFSET = 10_000;

/** Starts the servers, deals the slots out evenly and returns once every node says `cluster_state:ok`. */
export async function startRedisCluster(options: StartClusterOptions = {}): Promise<RedisCluster> {
  const { masters = 3, appendonly = "no" } = options;
  const binary = await findRedisBinary();
  const servers: RedisServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    for (let index = 0; index < masters; index++) {
      const port = await freeClusterPort();
      const args = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
      servers.push(await startRedis({ port, args, binary, appendonly }));
    }
    await join(servers);
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

async function join(servers: RedisServer[]): Promise<void> {
  const clients = servers.map((server) => new Redis(server.url));
  try {
    for (const [index, client] of clients.entries()) {
      const first = Math.floor((index * SLOTS) / servers.length);
      const end = Math.floor(((index + 1) * SLOTS) / servers.length);
      // Distinct epochs from the start, or the nodes would first have to settle who is newer.
      await client.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
      await client.call("CLUSTER", "ADDSLOTS", ...Array.from({ length: end - first }, (_, slot) => first + slot));
    }
    const [first, ...others] = servers;
    for (const [index] of others.entries()) {
      await clients[index + 1]?.call("CLUSTER", "MEET", "127.0.0.1", first?.port ?? 0);
    }
    await Promise.all(clients.map((client) => knowsAll(client, servers.length)));
  } finally {
    for (const client of clients) client.disconnect();
  }
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
