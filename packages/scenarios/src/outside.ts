// The whole system seen only from where its users stand: the REST API on one side, the provider's ledger on the other.
// Nothing here knows how Tern keeps its data, so these scenarios outlive any change of its inside.

import { setTimeout as pause } from "node:timers/promises";
import {
  type DeploymentDraft,
  type ManagedProcess,
  type RedisServer,
  type StartSystemOptions,
  type System,
  startRedis,
  startSystem,
  uniquePrefix,
  waitUntil,
} from "@tern/devkit";
import type { LedgerEntry } from "@tern/simulator";

/** What GET /v1/messages/:id answers, as far as scenarios look at it. */
export interface Message {
  readonly id: string;
  readonly status: string;
  readonly isFinal: boolean;
  readonly waiting: { readonly reason: string; readonly until: string | null } | null;
  readonly acceptedAt: string;
  readonly wamid: string | null;
  readonly attempts: readonly {
    readonly number: number;
    readonly at: string;
    readonly outcome: string | null;
    readonly tookMs: number | null;
  }[];
  readonly attemptsUsed: number;
  readonly throttles: number;
  readonly resends: number;
  readonly error: { readonly class: string; readonly code: number | null } | null;
  readonly timeline: readonly { readonly status: string; readonly at: string }[];
}

type MessageRequest = Readonly<Record<string, unknown>>;

