// Tern's own packages as a bench drives them in its own process: accepting as the API does, and taking messages through
// begin and finish without a provider, where only the records are wanted.
import { messageId } from "@tern/core";
import { createProducer, type Producer } from "@tern/queue";
import { connectRedis, createStore, type NewMessage, type PacedSender, type Store, whenReady } from "@tern/store";
import { newMessageOf, recipientOf } from "./messages.ts";

/** What the API hands to one accept script at most (a few hundred keep Redis responsive). */
const ACCEPT_CHUNK = 250;
/** What one look of a worker takes at most. */
const TAKEN_CHUNK = 64;

export interface Tern {
  readonly store: Store;
  readonly producer: Producer;
  /** Takes one batch in, chunk by chunk as the API does, and calls a worker when one is to be called. */
  accept(sender: PacedSender, messages: readonly NewMessage[]): Promise<void>;
  close(): Promise<void>;
}

/** A message that the provider has taken, as far as the record knows. */
export interface Submitted {
  readonly id: string;
  readonly localId: string;
  readonly wamid: string;
  readonly to: string;
}

/** Connects to Redis as the services do; their keys start with `prefix`. */
export async function openTern(redisUrl: string, prefix: string): Promise<Tern> {
  const onError = (error: Error) => console.error(`  bench: ${error.message}`);
  const redis = connectRedis(redisUrl, { whileAway: "wait", name: "bench", onError, autoPipelining: true });
  const queueConnection = connectRedis(redisUrl, { whileAway: "wait", name: "bench-queue", onError });
  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  };
  await Promise.all([whenReady(redis, 5_000, { after }), whenReady(queueConnection, 5_000, { after })]);
  const store = createStore({ redis, prefix });
  const producer = createProducer({ connection: queueConnection, prefix, onError });

  async function accept(sender: PacedSender, messages: readonly NewMessage[]): Promise<void> {
    for (const chunk of chunksOf(messages, ACCEPT_CHUNK)) await acceptChunk(sender, chunk);
  }

  async function acceptChunk(sender: PacedSender, messages: readonly NewMessage[]): Promise<void> {
    const { call } = await store.accept(sender.id, messages);
    if (call) await producer.call(sender.id);
  }

  return {
    store,
    producer,
    accept,
    async close() {
      await producer.close();
      redis.disconnect();
      queueConnection.disconnect();
    },
  };
}

/**
 * Accepts messages and takes them to `submitted` with a wamid each, as a worker would whose provider answers at once.
 * Nobody is called, so no queue is left behind; nothing else may use the sender meanwhile.
 *
 * throws    when the store does not let one of them go
 */
export async function submitAll(store: Store, senderId: string, numbers: readonly number[]): Promise<Submitted[]> {
  const sender: PacedSender = { id: senderId, pace: "unlimited" };
  const room = { most: TAKEN_CHUNK, byLane: { urgent: TAKEN_CHUNK, normal: TAKEN_CHUNK, bulk: TAKEN_CHUNK } };
  const numberOf = new Map<string, number>();
  const submitted: Submitted[] = [];
  for (const chunk of chunksOf(numbers, TAKEN_CHUNK)) {
    const messages = chunk.map((number) => newMessageOf(number));
    for (const [at, message] of messages.entries()) numberOf.set(message.to, chunk[at] ?? 0);
    await store.accept(senderId, messages);
    const begun = await store.begin(sender, { ...room, bulkRestsUntilMs: null, needsWindows: false });
    if (begun.messages.length < chunk.length)
      throw new Error(`${chunk.length - begun.messages.length} were not let go`);
    const sent = begun.messages.map(async ({ localId, wireNumber, to }): Promise<Submitted> => {
      const wamid = wamidOf(numberOf.get(to) ?? 0);
      const finished = {
        localId,
        wireNumber,
        outcome: "accepted",
        failure: null,
        begunAtMs: Date.now(),
        tookMs: 20,
      } as const;
      await store.finish(senderId, { ...finished, verdict: { kind: "submit", wamid } });
      return { id: messageId({ sender: senderId, localId }), localId, wamid, to };
    });
    submitted.push(...(await Promise.all(sent)));
  }
  return submitted;
}

/** A Meta message id of the usual shape and length. */
function wamidOf(number: number): string {
  const digits = recipientOf(number).slice(1);
  const tail = number.toString(16).toUpperCase().padStart(20, "0");
  return `wamid.${Buffer.from(`\x1c\x18\x0d${digits}\x15\x02\0\x11\x18\x12${tail}\0`, "latin1").toString("base64")}`;
}

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
