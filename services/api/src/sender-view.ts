// A sender as operators see it: what stops it, how fast it goes, and what waits. And its portfolio.

import { LANES, type PerLane, quietUntilMs } from "@tern/core";
import type { Portfolio, Sender } from "@tern/runtime";
import type { PortfolioState, SenderState, Store, TemplateRest } from "@tern/store";
import { z } from "zod";
import { exampleProvider, type ProviderReads, providerViewSchema, readProviderView } from "./provider-view.ts";
import { iso, isoOrNull } from "./times.ts";

const AT = "2027-01-31T09:00:00.000Z";
const time = (description: string) => z.string().meta({ description, format: "date-time", example: AT });
const pauseField = z
  .strictObject({ by: z.string().meta({ description: "Which caller paused it." }), since: time("Since when.") })
  .nullable()
  .meta({ description: "By an operator; null when it is not." });

const laneField = z.strictObject({
  paused: pauseField,
  tierFullUntil: time("The portfolio's tier is full for this lane until then.").nullable(),
  waiting: z.int().meta({ description: "How many are ready and wait for the pace." }),
  byCaller: z.array(z.strictObject({ caller: z.string(), waiting: z.int() })),
});

const templateField = z.strictObject({
  template: z.string(),
  language: z.string().nullable().meta({ description: "Null: all its languages, as an operator pauses it." }),
  how: z.enum(["paused", "rests", "ended"]).meta({
    description: "paused: by an operator · rests: by the provider's word · ended: disabled for good, its messages fail",
  }),
  why: z.string().meta({ description: "The operator, or the provider's error as class:code:HTTP status." }),
  since: time("Since when."),
  until: time("Until when; null: until somebody resumes it.").nullable(),
  waiting: z.int(),
});

export const portfolioViewSchema = z
  .strictObject({
    id: z.string(),
    tier: z.strictObject({
      configured: z.int().nullable().meta({ description: "By the deployment; null: none is kept." }),
      ordered: z.int().nullable().meta({ description: "By an operator; outranks the configured one." }),
      inForce: z.int().nullable(),
    }),
    reserve: z.strictObject({ configured: z.int(), ordered: z.int().nullable(), inForce: z.int() }),
    reached: z.int().meta({ description: "Different recipients outside their window in the last 24 hours." }),
  })
  .meta({
    id: "Portfolio",
    description: "What the senders of one portfolio share. Only counted while there is a tier.",
  });

export const senderViewSchema = z
  .strictObject({
    id: z.string(),
    phoneNumber: z.string(),
    state: z.enum(["sending", "paused", "held"]).meta({
      description: "paused: by an operator · held: stopped by the provider's word · sending: neither",
    }),
    paused: pauseField,
    held: z
      .strictObject({ why: z.string(), until: time("Until when; null: until somebody resumes it.").nullable() })
      .nullable()
      .meta({ description: "By the provider's word; why is its error as class:code:HTTP status." }),
    providerAway: z.boolean().meta({ description: "Its provider does not answer: nothing is taken until it does." }),
    pace: z.strictObject({
      configured: z.int().nullable().meta({ description: "Messages per second by the deployment; null: no pacing." }),
      ordered: z.number().nullable().meta({ description: "By an operator; outranks the configured one." }),
      slowFactor: z.number().meta({ description: "The part that the provider's throttling has left, up to 1." }),
      inForce: z.number().nullable().meta({ description: "What is kept now, margin included." }),
    }),
    quietHours: z
      .strictObject({
        from: z.string(),
        to: z.string(),
        timeZone: z.string(),
        until: time("When they end, during them.").nullable(),
      })
      .nullable(),
    lanes: z.strictObject({ urgent: laneField, normal: laneField, bulk: laneField }),
    templates: z.array(templateField).meta({ description: "Templates at rest." }),
    provider: providerViewSchema.meta({ description: "What the provider says of the number and its account." }),
    later: z.int().meta({ description: "How many wait for a moment: planned, tried again, in doubt, …" }),
    onWire: z.int().meta({ description: "How many are being sent." }),
    portfolio: portfolioViewSchema,
  })
  .meta({ id: "Sender" });

export type SenderView = z.infer<typeof senderViewSchema>;
export type PortfolioView = z.infer<typeof portfolioViewSchema>;

export const examplePortfolio: PortfolioView = {
  id: "main",
  tier: { configured: 10_000, ordered: null, inForce: 10_000 },
  reserve: { configured: 1_000, ordered: null, inForce: 1_000 },
  reached: 4_711,
};
const idleLane = { paused: null, tierFullUntil: null, waiting: 0, byCaller: [] };

