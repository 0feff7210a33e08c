// The deployment: which numbers we send from, which services may ask for it, and how the provider proves itself.
// Immutable; a changed file gives a new one (watch-deployment.ts).
import { createHash } from "node:crypto";
import type { QuietHours, SendingPolicy } from "@tern/core";
import type { Scope } from "./deployment-schema.ts";
import type { Secret } from "./secret.ts";

export interface Deployment {
  readonly senders: readonly Sender[];
  readonly callers: readonly Caller[];
  readonly webhook: WebhookSettings;
  readonly sending: SendingPolicy;
  readonly retention: Retention;
  readonly admission: Admission;
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
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: Secret;
  /** Messages per second, 1 to 1000. */
  readonly pace: number | "unlimited";
  /** When bulk messages wait; absent: never. */
  readonly quietHours?: QuietHours;
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
}

/** How the provider proves that a webhook is from it: the path always, and the header, a signature, or both. */
export interface WebhookSettings {
  /** Starts with a slash; a secret, for nobody else may guess it. */
  readonly path: Secret;
  /** `name` in small letters; any of the one or two secrets is right. */
  readonly header: { readonly name: string; readonly secrets: readonly Secret[] } | null;
  /** Keys of x-360dialog-signature, any of which is right; empty when the file names none. */
  readonly signatureSecrets: readonly Secret[];
}

export interface Retention {
  readonly messageDays: number;
  readonly bodyDays: number;
}

/** The caller that a presented API key belongs to. Looks up its hash, so the time it takes tells nothing of the key. */
export function findCaller(deployment: Pick<Deployment, "callerByKeyHash">, apiKey: string): Caller | null {
  return deployment.callerByKeyHash.get(hashApiKey(apiKey)) ?? null;
}

/** What stands for an API key in the file: `printf %s "$KEY" | sha256sum`. */
export function hashApiKey(apiKey: string): string {
  return createHash("sha256").update(apiKey).digest("hex");
}
