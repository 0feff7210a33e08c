// The command's way: read the deployment, set what is to be set, look what is there, and say whether it is as it should be.
import type { Clock, Random } from "@tern/core";
import {
  createManagementClient,
  type ManagementClient,
  type ManagementFailure,
  type WebhookConfig,
} from "@tern/dialog360";
import { ConfigError, type Deployment, loadDeployment, type Sender } from "@tern/runtime";
import { shownAddress, webhookAddress } from "./address.ts";
import { type Options, readOptions, USAGE } from "./options.ts";

export interface ConfigureDeps {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly print: (line: string) => void;
}

type ExitCode = 0 | 1 | 2;

/** Never prints a secret: addresses are shown without their path, headers without their value. */
export async function runConfigureWebhook({ args, env, clock, random, print }: ConfigureDeps): Promise<ExitCode> {
  let options: Options;
  try {
    options = readOptions(args, env);
  } catch (error) {
    print(`${messageOf(error)}\n${USAGE}`);
    return 2;
  }
  const client = createManagementClient({ clock, random });
  try {
    const deployment = loadDeployment(options.path, env);
    const senders = chosen(deployment, options.senders);
    // First all addresses, then the first change: a wrong one changes nothing anywhere.
    const plan = senders.map((sender) => ({ sender, wanted: wantedConfig(deployment, options.url, sender) }));
    let isAsItShouldBe = true;
    for (const step of plan) {
      const isRight = await configure({ ...step, deployment, client, print });
      isAsItShouldBe = isRight && isAsItShouldBe;
    }
    return isAsItShouldBe ? 0 : 1;
  } catch (error) {
    print(messageOf(error));
    return error instanceof ConfigError ? 1 : 2;
  } finally {
    await client.close();
  }
}

function chosen({ senders, senderById }: Deployment, wanted: Options["senders"]): readonly Sender[] {
  if (wanted === "all" || (wanted.length === 0 && senders.length === 1)) return senders;
  const ids = senders.map((sender) => sender.id).join(", ");
  if (wanted.length === 0) throw new Error(`say which sender with --sender, or --all; there are: ${ids}`);
  return wanted.map((id) => {
    const sender = senderById.get(id);
    if (!sender) throw new Error(`there is no sender "${id}"; there are: ${ids}`);
    return sender;
  });
}

/** Whether the sender's webhook is as the deployment wants it, or, with `--show`, whether it could be seen. */
async function configure(given: {
  readonly sender: Sender;
  /** Null: nothing is to be changed. */
  readonly wanted: WebhookConfig | null;
  readonly deployment: Deployment;
  readonly client: ManagementClient;
  readonly print: (line: string) => void;
}): Promise<boolean> {
  const { sender, wanted, deployment, client, print } = given;
  const tell = (text: string) => print(`${sender.id}: ${text}`);
  if (wanted !== null) {
    const set = await client.setWebhook(sender, wanted);
    if ("failure" in set) {
      tell(`not set: ${failureText(set.failure, sender)}`);
      return false;
    }
  }
  const got = await client.getWebhook(sender);
  if ("failure" in got) {
    tell(`${wanted === null ? "" : "set, but "}cannot be seen: ${failureText(got.failure, sender)}`);
    return false;
  }
  if (got.ok === null) {
    tell(wanted === null ? "no webhook is set" : "not set: the provider took it, but shows none");
    return wanted === null;
  }
  tell(shownAddress(got.ok.url) + pathRemark(got.ok.url, deployment));
  for (const [name, value] of Object.entries(got.ok.headers)) {
    tell(`  ${name}: … (${isOurSecret(deployment, name, value) ? "the secret of this deployment" : "another value"})`);
  }
  if (Object.keys(got.ok.headers).length === 0) tell("  no headers");
  return wanted === null || isAsWanted(got.ok, wanted, tell);
}

/** The last secret of the header is the newest: during a rotation the provider is to go over to it. */
function wantedConfig({ webhook }: Deployment, url: string | null, sender: Sender): WebhookConfig | null {
  if (url === null) return null;
  const secret = webhook.header?.secrets.at(-1);
  return {
    url: webhookAddress(url, webhook.path.reveal(), sender.baseUrl),
    headers: webhook.header && secret ? { [webhook.header.name]: secret.reveal() } : {},
  };
}

function isAsWanted(got: WebhookConfig, wanted: WebhookConfig, tell: (text: string) => void): boolean {
  const kept = new Map(Object.entries(got.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const lost = Object.entries(wanted.headers).filter(([name, value]) => kept.get(name) !== value);
  if (got.url !== wanted.url) tell("  not what was set: the provider shows another address");
  for (const [name] of lost) tell(`  not what was set: without ${name}, Tern refuses the provider's webhooks`);
  return got.url === wanted.url && lost.length === 0;
}

function pathRemark(url: string, { webhook }: Deployment): string {
  return url.endsWith(`/webhook${webhook.path.reveal()}`) ? "" : " (not the path of this deployment)";
}

function isOurSecret({ webhook }: Deployment, name: string, value: string): boolean {
  const { header } = webhook;
  return header !== null && name.toLowerCase() === header.name && header.secrets.some((secret) => secret.equals(value));
}

function failureText({ reason, hint, class: failureClass }: ManagementFailure, { profile }: Sender): string {
  return failureClass === "unsupported" && profile === "meta"
    ? "at Meta itself the address is entered in the App Dashboard, with the token of webhook.metaVerifyToken: docs/webhooks.md"
    : `${reason}. ${hint}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
