// Where 360dialog delivers a number's webhooks, and with which headers. Source: docs/sources.md, webhook configuration.

import { type ProviderAccount, routeOf } from "../profiles.ts";
import { asObject, asText } from "../read.ts";
import { type CallDeps, call } from "./call.ts";
import { type CallKind, type ManagementResult, unsupported } from "./result.ts";

export interface WebhookConfig {
  readonly url: string;
  /** Sent with each webhook; their values are secrets. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface WebhookConfigDeps extends CallDeps {
  readonly callTimeoutMs: number;
}

const LOOK: CallKind = { changes: false };
const CHANGE: CallKind = { changes: true };
const NO_WEBHOOK_CALL = unsupported("call that configures webhooks");

/** What is configured for the number itself; null: nothing. */
export async function getWebhook(
  account: ProviderAccount,
  deps: WebhookConfigDeps,
): Promise<ManagementResult<WebhookConfig | null>> {
  const route = routeOf(account, "webhook");
  if (route === null) return { failure: NO_WEBHOOK_CALL };
  const answer = await call({ route, method: "GET", kind: LOOK, timeoutMs: deps.callTimeoutMs }, deps);
  // "May be 404 before the first configuration"; a path that does not exist at all answers the same.
  if ("failure" in answer) return answer.failure.httpStatus === 404 ? { ok: null } : answer;
  const url = asText(answer.ok.url, 4_096);
  const headers = Object.entries(asObject(answer.ok.headers) ?? {}).flatMap(([name, value]) => {
    const text = asText(value, 16_384);
    return text === undefined ? [] : [[name, text] as const];
  });
  return { ok: url === undefined ? null : { url, headers: Object.fromEntries(headers) } };
}

/** Replaces what is configured for the number. */
export async function setWebhook(
  account: ProviderAccount,
  { url, headers }: WebhookConfig,
  deps: WebhookConfigDeps,
): Promise<ManagementResult<null>> {
  const route = routeOf(account, "webhook");
  if (route === null) return { failure: NO_WEBHOOK_CALL };
  const body = JSON.stringify({ url, headers });
  const answer = await call({ route, method: "POST", body, kind: CHANGE, timeoutMs: deps.callTimeoutMs }, deps);
  return "failure" in answer ? answer : { ok: null };
}
