import { createDialog360Client, createManagementClient } from "@tern/dialog360";
import { createJobCounts, createQueues } from "@tern/queue";
import {
  createMetrics,
  loadDeployment,
  redisAccess,
  redisReplication,
  runService,
  sparingly,
  startOpsServer,
  watchDeployment,
} from "@tern/runtime";
import { closeConnection, connectRedis, createStore, whenReady } from "@tern/store";
import { workerSettings } from "./config.ts";
import { checkAlive, stillMaxMs } from "./liveness.ts";
import { createWorkerMetrics } from "./metrics.ts";
import { createProviderHealths } from "./provider-healths.ts";
import { startProviderPoll } from "./provider-poll/poll.ts";
import { startRedisPulse } from "./redis-pulse.ts";
import { createSenderFleet } from "./sender-fleet.ts";
import { createTellSent } from "./tell-sent.ts";
import { watchTiers } from "./tiers.ts";

const REDIS_START_MS = 5_000;
const SAME_ERROR_MS = 30_000;
/** To each address: lists and health are asked for one after the other. */
const POLL_CONNECTIONS = 2;
/** An ordered stop waits for the one that is under way. */
const POLL_TIMEOUT_MS = 10_000;

await runService("worker", { settings: workerSettings, env: process.env }, async (context) => {
  const { settings, log, clock, random, tracing, stopping, onStop } = context;
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
  const waiting = { whileAway: "wait", access: redisAccess(settings), onError } as const;
  const redis = connectRedis(url, { ...waiting, name: "tern-worker", onBack });
  onStop("redis", () => closeConnection(redis));
  await whenReady(redis, REDIS_START_MS, clock);
  const pulse = startRedisPulse({
    ping: () => redis.ping(),
    isConnected: () => redis.status === "ready",
    reconnect: () => redis.disconnect(true),
    clock,
  });
  onStop("redis pulse", async () => pulse.stop());
  const queueConnection = connectRedis(url, { ...waiting, name: "tern-worker-queue" });
  onStop("queue connection", () => closeConnection(queueConnection));
  const waited = redisReplication(settings);
  const replication = waited && {
    ...waited,
    connection: connectRedis(url, { ...waiting, name: "tern-worker-replicated" }),
  };
  if (replication) onStop("replicated connection", () => closeConnection(replication.connection));
  const metrics = createWorkerMetrics(registry, {
    loops: () => fleet.loops,
    healths: () => healths.all,
    isRedisAway: () => pulse.isAway,
    senders: () => deployment.senders,
    store: () => store,
    clock,
  });
  const { changed: onChanges } = metrics;
  const store = createStore({ redis, replication, prefix, settings: deployment.retention, clock, onChanges });
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
  const tiers = watchTiers({
    store,
    portfolios: () => deployment.senders.map(({ portfolio }) => portfolio),
    clock,
    onError,
  });
  onStop("tier watch", () => tiers.stop());
  const tellSent = createTellSent({
    log,
    tracing,
    readTrace: store.readTrace,
    clock,
    baseUrlOf: (senderId) => deployment.senderById.get(senderId)?.baseUrl,
  });
  onStop("what is told of sends", tellSent.settled);
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
      tellSent.tell(senderId, sent);
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

  const queues = createQueues({ connection: queueConnection, prefix, onError });
  onStop("watched queues", () => queues.close());
  const ops = await startOpsServer({
    host: settings.HOST,
    port: settings.METRICS_PORT,
    registry,
    extraMetrics: createJobCounts(queues, () => deployment.senders.map(({ id }) => id)),
    isAlive: () => checkAlive(fleet.loops, pulse.isAway, clock.monotonicMs(), stillMaxMs(settings.SEND_TIMEOUT_MS)),
    isReady: async () => ({ ok: (await redis.ping()) === "PONG" }),
    stopping,
  });
  onStop("operations port", () => ops.close());
  return { metricsPort: ops.port, senders: deployment.senders.length };
});
