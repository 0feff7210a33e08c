import { expect, test } from "@jest/globals";
import { Cluster } from "ioredis";
import { startRedisCluster } from "./redis-cluster.ts";
import { waitUntil } from "./wait-until.ts";

test("a cluster of three masters serves keys of all slots and ends without a trace", async () => {
  const cluster = await startRedisCluster();
  const client = new Cluster(cluster.nodes);
  try {
    const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map((key) => client.set(key, key)));
    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
    const sizes = await Promise.all(client.nodes("master").map((node) => node.dbsize()));
    expect(sizes).toHaveLength(3);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  } finally {
    client.disconnect();
    await cluster.stop();
  }
});

test("when a master with a replica is killed, the replica takes its slots", async () => {
  const cluster = await startRedisCluster({ replicas: 1 });
  const client = new Cluster(cluster.nodes, { maxRedirections: 64 });
  try {
    await client.set("key", "value");
    await Promise.all(client.nodes("master").map((node) => node.wait(1, 5_000)));
    await cluster.servers[0]?.kill();
    const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`);
    // Until all nodes know of the failover, one that does not refers to the one that is gone, again and again.
    const setAll = () => Promise.all(keys.map((key) => client.set(key, key))); // of all slots
    await waitUntil(() => setAll().then(Boolean, () => false), {
      what: "the replica to have the slots",
      timeoutMs: 30_000,
    });
    expect(await client.get("key")).toBe("value");
  } finally {
    client.disconnect();
    await cluster.stop();
  }
}, 60_000);
