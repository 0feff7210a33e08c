// A business account: what its numbers share.
import type { WebhookTarget } from "./admin-types.ts";
import { createTemplateRegistry, type TemplateRegistry } from "./templates/registry.ts";
import type { ParsedTarget } from "./webhook-poster.ts";

export interface Waba {
  /** Of every number that was not given its own. */
  templates: TemplateRegistry;
  /** Where webhooks of its numbers without one of their own go, and what is about the account itself. */
  webhook: WebhookTarget | null;
  target: ParsedTarget | null;
  /** Whether the account's webhook goes over those of its numbers. */
  overridesAll: boolean;
  /** Moments of the template creations within the last hour. */
  createdAtMs: number[];
  /** Moments of the management calls within the last hour. */
  managedAtMs: number[];
  /** Names of deleted templates. */
  reservedUntilMs: Map<string, number>;
}

export function createWaba(id: string): Waba {
  return {
    templates: createTemplateRegistry(id),
    webhook: null,
    target: null,
    overridesAll: false,
    createdAtMs: [],
    managedAtMs: [],
    reservedUntilMs: new Map(),
  };
}
