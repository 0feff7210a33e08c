// Baseline process: a bare BullMQ worker that makes the same HTTP call as Tern's and keeps no state about it. Jobs that
// ended are removed, as Tern's are.
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { Pool } from "undici";
import type { payloadOf } from "../messages.ts";

const { REDIS_URL = "", QUEUE = "", PROVIDER_URL = "", PROVIDER_KEY = "", CONCURRENCY, LIMIT_PER_SECOND } = process.env;
const concurrency = Number(CONCURRENCY ?? 256);

const provider = new Pool(PROVIDER_URL, { connections: concurrency, pipelining: 1 });
const headers = { "content-type": "application/json", "D360-API-KEY": PROVIDER_KEY };

const worker = new Worker<ReturnType<typeof payloadOf>>(
  QUEUE,
  async (job) => {
    const body = JSON.stringify({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      biz_opaque_callback_data: `bare:${QUEUE}-${job.id}:1`,
      ...job.data,
    });
    const response = await provider.request({ path: "/messages", method: "POST", headers, body });
    const answer = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}: ${answer}`);
  },
  {
    connection: new Redis(REDIS_URL, { maxRetriesPerRequest: null }),
    concurrency,
    removeOnComplete: { count: 0 },
    ...(LIMIT_PER_SECOND === undefined ? {} : { limiter: { max: Number(LIMIT_PER_SECOND), duration: 1_000 } }),
  },
);
worker.on("error", (error) => console.error(error.message));
worker.on("failed", (_job, error) => console.error(error.message));
await worker.waitUntilReady();

process.once("SIGTERM", () => process.exit(0)); // an ordinary exit, so that a CPU profile is written
console.log(JSON.stringify({ msg: "ready" }));
