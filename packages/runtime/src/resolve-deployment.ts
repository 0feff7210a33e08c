// From the file as written to the deployment as used: secrets followed, cross-references checked, questions indexed.

import { type ConsentKeywords, DEFAULT_CONSENT_KEYWORDS, foldKeyword, indexKeywords } from "./consent-keywords.ts";
import type { Caller, Deployment, Portfolio, Quota, Rate, Sender, WebhookSettings } from "./deployment.ts";
import { DEFAULT_API_VERSION, type DeploymentFile, type ProfileName, type SecretRef } from "./deployment-schema.ts";
import type { Secret } from "./secret.ts";
import { API_KEY_RULE, type ResolveSecret, WEBHOOK_PATH_RULE, WEBHOOK_SECRET_RULE } from "./secret-resolver.ts";

export interface SecretResolvers {
  readonly ofSenders: ResolveSecret;
  readonly ofWebhook: ResolveSecret;
}

/**
 * Builds the deployment from a file that is right in itself.
 *
 * onProblem   gets a JSON pointer and one line for each reference that leads nowhere and each id that is there twice
 */
export function resolveDeployment(
  file: DeploymentFile,
  resolve: SecretResolvers,
  onProblem: (pointer: string, text: string) => void,
): Omit<Deployment, "fingerprint"> {
  const reportTwice = (list: string, field: string, values: readonly string[]): void => {
    for (const [index, value] of values.entries()) {
      const first = values.indexOf(value);
      if (first < index) onProblem(`/${list}/${index}/${field}`, `the same as /${list}/${first}/${field}`);
    }
  };
  reportTwice(
    "senders",
    "id",
    file.senders.map((sender) => sender.id),
  );
  reportTwice(
    "senders",
    "phoneNumberId",
    file.senders.map((sender) => sender.phoneNumberId),
  );
  reportTwice(
    "callers",
    "id",
    file.callers.map((caller) => caller.id),
  );

  reportTwice(
    "portfolios",
    "id",
    file.portfolios.map((portfolio) => portfolio.id),
  );
  const portfolioOf = portfoliosOf(file, onProblem);

  const senders = file.senders.map(
    ({ quietHours, ...sender }, index): Sender => ({
      ...sender,
      baseUrl: sender.baseUrl ?? BASE_URLS[sender.profile],
      apiVersion: sender.profile === "meta" ? (sender.apiVersion ?? DEFAULT_API_VERSION) : null,
      portfolio: portfolioOf(sender.portfolio),
      ...(quietHours && { quietHours }),
      apiKey: resolve.ofSenders(sender.apiKey, `/senders/${index}/apiKey`, API_KEY_RULE),
    }),
  );
  const senderById = new Map(senders.map((sender) => [sender.id, sender]));
  reportUnprovable(file, onProblem);
  const callers = file.callers.map(
    (caller, index): Caller => ({
      id: caller.id,
      scopes: new Set(caller.scopes),
      senderIds: senderIdsOf(caller.senders, senderById, (at, text) =>
        onProblem(`/callers/${index}/senders/${at}`, text),
      ),
      ...(caller.quota && { quota: quotaOf(caller.quota) }),
    }),
  );
  return {
    senders,
    callers,
    webhook: resolveWebhook(file.webhook, resolve.ofWebhook),
    sending: file.sending,
    retention: file.retention,
    admission: file.admission,
    consentKeywords: resolveKeywords(file.consentKeywords, onProblem),
    senderById,
    senderByPhoneNumberId: new Map(senders.map((sender) => [sender.phoneNumberId, sender])),
    sendersByWabaId: Map.groupBy(senders, (sender) => sender.wabaId),
    callerById: new Map(callers.map((caller) => [caller.id, caller])),
    callerByKeyHash: indexKeys(file, callers, onProblem),
  };
}

/** A burst is a second's worth unless the file says otherwise. */
function quotaOf(given: NonNullable<DeploymentFile["callers"][number]["quota"]>): Quota {
  const rate = (perSecond: number | undefined, burst: number | undefined): Rate | null =>
    perSecond === undefined ? null : { perSecond, burst: burst ?? perSecond };
  const requests = rate(given.requestsPerSecond, given.requestsBurst);
  const messages = rate(given.messagesPerSecond, given.messagesBurst);
  return {
    ...(requests && { requests }),
    ...(messages && { messages }),
    ...(given.messagesPerDay !== undefined && { messagesPerDay: given.messagesPerDay }),
  };
}

/** Where each profile is unless the file says otherwise (docs/sources.md, provider profiles). */
const BASE_URLS: Readonly<Record<ProfileName, string>> = {
  "360dialog": "https://waba-v2.360dialog.io",
  "360dialog-sandbox": "https://waba-sandbox.360dialog.io",
  meta: "https://graph.facebook.com",
};

