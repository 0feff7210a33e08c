// From the file as written to the deployment as used: secrets followed, cross-references checked, questions indexed.
import type { Caller, Deployment, Portfolio, Sender, WebhookSettings } from "./deployment.ts";
import type { DeploymentFile, SecretRef } from "./deployment-schema.ts";
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
      portfolio: portfolioOf(sender.portfolio),
      ...(quietHours && { quietHours }),
      apiKey: resolve.ofSenders(sender.apiKey, `/senders/${index}/apiKey`, API_KEY_RULE),
    }),
  );
  const senderById = new Map(senders.map((sender) => [sender.id, sender]));
  const callers = file.callers.map(
    (caller, index): Caller => ({
      id: caller.id,
      scopes: new Set(caller.scopes),
      senderIds: senderIdsOf(caller.senders, senderById, (at, text) =>
        onProblem(`/callers/${index}/senders/${at}`, text),
      ),
    }),
  );
  return {
    senders,
    callers,
    webhook: resolveWebhook(file.webhook, resolve.ofWebhook),
    sending: file.sending,
    retention: file.retention,
    admission: file.admission,
    senderById,
    senderByPhoneNumberId: new Map(senders.map((sender) => [sender.phoneNumberId, sender])),
    sendersByWabaId: Map.groupBy(senders, (sender) => sender.wabaId),
    callerById: new Map(callers.map((caller) => [caller.id, caller])),
    callerByKeyHash: indexKeys(file, callers, onProblem),
  };
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
  };
}
