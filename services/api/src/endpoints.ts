// All endpoints, in the order of the documentation.

import type { Endpoint } from "./endpoint.ts";
import { cancelMessage } from "./routes/cancel-message/route.ts";
import { getMessage } from "./routes/get-message/route.ts";
import { listMessages } from "./routes/list-messages/route.ts";
import { sendBatch } from "./routes/send-batch/route.ts";
import { sendMessage } from "./routes/send-message/route.ts";

export const ENDPOINTS: readonly Endpoint[] = [sendMessage, sendBatch, getMessage, listMessages, cancelMessage];