/** Meta sends no headers of ours, and 360dialog does not pass Meta's signature on: each needs its own proof. */
function reportUnprovable(
  { senders, webhook }: DeploymentFile,
  onProblem: (pointer: string, text: string) => void,
): void {
  const at = senders.findIndex((sender) => sender.profile === "meta");
  if (at !== -1 && !webhook.metaAppSecrets) {
    onProblem(
      "/webhook/metaAppSecrets",
      `missing: the sender at /senders/${at} has the profile "meta", whose webhooks prove themselves by X-Hub-Signature-256 alone`,
    );
  }
}

/** What the file says, over the defaults. A word that says both would be a wish and its opposite. */
function resolveKeywords(
  given: DeploymentFile["consentKeywords"],
  onProblem: (pointer: string, text: string) => void,
): ConsentKeywords {
  const stop = indexKeywords({ ...DEFAULT_CONSENT_KEYWORDS.stop, ...given.stop });
  const start = indexKeywords({ ...DEFAULT_CONSENT_KEYWORDS.start, ...given.start });
  for (const kind of ["stop", "start"] as const) {
    const other = kind === "stop" ? start : stop;
    for (const [language, words] of Object.entries(given[kind])) {
      for (const [index, word] of words.entries()) {
        const elsewhere = other.get(foldKeyword(word));
        if (elsewhere !== undefined) {
          const place = `${kind === "stop" ? "start" : "stop"}, language "${elsewhere}"`;
          onProblem(`/consentKeywords/${kind}/${language}/${index}`, `is also a word of ${place}`);
        }
      }
    }
  }
  return { stop, start };
}

/** The part of a tier that bulk leaves to the other lanes unless the file says otherwise. */
const RESERVE_SHARE = 0.1;

/** A portfolio that the file does not describe has no tier. */
function portfoliosOf(
  { portfolios, senders }: DeploymentFile,
  onProblem: (pointer: string, text: string) => void,
): (id: string) => Portfolio {
  const named = new Set(senders.map((sender) => sender.portfolio));
  const described = new Map<string, Portfolio>();
  for (const [index, { id, tier, reserve }] of portfolios.entries()) {
    if (!named.has(id)) onProblem(`/portfolios/${index}/id`, `no sender is of the portfolio "${id}"`);
    described.set(id, { id, tier, reserve: reserve ?? (tier === "unlimited" ? 0 : Math.floor(tier * RESERVE_SHARE)) });
  }
  return (id) => described.get(id) ?? { id, tier: "unlimited", reserve: 0 };
}

function senderIdsOf(
  named: readonly string[],
  senderById: ReadonlyMap<string, Sender>,
  onProblem: (at: number, text: string) => void,
): ReadonlySet<string> {
  if (named.includes("*")) return new Set(senderById.keys());
  for (const [at, id] of named.entries()) {
    if (!senderById.has(id))
      onProblem(at, `there is no sender "${id}"; there are: ${[...senderById.keys()].join(", ")}`);
  }
  return new Set(named);
}

/** A key that two callers share would make one of them the other. */
function indexKeys(
  file: DeploymentFile,
  callers: readonly Caller[],
  onProblem: (pointer: string, text: string) => void,
): Map<string, Caller> {
  const callerByKeyHash = new Map<string, Caller>();
  for (const [index, caller] of callers.entries()) {
    for (const [at, hash] of file.callers[index]?.keySha256.entries() ?? []) {
      const other = callerByKeyHash.get(hash);
      if (other) onProblem(`/callers/${index}/keySha256/${at}`, `already a key of the caller "${other.id}"`);
      callerByKeyHash.set(hash, caller);
    }
  }
  return callerByKeyHash;
}

function resolveWebhook(webhook: DeploymentFile["webhook"], resolve: ResolveSecret): WebhookSettings {
  const all = (refs: readonly SecretRef[], pointer: string): Secret[] =>
    refs.map((ref, index) => resolve(ref, `${pointer}/${index}`, WEBHOOK_SECRET_RULE));
  return {
    path: resolve(webhook.path, "/webhook/path", WEBHOOK_PATH_RULE),
    header: webhook.header
      ? { name: webhook.header.name, secrets: all(webhook.header.secrets, "/webhook/header/secrets") }
      : null,
    signatureSecrets: all(webhook.signatureSecrets ?? [], "/webhook/signatureSecrets"),
    metaVerifyToken: webhook.metaVerifyToken
      ? resolve(webhook.metaVerifyToken, "/webhook/metaVerifyToken", WEBHOOK_SECRET_RULE)
      : null,
    metaAppSecrets: all(webhook.metaAppSecrets ?? [], "/webhook/metaAppSecrets"),
  };
}
