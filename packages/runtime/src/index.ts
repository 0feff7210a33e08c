// What every process needs: settings, the deployment file, logs, metrics, health, the real clock, an ordered stop.
export { createEndMetrics, createStatusMetrics } from "./change-metrics.ts";
export { systemClock, systemRandom } from "./clock.ts";
export { ConfigError } from "./config-error.ts";
export {
  type ConsentKeywords,
  type ConsentWish,
  consentWishOf,
  DEFAULT_CONSENT_KEYWORDS,
  indexKeywords,
} from "./consent-keywords.ts";
export {
  type Admission,
  type Caller,
  type Deployment,
  findCaller,
  hashApiKey,
  type Portfolio,
  type Quota,
  type Rate,
  type Retention,
  type Sender,
  type WebhookSettings,
} from "./deployment.ts";
export { PROFILE_NAMES, type ProfileName, SCOPES, type Scope } from "./deployment-schema.ts";
export { describeSettings, type Env, readEnv, type SettingDescription } from "./env.ts";
export { type Check, type Handler, type HealthDeps, healthRoutes } from "./health.ts";
export { closeServer, type ListenOptions, listen } from "./http-server.ts";
export { type DeploymentSource, loadDeployment, type SecretUse } from "./load-deployment.ts";
export { createLogger, type Logger } from "./logger.ts";
export { maskNumber, maskNumbersIn } from "./mask.ts";
export {
  Counter,
  createMetrics,
  Gauge,
  type GaugeFamily,
  Histogram,
  type Metrics,
  Registry,
  registerReadGauges,
} from "./metrics.ts";
export { type OpsServer, type OpsServerOptions, startOpsServer } from "./ops-server.ts";
export {
  type RedisAccessSettings,
  type RedisReplicationSettings,
  redisAccess,
  redisReplication,
} from "./redis-access.ts";
export { type ReadyFields, runService, type ServiceContext } from "./run-service.ts";
export { Secret } from "./secret.ts";
export {
  LOG_LEVELS,
  type LogLevel,
  type ProcessSettings,
  portSetting,
  processSettings,
  secretSetting,
  wholeNumberSetting,
} from "./settings.ts";
export { sparingly } from "./sparingly.ts";
export type { Closer } from "./stop-sequence.ts";
export { NO_TRACING, type Span, type Tracing, traceFields } from "./tracing.ts";
export { type WatchDeploymentOptions, watchDeployment } from "./watch-deployment.ts";
export { withinMs } from "./within.ts";
