// A message as the documentation shows it: delivered, after a throttle that used up no attempt.

import type { MessageView } from "./message-view.ts";

export const exampleMessage: MessageView = {
  id: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd",
  status: "delivered",
  isFinal: true,
  waiting: null,
  sender: "demo",
  to: "+4915112345678",
  contact: "+4915112345678",
  lane: "normal",
  type: "template",
  template: "order_update",
  fallback: null,
  sentAs: "message",
  passthrough: false,
  reference: "order-4711",
  metadata: { customer: "4711" },
  caller: "shop",
  acceptedAt: "2027-01-31T09:00:00.120Z",
  sendAt: null,
  expiresAt: null,
  onDoubt: "resend",
  wamid: "wamid.HBgNNDkxNTExMjM0NTY3OBUCABEYEjQ1",
  attempts: [
    { number: 2, at: "2027-01-31T09:00:01.340Z", outcome: "accepted", tookMs: 96, code: null, httpStatus: null },
  ],
  attemptsUsed: 1,
  throttles: 1,
  resends: 0,
  error: null,
  pricing: { category: "utility", type: "regular", model: "PMP", billable: true },
  timeline: [
    { status: "queued", at: "2027-01-31T09:00:00.120Z" },
    { status: "sending", at: "2027-01-31T09:00:01.340Z" },
    { status: "submitted", at: "2027-01-31T09:00:01.436Z" },
    { status: "sent", at: "2027-01-31T09:00:02.000Z" },
    { status: "delivered", at: "2027-01-31T09:00:03.000Z" },
  ],
};
