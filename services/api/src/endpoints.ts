// All endpoints, in the order of the documentation.

import type { Endpoint } from "./endpoint.ts";
import { cancelMessage } from "./routes/cancel-message/route.ts";
import { cancelMessages } from "./routes/cancel-messages/route.ts";
import { explainMessage } from "./routes/explain-message/route.ts";
import { getMessage } from "./routes/get-message/route.ts";
import { getSender } from "./routes/get-sender/route.ts";
import { listFailures } from "./routes/list-failures/route.ts";
import { listMessages } from "./routes/list-messages/route.ts";
import { listSenders } from "./routes/list-senders/route.ts";
import { listWaiting } from "./routes/list-waiting/route.ts";
import { pauseAndResume } from "./routes/pause-and-resume/route.ts";
import { readAudit } from "./routes/read-audit/route.ts";
import { retryMessage } from "./routes/retry-message/route.ts";
import { retryMessages } from "./routes/retry-messages/route.ts";
import { sendBatch } from "./routes/send-batch/route.ts";
import { sendMessage } from "./routes/send-message/route.ts";
import { setPace } from "./routes/set-pace/route.ts";
import { setTier } from "./routes/set-tier/route.ts";

/** Paths that could be taken for an id stand before those with one. */
export const ENDPOINTS: readonly Endpoint[] = [
  sendMessage,
  sendBatch,
  cancelMessages,
  retryMessages,
  getMessage,
  listMessages,
  explainMessage,
  cancelMessage,
  retryMessage,
  listSenders,
  getSender,
  listWaiting,
  listFailures,
  readAudit,
  ...pauseAndResume,
  setPace,
  setTier,
];
