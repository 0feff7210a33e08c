// A worker's side of the story, for tests of the API that need a message on the wire or at its end: the store's own moves.

import { parseMessageId } from "@tern/core";
import type { FailureRecord, Finish, PacedSender, Room, Taken } from "@tern/store";
import type { TestApi } from "./test-api.ts";

const NOTHING: Room = {
  most: 0,
  byLane: { urgent: 0, normal: 0, bulk: 0 },
  bulkRestsUntilMs: null,
  needsWindows: false,
};
const ANYTHING: Room = { ...NOTHING, most: 64, byLane: { urgent: 64, normal: 64, bulk: 64 } };

/** A worker looks and has no place free: from then on, whatever becomes ready calls one. */
export async function look(api: TestApi, senderId = "demo"): Promise<void> {
  await api.store.begin(paced(senderId), NOTHING);
}

/** Takes messages to the wire until this one is among them. */
export async function take(api: TestApi, id: string): Promise<Taken> {
  const address = parseMessageId(id);
  for (;;) {
    const { messages } = await api.store.begin(paced(address?.sender ?? ""), ANYTHING);
    const found = messages.find(({ localId }) => localId === address?.localId);
    if (found) return found;
    if (messages.length === 0) throw new Error(`${id} is not among what may go`);
  }
}

const FAILURE: FailureRecord = {
  class: "rejected",
  code: 131026,
  httpStatus: 400,
  reason: "undeliverable",
  hint: "Ask the recipient.",
};

/** Takes a message to the wire, where the provider refuses it for good. */
export async function refuse(api: TestApi, id: string, changes: Partial<FailureRecord> = {}): Promise<void> {
  const taken = await take(api, id);
  const { class: outcome, ...failure } = { ...FAILURE, ...changes };
  await finish(api, id, taken, {
    verdict: { kind: "fail", failure, endsTemplate: false },
    outcome: outcome as "rejected",
    failure,
  });
}

/** The end of a send. */
export async function finish(
  api: TestApi,
  id: string,
  { localId, wireNumber }: Taken,
  how: Pick<Finish, "verdict" | "outcome" | "failure">,
): Promise<void> {
  const senderId = parseMessageId(id)?.sender ?? "";
  await api.store.finish(senderId, { localId, wireNumber, ...how, begunAtMs: Date.now(), tookMs: 12 });
}

const paced = (id: string): PacedSender => ({ id, pace: "unlimited" });
