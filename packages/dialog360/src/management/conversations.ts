// What is said about a conversation rather than in it: read, typing, blocked.
// Source: docs/sources.md, read and typing; docs/sources.md, block list.

import { type ProviderAccount, routeOf, sendRoute } from "../profiles.ts";
import { failureOf as codedFailure, readProviderError } from "../provider-error.ts";
import { asArray, asObject, asText, type JsonObject } from "../read.ts";
import { type CallDeps, call } from "./call.ts";
import {
  type CallKind,
  type ManagementFailure,
  type ManagementResult,
  refused,
  unexpectedAnswer,
  unsupported,
} from "./result.ts";

export interface ConversationDeps extends CallDeps {
  readonly callTimeoutMs: number;
}

/** What became of each user: the provider may do one and refuse another. */
export interface BlockResult {
  readonly done: readonly BlockedUser[];
  readonly failed: readonly (BlockedUser & { readonly failure: ManagementFailure })[];
}

export interface BlockedUser {
  /** As it was asked for; null in a list. */
  readonly input: string | null;
  readonly waId: string | null;
  readonly userId: string | null;
}

const LOOK: CallKind = { changes: false };
const CHANGE: CallKind = { changes: true };
const NO_BLOCK_LIST = unsupported("block list");

/**
 * Marks an inbound message, and those before it, as read.
 *
 * typing   also shows that an answer is being written, for 25 s or until it comes
 */
export async function markRead(
  account: ProviderAccount,
  { wamid, typing = false }: { readonly wamid: string; readonly typing?: boolean },
  deps: ConversationDeps,
): Promise<ManagementResult<null>> {
  const body = JSON.stringify({
    messaging_product: "whatsapp",
    status: "read",
    message_id: wamid,
    ...(typing && { typing_indicator: { type: "text" } }),
  });
  const route = sendRoute(account);
  const answer = await call({ route, method: "POST", body, kind: CHANGE, timeoutMs: deps.callTimeoutMs }, deps);
  return "failure" in answer ? answer : { ok: null };
}

/**
 * Blocks or unblocks users of the sender's number.
 *
 * users     "+<digits>" or a BSUID each. Only who wrote in the last 24 h can be blocked.
 * returns   what became of each, also when the provider refused some or all of them
 */
export async function changeBlockList(
  account: ProviderAccount,
  way: "block" | "unblock",
  users: readonly string[],
  deps: ConversationDeps,
): Promise<ManagementResult<BlockResult>> {
  const route = routeOf(account, "blockedUsers");
  if (route === null) return { failure: NO_BLOCK_LIST };
  if (users.length === 0) return { failure: NOBODY };
  const body = JSON.stringify({
    messaging_product: "whatsapp",
    block_users: users.map((user) => (user.startsWith("+") ? { user } : { user_id: user })),
  });
  const method = way === "block" ? "POST" : "DELETE";
  const answer = await call(
    { route, method, body, kind: CHANGE, timeoutMs: deps.callTimeoutMs },
    deps,
    // Refused in part it is an error (139100, HTTP 400) that says for each user what became of it.
    ({ json }) => asObject(json?.block_users) !== undefined,
  );
  if ("failure" in answer) return answer;
  const lists = asObject(answer.ok.block_users);
  if (lists === undefined) return { failure: unexpectedAnswer(200) };
  return {
    ok: {
      done: [...entriesOf(lists.added_users), ...entriesOf(lists.removed_users)].map(readUser),
      failed: entriesOf(lists.failed_users).map((entry) => ({ ...readUser(entry), failure: failureOf(entry) })),
    },
  };
}

/** One page of the block list. */
export async function listBlocked(
  account: ProviderAccount,
  { limit, after }: { readonly limit?: number; readonly after?: string },
  deps: ConversationDeps,
): Promise<ManagementResult<{ readonly users: readonly BlockedUser[]; readonly after: string | null }>> {
  const route = routeOf(account, "blockedUsers");
  if (route === null) return { failure: NO_BLOCK_LIST };
  const query = { limit: limit?.toString(), after };
  const answer = await call({ route, method: "GET", query, kind: LOOK, timeoutMs: deps.callTimeoutMs }, deps);
  if ("failure" in answer) return answer;
  const data = asArray(answer.ok.data);
  if (data === undefined) return { failure: unexpectedAnswer(200) };
  const cursor = asText(asObject(asObject(answer.ok.paging)?.cursors)?.after, 4_096) ?? null;
  const users = entriesOf(data).map(readUser);
  // The last page has a cursor, too: behind it there is an empty page.
  return { ok: { users, after: users.length === 0 || cursor === after ? null : cursor } };
}

const NOBODY = refused("there is nobody to block", "Name at least one user.");

/** For a message it means a closed window; here, that the block list does not take the user. */
const NOT_WRITTEN_LATELY = 131047;
const LATELY_HINT = "Only users who wrote to this number within the last 24 hours can be blocked.";

function entriesOf(value: unknown): JsonObject[] {
  return (asArray(value) ?? []).map(asObject).filter((entry) => entry !== undefined);
}

function readUser(entry: JsonObject): BlockedUser {
  return {
    input: asText(entry.input, 256) ?? null,
    waId: asText(entry.wa_id, 256) ?? null,
    userId: asText(entry.user_id, 256) ?? null,
  };
}

function failureOf(entry: JsonObject): ManagementFailure {
  const error = readProviderError(asArray(entry.errors)?.[0]);
  if (error === undefined) return refused("the provider gave no reason", "Try this user alone.");
  const failure = { class: error.row?.class ?? "rejected", ...codedFailure(error, null) };
  return error.code === NOT_WRITTEN_LATELY ? { ...failure, hint: LATELY_HINT } : failure;
}
