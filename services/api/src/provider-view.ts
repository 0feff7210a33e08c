// What the provider says of a sender: whether it can send, how its quality and its tier stand, and how its templates fare.
// Shown, and acted on by people: a number that is BLOCKED is not stopped for that (docs/templates.md).

import type { Sender } from "@tern/runtime";
import type { NumberReports, Store } from "@tern/store";
import { z } from "zod";
import { iso, isoOrNull } from "./times.ts";

const AT = "2027-01-31T09:00:00.000Z";
const time = (description: string) => z.string().meta({ description, format: "date-time", example: AT });

const entityField = z.strictObject({
  type: z.string().meta({ description: "PHONE_NUMBER, WABA, BUSINESS, APP or MESSAGE_TEMPLATE." }),
  id: z.string(),
  canSendMessage: z.string(),
  info: z.array(z.string()),
  errors: z.array(z.strictObject({ code: z.int().nullable(), description: z.string(), possibleSolution: z.string() })),
});

export const providerViewSchema = z.strictObject({
  health: z
    .strictObject({
      canSendMessage: z.string().meta({ description: "AVAILABLE, LIMITED or BLOCKED: the worst of its parts." }),
      checkedAt: time("When it was asked."),
      entities: z.array(entityField).meta({ description: "Its parts, with what limits or blocks them." }),
    })
    .nullable()
    .meta({ description: "The last answer; null when there was none." }),
  healthFailed: z
    .strictObject({ at: time("When."), reason: z.string() })
    .nullable()
    .meta({ description: "Why the last question had no answer; null when it had." }),
  quality: z
    .strictObject({ event: z.string(), at: time("When it was reported.") })
    .nullable()
    .meta({ description: "The last report about the number's quality or throughput." }),
  tier: z
    .strictObject({
      recipients: z.union([z.int(), z.literal("unlimited")]),
      at: time("When it was reported."),
    })
    .nullable()
    .meta({ description: "The messaging limit that the provider reported last; the one in force is the portfolio's." }),
  templates: z.strictObject({
    count: z.int(),
    byStatus: z.record(z.string(), z.int()),
    syncedAt: time("When the last whole list was read; null: never yet.").nullable(),
  }),
});
export type ProviderView = z.infer<typeof providerViewSchema>;

export const exampleProvider: ProviderView = {
  health: {
    canSendMessage: "LIMITED",
    checkedAt: AT,
    entities: [
      {
        type: "PHONE_NUMBER",
        id: "106540352242922",
        canSendMessage: "LIMITED",
        info: ["Your display name has not been approved yet."],
        errors: [],
      },
    ],
  },
  healthFailed: null,
  quality: { event: "FLAGGED", at: AT },
  tier: { recipients: 10_000, at: AT },
  templates: { count: 12, byStatus: { APPROVED: 11, PAUSED: 1 }, syncedAt: AT },
};

export type ProviderReads = Pick<Store, "readNumberReports" | "readTemplateSummary">;

/** What the worker and the webhook keep of it (packages/store/src/number-health.ts). */
interface KeptHealth {
  readonly canSendMessage: string;
  readonly atMs: number;
  readonly entities: readonly {
    readonly type: string;
    readonly id: string;
    readonly canSendMessage: string;
    readonly additionalInfo: readonly string[];
    readonly errors: readonly {
      readonly code: number | null;
      readonly description: string;
      readonly solution: string;
    }[];
  }[];
}

export async function readProviderView(store: ProviderReads, { id, wabaId }: Sender): Promise<ProviderView> {
  const [reports, summary] = await Promise.all([store.readNumberReports(id), store.readTemplateSummary(wabaId)]);
  const { count, byStatus, syncedAtMs } = summary;
  return {
    health: healthOf(reports.health as KeptHealth | null),
    ...reportsOf(reports),
    templates: { count, byStatus: { ...byStatus }, syncedAt: isoOrNull(syncedAtMs) },
  };
}

function healthOf(kept: KeptHealth | null): ProviderView["health"] {
  if (kept === null) return null;
  return {
    canSendMessage: kept.canSendMessage,
    checkedAt: iso(kept.atMs),
    entities: kept.entities.map(({ type, id, canSendMessage, additionalInfo, errors }) => ({
      type,
      id,
      canSendMessage,
      info: [...additionalInfo],
      errors: errors.map(({ code, description, solution }) => ({ code, description, possibleSolution: solution })),
    })),
  };
}

function reportsOf({ failed, quality, tier }: NumberReports): Pick<ProviderView, "healthFailed" | "quality" | "tier"> {
  const [why, how, most] = [failed, quality, tier] as [
    { atMs: number; reason: string } | null,
    { atMs: number; event: string } | null,
    { atMs: number; tier: number | "unlimited" } | null,
  ];
  return {
    healthFailed: why && { at: iso(why.atMs), reason: why.reason },
    quality: how && { event: how.event, at: iso(how.atMs) },
    tier: most && { recipients: most.tier, at: iso(most.atMs) },
  };
}
