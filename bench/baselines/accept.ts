// Baseline process: the usual way to take messages in: Express parses, zod validates, BullMQ's `add` (or `addBulk`)
// queues. No authentication, no idempotency, no record, no index.
import type { AddressInfo } from "node:net";
import { Queue } from "bullmq";
import express from "express";
import { Redis } from "ioredis";
import { z } from "zod";

const { REDIS_URL = "", QUEUE = "" } = process.env;

const parameter = z.strictObject({ type: z.literal("text"), text: z.string().min(1).max(1024) });
const message = z.strictObject({
  sender: z.string().min(1).max(32),
  to: z.string().regex(/^\+[1-9]\d{6,14}$/),
  type: z.literal("template"),
  template: z.strictObject({
    name: z.string().min(1).max(512),
    language: z.strictObject({ code: z.string().min(2).max(15) }),
    components: z.array(z.strictObject({ type: z.literal("body"), parameters: z.array(parameter).max(100) })).max(10),
  }),
});
const batch = z.strictObject({ messages: z.array(message).min(1).max(1_000) });

const queue = new Queue(QUEUE, { connection: new Redis(REDIS_URL, { maxRetriesPerRequest: null }) });
await queue.waitUntilReady();

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.use(express.json({ limit: "4mb" }));
app.post("/v1/messages", async (request, response) => {
  const parsed = message.safeParse(request.body);
  if (!parsed.success) {
    response.status(400).json({ issues: parsed.error.issues });
    return;
  }
  const job = await queue.add("send", parsed.data);
  response.status(202).json({ id: job.id });
});
app.post("/v1/messages/batch", async (request, response) => {
  const parsed = batch.safeParse(request.body);
  if (!parsed.success) {
    response.status(400).json({ issues: parsed.error.issues });
    return;
  }
  const jobs = await queue.addBulk(parsed.data.messages.map((data) => ({ name: "send", data })));
  response.status(202).json({ messages: jobs.map(({ id }) => ({ id })) });
});

const server = app.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ msg: "ready", port: (server.address() as AddressInfo).port }));
});
