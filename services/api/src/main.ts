// The API as a process: settings, connections, servers, and the order in which they stop.

import { randomUUID } from "node:crypto";
import { createManagementClient } from "@tern/dialog360";
import { createProducer, createQueues } from "@tern/queue";
import {
  closeServer,
  createMetrics,
  listen,
  loadDeployment,
  redisAccess,
  redisReplication,
  runService,
  sparingly,
  startOpsServer,
  watchDeployment,
} from "@tern/runtime";
import { createFeedWatch, createStore, localIdMaker, whenReady } from "@tern/store";
import { createApp } from "./app.ts";
import { apiSettings } from "./config.ts";
import { prepareTempFiles } from "./media/temp-files.ts";
import { createApiMetrics } from "./metrics.ts";
import { connectForRequests } from "./redis-connections.ts";
import { watchRedisMemory } from "./redis-memory.ts";
import { createApiServer } from "./server.ts";

const { env } = process;

/** Redis must be there at the start, so that a wrong address is noticed at once; later outages are waited out. */
const REDIS_START_MS = 5_000;
/** What is left of the stop's time for what comes after the requests: the queue and the connections. */
const CLOSE_MS = 2_000;
const SAME_ERROR_MS = 30_000;

await runService("api", { settings: apiSettings, env }, async (context) => {
  const { settings, log, clock, random, tracing, stopping, onStop } = context;
  const source = { path: settings.TERN_CONFIG, env, secrets: ["senders"] as const };
  let deployment = loadDeployment(source.path, env, source);
  const watch = watchDeployment({
    ...source,
    current: deployment,
    everyMs: settings.TERN_CONFIG_POLL_MS,
    clock,
    onChange: (changed) => {
      deployment = changed;
      log.info("deployment changed");
    },
    onError: (error) => log.error({ err: error }, "deployment not changed: its file is wrong"),
  });
  onStop("deployment watch", () => watch.stop());

  const access = redisAccess(settings);
  const connect = (name: string) => {
    const connection = connectForRequests(settings.REDIS_URL.reveal(), { name, access, log });
    onStop(name, () => connection.disconnect());
    return connection;
  };
  const [redis, queueRedis] = [connect("tern-api"), connect("tern-api-queue")];
  const waited = redisReplication(settings);
  const replication = waited && { ...waited, connection: connect("tern-api-replicated") };
  const connections = [redis, queueRedis, ...(replication ? [replication.connection] : [])];
  await Promise.all(connections.map((connection) => whenReady(connection, REDIS_START_MS, clock)));
  const prefix = settings.TERN_REDIS_PREFIX;
  const { registry } = createMetrics({ service: "api" });
  const metrics = createApiMetrics(registry, {
    redisMemory: () => memory.state,
    feedReadersWaiting: () => feedWatch.waiting,
    senders: () => deployment.senders,
    store: () => store,
    clock,
  });
  // How long and how much is kept are settings of the scripts: of all in the deployment file they alone wait for a restart.
  const store = createStore({
    redis,
    replication,
    prefix,
    settings: { ...deployment.retention, backlogMax: deployment.admission.waitingMaxPerCaller },
    newLocalId: localIdMaker(clock.nowMs),
    clock,
    onChanges: metrics.changed,
  });
  const queueOptions = { connection: queueRedis, prefix, onError: (err: Error) => log.debug({ err }, "queue") };
  const producer = createProducer(queueOptions);
  onStop("producer", producer.close);
  const shownQueues = settings.QUEUES_PAGE === "on" ? createQueues(queueOptions) : undefined;
  onStop("shown queues", async () => shownQueues?.close());

  const provider = createManagementClient({ clock, random });
  onStop("calls to the provider", () => provider.close());
  const mediaFiles = await prepareTempFiles(settings.MEDIA_DIR, randomUUID);
  const feedWatch = createFeedWatch({
    redis,
    clock,
    onError: sparingly((err, repeats) => log.warn({ err, repeats }, "feeds cannot be watched"), {
      everyMs: SAME_ERROR_MS,
      clock,
    }),
  });
  onStop("feed watch", () => feedWatch.stop());

  const memory = watchRedisMemory(redis, clock);
  onStop("memory watch", () => memory.stop());
  const isReady = async () => ({ ok: (await redis.ping()) === "PONG" });
  const ops = await startOpsServer({
    host: settings.HOST,
    port: settings.METRICS_PORT,
    registry,
    isAlive: () => ({ ok: true }),
    isReady,
    stopping,
  });
  onStop("operations port", ops.close);

  const app = createApp({
    deployment: () => deployment,
    store,
    producer,
    provider,
    mediaFiles,
    mediaTransfersMax: settings.MEDIA_TRANSFERS_MAX,
    feedWatch,
    isReady,
    memoryUsed: () => memory.used,
    stopping,
    clock,
    log,
    tracing,
    metrics,
    ...(shownQueues && { queues: shownQueues }),
    trustedProxies: settings.TRUST_PROXY,
  });
  const server = createApiServer(app);
  const port = await listen(server, { host: settings.HOST, port: settings.PORT });
  const graceMs = Math.max(0, settings.SHUTDOWN_TIMEOUT_MS - settings.DRAIN_DELAY_MS - CLOSE_MS);
  onStop("requests in progress", () => closeServer(server, { graceMs }));
  onStop("drain delay", () => new Promise<void>((done) => clock.after(settings.DRAIN_DELAY_MS, done)));

  return { port, metricsPort: ops.port };
});
