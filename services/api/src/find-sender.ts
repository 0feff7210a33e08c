// Which sender an id stands for, as far as the caller may know: one that it may not use is one that is not there.

import type { Caller, Deployment, Sender } from "@tern/runtime";
import type { ExplainedSender } from "@tern/store";
import { z } from "zod";
import { wrongParameter } from "./paging.ts";
import { ApiProblem } from "./problems.ts";

export const senderIdPath = z.object({
  id: z.string().meta({ description: "The id of a sender that your API key may use.", example: "demo" }),
});

/**
 * The sender that a query names, or the only one there is for this caller.
 *
 * throws   ApiProblem 400 for the parameter `sender`
 */
export function senderOfQuery(caller: Caller, deployment: Deployment, named: string | undefined): Sender {
  const own = sendersFor(caller, deployment);
  if (named === undefined && own.length === 1 && own[0] !== undefined) return own[0];
  if (named === undefined) throw wrongParameter("sender", "sender is required: this API key may use more than one");
  const found = own.find(({ id }) => id === named);
  if (!found) throw wrongParameter("sender", "sender is not one that this API key may use");
  return found;
}

/** throws   ApiProblem 404 when there is no such sender, or none that the caller may use */
export function senderFor(caller: Caller, { senderById }: Deployment, id: string): Sender {
  const sender = caller.senderIds.has(id) ? senderById.get(id) : undefined;
  if (!sender) throw new ApiProblem("not-found", { detail: "There is no sender with this id." });
  return sender;
}

/** The senders that a caller may use, as the deployment orders them. */
export function sendersFor(caller: Caller, { senders }: Deployment): Sender[] {
  return senders.filter(({ id }) => caller.senderIds.has(id));
}

export function explainedSender({ id, pace, quietHours }: Sender): ExplainedSender {
  return { id, pace, quietHours: quietHours ?? null };
}
