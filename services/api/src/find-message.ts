// Which message an id stands for, as far as the caller may know. Every reason why not (no id, no such message, another
// caller's, a sender that is none of the caller's) is the same 404, so that ids cannot be explored.

import { type MessageAddress, parseMessageId } from "@tern/core";
import type { Caller, Scope } from "@tern/runtime";
import { z } from "zod";
import { messageIdField } from "./message-view.ts";
import { ApiProblem } from "./problems.ts";

export const messageIdPath = z.object({ id: messageIdField });

/** throws   ApiProblem 404 when the text is no id, or of a sender that the caller may not use */
export function addressFor(caller: Caller, id: string): MessageAddress {
  const address = parseMessageId(id);
  if (!address || !caller.senderIds.has(address.sender)) throw noMessage();
  return address;
}

/** Whose messages the caller may see, or act on: its own id, or null for everybody's. `also` opens them, too. */
export function visibleCaller(caller: Caller, also?: Scope): string | null {
  const seesAll = caller.scopes.has("messages:read-all") || (also !== undefined && caller.scopes.has(also));
  return seesAll ? null : caller.id;
}

export function noMessage(): ApiProblem {
  return new ApiProblem("not-found", { detail: "There is no message with this id." });
}
