// All endpoints, in the order of the documentation.

import type { Endpoint } from "./endpoint.ts";
import { blockUsers } from "./routes/block-users/route.ts";
import { cancelMessage } from "./routes/cancel-message/route.ts";
import { cancelMessages } from "./routes/cancel-messages/route.ts";
import { createTemplate } from "./routes/create-template/route.ts";
import { deleteMedia } from "./routes/delete-media/route.ts";
import { deleteTemplate } from "./routes/delete-template/route.ts";
import { downloadMedia } from "./routes/download-media/route.ts";
import { editTemplate } from "./routes/edit-template/route.ts";
import { eraseContact } from "./routes/erase-contact/route.ts";
import { explainMessage } from "./routes/explain-message/route.ts";
import { getContact } from "./routes/get-contact/route.ts";
import { getMedia } from "./routes/get-media/route.ts";
import { getMessage } from "./routes/get-message/route.ts";
import { getSender } from "./routes/get-sender/route.ts";
import { getTemplate } from "./routes/get-template/route.ts";
import { listBlocked } from "./routes/list-blocked/route.ts";
import { listEvents } from "./routes/list-events/route.ts";
import { listFailures } from "./routes/list-failures/route.ts";
import { listInbound } from "./routes/list-inbound/route.ts";
import { listMessages } from "./routes/list-messages/route.ts";
import { listSenders } from "./routes/list-senders/route.ts";
import { listTemplates } from "./routes/list-templates/route.ts";
import { listWaiting } from "./routes/list-waiting/route.ts";
import { markRead } from "./routes/mark-read/route.ts";
import { pauseAndResume } from "./routes/pause-and-resume/route.ts";
import { readAudit } from "./routes/read-audit/route.ts";
import { retryMessage } from "./routes/retry-message/route.ts";
import { retryMessages } from "./routes/retry-messages/route.ts";
import { sendBatch } from "./routes/send-batch/route.ts";
import { sendMessage } from "./routes/send-message/route.ts";
import { setConsent } from "./routes/set-consent/route.ts";
import { setConsents } from "./routes/set-consents/route.ts";
import { setPace } from "./routes/set-pace/route.ts";
import { setTier } from "./routes/set-tier/route.ts";
import { syncTemplates } from "./routes/sync-templates/route.ts";
import { unblockUsers } from "./routes/unblock-users/route.ts";
import { uploadMedia } from "./routes/upload-media/route.ts";

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
  getContact,
  setConsent,
  setConsents,
  eraseContact,
  uploadMedia,
  getMedia,
  downloadMedia,
  deleteMedia,
  listInbound,
  listEvents,
  markRead,
  blockUsers,
  unblockUsers,
  listBlocked,
  listSenders,
  getSender,
  listWaiting,
  listFailures,
  readAudit,
  ...pauseAndResume,
  setPace,
  setTier,
  listTemplates,
  getTemplate,
  createTemplate,
  editTemplate,
  ...deleteTemplate,
  syncTemplates,
];
