// Tern as a service of the company sees it: over REST, with a key. Rows about the whole system go this way, so that they
// measure what a caller gets and depend on nothing inside.
import type { Lane } from "@tern/core";
import { requestOf } from "./messages.ts";
import { chunksOf } from "./tern.ts";

/** What the API takes at once. */
const BATCH = 1_000;
/** Batches under way at once: enough that neither Redis nor the caller waits for the other. */
const TOGETHER = 2;

export interface RestCaller {
  /** One message: resolves when it is accepted. */
  post(sender: string, number: number, lane: Lane): Promise<void>;
  /** Up to 1,000 in one request; returns their ids, in order. */
  postBatch(sender: string, numbers: readonly number[], lane: Lane): Promise<string[]>;
  /** Any number, 1,000 at a time. */
  postMany(sender: string, numbers: readonly number[], lane: Lane): Promise<void>;
  statusOf(id: string): Promise<string>;
}

/** Every call rejects when the answer is not the expected one: a message that was refused is no measurement. */
export function openCaller(apiUrl: string, apiKey: string): RestCaller {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };

  async function call<Answer>(path: string, expect: number, body?: unknown): Promise<Answer> {
    const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
    const response = await fetch(`${apiUrl}${path}`, init);
    const answer = await response.text();
    if (response.status !== expect) throw new Error(`${path} was answered ${response.status}: ${answer.slice(0, 500)}`);
    return JSON.parse(answer) as Answer;
  }

  async function postBatch(sender: string, numbers: readonly number[], lane: Lane): Promise<string[]> {
    const messages = numbers.map((number) => ({ ...requestOf(sender, number), lane }));
    const { results } = await call<{ results: { id: string }[] }>("/v1/messages/batch", 202, { messages });
    return results.map(({ id }) => id);
  }

  return {
    post: (sender, number, lane) => call("/v1/messages", 202, { ...requestOf(sender, number), lane }),
    postBatch,
    async postMany(sender, numbers, lane) {
      const batches = chunksOf(numbers, BATCH);
      const runner = async () => {
        for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
          await postBatch(sender, batch, lane);
        }
      };
      await Promise.all(Array.from({ length: TOGETHER }, runner));
    },
    statusOf: async (id) => (await call<{ status: string }>(`/v1/messages/${id}`, 200)).status,
  };
}

/** Requests that go out at their own moments, whether or not those before them were answered. */
export interface Requests {
  add(request: Promise<unknown>): void;
  /** Resolves when all are answered; rejects with the first failure. */
  allAnswered(): Promise<void>;
}

export function createRequests(): Requests {
  const failures: unknown[] = [];
  const settled: Promise<unknown>[] = [];
  return {
    add(request) {
      settled.push(request.catch((error: unknown) => failures.push(error)));
    },
    async allAnswered() {
      await Promise.all(settled);
      if (failures.length > 0) throw failures[0];
    },
  };
}
