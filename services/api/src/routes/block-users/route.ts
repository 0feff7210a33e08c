// POST /v1/senders/:id/block: people who may not write to the number any more.

import { blockEndpoint } from "./block-list.ts";

export const blockUsers = blockEndpoint("block", {
  summary: "Block people",
  description:
    "They can no longer write to or call the number, nor get messages from it. Only who has written within the last 24 " +
    "hours can be blocked (else code 131047 for that user), and a number's list holds 64,000.",
});
