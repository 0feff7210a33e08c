// A Redis Cluster of real servers as a scenario's Redis. Killing it kills the master that holds the sender: all that Tern
// knows of its messages is there.

import { startRedisCluster } from "@tern/devkit";
import { connectRedis } from "@tern/store";
import type { ScenarioRedis } from "./world.ts";

export async function startClusterFor(senderId: string): Promise<ScenarioRedis> {
  const cluster = await startRedisCluster({ masters: 3, appendonly: "always" });
  const [first] = cluster.nodes;
  const owner = connectRedis(`redis://${first?.host}:${first?.port}`, {
    whileAway: "wait",
    name: "scenario",
    onError: () => {},
  });
  const slot = Number(await owner.call("CLUSTER", "KEYSLOT", `{${senderId}}`));
  const ranges = (await owner.call("CLUSTER", "SLOTS")) as [number, number, [string, number]][];
  owner.disconnect();
  const port = ranges.find(([from, to]) => from <= slot && slot <= to)?.[2][1];
  const master = cluster.servers.find((server) => server.port === port);
  if (!master) throw new Error(`no server of the cluster holds slot ${slot}`);
  return {
    url: `redis+cluster://${cluster.nodes.map((node) => `${node.host}:${node.port}`).join(",")}`,
    kill: () => master.kill(),
    restart: () => master.restart(),
    stop: () => cluster.stop(),
  };
}
