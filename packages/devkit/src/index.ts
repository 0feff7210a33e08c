// What development needs and production never loads: a Redis of one's own, processes under observation, waiting.
export { spawnBound } from "./die-with-parent.ts";
export { freePort, freePortFrom, isPortFree } from "./free-port.ts";
export {
  describeEnd,
  type ManagedProcess,
  type ProcessEnd,
  type ReadyLine,
  type StartProcessOptions,
  startProcess,
} from "./processes.ts";
export { type ProvidedRedis, type ProvideRedisOptions, provideRedis } from "./provide-redis.ts";
export { type FindRedisOptions, findRedisBinary, type RedisBinary } from "./redis-binary.ts";
export { type RedisCluster, type StartClusterOptions, startRedisCluster } from "./redis-cluster.ts";
export { type RedisServer, type StartRedisOptions, startRedis } from "./redis-server.ts";
export {
  type DeploymentDraft,
  type StartSystemOptions,
  type System,
  type SystemSender,
  startSystem,
} from "./system.ts";
export { testRedisUrl, uniquePrefix } from "./test-redis.ts";
export { type WaitOptions, waitUntil } from "./wait-until.ts";
