// A deployment for tests: two senders and a third that the usual caller may not use, and callers for each kind of right.

import { DEFAULT_SENDING_POLICY } from "@tern/core";
import {
  type Caller,
  DEFAULT_CONSENT_KEYWORDS,
  type Deployment,
  hashApiKey,
  indexKeywords,
  type Scope,
  Secret,
  type Sender,
} from "@tern/runtime";

/** API keys by who presents them. `shop` may write and read its own messages; `other` is a second such caller. */
export const KEYS = {
  shop: "test-key-shop",
  other: "test-key-other",
  reader: "test-key-reader",
  writer: "test-key-writer",
  auditor: "test-key-auditor",
  supervisor: "test-key-supervisor",
  operator: "test-key-operator",
  single: "test-key-single",
  desk: "test-key-desk",
  designer: "test-key-designer",
  agent: "test-key-agent",
} as const;

export type TestCaller = keyof typeof KEYS;

const WRITE_AND_READ: readonly Scope[] = ["messages:write", "messages:read"];
const RIGHTS: Record<TestCaller, { scopes: readonly Scope[]; senders: readonly string[] }> = {
  shop: { scopes: WRITE_AND_READ, senders: ["demo", "second"] },
  other: { scopes: WRITE_AND_READ, senders: ["demo", "second", "third"] },
  reader: { scopes: ["messages:read"], senders: ["demo"] },
  writer: { scopes: ["messages:write"], senders: ["demo"] },
  auditor: { scopes: ["messages:read-all"], senders: ["demo", "second", "third"] },
  supervisor: { scopes: ["messages:write", "messages:read-all"], senders: ["demo"] },
  operator: { scopes: ["operate", "messages:read-all"], senders: ["demo", "second"] },
  single: { scopes: WRITE_AND_READ, senders: ["demo"] },
  desk: { scopes: ["contacts:read", "contacts:write"], senders: ["demo", "second"] },
  agent: { scopes: ["media", "inbound:read", "events:read", "conversations:write"], senders: ["demo", "second"] },
  designer: { scopes: ["templates:read", "templates:write"], senders: ["demo", "second"] },
};

export function testDeployment(pace: Sender["pace"] = "unlimited"): Deployment {
  const senders = ["demo", "second", "third"].map((id, index) => testSender(id, index, pace));
  const callers = (Object.keys(RIGHTS) as TestCaller[]).map(testCaller);
  return {
    senders,
    callers,
    webhook: {
      path: new Secret("/test-webhook-path"),
      header: null,
      signatureSecrets: [],
      metaVerifyToken: null,
      metaAppSecrets: [],
    },
    sending: DEFAULT_SENDING_POLICY,
    retention: { messageDays: 30, bodyDays: 1, inboundDays: 30, consentDays: 1_826 },
    admission: { waitingMaxPerCaller: 1_000_000, redisMemoryMax: 0.9 },
    consentKeywords: {
      stop: indexKeywords(DEFAULT_CONSENT_KEYWORDS.stop),
      start: indexKeywords(DEFAULT_CONSENT_KEYWORDS.start),
    },
    senderById: new Map(senders.map((sender) => [sender.id, sender])),
    senderByPhoneNumberId: new Map(senders.map((sender) => [sender.phoneNumberId, sender])),
    sendersByWabaId: Map.groupBy(senders, (sender) => sender.wabaId),
    callerById: new Map(callers.map((caller) => [caller.id, caller])),
    callerByKeyHash: new Map(callers.map((caller) => [hashApiKey(KEYS[caller.id as TestCaller]), caller])),
    fingerprint: "test",
  };
}

function testSender(id: string, index: number, pace: Sender["pace"]): Sender {
  return {
    id,
    phoneNumber: `+1555078388${index}`,
    phoneNumberId: `10000${index}`,
    wabaId: "20000",
    portfolio: { id: id === "third" ? "other" : "test", tier: "unlimited", reserve: 0 },
    profile: "360dialog",
    apiVersion: null,
    baseUrl: "http://127.0.0.1:1",
    apiKey: new Secret(null),
    pace,
    marketing: "messages",
    window: { check: "off", marginSeconds: 300 },
    consent: { marketing: "optout-only" },
    templateCheck: "refuse",
  };
}

function testCaller(id: TestCaller): Caller {
  return { id, scopes: new Set(RIGHTS[id].scopes), senderIds: new Set(RIGHTS[id].senders) };
}
