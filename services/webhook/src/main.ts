import { randomUUID } from "node:crypto";
import { createProducer } from "@tern/queue";
import {
  closeServer,
  createMetrics,
  healthRoutes,
  listen,
  loadDeployment,
  redisAccess,
  redisReplication,
  runService,
  sparingly,
  startOpsServer,
  watchDeployment,
} from "@tern/runtime";
import { connectRedis, createStore, whenReady } from "@tern/store";
import { createWebhookApp } from "./app.ts";
import { webhookSettings } from "./config.ts";
import { createWebhookMetrics } from "./metrics.ts";
import { createReceive } from "./receive.ts";
import { createWebhookServer } from "./server.ts";
import { createTellWebhooks } from "./tell-webhooks.ts";

const REDIS_START_MS = 5_000;
const SAME_ERROR_MS = 30_000;
/** The provider waits 5 s for the answer (docs/sources.md, webhook delivery): a Redis slower than this is as good as away. */
const REDIS_ANSWER_MS = 4_000;
const CLOSE_GRACE_MS = 5_000;

await runService("webhook", { settings: webhookSettings, env: process.env }, async (context) => {
  const { settings, log, clock, tracing, stopping, onStop } = context;
  const secrets = ["webhook"] as const;
  let deployment = loadDeployment(settings.TERN_CONFIG, process.env, { secrets });
  const prefix = settings.TERN_REDIS_PREFIX;
  const { registry } = createMetrics({ service: "webhook" });

  const onError = sparingly(
    (error, repeats) => log.error({ err: error, repeats }, "trouble with Redis; answering 503 until it is over"),
    { everyMs: SAME_ERROR_MS, clock },
  );
  const onBack = () => log.info("Redis is back");
  const url = settings.REDIS_URL.reveal();
  const whileAway = {
    whileAway: "fail",
    commandTimeoutMs: REDIS_ANSWER_MS,
    access: redisAccess(settings),
    onError,
  } as const;
  // The store bundles what comes together; waiting for the turn to end would only keep Redis idle meanwhile.
  const redis = connectRedis(url, { ...whileAway, name: "tern-webhook", onBack });
  onStop("redis", () => redis.disconnect());
  await whenReady(redis, REDIS_START_MS, clock);
  const queueConnection = connectRedis(url, { ...whileAway, name: "tern-webhook-queue" });
  onStop("queue connection", () => queueConnection.disconnect());
  await whenReady(queueConnection, REDIS_START_MS, clock);
  const waited = redisReplication(settings);
  const replication = waited && {
    ...waited,
    connection: connectRedis(url, { ...whileAway, name: "tern-webhook-replicated" }),
  };
  if (replication) {
    onStop("replicated connection", () => replication.connection.disconnect());
    await whenReady(replication.connection, REDIS_START_MS, clock);
  }
  const metrics = createWebhookMetrics(registry, clock);
  const { changed: onChanges } = metrics;
  const store = createStore({ redis, replication, prefix, settings: deployment.retention, clock, onChanges });
  const producer = createProducer({ connection: queueConnection, prefix, onError });
  onStop("producer", () => producer.close());

  const watching = watchDeployment({
    path: settings.TERN_CONFIG,
    env: process.env,
    secrets,
    current: deployment,
    everyMs: settings.TERN_CONFIG_POLL_MS,
    clock,
    onChange: (changed) => {
      deployment = changed;
      log.info({ senders: changed.senders.length }, "configuration changed");
    },
    onError: (error) => log.error({ err: error }, "changed configuration not used; the one before stays in force"),
  });
  onStop("configuration watch", () => watching.stop());

  const checks = {
    isAlive: () => ({ ok: true }),
    isReady: async () => ({ ok: (await redis.ping()) === "PONG" }),
    stopping,
    clock,
  };
  const tell = createTellWebhooks({ log, tracing, readTrace: store.readTrace, clock, newRequestId: randomUUID });
  onStop("what is told of webhooks", tell.settled);
  const app = createWebhookApp({
    receive: createReceive({ store, producer, deployment: () => deployment, clock, onError, tell }),
    tell,
    deployment: () => deployment,
    metrics,
    health: healthRoutes(checks),
    clock,
    log,
  });
  const ops = await startOpsServer({ ...checks, host: settings.HOST, port: settings.METRICS_PORT, registry });
  onStop("operations port", () => ops.close());
  const server = createWebhookServer(app);
  const port = await listen(server, { host: settings.HOST, port: settings.PORT });
  onStop("webhook port", () => closeServer(server, { graceMs: CLOSE_GRACE_MS, clock }));
  onStop("drain delay", () => new Promise<void>((done) => clock.after(settings.DRAIN_DELAY_MS, done)));
  return { port, metricsPort: ops.port };
});