export const exampleSender: SenderView = {
  id: "demo",
  phoneNumber: "+15550783881",
  state: "paused",
  paused: { by: "ops", since: AT },
  held: null,
  providerAway: false,
  pace: { configured: 80, ordered: null, slowFactor: 1, inForce: 78.4 },
  quietHours: null,
  lanes: {
    urgent: idleLane,
    normal: idleLane,
    bulk: { ...idleLane, waiting: 1_000, byCaller: [{ caller: "shop", waiting: 1_000 }] },
  },
  templates: [
    {
      template: "sale",
      language: "en_US",
      how: "rests",
      why: "template-paused:132015:400",
      since: AT,
      until: AT,
      waiting: 12,
    },
  ],
  provider: exampleProvider,
  later: 3,
  onWire: 0,
  portfolio: examplePortfolio,
};

export type SenderReads = Pick<Store, "readSender" | "readPortfolio" | "settings"> & ProviderReads;

/** Reads a sender and its portfolio, and shows them. */
export async function readSenderView(store: SenderReads, sender: Sender): Promise<SenderView> {
  const [state, portfolio, provider] = await Promise.all([
    store.readSender(sender.id),
    readPortfolioView(store, sender.portfolio),
    readProviderView(store, sender),
  ]);
  return {
    id: sender.id,
    phoneNumber: sender.phoneNumber,
    state: state.paused ? "paused" : state.held ? "held" : "sending",
    paused: pauseOf(state.paused),
    held: state.held && { why: state.held.why, until: isoOrNull(state.held.untilMs) },
    pace: {
      configured: numberOrNull(sender.pace),
      ordered: state.paceOrdered,
      slowFactor: state.slowFactor,
      inForce: paceInForce(store, sender, state),
    },
    quietHours: sender.quietHours
      ? { ...sender.quietHours, until: isoOrNull(quietUntilMs(sender.quietHours, state.nowMs)) }
      : null,
    lanes: Object.fromEntries(LANES.map((lane) => [lane, laneOf(state.lanes[lane])])) as PerLane<
      SenderView["lanes"]["bulk"]
    >,
    templates: state.templates.map(templateOf),
    provider,
    providerAway: state.isProviderAway,
    later: state.later,
    onWire: state.onWire,
    portfolio,
  };
}

export async function readPortfolioView(
  store: Pick<Store, "readPortfolio">,
  declared: Portfolio,
): Promise<PortfolioView> {
  return portfolioView(declared, await store.readPortfolio(declared.id));
}

/** Messages per second that are kept now; null when there is no pacing. */
export function paceInForce(
  { settings }: Pick<Store, "settings">,
  { pace }: Pick<Sender, "pace">,
  { paceOrdered, slowFactor }: SenderState,
): number | null {
  const perSecond = paceOrdered ?? numberOrNull(pace);
  return perSecond === null ? null : Number((perSecond * settings.paceMargin * slowFactor).toFixed(2));
}

function portfolioView({ id, tier, reserve }: Portfolio, state: PortfolioState): PortfolioView {
  const configured = numberOrNull(tier);
  return {
    id,
    tier: { configured, ordered: state.tierOrdered, inForce: state.tierOrdered ?? configured },
    reserve: { configured: reserve, ordered: state.reserveOrdered, inForce: state.reserveOrdered ?? reserve },
    reached: state.reached,
  };
}

function laneOf({
  paused,
  tierFullUntilMs,
  waiting,
  byCaller,
}: SenderState["lanes"]["bulk"]): SenderView["lanes"]["bulk"] {
  return {
    paused: pauseOf(paused),
    tierFullUntil: isoOrNull(tierFullUntilMs),
    waiting,
    byCaller: byCaller.map((one) => ({ caller: one.caller, waiting: one.waiting })),
  };
}

function templateOf({
  template,
  language,
  how,
  why,
  sinceMs,
  untilMs,
  waiting,
}: TemplateRest): SenderView["templates"][number] {
  return { template, language, how, why, since: iso(sinceMs), until: isoOrNull(untilMs), waiting };
}

function pauseOf(pause: SenderState["paused"]): SenderView["paused"] {
  return pause && { by: pause.by, since: iso(pause.sinceMs) };
}

function numberOrNull(value: number | "unlimited"): number | null {
  return value === "unlimited" ? null : value;
}
