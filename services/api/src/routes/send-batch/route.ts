// POST /v1/messages/batch: takes up to 1,000 messages in, each with a result of its own. What is wrong with one is no
// matter of the others. Messages of one sender go to the store in order, some hundred at a time, so that Redis stays
// responsive; senders go side by side.

import { messageId } from "@tern/core";
import type { Sender } from "@tern/runtime";
import type { NewMessage } from "@tern/store";
import { z } from "zod";
import {
  type AcceptedMessage,
  type AcceptMessages,
  type AskedBy,
  newMessage,
  tooManyWaiting,
  windowClosed,
} from "../../accept-messages.ts";
import { consentProblem } from "../../contacts/consent-problem.ts";
import type { ApiStore, Endpoint } from "../../endpoint.ts";
import { faultsOf, invalidRequest } from "../../faults.ts";
import { type ApiResponse, callerOf, sendJson } from "../../http.ts";
import { idempotencyHeader, keyOfItem, keyReused, readIdempotencyKey } from "../../idempotency.ts";
import { messageRequestSchema, readMessageRequest } from "../../message-request.ts";
import { messageIdField } from "../../message-view.ts";
import { problemOf } from "../../problem-handler.ts";
import { problemResponses, problemSchema, requestIdHeader } from "../../problem-responses.ts";
import { type ApiProblem, type ProblemBody, problemBody, slugOf } from "../../problems.ts";
import type { Quotas } from "../../quotas.ts";
import { readJsonBody } from "../../read-body.ts";
import { checkTemplates, refusedUnlessKnown } from "../../template-check.ts";

export const BODY_BYTES_MAX = 8 * 1024 * 1024;
export const MESSAGES_MAX = 1_000;
/** One script call at a time holds Redis for some 5 ms. */
const CHUNK = 250;

const LENGTH = `messages has 1 to ${MESSAGES_MAX} messages`;

function batchOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ messages: z.array(item, LENGTH).min(1, LENGTH).max(MESSAGES_MAX, LENGTH) });
}

/** For reading: the messages themselves are read one by one. */
const batchSchema = batchOf(z.unknown());
const documentedBatchSchema = batchOf(messageRequestSchema).meta({ id: "BatchRequest" });

const acceptedItemSchema = z
  .object({
    index: z.int().meta({ description: "Its place in the batch, from 0." }),
    id: messageIdField,
    status: z.literal("queued"),
    replayed: z
      .literal(true)
      .optional()
      .meta({ description: "It was accepted before, with the same Idempotency-Key." }),
  })
  .meta({ id: "AcceptedItem" });
const refusedItemSchema = z.object({ index: z.int(), problem: problemSchema }).meta({ id: "RefusedItem" });

export const batchResultSchema = z
  .object({
    accepted: z.int().meta({ description: "How many were accepted, now or before." }),
    refused: z.int(),
    results: z
      .array(z.union([acceptedItemSchema, refusedItemSchema]))
      .meta({ description: "In the order of the batch." }),
  })
  .meta({ id: "BatchResult" });

type ItemResult = z.infer<typeof acceptedItemSchema> | { readonly index: number; readonly problem: ProblemBody };

interface Item {
  readonly index: number;
  readonly message: NewMessage;
}

const EXAMPLE_ID = "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd";
const exampleMessage = { sender: "demo", to: "+4915112345678", type: "text", text: { body: "Hello" } };
const exampleProblem = problemBody(
  invalidRequest("the message", [{ pointer: "/messages/1/text/body", detail: "text.body is required" }]),
);

function batchResponse(description: string, example: object) {
  const content = { "application/json": { schema: batchResultSchema, example } };
  return { description, headers: requestIdHeader, content };
}