export interface Outside {
  readonly redis: RedisServer;
  readonly system: System;
  /** Every id answered 202 so far. */
  readonly acceptedIds: string[];
  /** Posts until every message is accepted, as a careful caller does: same idempotency key, again after each 503. */
  post(messages: readonly MessageRequest[], options?: { readonly batch?: number }): Promise<string[]>;
  /** One request to the API, with the caller's key. */
  request(
    method: "GET" | "POST",
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  read(id: string): Promise<Message>;
  readAll(ids?: readonly string[]): Promise<Message[]>;
  /** Waits until the messages (default: all accepted) are as `isDone` says, and returns them in order. */
  settle(
    isDone: (message: Message) => boolean,
    options: { readonly timeoutMs: number; readonly ids?: readonly string[] },
  ): Promise<Message[]>;
  /** What the provider took, oldest first. */
  taken(): Promise<LedgerEntry[]>;
  /** How often the provider took each message, by our id. */
  takenCounts(): Promise<Map<string, number>>;
  /** Lost, doubled or invented messages as sentences; empty when every promise held. */
  broken(): Promise<string[]>;
  stop(): Promise<void>;
}

export interface OutsideOptions extends Partial<Omit<StartSystemOptions, "redisUrl" | "prefix">> {
  /** Puts something between all services and Redis, or between the workers and the provider: gives the new address. */
  readonly redisThrough?: (url: string) => Promise<string>;
  readonly providerThrough?: (url: string) => Promise<string>;
  readonly prefix?: string;
  /** Default `always`: nothing answered is ever lost. `everysec` where the subject is speed and Redis stays up. */
  readonly appendonly?: "always" | "everysec";
}

const READS_AT_ONCE = 32;
const READ_TIMEOUT_MS = 10_000;

export async function startOutside(options: OutsideOptions = {}): Promise<Outside> {
  const { redisThrough, providerThrough, editDeployment, appendonly = "always", ...systemOptions } = options;
  const prefix = options.prefix ?? uniquePrefix();
  const redis = await startRedis({ appendonly });
  const system = await startThrough().catch(async (error) => {
    await redis.stop();
    throw error;
  });
  await system.simulator.putBehaviour({
    statuses: { enabled: true, sentAfterMs: 20, deliveredAfterMs: 40, readAfterMs: 60, jitterMs: 30 },
    webhookRetryBaseMs: 100,
    webhookRetryCapMs: 500,
    webhookConcurrency: 20,
    batchMax: 50,
    batchWaitMs: 10,
  });
  const acceptedIds: string[] = [];
  let keyNumber = 0;

  async function startThrough(): Promise<System> {
    return startSystem({
      senders: [{ id: "demo", pace: "unlimited" }],
      ...systemOptions,
      redisUrl: (await redisThrough?.(redis.url)) ?? redis.url,
      prefix,
      editDeployment: async (file) => {
        const draft = await redirected(file);
        return editDeployment ? editDeployment(draft) : draft;
      },
    });
  }

  async function redirected(file: DeploymentDraft): Promise<DeploymentDraft> {
    if (!providerThrough) return file;
    const baseUrl = await providerThrough(file.senders[0]?.baseUrl ?? "");
    return { ...file, senders: file.senders.map((sender) => ({ ...sender, baseUrl })) };
  }

  function request(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    return fetch(`${system.apiUrls.at(-1)}${path}`, {
      method,
      headers: { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
    });
  }

  async function postBatch(messages: readonly MessageRequest[]): Promise<string[]> {
    keyNumber += 1;
    const headers = { "idempotency-key": `${prefix}-${keyNumber}` };
    for (;;) {
      const response = await request("POST", "/v1/messages/batch", { messages }, headers).catch(() => null);
      if (response?.ok) {
        const { results } = (await response.json()) as { results: { id?: string; problem?: { status: number } }[] };
        const ids = results.flatMap((result) => result.id ?? []);
        if (ids.length === messages.length) return ids;
        const refused = results.find((result) => result.problem && result.problem.status < 500);
        if (refused) throw new Error(`a message was refused: ${JSON.stringify(refused)}`);
      } else if (response && response.status < 500) {
        throw new Error(`the batch was refused: ${response.status} ${await response.text()}`);
      } else {
        await response?.body?.cancel();
      }
      await pause(50); // as a careful caller does; nothing is asserted about it
    }
  }

  async function read(id: string): Promise<Message> {
    const response = await request("GET", `/v1/messages/${id}`);
    if (!response.ok) throw new Error(`GET ${id} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Message;
  }

  async function readAll(ids: readonly string[] = acceptedIds): Promise<Message[]> {
    const messages: Message[] = [];
    for (let at = 0; at < ids.length; at += READS_AT_ONCE) {
      messages.push(...(await Promise.all(ids.slice(at, at + READS_AT_ONCE).map(read))));
    }
    return messages;
  }

  async function taken(): Promise<LedgerEntry[]> {
    return (await system.simulator.ledger()).filter((entry) => entry.taken);
  }

  async function takenCounts(): Promise<Map<string, number>> {
    return countById(await taken());
  }

  return {
    redis,
    system,
    acceptedIds,
    async post(messages, { batch = 200 } = {}) {
      const ids: string[] = [];
      for (let at = 0; at < messages.length; at += batch) {
        const accepted = await postBatch(messages.slice(at, at + batch));
        ids.push(...accepted);
        acceptedIds.push(...accepted);
      }
      return ids;
    },
    request,
    read,
    readAll,
    async settle(isDone, { timeoutMs, ids = acceptedIds }) {
      const done = new Map<string, Message>();
      let open = ids;
      let example: Message | undefined;
      await waitUntil(
        async () => {
          // A few first: while these are open there is no use in asking for all.
          for (const some of [open.slice(-READS_AT_ONCE), open]) {
            for (const message of await readAll(some)) if (isDone(message)) done.set(message.id, message);
            const stillOpen = some.find((id) => !done.has(id));
            if (stillOpen) {
              example = await read(stillOpen);
              open = ids.filter((id) => !done.has(id));
              return false;
            }
          }
          return true;
        },
        { timeoutMs, everyMs: 100, what: "all messages to settle" },
      ).catch((error) => {
        throw new Error(`${error.message}; ${open.length} are open, one of them: ${JSON.stringify(example)}`);
      });
      return readAll(ids);
    },
    taken,
    takenCounts,
    async broken() {
      await system.simulator.idle(10_000);
      return brokenPromises(await readAll(), await takenCounts());
    },
    async stop() {
      await system.stop();
      await redis.stop();
    },
  };
}

/** Our id in the callback data of a send. */
export function messageIdOf({ callbackData }: LedgerEntry): string {
  return /msg_[a-z0-9-]+_[0-9a-z]{26}/.exec(callbackData ?? "")?.[0] ?? "";
}

function countById(entries: readonly LedgerEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(messageIdOf(entry), (counts.get(messageIdOf(entry)) ?? 0) + 1);
  return counts;
}

const WITH_PROVIDER = new Set(["submitted", "sent", "delivered", "read", "played"]);

/** At most 20 sentences, the rest counted. */
function brokenPromises(messages: readonly Message[], counts: ReadonlyMap<string, number>): string[] {
  const broken: string[] = [];
  const accepted = new Set(messages.map(({ id }) => id));
  for (const { id, status, isFinal, waiting, resends } of messages) {
    const times = counts.get(id) ?? 0;
    const isWithProvider = WITH_PROVIDER.has(status);
    if (!isFinal && !isWithProvider && !waiting && status !== "sending") {
      broken.push(`P1: ${id} is ${status} and waits for nothing`);
    }
    if (times > 1 + resends) broken.push(`P2: ${id} was taken ${times} times, its record knows of ${resends} resends`);
    if (isWithProvider && times === 0) broken.push(`P7: ${id} is ${status}, and the provider never took it`);
  }
  for (const id of counts.keys()) if (!accepted.has(id)) broken.push(`P2: ${id} was taken, and nobody accepted it`);
  return broken.length > 20 ? [...broken.slice(0, 20), `and ${broken.length - 20} more`] : broken;
}

/** A text message to a recipient of its own, made from a number. */
export function aMessage(number: number, over: MessageRequest = {}): MessageRequest {
  return {
    sender: "demo",
    to: `+4915${String(100_000_000 + number)}`,
    type: "text",
    text: { body: `message ${number}` },
    ...over,
  };
}

export const statusesOf = (message: Message): string[] => message.timeline.map((step) => step.status);

/** What /livez of a process answers. */
export async function livezOf(process: ManagedProcess): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${process.ready.metricsPort}/livez`, {
    signal: AbortSignal.timeout(READ_TIMEOUT_MS),
  });
  await response.body?.cancel();
  return response.status;
}

/** Waits until so much time has gone by: for scenarios whose subject is the length of an outage. */
export async function lasted(sinceMs: number, forMs: number): Promise<void> {
  await waitUntil(() => performance.now() - sinceMs >= forMs, { timeoutMs: forMs + 1_000, what: "the outage to last" });
}

/** A whole number from the environment, for longer runs by command. */
export function numberFromEnv(name: string, byDefault: number): number {
  const given = process.env[name];
  if (given === undefined) return byDefault;
  if (!/^[1-9]\d*$/.test(given)) throw new Error(`${name} is ${given}; expected a positive whole number`);
  return Number(given);
}
