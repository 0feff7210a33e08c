import { expect, test } from "@jest/globals";
import { Cluster } from "ioredis";
import { startRedisCluster } from "./redis-cluster.ts";

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
