// What the provider says of a number's health: whether it can send, and which part of it cannot.
// Source: docs/sources.md, health.

import { type ProviderAccount, routeOf } from "../profiles.ts";
import { asArray, asInteger, asObject, asText, type JsonObject } from "../read.ts";
import { type CallDeps, call } from "./call.ts";
import { type CallKind, type ManagementResult, unexpectedAnswer, unsupported } from "./result.ts";

export interface HealthStatus {
  /** The worst of the entities': AVAILABLE, LIMITED or BLOCKED, or a word of the provider's that is new. */
  readonly canSendMessage: string;
  readonly entities: readonly HealthEntity[];
}

export interface HealthEntity {
  /** PHONE_NUMBER, WABA, BUSINESS, APP or MESSAGE_TEMPLATE. */
  readonly type: string;
  readonly id: string;
  readonly canSendMessage: string;
  /** What limits it, in the provider's words. */
  readonly additionalInfo: readonly string[];
  /** What blocks it. */
  readonly errors: readonly { readonly code: number | null; readonly description: string; readonly solution: string }[];
}

const LOOK: CallKind = { changes: false };
const TEXT_LENGTH_MAX = 2_000;

export async function getHealth(
  account: ProviderAccount,
  deps: CallDeps & { readonly callTimeoutMs: number },
): Promise<ManagementResult<HealthStatus>> {
  const route = routeOf(account, "health");
  if (route === null) return { failure: unsupported("health status") };
  const answer = await call({ route, method: "GET", kind: LOOK, timeoutMs: deps.callTimeoutMs }, deps);
  if ("failure" in answer) return answer;
  const status = asObject(answer.ok.health_status);
  const canSendMessage = asText(status?.can_send_message, 64);
  if (status === undefined || canSendMessage === undefined) return { failure: unexpectedAnswer(200) };
  const entities = (asArray(status.entities) ?? []).map(asObject).filter((entity) => entity !== undefined);
  return { ok: { canSendMessage, entities: entities.map(readEntity) } };
}

function readEntity(entity: JsonObject): HealthEntity {
  const errors = (asArray(entity.errors) ?? []).map(asObject).filter((error) => error !== undefined);
  return {
    type: text(entity.entity_type),
    id: text(entity.id),
    canSendMessage: text(entity.can_send_message),
    additionalInfo: (asArray(entity.additional_info) ?? []).map(text).filter(Boolean),
    errors: errors.map((error) => ({
      code: asInteger(error.error_code) ?? null,
      description: text(error.error_description),
      solution: text(error.possible_solution),
    })),
  };
}

function text(value: unknown): string {
  return asText(value, TEXT_LENGTH_MAX) ?? "";
}
