// POST /v1/senders/:id/unblock: people who may write to the number again.

import { blockEndpoint } from "../block-users/block-list.ts";

export const unblockUsers = blockEndpoint("unblock", {
  summary: "Unblock people",
  description: "They can write to the number again. Unblocking who is not blocked is answered per user.",
});