export const sendBatch: Endpoint = {
  method: "post",
  path: "/v1/messages/batch",
  scopes: ["messages:write"],
  operation: {
    operationId: "sendBatch",
    tags: ["Messages"],
    summary: "Send up to 1,000 messages",
    description:
      "Accepts each message by itself: one that is refused harms no other. 202 when all are accepted, 200 when some " +
      "(or all) are refused: look at the results, where each one refused has the problem it would have by itself " +
      "(400 for its faults, 422 for a template that cannot be sent so, a sender that the API key may not use or an " +
      "Idempotency-Key of another request). " +
      "With an Idempotency-Key K, the message at index i has the key K/i, so that the batch can be repeated as it is, " +
      "and what was accepted before is not sent twice. A body has at most 8 MiB.",
    requestParams: { header: idempotencyHeader },
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: documentedBatchSchema,
          example: { messages: [exampleMessage, { ...exampleMessage, to: "+15550783881" }] },
        },
      },
    },
    responses: {
      "200": batchResponse("Some messages were refused.", {
        accepted: 1,
        refused: 1,
        results: [
          { index: 0, id: EXAMPLE_ID, status: "queued" },
          { index: 1, problem: exampleProblem },
        ],
      }),
      "202": batchResponse("All messages were accepted.", {
        accepted: 1,
        refused: 0,
        results: [{ index: 0, id: EXAMPLE_ID, status: "queued" }],
      }),
      ...problemResponses(
        "invalid-json",
        "invalid-parameters",
        "invalid-request",
        "too-large",
        "unsupported-media-type",
      ),
    },
  },
  createHandler:
    ({ deployment, store, templates, acceptMessages, requireRoom, quotas, clock, log, metrics }) =>
    async (request, response) => {
      requireRoom();
      const caller = callerOf(response);
      const key = readIdempotencyKey(request);
      const batch = batchSchema.safeParse(await readJsonBody(request, BODY_BYTES_MAX));
      if (!batch.success) throw invalidRequest("the batch", faultsOf(batch.error.issues));
      const { messages } = batch.data;
      const { senderById, sending } = deployment();
      const nowMs = clock.nowMs();
      const isOwnSender = (id: string) => caller.senderIds.has(id) && senderById.has(id);

      const results = new Array<ItemResult>(messages.length);
      const itemsBySender = new Map<string, Item[]>();
      for (const [index, value] of messages.entries()) {
        const read = readMessageRequest(value, { nowMs, isOwnSender, base: ["messages", index] });
        if ("problem" in read) {
          results[index] = { index, problem: problemBody(read.problem) };
          continue;
        }
        const sender = senderById.get(read.request.sender) as Sender;
        const terms = { caller: caller.id, idempotencyKey: keyOfItem(key, index), policy: sending, nowMs, sender };
        const item = { index, message: newMessage(read.request, terms) };
        const refusal = await checkTemplates(templates, sender, read.request, ["messages", index]);
        if (refusal) {
          results[index] = await refusedItem(store, sender, item, refusal);
          continue;
        }
        const items = itemsBySender.get(read.request.sender);
        if (items) items.push(item);
        else itemsBySender.set(read.request.sender, [item]);
      }

      await refuseOverQuota({ quotas, store }, response, itemsBySender, results);
      const outages: unknown[] = [];
      await Promise.all(
        [...itemsBySender].map(async ([id, items]) => {
          const failure = await acceptInChunks(
            acceptMessages,
            senderById.get(id) as Sender,
            items,
            results,
            response.locals,
          );
          if (failure !== null) outages.push(failure);
        }),
      );
      const accepted = results.filter((result) => "id" in result).length;
      if (outages.length > 0) {
        if (accepted === 0) throw outages[0];
        const { requestId } = response.locals;
        log.warn({ requestId, err: outages[0], notAccepted: messages.length - accepted }, "part of a batch failed");
      }
      for (const result of results) if ("problem" in result) metrics.countRefused(slugOf(result.problem));
      const isComplete = accepted === messages.length;
      sendJson(response, isComplete ? 202 : 200, { accepted, refused: messages.length - accepted, results });
    },
};

