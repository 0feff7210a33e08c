import { createDialog360Client, createManagementClient } from "@tern/dialog360";
import { createMetrics, loadDeployment, runService, sparingly, startOpsServer, watchDeployment } from "@tern/runtime";
import { closeConnection, connectRedis, createStore, whenReady } from "@tern/store";
import { workerSettings } from "./config.ts";
import { checkAlive, stillMaxMs } from "./liveness.ts";
import { createWorkerMetrics } from "./metrics.ts";
import { createProviderHealths } from "./provider-healths.ts";
import { startProviderPoll } from "./provider-poll/poll.ts";
import { startRedisPulse } from "./redis-pulse.ts";
import { createSenderFleet } from "./sender-fleet.ts";
import { registerSenderMetrics } from "./sender-metrics.ts";
import { watchTiers } from "./tiers.ts";

const REDIS_START_MS = 5_000;
const SAME_ERROR_MS = 30_000;
/** To each address: lists and health are asked for one after the other. */
const POLL_CONNECTIONS = 2;
/** An ordered stop waits for the one that is under way. */
const POLL_TIMEOUT_MS = 10_000;

await runService("worker", { settings: workerSettings, env: process.env }, async (context) => {
  const { settings, log, clock, random, stopping, onStop } = context;
  const secrets = ["senders"] as const;
  let deployment = loadDeployment(settings.TERN_CONFIG, process.env, { secrets });
  const prefix = settings.TERN_REDIS_PREFIX;
  const { registry } = createMetrics({ service: "worker" });

  const onError = sparingly(
    (error, repeats) =>
      log.error({ err: error, repeats }, "trouble with Redis; the work goes on by itself when it is over"),
    { everyMs: SAME_ERROR_MS, clock },
  );
  const onBack = () => log.info("Redis is back");
  const url = settings.REDIS_URL.reveal();
  const redis = connectRedis(url, { whileAway: "wait", name: "tern-worker", onError, onBack, autoPipelining: true });
  onStop("redis", () => closeConnection(redis));
  await whenReady(redis, REDIS_START_MS, clock);
  const pulse = startRedisPulse({
    ping: () => redis.ping(),
    isConnected: () => redis.status === "ready",
    reconnect: () => redis.disconnect(true),
    clock,
  });
  onStop("redis pulse", async () => pulse.stop());
  const queueConnection = connectRedis(url, {
    whileAway: "wait",
    name: "tern-worker-queue",
    onError,
    autoPipelining: true,
  });
  onStop("queue connection", () => closeConnection(queueConnection));
  const store = createStore({ redis, prefix, settings: deployment.retention });
  const client = createDialog360Client({
    connectionsMax: settings.SEND_CONNECTIONS,
    sendTimeoutMs: settings.SEND_TIMEOUT_MS,
    clock,
  });
  onStop("provider connections", () => client.close());
  const provider = createManagementClient({
    clock,
    random,
    connectionsMax: POLL_CONNECTIONS,
    callTimeoutMs: POLL_TIMEOUT_MS,
  });
  onStop("provider's other connections", () => provider.close());

  const healths = createProviderHealths({ store, clock, log, onError });
  const metrics = createWorkerMetrics(registry, () => fleet.loops, healths.all);
  registerSenderMetrics({ registry, store, senders: () => deployment.senders, clock });
  const tiers = watchTiers({
    store,
    portfolios: () => deployment.senders.map(({ portfolio }) => portfolio),
    clock,
    onError,
  });
  onStop("tier watch", () => tiers.stop());
  const fleet = createSenderFleet({
    store,
    client,
    queueConnection,
    prefix,
    concurrency: settings.CONCURRENCY,
    clock,
    random,
    policy: () => deployment.sending,
    healthOf: ({ baseUrl }) => healths.of(baseUrl),
    hasTier: ({ portfolio }) => tiers.hasTier(portfolio),
    report: (senderId, sent) => {
      metrics.sent(senderId, sent);
      if (sent.verdict.kind !== "submit") log.info(logFields(sent), "send not submitted");
      else log.debug(logFields(sent), "sent");
    },
    reportReaped: (senderId, count) => {
      metrics.reaped(senderId, count);
      log.warn({ sender: senderId, count }, "sends without a living worker declared unconfirmed");
    },
    onError,
  });
  onStop("senders", () => fleet.stop());
  fleet.follow(deployment);
  const poll = startProviderPoll({
    store,
    provider,
    deployment: () => deployment,
    clock,
    log,
    onError,
    everyMs: settings.PROVIDER_POLL_MS,
  });
  onStop("provider poll", () => poll.stop());
  const watching = watchDeployment({
    path: settings.TERN_CONFIG,
    env: process.env,
    secrets,
    current: deployment,
    everyMs: settings.TERN_CONFIG_POLL_MS,
    clock,
    onChange: (changed) => {
      deployment = changed;
      fleet.follow(changed);
      log.info({ senders: changed.senders.length }, "configuration changed");
    },
    onError: (error) => log.error({ err: error }, "changed configuration not used; the one before stays in force"),
  });
  onStop("configuration watch", () => watching.stop());

  const ops = await startOpsServer({
    host: settings.HOST,
    port: settings.METRICS_PORT,
    registry,
    isAlive: () => checkAlive(fleet.loops, pulse.isAway, clock.monotonicMs(), stillMaxMs(settings.SEND_TIMEOUT_MS)),
    isReady: async () => ({ ok: (await redis.ping()) === "PONG" }),
    stopping,
  });
  onStop("operations port", () => ops.close());
  return { metricsPort: ops.port, senders: deployment.senders.length };
});

function logFields(sent: Parameters<Parameters<typeof createSenderFleet>[0]["report"]>[1]) {
  const { outcome, verdict, ...rest } = sent;
  const failure = "failure" in outcome ? outcome.failure : null;
  return {
    ...rest,
    class: outcome.class,
    verdict: verdict.kind,
    code: failure?.code,
    http: failure?.httpStatus,
    reason: failure?.reason,
  };
}
