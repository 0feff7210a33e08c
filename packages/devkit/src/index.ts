// What development needs and production never loads: a Redis of one's own, processes under observation, waiting.
export { type FindAmtoolOptions, findAmtool } from "./amtool.ts";
export { type Authority, type CertificateFiles, makeAuthority } from "./certificates.ts";
export { type ChromiumBinary, type FindChromiumOptions, findChromium } from "./chromium-binary.ts";
export { type UnpackJob, unpackPackages } from "./debian-packages.ts";
export { spawnBound } from "./die-with-parent.ts";
export { freePort, freePortFrom, isPortFree } from "./free-port.ts";
export { labelsThatNameSomebody, readMetricsPage, type Sample } from "./metrics-page.ts";
export {
  describeEnd,
  type ManagedProcess,
  type ProcessEnd,
  type ReadyLine,
  type StartProcessOptions,
  startProcess,
} from "./processes.ts";
export {
  type FindPrometheusOptions,
  findPrometheus,
  type PrometheusBinary,
  type PrometheusSample,
  type PrometheusServer,
  type StartPrometheusOptions,
  startPrometheus,
} from "./prometheus.ts";
export { type ProvidedRedis, type ProvideRedisOptions, provideRedis } from "./provide-redis.ts";
export { openRaw, type RawConnection, sendForEver } from "./raw-http.ts";
export { type FindRedisOptions, findRedisBinary, type RedisBinary } from "./redis-binary.ts";
export { type RedisCluster, type StartClusterOptions, startRedisCluster } from "./redis-cluster.ts";
export { type RedisSentinel, type StartSentinelOptions, startRedisSentinel } from "./redis-sentinel.ts";
export { type RedisServer, type RedisTlsFiles, type StartRedisOptions, startRedis } from "./redis-server.ts";
export {
  type DeploymentDraft,
  type StartSystemOptions,
  type System,
  type SystemSender,
  startSystem,
} from "./system.ts";
export { testRedisUrl, uniquePrefix } from "./test-redis.ts";
export { type WaitOptions, waitUntil } from "./wait-until.ts";
