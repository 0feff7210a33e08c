// The deployment: which numbers we send from, which services may ask for it, and how the provider proves itself.
// Immutable; a changed file gives a new one (watch-deployment.ts).
import { createHash } from "node:crypto";
import type { QuietHours, SendingPolicy } from "@tern/core";
import type { ConsentKeywords } from "./consent-keywords.ts";
import type { ProfileName, Scope } from "./deployment-schema.ts";
import type { Secret } from "./secret.ts";

export interface Deployment {
  readonly senders: readonly Sender[];
  readonly callers: readonly Caller[];
  readonly webhook: WebhookSettings;
  readonly sending: SendingPolicy;
  readonly retention: Retention;
  readonly admission: Admission;
  /** See consentWishOf. */
  readonly consentKeywords: ConsentKeywords;
  readonly senderById: ReadonlyMap<string, Sender>;
  readonly senderByPhoneNumberId: ReadonlyMap<string, Sender>;
  readonly sendersByWabaId: ReadonlyMap<string, readonly Sender[]>;
  readonly callerById: ReadonlyMap<string, Caller>;
  /** By the lower-case hex SHA-256 of an API key; see findCaller. */
  readonly callerByKeyHash: ReadonlyMap<string, Caller>;
  /** Changes when the file or a secret it names changes. Not for publication: it is made from secrets, too. */
  readonly fingerprint: string;
}

export interface Sender {
  readonly id: string;
  /** E.164, with the plus. */
  readonly phoneNumber: string;
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly portfolio: Portfolio;
  /** Who is at the other end: `profileOf` of @tern/dialog360 says what follows from it. */
  readonly profile: ProfileName;
  /** Graph's version, such as v24.0; null for the profiles whose paths have none. */
  readonly apiVersion: string | null;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Of the number at 360dialog, or a token of Meta's. */
  readonly apiKey: Secret;
  /** Messages per second, 1 to 1000. */
  readonly pace: number | "unlimited";
  /** When bulk messages wait; absent: never. */
  readonly quietHours?: QuietHours;
  /** Where marketing templates go: the same way as everything, or to the Marketing Messages API. */
  readonly marketing: "messages" | "marketing_messages";
  /** Of the customer service window: whether free-form content is refused without one, and how early it counts as closed. */
  readonly window: { readonly check: "refuse" | "off"; readonly marginSeconds: number };
  /** Whether a template message is refused that does not fit what is known of the template. */
  readonly templateCheck: "refuse" | "off";
  /** What marketing templates need of a contact: an opt-in, no opt-out, or nothing. */
  readonly consent: { readonly marketing: "required" | "optout-only" | "off" };
}

/** What senders of one business portfolio share. */
export interface Portfolio {
  readonly id: string;
  /** How many different recipients outside their window may be written to in 24 h. */
  readonly tier: number | "unlimited";
  /** How many of them bulk leaves to the other lanes. */
  readonly reserve: number;
}

/** From where on the API accepts nothing more. */
export interface Admission {
  /** Messages that one caller may have waiting in the backlogs of one sender. */
  readonly waitingMaxPerCaller: number;
  /** The part of Redis's maxmemory in use from which on it answers 503. */
  readonly redisMemoryMax: number;
}

export interface Caller {
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The senders it may use: all of them if the file says "*". */
  readonly senderIds: ReadonlySet<string>;
  /** What it may ask for; absent: as much as it likes. */
  readonly quota?: Quota;
}

/** Limits of one caller, over all replicas of the API; what is absent is not limited. */
export interface Quota {
  /** Requests of any kind. */
  readonly requests?: Rate;
  readonly messages?: Rate;
  /** Messages in a calendar day of UTC. */
  readonly messagesPerDay?: number;
}

export interface Rate {
  readonly perSecond: number;
  /** What may come at once after a pause. */
  readonly burst: number;
}

/** How the provider proves that a webhook is from it: the path always, and the header or one of the signatures. */
export interface WebhookSettings {
  /** Starts with a slash; a secret, for nobody else may guess it. */
  readonly path: Secret;
  /** `name` in small letters; any of the one or two secrets is right. */
  readonly header: { readonly name: string; readonly secrets: readonly Secret[] } | null;
  /** Keys of x-360dialog-signature, any of which is right; empty when the file names none. */
  readonly signatureSecrets: readonly Secret[];
  /** What Meta's GET handshake must present (hub.verify_token); null: the handshake is not answered. */
  readonly metaVerifyToken: Secret | null;
  /** Keys of Meta's X-Hub-Signature-256: the app's secret; empty when the file names none. */
  readonly metaAppSecrets: readonly Secret[];
}

export interface Retention {
  readonly messageDays: number;
  readonly bodyDays: number;
  /** Of inbound messages and other events of the provider, from their arrival. */
  readonly inboundDays: number;
  /** Of what contacts said about consent, from the last change. */
  readonly consentDays: number;
}

/** The caller that a presented API key belongs to. Looks up its hash, so the time it takes tells nothing of the key. */
export function findCaller(deployment: Pick<Deployment, "callerByKeyHash">, apiKey: string): Caller | null {
  return deployment.callerByKeyHash.get(hashApiKey(apiKey)) ?? null;
}

/** What stands for an API key in the file: `printf %s "$KEY" | sha256sum`. */
export function hashApiKey(apiKey: string): string {
  return createHash("sha256").update(apiKey).digest("hex");
}
