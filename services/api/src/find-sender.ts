// Which sender an id stands for, as far as the caller may know: one that it may not use is one that is not there.

import type { Caller, Deployment, Sender } from "@tern/runtime";
import type { ExplainedSender } from "@tern/store";
import { z } from "zod";
import { ApiProblem } from "./problems.ts";

export const senderIdPath = z.object({
  id: z.string().meta({ description: "The id of a sender that your API key may use.", example: "demo" }),
});

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