/**
 * Takes the messages of one sender in and writes their results. After a failure the rest is not tried: Redis is away.
 *
 * returns   the failure, or null
 */
async function acceptInChunks(
  acceptMessages: AcceptMessages,
  sender: Sender,
  items: readonly Item[],
  results: ItemResult[],
  asked: AskedBy,
): Promise<unknown> {
  for (let at = 0; at < items.length; at += CHUNK) {
    const chunk = items.slice(at, at + CHUNK);
    try {
      const accepted = await acceptMessages(
        sender,
        chunk.map((item) => item.message),
        asked,
      );
      for (const [place, { index }] of chunk.entries()) {
        const { type } = (chunk[place] as Item).message;
        results[index] = resultOf(index, sender.id, accepted[place] as AcceptedMessage, type);
      }
    } catch (error) {
      const problem = problemBody(problemOf(error));
      for (const { index } of items.slice(at)) results[index] = { index, problem };
      return error;
    }
  }
  return null;
}

interface QuotaDeps {
  readonly quotas: Quotas;
  readonly store: Pick<ApiStore, "recall">;
}

/**
 * Takes those items out that the caller's quota does not cover, and writes their results. The first ones of the batch are
 * covered first; one that was accepted before needs no quota, so that a batch that is repeated gets on each time.
 */
async function refuseOverQuota(
  { quotas, store }: QuotaDeps,
  response: ApiResponse,
  itemsBySender: Map<string, Item[]>,
  results: ItemResult[],
): Promise<void> {
  const all = [...itemsBySender.entries()].flatMap(([id, items]) => items.map((item) => ({ id, item })));
  const taken = all.length === 0 ? null : await quotas.takeMessages(callerOf(response), all.length, response);
  if (taken === null || taken.granted === all.length) return;
  const answered = new Set<Item>();
  const inOrder = all.sort((one, other) => one.item.index - other.item.index);
  const known = await Promise.all(inOrder.map(({ id, item }) => store.recall(id, item.message)));
  let granted = taken.granted;
  for (const [at, { id, item }] of inOrder.entries()) {
    const before = known[at] ?? null;
    if (before === null && granted > 0) {
      granted -= 1;
      continue;
    }
    results[item.index] =
      before === null
        ? { index: item.index, problem: problemBody(taken.problem) }
        : resultOf(item.index, id, before, item.message.type);
    answered.add(item);
  }
  for (const [id, items] of itemsBySender) {
    const left = items.filter((item) => !answered.has(item));
    if (left.length > 0) itemsBySender.set(id, left);
    else itemsBySender.delete(id);
  }
}

/** A message that is refused, unless it was accepted before. */
async function refusedItem(
  store: Pick<ApiStore, "recall">,
  sender: Sender,
  { index, message }: Item,
  refusal: ApiProblem,
): Promise<ItemResult> {
  try {
    return resultOf(index, sender.id, await refusedUnlessKnown(store, sender, message, refusal), message.type);
  } catch (error) {
    return { index, problem: problemBody(problemOf(error)) };
  }
}

function resultOf(index: number, sender: string, result: AcceptedMessage, type: string): ItemResult {
  if (result.kind === "refused") return { index, problem: problemBody(consentProblem(result.why)) };
  if (result.kind === "full") return { index, problem: problemBody(tooManyWaiting(sender)) };
  if (result.kind === "closed")
    return { index, problem: problemBody(windowClosed(type, result.sinceMs, ["messages", index])) };
  const id = messageId({ sender, localId: result.localId });
  switch (result.kind) {
    case "accepted":
      return { index, id, status: "queued" };
    case "replay":
      return { index, id, status: "queued", replayed: true };
    case "conflict":
      return { index, problem: problemBody(keyReused(id)) };
    default:
      throw new Error(`no result for ${JSON.stringify(result satisfies never)}`);
  }
}
