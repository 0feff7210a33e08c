// The whole of Tern as processes with a Redis of their own, the simulator as the provider, and a client that reaches the API
// through a proxy with faults.

import { type RedisServer, type System, startRedis, startSystem, uniquePrefix } from "@tern/devkit";
import { type Client, type ClientOptions, createClient } from "../create-client.ts";
import type { MessageRequest } from "../send.ts";
import { type FaultyProxy, startFaultyProxy } from "./faulty-proxy.ts";

export interface ClientWorld {
  readonly system: System;
  readonly redis: RedisServer;
  readonly proxy: FaultyProxy;
  /** Through the proxy. */
  readonly tern: Client;
  client(over?: Partial<ClientOptions>): Client;
  /** A text to somebody new. */
  aText(over?: Partial<Extract<MessageRequest, { type: "text" }>>): MessageRequest;
  /** How often the provider took the message. */
  timesTaken(id: string): Promise<number>;
  stop(): Promise<void>;
}

/** Pauses so short that tests need not wait; the pauses by Retry-After stay. */
export const QUICK = { backoffMs: 10, backoffMaxMs: 50 };

export async function startClientWorld(): Promise<ClientWorld> {
  const redis = await startRedis({ appendonly: "always" });
  const system = await startSystem({
    redisUrl: redis.url,
    prefix: uniquePrefix(),
    senders: [
      { id: "demo", pace: "unlimited" },
      { id: "quiet", pace: "unlimited" },
    ],
    logLevel: "fatal",
  }).catch(async (error) => {
    await redis.stop();
    throw error;
  });
  await system.simulator.putBehaviour({
    statuses: { enabled: true, sentAfterMs: 20, deliveredAfterMs: 40, readAfterMs: 60, jitterMs: 30 },
    batchMax: 50,
    batchWaitMs: 10,
  });
  const proxy = await startFaultyProxy(() => system.apiUrls.at(-1) ?? "");
  const client: ClientWorld["client"] = (over) =>
    createClient({ baseUrl: proxy.url, apiKey: system.apiKey, retries: QUICK, ...over });

  let people = 0;
  return {
    system,
    redis,
    proxy,
    tern: client(),
    client,
    aText(over) {
      people += 1;
      const to = `+4915${String(110_000_000 + people)}`;
      return { sender: "demo", to, type: "text", text: { body: "Your parcel is at the door." }, ...over };
    },
    async timesTaken(id) {
      const isOurs = (callbackData: string | null) => callbackData?.includes(id) === true;
      const settled = await system.simulator.idle();
      if (!settled.idle) throw new Error("the provider has still webhooks to deliver");
      return (await system.simulator.ledger()).filter((entry) => entry.taken && isOurs(entry.callbackData)).length;
    },
    async stop() {
      await proxy.close();
      await system.stop();
      await redis.stop();
    },
  };
}
